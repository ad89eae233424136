//! Whether endpoint, service and cluster are in one Region, as TiDB Cloud wants it.

use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass};
use crate::facts::{Facts, Plan, reads, region_of_host, region_of_service};
use crate::remedy::ByHand;

check!(Region {
    id: "region",
    layer: Layer::Endpoint,
    owner: Owner::Client,
    reads: reads::ENDPOINT,
    explained_by: &["target-name"],
    measured_by: Some("tcp"),
    words: include_str!("region.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let Some(here) = here(facts) else { return Err(Stop::not_applicable("no-region")) };
    let service = facts.service_name().map(str::to_owned);
    let of_service = service.as_deref().and_then(region_of_service);
    let of_host = facts.question.target.host.as_deref().and_then(region_of_host);
    let judgement = match (of_service, of_host) {
        (Some(region), _) if region != here => {
            fail("service-elsewhere").say("region", region).remedy(move_there(facts, &here, region))
        }
        (_, Some(region)) if region != here => {
            fail("cluster-elsewhere").say("region", &region).remedy(move_there(facts, &here, &region))
        }
        (None, None) => {
            // Without the services nobody can say which one the target's is, and where.
            facts.vpc_endpoint_services()?;
            return Err(Stop::not_applicable("no-other-region"));
        }
        _ => pass("one"),
    };
    let host = facts.question.target.host.clone().unwrap_or_default();
    Ok(judgement
        .say("service", service.as_deref().unwrap_or_default())
        .say("host", host)
        .say("here", &here)
        .about_all(service))
}

/// The Region of the endpoint and of the VPC that it is in, or is to be in: the one that AWS was asked in.
fn here(facts: &Facts) -> Option<String> {
    facts.question.region.clone()
}

/// An endpoint in the cluster's Region. A Dedicated cluster can be peered with instead, across Regions too.
fn move_there(facts: &Facts, here: &str, region: &str) -> crate::remedy::Remedy {
    let key = if facts.plan() == Some(Plan::Dedicated) { "move-to-region-or-peer" } else { "move-to-region" };
    ByHand::new(key, Owner::Vpc).say("region", region).say("here", here).into()
}
