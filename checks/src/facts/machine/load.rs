//! What the machine has room for: how it keeps idle connections alive, and how many more it can take.

use serde::{Deserialize, Serialize};

/// The kernel's keep-alive, as programs get it that ask for keep-alive and say no more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeepAlive {
    /// `tcp_keepalive_time`: seconds without traffic until the first probe.
    pub time_s: u64,
    /// `tcp_keepalive_intvl`: seconds between probes.
    pub interval_s: u64,
    /// `tcp_keepalive_probes`: how many go unanswered before the connection counts as dead.
    pub probes: u64,
}

/// How connections are tracked, by the network card of the instance and by the kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tracking {
    /// The interface whose card was asked, such as `ens5`.
    pub interface: Option<String>,
    /// `conntrack_allowance_exceeded` of the ENA driver: packets dropped since start because the instance tracked too many connections.
    pub allowance_exceeded: Option<u64>,
    /// `conntrack_allowance_available` of the ENA driver: how many more connections can be tracked.
    pub allowance_available: Option<u64>,
    /// `nf_conntrack_count` of the kernel's own firewall.
    pub kernel_count: Option<u64>,
    /// `nf_conntrack_max`.
    pub kernel_max: Option<u64>,
}

/// The sockets of this machine's network namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sockets {
    /// TCP connections in any state, listening sockets left out.
    pub tcp: u64,
    /// Those in TIME-WAIT.
    pub time_wait: u64,
    /// Local ports of the ephemeral range taken by connections to the target's addresses and port; the largest number over its addresses. Each
    /// address has a range of its own.
    pub to_target: u64,
    /// Whether the kernel's table was longer than what is read of it, so that the numbers are lower bounds.
    pub cut: bool,
}
