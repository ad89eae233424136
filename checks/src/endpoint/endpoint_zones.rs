//! Whether the endpoint has an interface in a zone that the service serves.

use super::zones;
use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, aws, reads};
use crate::remedy::{AddEndpointSubnet, Remedy};
use std::collections::BTreeSet;

check!(EndpointZones {
    id: "endpoint-zones",
    layer: Layer::Endpoint,
    owner: Owner::Vpc,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::Subnets, Fact::AvailabilityZones])),
    after: &["endpoint-exists"],
    explained_by: &["endpoint-state"],
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
    let remedy = |zones: &BTreeSet<String>| add_subnet(facts, endpoint, zones, client_zone.as_deref());
    let judgement = if own.is_disjoint(&served) {
        fail("none-served").remedies(remedy(&served)?)
    } else if !unserved.is_empty() {
        fail("some-unserved").owner(Owner::Vpc)
    } else if let Some(zone) = client_zone.as_ref().filter(|zone| lacking.contains(*zone)) {
        warn("cross-zone")
            .say("client_zone", zones::with_names(facts, [zone]))
            .remedies(remedy(&BTreeSet::from([zone.clone()]))?)
    } else if own.len() == 1 && !lacking.is_empty() {
        warn("single-zone").remedies(remedy(&lacking)?)
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

fn zone_id(subnet: &aws::Subnet) -> String {
    subnet.availability_zone_id.clone()
}

/// One more subnet for the endpoint, in the client's zone where that is among the zones.
fn add_subnet(
    facts: &Facts,
    endpoint: &aws::VpcEndpoint,
    zones: &BTreeSet<String>,
    client_zone: Option<&str>,
) -> Result<Option<Remedy>, Stop> {
    let mut candidates = zones::subnets_in(facts, &endpoint.vpc_id, Some(zones))?;
    candidates.sort_by_key(|subnet| Some(subnet.availability_zone_id.as_str()) != client_zone);
    Ok(candidates.first().map(|subnet| {
        AddEndpointSubnet {
            endpoint_id: endpoint.vpc_endpoint_id.clone(),
            subnet_id: subnet.subnet_id.clone(),
            az_id: subnet.availability_zone_id.clone(),
        }
        .into()
    }))
}
