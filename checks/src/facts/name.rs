//! What a host name says by itself: which plan, which Region, private or public.

use std::net::IpAddr;

/// What kind of name a target's host is. Patterns from TiDB Cloud's documents and API fixtures; Premium's are not published, so an unknown name is
/// never an error by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostName {
    /// `gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com`
    SharedPrivate {
        /// The Region in the name.
        region: String,
    },
    /// `gateway01.us-east-1.prod.aws.tidbcloud.com`
    SharedPublic {
        /// The Region in the name.
        region: String,
        /// The same gateway's private name.
        private_name: String,
    },
    /// `privatelink-19341000.ubkypd000000.clusters.tidb-cloud.com`
    DedicatedPrivate,
    /// `tidb.eqlfbdgthh8.clusters.tidb-cloud.com`
    DedicatedPublic,
    /// A TiDB Cloud name on another cloud.
    OtherCloud {
        /// The cloud as the name has it, such as `alicloud`.
        cloud: String,
    },
    /// One of the endpoint's own names, `vpce-….vpce-svc-….us-east-1.vpce.amazonaws.com`
    Endpoint {
        /// `vpce-…`
        endpoint_id: String,
    },
    /// An address instead of a name.
    Address(IpAddr),
    /// Anything else.
    Other,
}

impl HostName {
    /// Reads a name; case and a final dot don't matter.
    pub fn parse(host: &str) -> Self {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if let Ok(address) = host.parse() {
            return Self::Address(address);
        }
        let labels: Vec<&str> = host.split('.').collect();
        match labels.as_slice() {
            [gateway, region, "prod", "aws", "tidbcloud", "com"] if gateway.starts_with("gateway") => {
                if gateway.ends_with("-privatelink") {
                    Self::SharedPrivate { region: (*region).to_owned() }
                } else {
                    let private_name = format!("{gateway}-privatelink.{region}.prod.aws.tidbcloud.com");
                    Self::SharedPublic { region: (*region).to_owned(), private_name }
                }
            }
            [.., "prod", cloud, "tidbcloud", "com"] => Self::OtherCloud { cloud: (*cloud).to_owned() },
            [first, _, "clusters", "tidb-cloud", "com"] | [first, _, "clusters", "staging", "tidb-cloud", "com"] => {
                if first.starts_with("privatelink-") {
                    Self::DedicatedPrivate
                } else {
                    Self::DedicatedPublic
                }
            }
            [own, .., "vpce", "amazonaws", "com"] if own.starts_with("vpce-") => {
                // `vpce-<17 hex>-<hash>[-<zone>]`: the id is the first two parts.
                Self::Endpoint { endpoint_id: own.splitn(3, '-').take(2).collect::<Vec<_>>().join("-") }
            }
            _ => Self::Other,
        }
    }
}

/// The Region in a host's name: TiDB Cloud's shared gateways and AWS's own names of endpoints have it.
pub fn region_of_host(host: &str) -> Option<String> {
    match HostName::parse(host) {
        HostName::SharedPrivate { region } | HostName::SharedPublic { region, .. } => Some(region),
        HostName::Endpoint { .. } => {
            // `vpce-….vpce-svc-….us-east-1.vpce.amazonaws.com`
            let mut labels = host.trim_end_matches('.').rsplit('.');
            labels.nth(3).map(str::to_ascii_lowercase)
        }
        _ => None,
    }
}

/// `us-east-1` of `com.amazonaws.vpce.us-east-1.vpce-svc-…`, in China with `cn.` before it.
pub fn region_of_service(name: &str) -> Option<&str> {
    let (_, rest) = name.split_once("com.amazonaws.vpce.")?;
    rest.split('.').next().filter(|region| !region.is_empty())
}
