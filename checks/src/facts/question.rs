//! What is asked: the target, where from, and what the user said in so many words. Kept in the manifest of a snapshot.

use super::{region_of_host, region_of_service};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The port of a TiDB Cloud cluster unless its owner chose another.
pub const DEFAULT_PORT: u16 = 4000;

/// The question that a run answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// What is to be reached.
    pub target: Target,
    /// Where the traffic starts; `None` is the machine that collected the facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Origin>,
    /// The Region that was asked, from a flag, the environment, the metadata service or the target's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The plan, where the user named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// Ids of the zones that TiDB Cloud shows for the service, where the user named them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub az_ids: Vec<String>,
    /// What is asked about an endpoint that is still to be made. `None`: the question is about what there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preflight: Option<Preflight>,
    /// Findings that whoever asks has accepted. They belong to who asks, not to the world: no snapshot keeps them.
    #[serde(skip)]
    pub accepted: Vec<Accepted>,
    /// Checks that whoever asks has named: an answer is wanted of each of them. Nor does a snapshot keep these.
    #[serde(skip)]
    pub named: Vec<String>,
}

/// A finding that somebody has accepted. It stays what it is, and is no root cause any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The check.
    pub check: String,
    /// Only where it is about this resource; `None`: whatever it is about.
    pub resource: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is, such as `2027-01-31`; `None`: for good.
    pub expires: Option<String>,
}

/// How an endpoint is to be made, as far as the user said: what is left out is chosen. Its service is the target's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preflight {
    /// `vpc-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// `subnet-…`, one a zone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subnet_ids: Vec<String>,
    /// `sg-…`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group_ids: Vec<String>,
}

/// What the user wants to reach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Target {
    /// The name (or address) that clients connect to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The port.
    pub port: u16,
    /// The user, where the target was a URL. Never the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The database, where the target was a URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// `vpce-…`, where the user named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_id: Option<String>,
    /// `com.amazonaws.vpce.…`, where the user named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
}

impl Target {
    /// The Region in the target's own names.
    pub fn region(&self) -> Option<String> {
        let of_service = || self.service_name.as_deref().and_then(region_of_service).map(str::to_owned);
        self.host.as_deref().and_then(region_of_host).or_else(of_service)
    }
}

impl Default for Target {
    fn default() -> Self {
        Self { host: None, port: DEFAULT_PORT, user: None, database: None, endpoint_id: None, service_name: None }
    }
}

/// Where traffic starts, when it is not the machine that runs the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// `i-…`: its primary interface.
    Instance(String),
    /// `eni-…`
    Interface(String),
    /// A private address.
    Address(IpAddr),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instance(id) | Self::Interface(id) => f.write_str(id),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// TiDB Cloud's plans, as far as their private endpoints differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plan {
    /// Starter: one endpoint a Region, shared; no acceptance.
    Starter,
    /// Essential: as Starter.
    Essential,
    /// Dedicated: one endpoint a cluster, registered in TiDB Cloud, then private DNS.
    Dedicated,
    /// Premium: as Dedicated, by instance.
    Premium,
}

impl Plan {
    /// Whether TiDB Cloud must be told the endpoint's id before it accepts it.
    pub fn registers_endpoints(self) -> bool {
        matches!(self, Self::Dedicated | Self::Premium)
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    fn region(host: Option<&str>, service_name: Option<&str>) -> Option<String> {
        let (host, service_name) = (host.map(Into::into), service_name.map(Into::into));
        Target { host, service_name, ..Target::default() }.region()
    }

    #[test]
    fn names_say_their_region() {
        let host = "gateway01-privatelink.eu-central-1.prod.aws.tidbcloud.com";
        assert_eq!(region(Some(host), None).as_deref(), Some("eu-central-1"));
        let own = "vpce-0fe5b17a0707d6abc-29p5708s-us-east-1a.vpce-svc-0a1.us-east-1.vpce.amazonaws.com.";
        assert_eq!(region(Some(own), None).as_deref(), Some("us-east-1"));
        let service = "com.amazonaws.vpce.us-west-2.vpce-svc-0e8a2cd00000";
        assert_eq!(region(None, Some(service)).as_deref(), Some("us-west-2"));
        assert_eq!(
            region(Some("privatelink-1.x.clusters.tidb-cloud.com"), Some(service)).as_deref(),
            Some("us-west-2")
        );
        assert_eq!(region(Some("db.example.com"), None), None);
    }
}
