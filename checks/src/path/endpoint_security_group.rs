//! Whether the endpoint's security groups let the client in on the port.

use super::Hops;
use crate::check::{Judged, Judgement, Layer, Owner, Stop, check, fail, pass, warn};
use crate::facts::{Facts, aws::SecurityGroup};
use crate::network::{Hop, HopName, HopVerdict, READS, Reason, RulePeer, RuleRef};
use crate::remedy::{ByHand, Remedy, SetEndpointGroups};

check!(EndpointSecurityGroup {
    id: "endpoint-security-group",
    layer: Layer::Path,
    owner: Owner::Vpc,
    reads: READS,
    after: &["endpoint-exists", "vantage"],
    explained_by: &["target-port"],
    measured_by: Some("tcp"),
    words: include_str!("endpoint_security_group.toml"),
});

fn judge(facts: &Facts) -> Judged {
    if let Some(judgement) = foreign(facts) {
        return Ok(judgement);
    }
    let hops = Hops::of(facts, HopName::EndpointSgIngress)?;
    let judgement = if let Some((_, hop)) = hops.first(HopVerdict::Deny) {
        let key_is = match &hop.reason {
            _ if only_default(facts, hop) => fail("default-group"),
            Reason::GroupHasNoRules => fail("no-rules"),
            Reason::StaleReference { .. } => fail("stale-reference"),
            Reason::ReferenceNotPreserved { .. } => fail("reference-lost"),
            _ => fail("closed"),
        };
        key_is.say("groups", hop.resources.join(", ")).about_all(hop.resources.clone()).remedies(remedies(facts, hop))
    } else if let Some(stop) = hops.unknown() {
        return Err(stop);
    } else if let Some((_, hop)) = hops.first(HopVerdict::Allow) {
        let key_is = if is_open_to_all(hop) { warn("open-to-all") } else { pass("open") };
        key_is.say("groups", hop.resources.join(", ")).about_all(hop.resources.clone())
    } else {
        return Err(Stop::not_applicable("not-filtered"));
    };
    Ok(hops.describe(judgement))
}

/// A group for the endpoint that is to be made which its VPC does not have: AWS refuses to make it.
fn foreign(facts: &Facts) -> Option<Judgement> {
    let given = &facts.question.preflight.as_ref()?.group_ids;
    let (vpc_id, groups) = (facts.vpc_id().ok()?, facts.security_groups().ok()?);
    let judgement = given.iter().find_map(|id| match groups.iter().find(|group| group.group_id == *id) {
        Some(group) if group.vpc_id == vpc_id => None,
        Some(group) => Some(fail("other-vpc").say("group_vpc", &group.vpc_id).say("group", id).about(id)),
        None => Some(fail("unseen").say("group", id).about(id)),
    })?;
    let remedy = ByHand::new("choose-groups", Owner::Vpc).say("vpc", &vpc_id);
    Some(judgement.explained_by(&[]).say("vpc", &vpc_id).about(vpc_id).remedy(remedy.into()))
}

/// Where the endpoint bears only the default group and another group already lets the client in, that group is added: the default group is left
/// as it is, since everything that was made without a thought bears it.
fn remedies(facts: &Facts, hop: &Hop) -> Vec<Remedy> {
    let fitting = || {
        let endpoint = facts.endpoint().ok()?;
        let groups = facts.security_groups().ok()?.iter();
        let others = groups.filter(|group| group.vpc_id == endpoint.vpc_id && group.group_name != "default");
        let remedy = |group: &SecurityGroup| SetEndpointGroups {
            endpoint_id: endpoint.vpc_endpoint_id.clone(),
            add: group.group_id.clone(),
        };
        others.map(remedy).map(Remedy::from).take(MOST_GROUPS).find(|remedy| lets_in(facts, remedy))
    };
    match only_default(facts, hop).then(fitting).flatten() {
        Some(remedy) => vec![remedy],
        None => super::remedies(facts, HopName::EndpointSgIngress),
    }
}

/// Groups that are tried before a rule is added. A VPC may have hundreds, and each costs one look at the path.
const MOST_GROUPS: usize = 50;

/// Whether the endpoint would let the client in with the remedy applied.
fn lets_in(facts: &Facts, remedy: &Remedy) -> bool {
    let mut world = facts.clone();
    remedy.apply(&mut world);
    let hops = Hops::of(&world, HopName::EndpointSgIngress);
    hops.is_ok_and(|hops| hops.iter().count() > 0 && hops.iter().all(|(_, hop)| hop.verdict == HopVerdict::Allow))
}

/// The endpoint bears nothing but the VPC's default group, which the documented create command leaves it with.
fn only_default(facts: &Facts, hop: &Hop) -> bool {
    let groups = facts.security_groups().unwrap_or_default();
    let is_default = |id: &String| groups.iter().any(|group| group.group_id == *id && group.group_name == "default");
    !hop.resources.is_empty() && hop.resources.iter().all(is_default)
}

fn is_open_to_all(hop: &Hop) -> bool {
    matches!(&hop.rule, Some(RuleRef::Group { peer: RulePeer::Cidr(block), .. }) if block.ends_with("/0"))
}
