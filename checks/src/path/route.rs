//! Whether both subnets route to each other.

use super::Hops;
use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass, warn};
use crate::facts::Facts;
use crate::network::{Change, Hop, HopName, HopVerdict, READS, Reason, RuleRef};
use crate::remedy::Remedy;

check!(Route {
    id: "route",
    layer: Layer::Path,
    owner: Owner::Vpc,
    reads: READS,
    after: &["endpoint-exists", "vantage"],
    measured_by: Some("tcp"),
    words: include_str!("route.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let sides = [Hops::of(facts, HopName::ClientRoute)?, Hops::of(facts, HopName::EndpointRoute)?];
    let first = |verdict| sides.iter().find_map(|hops| hops.first(verdict).map(|(_, hop)| hop));
    let judgement = if let Some(hop) = first(HopVerdict::Deny) {
        fail(key(hop)).remedies(super::remedies(facts, hop.hop))
    } else if let Some(hop) = first(HopVerdict::Unknown).filter(|hop| matches!(hop.reason, Reason::LeavesModel { .. }))
    {
        // What can't be looked into is to blame only where packets do get lost.
        if nothing_connects(facts) { fail("leaves-model").remedies(decide(hop)) } else { warn("leaves-model") }
    } else if let Some(stop) = sides.iter().find_map(Hops::unknown) {
        return Err(stop);
    } else if first(HopVerdict::Allow).is_some() {
        pass("routed")
    } else {
        return Err(Stop::not_applicable("no-say"));
    };
    let hop = first(HopVerdict::Deny).or_else(|| first(HopVerdict::Unknown)).or_else(|| first(HopVerdict::Allow));
    let judgement = match hop {
        Some(hop) => judgement
            .say("table", hop.resource.clone().unwrap_or_default())
            .say("destination", destination(hop))
            .say("via", target(hop))
            .about_all(hop.resource.clone()),
        None => judgement,
    };
    Ok(sides[0].describe(judgement))
}

fn nothing_connects(facts: &Facts) -> bool {
    let attempts = facts.tcp_attempts().unwrap_or_default();
    !attempts.is_empty() && !attempts.iter().any(|attempt| attempt.outcome.is_connected())
}

fn decide(hop: &Hop) -> Option<Remedy> {
    let change = Change::Decision { hop: hop.hop, resource: hop.resource.clone(), reason: hop.reason.clone() };
    Some(change.into())
}

/// Which sentence: the way there and the way back fail alike, and are mended in different tables.
fn key(hop: &Hop) -> &'static str {
    match (&hop.reason, hop.hop.is_return()) {
        (Reason::Blackhole, false) => "blackhole",
        (Reason::Blackhole, true) => "blackhole-back",
        (Reason::NoRoute, false) => "no-route",
        (Reason::NoRoute, true) => "no-route-back",
        (Reason::OverlappingVpc, _) => "overlap",
        (Reason::PeeringInactive { .. } | Reason::AttachmentInactive { .. }, _) => "inactive",
        (Reason::NoAttachmentInZone { .. }, _) => "no-attachment-in-zone",
        (_, false) => "wrong-way",
        (_, true) => "wrong-way-back",
    }
}

fn destination(hop: &Hop) -> String {
    match &hop.rule {
        Some(RuleRef::Route { destination, .. }) => destination.clone(),
        _ => String::new(),
    }
}

fn target(hop: &Hop) -> String {
    match (&hop.rule, &hop.reason) {
        (_, Reason::LeavesModel { via } | Reason::CannotDeliver { via } | Reason::WrongPeer { via }) => via.clone(),
        (_, Reason::NoAttachmentInZone { gateway, .. } | Reason::AttachmentInactive { gateway, .. }) => gateway.clone(),
        (Some(RuleRef::Route { target, .. }), _) => target.clone(),
        _ => String::new(),
    }
}
