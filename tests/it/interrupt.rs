//! Ctrl-C: the report comes with what is known. Twice: nothing comes, at once.

use serde_json::Value;
use std::io::Read as _;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that takes connections and says nothing: whoever waits for it waits until told otherwise.
struct Silent(TcpListener);

impl Silent {
    fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }
}

fn check(target: &Silent, api: &Silent, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_pldoctor"))
        .args(["check", &target.address(), "--timeout", "60s"])
        .args(arguments)
        .env_clear()
        .env("AWS_ENDPOINT_URL", format!("http://{}", api.address()))
        .envs([("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "example"), ("AWS_REGION", "us-east-1")])
        .envs([("AWS_EC2_METADATA_DISABLED", "true"), ("HOME", "/nonexistent")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

/// Waits until the program has connected, so that it is known to be collecting.
fn collecting(api: &Silent) -> std::net::TcpStream {
    api.0.accept().unwrap().0
}

#[test]
fn an_interrupted_run_reports_what_is_known() {
    let (target, api) = (Silent::new(), Silent::new());
    let child = check(&target, &api, &["--format", "json"]);
    let _asked = collecting(&api);
    let interrupted = Instant::now();
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert!(interrupted.elapsed() < Duration::from_secs(3), "{:?}", interrupted.elapsed());
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["timing"]["ended"], "cancelled");
    assert_ne!(document["verdict"], "healthy");
    assert!(matches!(output.status.code(), Some(1 | 3)), "{}", output.status);
    assert!(String::from_utf8_lossy(&output.stderr).contains("Interrupted"));
}

#[test]
fn the_second_interruption_ends_it_at_once() {
    let (target, api) = (Silent::new(), Silent::new());
    let mut child = check(&target, &api, &[]);
    let _asked = collecting(&api);
    let mut said = String::new();
    interrupt(&child);
    interrupt(&child);
    let status = child.wait().unwrap();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    // Two signals that arrive together may count as one, and the report may be faster than the second.
    assert!(matches!(status.code(), Some(130 | 1 | 3)), "{status}: {said}");
    assert!(!said.contains("panicked"), "{said}");
}
