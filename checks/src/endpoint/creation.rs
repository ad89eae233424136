//! The command that makes the endpoint: with the groups and zones that work, which the documented command leaves out.

use super::zones;
use crate::facts::{Facts, Read, aws};
use crate::network::{self, Change, Network, PathQuestion, Peer};
use crate::remedy::{CreateEndpoint, NEW_ENDPOINT, Remedy};

/// Groups that are tried before a rule is added. A VPC may have hundreds, and each costs one look at the path.
const MOST_GROUPS: usize = 50;

/// The remedies that make an endpoint for the target in its VPC, one that lets the client in. `None` where the service's name or a subnet in
/// one of its zones is not known.
pub(super) fn remedies(facts: &Facts) -> Read<Option<Vec<Remedy>>> {
    let vpc_id = facts.vpc_id()?;
    let Some(service_name) = facts.service_name() else { return Ok(None) };
    let service = facts.service()?;
    let zones = zones::served(facts)?;
    let subnets = zones::subnets_in(facts, &vpc_id, zones.as_ref())?;
    if subnets.is_empty() {
        return Ok(None);
    }
    let acceptance_required = service.is_some_and(|service| service.acceptance_required);
    let has_private_name = service.is_none_or(|service| service.private_names().next().is_some());
    let create = |group_id: &str| CreateEndpoint {
        vpc_id: vpc_id.clone(),
        service_name: service_name.to_owned(),
        subnet_ids: subnets.iter().map(|subnet| subnet.subnet_id.clone()).collect(),
        group_ids: vec![group_id.to_owned()],
        // Private DNS can only be turned on once the provider has accepted.
        private_dns: !acceptance_required && has_private_name,
        acceptance_required,
    };
    let groups = facts.security_groups()?;
    let mut candidates: Vec<&aws::SecurityGroup> = groups.iter().filter(|group| group.vpc_id == vpc_id).collect();
    // The default group is taken last: what is let in there is let in to everything that was made without a thought.
    candidates.sort_by_key(|group| (group.group_name == "default", group.group_id.clone()));
    let admitting = candidates.iter().take(MOST_GROUPS).find(|group| admits(facts, &create(&group.group_id)));
    if let Some(group) = admitting {
        return Ok(Some(vec![create(&group.group_id).into()]));
    }
    // No group lets the client in: the endpoint takes the client's own group, which is told to let its members in.
    let own = facts.vantage().ok().and_then(|vantage| vantage.group_ids).and_then(|ids| ids.first().cloned());
    Ok(own.map(|group_id| {
        let rule = Change::AllowIngress {
            group: group_id.clone(),
            port: facts.question.target.port,
            peer: Peer::Group(group_id.clone()),
        };
        vec![rule.into(), create(&group_id).into()]
    }))
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
