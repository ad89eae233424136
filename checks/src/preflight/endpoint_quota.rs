//! Whether the VPC has room for one more endpoint.

use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass};
use crate::facts::{Fact, FactSet, Facts, aws, reads};
use crate::remedy::{NEW_ENDPOINT, RaiseEndpointQuota};

check!(EndpointQuota {
    id: "endpoint-quota",
    layer: Layer::Preflight,
    owner: Owner::Vpc,
    reads: reads::VPC.and(FactSet::of(&[Fact::EndpointQuota])),
    after: &["vantage"],
    words: include_str!("endpoint_quota.toml"),
});

/// What AWS allows unless it was asked for more.
const USUAL: usize = 50;
/// Quotas are asked for in steps of this size.
const STEP: usize = 10;

fn judge(facts: &Facts) -> Judged {
    // Where the target has an endpoint, none is to be made.
    if facts.question.preflight.is_none() && !facts.endpoints()?.is_empty() {
        return Err(Stop::not_applicable("exists"));
    }
    let vpc_id = facts.vpc_id()?;
    let used = facts.vpc_endpoints()?.iter().filter(|endpoint| endpoint.vpc_id == vpc_id && counts(endpoint)).count();
    let quota = facts.endpoint_quota();
    if used > USUAL {
        // It was asked for more, and how much more was not seen.
        quota.clone()?;
    }
    let known = quota.ok();
    let limit = known.map_or(USUAL, |value| value.max(0.0) as usize);
    let judgement = match (used < limit, known) {
        (true, Some(_)) => pass("room"),
        (true, None) => pass("room-usual"),
        (false, known) => {
            let to = (used / STEP + 1) * STEP;
            fail(if known.is_some() { "full" } else { "full-usual" }).remedy(RaiseEndpointQuota { to }.into())
        }
    };
    Ok(judgement
        .say("vpc", &vpc_id)
        .say("used", used)
        .say("limit", limit)
        .data("used", used)
        .data("limit", limit)
        .about(vpc_id))
}

/// Interface and Gateway Load Balancer endpoints share one quota. The one that is asked about is not there yet.
fn counts(endpoint: &aws::VpcEndpoint) -> bool {
    let shares =
        ["interface", "gatewayloadbalancer"].contains(&endpoint.vpc_endpoint_type.to_ascii_lowercase().as_str());
    shares && endpoint.vpc_endpoint_id != NEW_ENDPOINT && endpoint.state() != aws::EndpointState::Deleted
}
