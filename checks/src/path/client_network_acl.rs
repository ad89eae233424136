//! Whether the network ACL of the client's subnet lets the request through, and the answer back.

use super::acl;
use crate::check::{Judged, Layer, Owner, check};
use crate::facts::Facts;
use crate::network::{HopName, READS};

check!(ClientNetworkAcl {
    id: "client-network-acl",
    layer: Layer::Path,
    owner: Owner::Vpc,
    reads: READS,
    after: &["endpoint-exists", "vantage"],
    explained_by: &["target-port"],
    measured_by: Some("tcp"),
    words: include_str!("client_network_acl.toml"),
});

fn judge(facts: &Facts) -> Judged {
    acl::judge(facts, HopName::ClientNaclEgress, HopName::ClientNaclIngress)
}
