//! What is to be collected, within which bounds, and what came of it.

use super::roots::Authorities;
use pldoctor_checks::facts::{Facts, Question};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;
use time::OffsetDateTime;

/// What is to be collected.
#[derive(Clone, Debug)]
pub struct Request {
    /// The question. With `from`, the machine that runs the program is not the client, so that nothing is probed from it.
    pub question: Question,
    /// `--region`; wins over the environment, the profile, the metadata service and the target's name.
    pub region: Option<String>,
    /// `--profile`
    pub profile: Option<String>,
    /// The password of the target's user. Without it nobody logs in.
    pub password: Option<SecretString>,
    /// `--allow-plaintext-password`: whether the password may go where TLS is not offered, or not verified.
    pub plaintext_password: bool,
    /// `--query SQL`: what is asked once the login stands.
    pub query: Option<String>,
    /// `--ca FILE`: certificates that are trusted besides the system's.
    pub authorities: Option<Authorities>,
    /// Whether this machine probes DNS and connections. Where it stands it tells all the same.
    pub probes: bool,
    /// How long it may take.
    pub limits: Limits,
    /// Where this machine keeps what is read from it.
    pub machine: Machine,
}

impl Request {
    /// A request with the usual bounds, from this machine.
    pub fn new(question: Question) -> Self {
        Self {
            question,
            region: None,
            profile: None,
            password: None,
            plaintext_password: false,
            query: None,
            authorities: None,
            probes: true,
            limits: Limits::default(),
            machine: Machine::default(),
        }
    }

    /// Whether the traffic starts at another machine than this one.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.question.from.is_some()
    }

    /// Why nothing is probed from this machine; `None` where it is.
    pub(super) fn not_probed(&self) -> Option<&'static str> {
        if self.is_elsewhere() {
            Some("the traffic starts elsewhere (--from), and only there could this be seen")
        } else if !self.probes {
            Some("this machine was not to be probed")
        } else {
            None
        }
    }
}

/// The bounds of every wait. None is longer than what is left of the whole.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The whole run.
    pub total: Duration,
    /// A TCP connection, API and target alike.
    pub connect: Duration,
    /// One attempt of an API call, connection included.
    pub api_attempt: Duration,
    /// Connecting to the metadata service, which is one hop away.
    pub metadata_connect: Duration,
    /// An answer of the metadata service.
    pub metadata_read: Duration,
    /// Finding credentials, through whichever providers the environment names.
    pub credentials: Duration,
    /// One question to a DNS server; it is asked twice.
    pub dns_try: Duration,
    /// `getaddrinfo`, which has its own tries inside.
    pub system_resolver: Duration,
    /// The server's greeting, from connection to its last byte.
    pub greeting: Duration,
    /// A TLS handshake. A packet that was lost is sent again several times within it.
    pub tls: Duration,
    /// Login, connection included.
    pub login: Duration,
    /// The queries after it, and then the user's own.
    pub query: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            total: seconds(30),
            connect: seconds(3),
            api_attempt: seconds(5),
            metadata_connect: Duration::from_millis(500),
            metadata_read: seconds(1),
            credentials: seconds(10),
            dns_try: seconds(2),
            system_resolver: seconds(10),
            greeting: seconds(3),
            tls: seconds(5),
            login: seconds(10),
            query: seconds(10),
        }
    }
}

/// Where the machine keeps what is read from it. Tests point it elsewhere.
#[derive(Clone, Debug)]
pub struct Machine {
    /// `/etc/hosts`
    pub hosts: PathBuf,
    /// `/etc/nsswitch.conf`
    pub nsswitch: PathBuf,
    /// `/etc/resolv.conf`
    pub resolv_conf: PathBuf,
    /// The VPC's resolver; the same address in every VPC.
    pub vpc_resolver: IpAddr,
    /// The port of every DNS server.
    pub dns_port: u16,
    /// Where `ethtool` may be; the first that is there is run.
    pub ethtool: Vec<PathBuf>,
}

impl Default for Machine {
    fn default() -> Self {
        Self {
            hosts: "/etc/hosts".into(),
            nsswitch: "/etc/nsswitch.conf".into(),
            resolv_conf: "/etc/resolv.conf".into(),
            vpc_resolver: Ipv4Addr::new(169, 254, 169, 253).into(),
            dns_port: 53,
            ethtool: ["/usr/sbin/ethtool", "/sbin/ethtool", "/usr/bin/ethtool"].map(PathBuf::from).to_vec(),
        }
    }
}

/// What was collected.
#[derive(Clone, Debug)]
pub struct Collected {
    /// Every fact, known or unknown with its reason; the question with its Region filled in.
    pub facts: Facts,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// How long it took.
    pub elapsed: Duration,
    /// Each stage, in the order in which they began.
    pub timing: Vec<Timing>,
    /// Requests sent to the AWS API, retries and further pages included, by `ec2:DescribeVpcs` and the like.
    pub api_calls: BTreeMap<String, u32>,
    /// This machine's clock minus the API's, in seconds; `None` where the API did not answer. The API's has whole seconds only.
    pub clock_skew_s: Option<i64>,
    /// Whether it ran to its end.
    pub ended: Ended,
}

/// How a collection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Everything came to its own end.
    Complete,
    /// The deadline came first: some facts are unknown for that reason.
    Deadline,
    /// It was cancelled: some facts are unknown for that reason.
    Cancelled,
}

/// How long a stage took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// `metadata`, `credentials`, `ec2:DescribeVpcs`, `dns 10.0.0.2`, `tcp 10.0.2.20:4000`, `greeting …`, `tls …`, `login` …
    pub stage: String,
    /// When it began, in milliseconds from the start of the run.
    pub started_ms: u64,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// Who is told what is being done. Calls come from the collecting task and must not block.
pub trait Progress: Send + Sync {
    /// A stage begins.
    fn begins(&self, stage: &str);
    /// A stage has ended, well or not.
    fn ends(&self, stage: &str);
}

/// Nobody is told.
impl Progress for () {
    fn begins(&self, _stage: &str) {}
    fn ends(&self, _stage: &str) {}
}
