//! Whether the client's security groups let it out to the endpoint.

use super::Hops;
use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass};
use crate::facts::Facts;
use crate::network::{HopName, HopVerdict, READS, Reason};

check!(ClientSecurityGroup {
    id: "client-security-group",
    layer: Layer::Path,
    owner: Owner::Vpc,
    reads: READS,
    after: &["endpoint-exists", "vantage"],
    explained_by: &["target-port"],
    measured_by: Some("tcp"),
    words: include_str!("client_security_group.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let hops = Hops::of(facts, HopName::ClientSgEgress)?;
    let judgement = if let Some((_, hop)) = hops.first(HopVerdict::Deny) {
        let key_is = if hop.reason == Reason::GroupHasNoRules { fail("no-rules") } else { fail("closed") };
        key_is
            .say("groups", hop.resources.join(", "))
            .about_all(hop.resources.clone())
            .remedies(super::remedies(facts, HopName::ClientSgEgress))
    } else if let Some(stop) = hops.unknown() {
        return Err(stop);
    } else if let Some((_, hop)) = hops.first(HopVerdict::Allow) {
        pass("open").say("groups", hop.resources.join(", ")).about_all(hop.resources.clone())
    } else {
        return Err(Stop::not_applicable("outside"));
    };
    Ok(hops.describe(judgement))
}
