//! Whether the endpoint has an interface in a zone that the service serves.

use super::zones;
use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, aws, reads};
use crate::remedy::{ByHand, MoveEndpointSubnets, Remedy};
use std::collections::BTreeSet;

check!(EndpointZones {
    id: "endpoint-zones",
    layer: Layer::Endpoint,
    owner: Owner::Vpc,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::Subnets, Fact::AvailabilityZones])),
    after: &["endpoint-exists"],
    explained_by: &["endpoint-state", "subnet-room"],
    measured_by: Some("tcp"),
    words: include_str!("endpoint_zones.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let endpoint = facts.endpoint()?;
    let subnets = facts.subnets()?;
    let zone_of = |subnet_id: &str| subnets.iter().find(|subnet| subnet.subnet_id == subnet_id).map(zone_id);
    let own: BTreeSet<String> = endpoint.subnet_ids.iter().filter_map(|id| zone_of(id)).collect();
    if own.is_empty() && !endpoint.subnet_ids.is_empty() {
        // Subnets that another account shares may be out of sight.
        return Ok(warn("unseen-subnets").say("endpoint", &endpoint.vpc_endpoint_id).about(&endpoint.vpc_endpoint_id));
    }
    let served = zones::served(facts)?.ok_or_else(|| Stop::not_applicable("no-zones-published"))?;
    let lacking: BTreeSet<String> = served.difference(&own).cloned().collect();
    let unserved: BTreeSet<String> = own.difference(&served).cloned().collect();
    let client_zone = facts.vantage().ok().and_then(|vantage| zone_of(&vantage.subnet_id?));
    let remedy = |into: &BTreeSet<String>, out_of: &BTreeSet<String>| {
        move_subnets(facts, endpoint, into, out_of, client_zone.as_deref())
    };
    let nowhere = BTreeSet::new();
    let judgement = if own.is_disjoint(&served) {
        fail("none-served").remedy(remedy(&served, &unserved)?.unwrap_or_else(find_zone))
    } else if !unserved.is_empty() {
        fail("some-unserved").remedies(remedy(&nowhere, &unserved)?)
    } else if let Some(zone) = client_zone.as_ref().filter(|zone| lacking.contains(*zone)) {
        warn("cross-zone")
            .say("client_zone", zones::with_names(facts, [zone]))
            .remedies(remedy(&BTreeSet::from([zone.clone()]), &nowhere)?)
    } else if own.len() == 1 && !lacking.is_empty() {
        warn("single-zone").remedies(remedy(&lacking, &nowhere)?)
    } else {
        pass("served")
    };
    Ok(judgement
        .say("endpoint", &endpoint.vpc_endpoint_id)
        .say("own", zones::with_names(facts, &own))
        .say("served", zones::with_names(facts, &served))
        .say("unserved", zones::with_names(facts, &unserved))
        .say("lacking", zones::with_names(facts, &lacking))
        .data("endpoint_az_ids", own.into_iter().collect::<Vec<_>>())
        .data("service_az_ids", served.into_iter().collect::<Vec<_>>())
        .about(&endpoint.vpc_endpoint_id)
        .about_all(endpoint.subnet_ids.clone()))
}

/// No subnet lies in a zone of the service.
fn find_zone() -> Remedy {
    ByHand::new("find-zone", Owner::Vpc).into()
}

fn zone_id(subnet: &aws::Subnet) -> String {
    subnet.availability_zone_id.clone()
}

/// What brings the endpoint into one more of the zones, the client's before others, and out of those that lead nowhere.
fn move_subnets(
    facts: &Facts,
    endpoint: &aws::VpcEndpoint,
    into: &BTreeSet<String>,
    out_of: &BTreeSet<String>,
    client_zone: Option<&str>,
) -> Result<Option<Remedy>, Stop> {
    let mut candidates = zones::subnets_in(facts, &endpoint.vpc_id, Some(into))?;
    candidates.sort_by_key(|subnet| Some(subnet.availability_zone_id.as_str()) != client_zone);
    let add: Vec<String> = candidates.first().map(|subnet| subnet.subnet_id.clone()).into_iter().collect();
    let leads_nowhere = |subnet: &&aws::Subnet| {
        endpoint.subnet_ids.contains(&subnet.subnet_id) && out_of.contains(&subnet.availability_zone_id)
    };
    let remove: Vec<String> =
        facts.subnets()?.iter().filter(leads_nowhere).map(|subnet| subnet.subnet_id.clone()).collect();
    // An endpoint without any subnet does not work at all; then a zone has to be found first.
    let nothing_left = add.is_empty() && remove.len() == endpoint.subnet_ids.len();
    if nothing_left || (add.is_empty() && remove.is_empty()) {
        return Ok(None);
    }
    Ok(Some(MoveEndpointSubnets { endpoint_id: endpoint.vpc_endpoint_id.clone(), add, remove }.into()))
}
