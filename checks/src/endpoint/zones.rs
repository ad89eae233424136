//! Zones by their ids. Names of zones differ between accounts, so they are never compared.

use crate::facts::{Facts, Read, aws};
use std::collections::BTreeSet;

/// The ids of the zones that the service serves: as TiDB Cloud showed them to the user, else as AWS says. `None` where neither does.
pub(crate) fn served(facts: &Facts) -> Read<Option<BTreeSet<String>>> {
    if !facts.question.az_ids.is_empty() {
        return Ok(Some(facts.question.az_ids.iter().cloned().collect()));
    }
    let Some(service) = facts.service()? else { return Ok(None) };
    if !service.availability_zone_ids.is_empty() {
        return Ok(Some(service.availability_zone_ids.iter().cloned().collect()));
    }
    if service.availability_zones.is_empty() {
        return Ok(None);
    }
    // An older AWS CLI leaves the ids out; the names are this account's own, so they translate.
    let zones = facts.availability_zones()?;
    let named = zones.iter().filter(|zone| service.availability_zones.contains(&zone.zone_name));
    Ok(Some(named.map(|zone| zone.zone_id.clone()).collect()))
}

/// The subnets of a VPC that lie in the given zones: the client's own first, then the ones with most free addresses; one a zone.
pub(crate) fn subnets_in<'a>(
    facts: &'a Facts,
    vpc_id: &str,
    zones: Option<&BTreeSet<String>>,
) -> Read<Vec<&'a aws::Subnet>> {
    let own = facts.vantage().ok().and_then(|vantage| vantage.subnet_id);
    let mut subnets: Vec<_> = facts
        .subnets()?
        .iter()
        .filter(|subnet| subnet.vpc_id == vpc_id && subnet.available_ip_address_count > 0)
        .filter(|subnet| zones.is_none_or(|zones| zones.contains(&subnet.availability_zone_id)))
        .collect();
    subnets.sort_by_key(|subnet| {
        let foreign = own.as_deref() != Some(&subnet.subnet_id);
        (foreign, -subnet.available_ip_address_count, subnet.subnet_id.clone())
    });
    let mut taken = BTreeSet::new();
    subnets.retain(|subnet| taken.insert(subnet.availability_zone_id.clone()));
    Ok(subnets)
}

/// Zone ids with their names in this account, `use1-az1 (us-east-1a)`, for people.
pub(crate) fn with_names<'a>(facts: &Facts, ids: impl IntoIterator<Item = &'a String>) -> String {
    let known = facts.availability_zones().unwrap_or_default();
    let name = |id: &String| match known.iter().find(|zone| zone.zone_id == *id) {
        Some(zone) => format!("{id} ({})", zone.zone_name),
        None => id.clone(),
    };
    ids.into_iter().map(name).collect::<Vec<_>>().join(", ")
}
