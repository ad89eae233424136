//! The command that makes the endpoint: with the groups and zones that work, which the documented command leaves out.

use super::zones;
use crate::facts::{Facts, Preflight, Read, aws};
use crate::network::{self, Change, Network, PathQuestion, Peer};
use crate::remedy::{CreateEndpoint, NEW_ENDPOINT, Remedy};
use std::collections::BTreeSet;

/// Groups that are tried before a rule is added. A VPC may have hundreds, and each costs one look at the path.
const MOST_GROUPS: usize = 50;

/// The remedies that make an endpoint for the target in its VPC, one that lets the client in. `None` where the service's name or a subnet in
/// one of its zones is not known.
pub(super) fn remedies(facts: &Facts) -> Read<Option<Vec<Remedy>>> {
    let Some(service_name) = facts.service_name() else { return Ok(None) };
    let zones = zones::served(facts)?;
    let Some(mut create) = without_groups(facts, service_name, facts.service()?, zones, &[])? else { return Ok(None) };
    if let Some(group_id) = admitting(facts, &create)? {
        create.group_ids = vec![group_id];
        return Ok(Some(vec![create.into()]));
    }
    // No group lets the client in: the endpoint takes the client's own group, which is told to let its members in.
    Ok(own_group(facts).map(|group_id| {
        let rule = Change::AllowIngress {
            group: group_id.clone(),
            port: facts.question.target.port,
            peer: Peer::Group(group_id.clone()),
        };
        create.group_ids = vec![group_id];
        vec![rule.into(), create.into()]
    }))
}

/// The command that makes an endpoint as far as the user said how, the rest chosen. Its groups may not let the client in: then that is to be said.
pub(crate) fn command(facts: &Facts, given: &Preflight) -> Read<Option<CreateEndpoint>> {
    let Some(service_name) = facts.service_name() else { return Ok(None) };
    // What the service is like may be unknown; the checks of the service say so.
    let (service, zones) = (facts.service().ok().flatten(), zones::served(facts).unwrap_or_default());
    let made = without_groups(facts, service_name, service, zones, &given.subnet_ids)?;
    let Some(mut create) = made else { return Ok(None) };
    create.group_ids.clone_from(&given.group_ids);
    if create.group_ids.is_empty() {
        // The VPC's default group is what AWS takes by itself.
        let group = admitting(facts, &create).ok().flatten();
        let group = group.or_else(|| own_group(facts)).or_else(|| default_group(facts, &create.vpc_id));
        create.group_ids.extend(group);
    }
    Ok(Some(create))
}

fn without_groups(
    facts: &Facts,
    service_name: &str,
    service: Option<&aws::ServiceDetail>,
    zones: Option<BTreeSet<String>>,
    subnet_ids: &[String],
) -> Read<Option<CreateEndpoint>> {
    let vpc_id = facts.vpc_id()?;
    let mut subnet_ids = subnet_ids.to_vec();
    if subnet_ids.is_empty() {
        let subnets = zones::subnets_in(facts, &vpc_id, zones.as_ref())?;
        subnet_ids.extend(subnets.iter().map(|subnet| subnet.subnet_id.clone()));
    }
    if subnet_ids.is_empty() {
        return Ok(None);
    }
    let acceptance_required = service.is_some_and(|service| service.acceptance_required);
    let has_private_name = service.is_none_or(|service| service.private_names().next().is_some());
    Ok(Some(CreateEndpoint {
        vpc_id,
        service_name: service_name.to_owned(),
        subnet_ids,
        group_ids: Vec::new(),
        // Private DNS can only be turned on once the provider has accepted.
        private_dns: !acceptance_required && has_private_name,
        acceptance_required,
    }))
}

/// The first group of the VPC that lets the client in.
fn admitting(facts: &Facts, create: &CreateEndpoint) -> Read<Option<String>> {
    let groups = facts.security_groups()?;
    let mut candidates: Vec<&aws::SecurityGroup> =
        groups.iter().filter(|group| group.vpc_id == create.vpc_id).collect();
    // The default group is taken last: what is let in there is let in to everything that was made without a thought.
    candidates.sort_by_key(|group| (group.group_name == "default", group.group_id.clone()));
    let made =
        |group: &aws::SecurityGroup| CreateEndpoint { group_ids: vec![group.group_id.clone()], ..create.clone() };
    let admitting = candidates.into_iter().take(MOST_GROUPS).find(|group| admits(facts, &made(group)));
    Ok(admitting.map(|group| group.group_id.clone()))
}

fn own_group(facts: &Facts) -> Option<String> {
    facts.vantage().ok().and_then(|vantage| vantage.group_ids).and_then(|ids| ids.first().cloned())
}

fn default_group(facts: &Facts, vpc_id: &str) -> Option<String> {
    let groups = facts.security_groups().unwrap_or_default().iter();
    let mut own = groups.filter(|group| group.vpc_id == vpc_id && group.group_name == "default");
    own.next().map(|group| group.group_id.clone())
}

/// Whether the client would be let in by an endpoint made like this.
fn admits(facts: &Facts, create: &CreateEndpoint) -> bool {
    let mut world = facts.clone();
    Remedy::from(create.clone()).apply(&mut world);
    world.question.target.endpoint_id = Some(NEW_ENDPOINT.to_owned());
    let Ok(question) = PathQuestion::of(&world) else { return false };
    let reach = Network::new(&world).paths(&question);
    let let_in = |path: &network::Path| {
        path.hop(network::HopName::EndpointSgIngress).is_some_and(|hop| hop.verdict == network::HopVerdict::Allow)
    };
    !reach.paths.is_empty() && reach.paths.iter().all(let_in)
}
