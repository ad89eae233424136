//! The machine itself: its place, its resolver's configuration, its ports.

use super::{KeepAlive, Sockets, Tracking};
use crate::facts::Observed;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// `host.json`: the machine itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Host {
    /// What the instance metadata service said.
    pub metadata: Observed<Metadata>,
    /// The machine's own addresses, loopback left out.
    pub addresses: Observed<Vec<IpAddr>>,
    /// The resolver's configuration.
    pub resolv_conf: Observed<ResolvConf>,
    /// Lines of the hosts file that name the target.
    pub hosts: Observed<Vec<HostsLine>>,
    /// Where the C library looks names up, and which daemons cache them.
    pub name_service: Observed<NameService>,
    /// The first and last port that the kernel takes for outgoing connections.
    pub ephemeral_ports: Observed<(u16, u16)>,
    /// Names of the proxy variables in the environment that would catch the metadata service (never their values).
    pub proxy_variables: Observed<Vec<String>>,
    /// This machine's clock minus the AWS API's, in seconds.
    pub clock_skew_s: Observed<i64>,
    /// The kernel's keep-alive.
    pub keep_alive: Observed<KeepAlive>,
    /// How connections are tracked.
    pub tracking: Observed<Tracking>,
    /// How many connections there are.
    pub sockets: Observed<Sockets>,
}

/// The instance metadata service, version 2.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// `i-…`; absent where a container service answers.
    pub instance_id: Option<String>,
    /// `us-east-1` …
    pub region: String,
    /// The zone's name in this account.
    pub availability_zone: String,
    /// The zone's id.
    pub availability_zone_id: String,
    /// The account of the instance.
    pub account_id: Option<String>,
    /// The interfaces, by device number.
    pub interfaces: Vec<MetadataInterface>,
}

/// One network interface, as the metadata service tells it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MetadataInterface {
    /// Its MAC address.
    pub mac: String,
    /// `eni-…`
    pub interface_id: String,
    /// 0 is the primary interface.
    pub device_number: i32,
    /// `vpc-…`
    pub vpc_id: String,
    /// `subnet-…`
    pub subnet_id: String,
    /// `sg-…`
    pub security_group_ids: Vec<String>,
    /// IPv4 addresses, the primary first.
    pub local_ipv4s: Vec<IpAddr>,
    /// IPv6 addresses.
    pub ipv6s: Vec<IpAddr>,
    /// IPv4 blocks of the VPC.
    pub vpc_ipv4_cidr_blocks: Vec<String>,
    /// The owning account.
    pub owner_id: String,
}

/// `/etc/resolv.conf`, the parts that matter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResolvConf {
    /// Servers in order.
    pub nameservers: Vec<IpAddr>,
    /// Search domains.
    pub search: Vec<String>,
    /// The line of each server, counted from 1.
    pub lines: Vec<usize>,
    /// The file, where it is not `/etc/resolv.conf`.
    pub file: Option<String>,
}

/// How this machine looks names up, besides asking servers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NameService {
    /// The sources of the line `hosts:` of `/etc/nsswitch.conf`, in order: `files`, `resolve`, `dns` … Empty without such a line.
    pub hosts: Vec<String>,
    /// Daemons that run here and keep answers: `systemd-resolved`, `nscd`, `dnsmasq`.
    pub daemons: Vec<String>,
}

/// A line of the hosts file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostsLine {
    /// Counted from 1.
    pub line: usize,
    /// The address it gives.
    pub address: IpAddr,
    /// The file.
    pub file: String,
}
