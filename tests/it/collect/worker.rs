//! A collection in a process of its own, because the AWS SDK reads its process's environment, which a test must not share with others.

use pldoctor::collect::{Authorities, Collected, Ended, Limits, Request, collect};
use pldoctor::snapshot;
use pldoctor_checks::facts::{Facts, Question};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use tokio::sync::watch;

/// Where the worker finds its task.
const TASK: &str = "PLDOCTOR_TEST_TASK";

/// What a worker is to do.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) question: Question,
    pub(super) password: Option<String>,
    pub(super) profile: Option<String>,
    /// Contents of the hosts file.
    pub(super) hosts: String,
    /// Contents of the resolver's configuration.
    pub(super) resolv_conf: String,
    pub(super) vpc_resolver: Option<IpAddr>,
    pub(super) dns_port: u16,
    /// The whole run, in milliseconds; the usual one where absent.
    pub(super) total_ms: Option<u64>,
    /// When it is cancelled, in milliseconds.
    pub(super) cancel_ms: Option<u64>,
    /// How long a greeting is waited for, in milliseconds.
    pub(super) greeting_ms: Option<u64>,
    /// How long a handshake, a login and a query may each take, in milliseconds.
    pub(super) step_ms: Option<u64>,
    /// Certificates that are trusted, in PEM.
    pub(super) ca: Option<String>,
    /// Whether the password may go without verified TLS.
    pub(super) plaintext_password: bool,
    /// The user's own query.
    pub(super) query: Option<String>,
    /// Where the worker puts what it found.
    pub(super) folder: PathBuf,
}

/// What a worker brings back.
#[derive(Serialize, Deserialize)]
pub(super) struct Found {
    /// The facts, as they are read from the snapshot that was written of them.
    #[serde(skip)]
    pub(super) facts: Facts,
    pub(super) api_calls: BTreeMap<String, u32>,
    pub(super) stages: Vec<String>,
    pub(super) ended: String,
    /// Everything that was written and printed, to be searched for what must not be there.
    #[serde(skip)]
    pub(super) output: String,
}

/// Runs a collection with this environment and nothing of ours.
pub(super) fn run(environment: &[(&str, String)], mut task: Task) -> Found {
    let folder = tempfile::tempdir().unwrap();
    task.folder = folder.path().to_owned();
    let program = std::env::current_exe().unwrap();
    let mut worker = Command::new(program);
    worker.args(["--exact", "collect::worker::worker", "--ignored", "--nocapture"]);
    worker.env_clear().env("HOME", folder.path()).env("RUST_BACKTRACE", "1");
    worker.envs(environment.iter().map(|(name, value)| (name, value)));
    worker.env(TASK, serde_json::to_string(&task).unwrap());
    let done = worker.output().unwrap();
    let mut output = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
    assert!(done.status.success(), "{output}");
    let mut found: Found =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("found.json")).unwrap()).unwrap();
    let snapshot = folder.path().join("snapshot");
    for file in ["manifest.json", "host.json", "dns.json", "connections.json"] {
        output.push_str(&std::fs::read_to_string(snapshot.join(file)).unwrap());
    }
    found.facts = snapshot::read(&snapshot).unwrap().facts;
    found.output = output;
    found
}

#[test]
#[ignore = "the other tests run it, in a process of its own"]
fn worker() {
    let Ok(task) = std::env::var(TASK) else { return };
    let task: Task = serde_json::from_str(&task).unwrap();
    let mut request = Request::new(task.question.clone());
    request.profile.clone_from(&task.profile);
    request.password = task.password.clone().map(Into::into);
    if let Some(total) = task.total_ms {
        request.limits.total = Duration::from_millis(total);
    }
    if let Some(greeting) = task.greeting_ms {
        request.limits.greeting = Duration::from_millis(greeting);
    }
    if let Some(step) = task.step_ms.map(Duration::from_millis) {
        request.limits = Limits { tls: step, login: step, query: step, ..request.limits };
    }
    if let Some(ca) = &task.ca {
        let file = task.folder.join("ca.pem");
        std::fs::write(&file, ca).unwrap();
        request.authorities = Some(Authorities::read(&file).unwrap());
    }
    request.plaintext_password = task.plaintext_password;
    request.query.clone_from(&task.query);
    request.limits = Limits { dns_try: Duration::from_millis(300), ..request.limits };
    request.machine.hosts = task.folder.join("hosts");
    std::fs::write(&request.machine.hosts, &task.hosts).unwrap();
    request.machine.resolv_conf = task.folder.join("resolv.conf");
    std::fs::write(&request.machine.resolv_conf, &task.resolv_conf).unwrap();
    request.machine.dns_port = task.dns_port;
    // An address at which nothing answers, unless a test has a server there.
    request.machine.vpc_resolver = task.vpc_resolver.unwrap_or([127, 0, 0, 253].into());

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let Collected { facts, started_at, timing, api_calls, ended, .. } = runtime.block_on(async {
        let (cancel, cancelled) = watch::channel(false);
        if let Some(after) = task.cancel_ms {
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(after)).await;
                _ = cancel.send(true);
            });
        }
        collect(&request, &(), cancelled).await
    });
    runtime.shutdown_background();
    snapshot::write(&task.folder.join("snapshot"), &facts, started_at).unwrap();
    let ended = match ended {
        Ended::Complete => "complete",
        Ended::Deadline => "deadline",
        Ended::Cancelled => "cancelled",
    };
    let stages = timing.into_iter().map(|timing| timing.stage).collect();
    let found = Found { facts: Facts::default(), api_calls, stages, ended: ended.into(), output: String::new() };
    std::fs::write(task.folder.join("found.json"), serde_json::to_string(&found).unwrap()).unwrap();
}
