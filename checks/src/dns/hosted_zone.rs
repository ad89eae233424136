//! Whether a private hosted zone answers for the private name in the endpoint's place.

use super::name::{endpoint_domain, measured_right, private_name};
use super::{expected, join};
use crate::check::{Judged, Judgement, Layer, Owner, Ruling, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, Read, aws, same_name};
use crate::remedy::{ByHand, PointRecord, Remedy};
use crate::resolver::{self, Domain, Found, Holder, Records, Zone, Zones, lookup};

check!(HostedZone {
    id: "hosted-zone",
    layer: Layer::Dns,
    owner: Owner::Dns,
    reads: resolver::ZONES.and(FactSet::of(&[Fact::VpcResolverAnswers, Fact::CallerIdentity])),
    after: &["vantage", "endpoint-exists"],
    measured_by: Some("vpc-resolver-answer"),
    words: include_str!("hosted_zone.toml"),
});

/// What the zone that is asked has for the private name.
enum Has {
    /// A record that leads to the endpoint.
    Endpoint,
    /// A record that leads elsewhere.
    Other(String),
    /// None.
    Nothing,
    /// Its records were not read.
    Unread,
}

fn judge(facts: &Facts) -> Judged {
    let name = private_name(facts)?;
    let vpc_id = facts.resolver_vpc()?;
    let domain = Domain::new(&name);
    let zones = Zones::of(facts, &vpc_id);
    let judgement = match zones.best(&domain) {
        None => {
            zones.parts.all_read()?;
            pass("none")
        }
        Some(zone) if matches!(zone.holder, Holder::Endpoint(_)) => {
            // Nothing that was not seen could be more specific than a zone of the very name.
            if zone.domain != domain {
                zones.parts.all_read()?;
            }
            let losing: Vec<&str> = zones.hosted_over(&domain).map(Zone::id).collect();
            let judgement = if losing.is_empty() { pass("endpoint") } else { pass("beaten") };
            judgement.say("endpoint", zone.id()).say("zones", losing.join(", ")).about_all(losing)
        }
        Some(Zone { holder: Holder::Service { id, service }, .. }) => {
            pass("service").say("zone", id).say("service", service).about(id)
        }
        Some(zone) => {
            let judgement = hosted(facts, zone, &domain, &vpc_id)?;
            // A zone that was not seen could be more specific, unless the right answer shows that there is none.
            if judgement.ruling != Ruling::Fail && zone.domain != domain && measured_right(facts, &name) != Some(true) {
                zones.parts.all_read()?;
            }
            judgement
        }
    };
    Ok(judgement.say("name", name).say("vpc", vpc_id))
}

/// Somebody's own zone is asked.
fn hosted(facts: &Facts, zone: &Zone, name: &Domain, vpc_id: &str) -> Judged {
    let endpoint = facts.endpoint()?;
    let rival = Rival::of(facts, zone, name, vpc_id, endpoint);
    let judgement = match has(facts, zone, name, endpoint) {
        Has::Endpoint => pass("record"),
        Has::Other(value) => fail("record-elsewhere").say("value", value),
        Has::Nothing if rival == Rival::Stronger => warn("no-record-yet"),
        Has::Nothing => fail("no-record"),
        Has::Unread => match (measured_right(facts, name.as_str()), &zone.records) {
            (Some(true), _) => pass("answers"),
            (Some(false), _) if rival == Rival::Stronger => warn("unread-yet"),
            (Some(false), _) => fail("unread"),
            (None, Records::Unread(stop)) => return Err(stop.clone()),
            (None, _) => warn("delegates"),
        },
    };
    if judgement.ruling != Ruling::Fail {
        return Ok(describe(judgement, zone, endpoint));
    }
    let judgement = judgement.remedies(remedies(facts, zone, name, endpoint));
    Ok(describe(
        if rival == Rival::Kept { judgement.explained_by(&["private-dns-conflict"]) } else { judgement },
        zone,
        endpoint,
    ))
}

/// How somebody's own zone stands to the one that the endpoint would get if its private DNS, which is off, were turned on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rival {
    /// The endpoint's would be more specific, and win.
    Stronger,
    /// It would have the same domain, so this zone keeps AWS from making it: `private-dns-conflict` says so.
    Kept,
    /// There would be none, or it would lose.
    None,
}

impl Rival {
    fn of(facts: &Facts, zone: &Zone, name: &Domain, vpc_id: &str, endpoint: &aws::VpcEndpoint) -> Self {
        if endpoint.vpc_id != vpc_id || endpoint.private_dns_enabled {
            return Self::None;
        }
        let own = endpoint_domain(facts, endpoint, name);
        if zone.domain.depth() < own.depth() {
            Self::Stronger
        } else if zone.domain == own && zone.profile.is_none() {
            Self::Kept
        } else {
            Self::None
        }
    }
}

fn describe(judgement: Judgement, zone: &Zone, endpoint: &aws::VpcEndpoint) -> Judgement {
    let owner = match &zone.holder {
        Holder::Hosted { owner: Some(owner), .. } => owner.clone(),
        _ => "-".to_owned(),
    };
    judgement
        .say("zone", zone.id())
        .say("domain", &zone.domain)
        .say("owner", owner)
        .say("endpoint", &endpoint.vpc_endpoint_id)
        .data("zone_domain", zone.domain.to_string())
        .about(zone.id())
        .about_all(zone.profile.clone())
}

fn has(facts: &Facts, zone: &Zone, name: &Domain, endpoint: &aws::VpcEndpoint) -> Has {
    match lookup(zone, name) {
        Found::Name(other) | Found::Alias(other) if is_name_of(endpoint, &other) => Has::Endpoint,
        Found::Name(other) | Found::Alias(other) => Has::Other(other),
        Found::Endpoint(id) if id == endpoint.vpc_endpoint_id => Has::Endpoint,
        Found::Endpoint(id) => Has::Other(id),
        Found::Addresses(addresses) => {
            let own = expected(facts);
            if own.is_empty() {
                return Has::Unread;
            }
            let right = addresses.iter().all(|address| own.contains(address));
            if right && !addresses.is_empty() { Has::Endpoint } else { Has::Other(join(&addresses)) }
        }
        Found::NoAddress | Found::Nothing => Has::Nothing,
        Found::Delegated(_) | Found::Unread => Has::Unread,
    }
}

fn is_name_of(endpoint: &aws::VpcEndpoint, name: &str) -> bool {
    endpoint.dns_entries.iter().any(|entry| same_name(&entry.dns_name, name))
}

/// A record in the zone, where it is this account's to change; else its owner is to be asked.
fn remedies(facts: &Facts, zone: &Zone, name: &Domain, endpoint: &aws::VpcEndpoint) -> Vec<Remedy> {
    vec![record(facts, zone, name, endpoint).unwrap_or_else(|| {
        let deed = if is_foreign(facts, zone).unwrap_or(false) { "ask-zone-owner" } else { "remove-hosted-zone" };
        let owner = match &zone.holder {
            Holder::Hosted { owner: Some(owner), .. } => owner.as_str(),
            _ => "-",
        };
        let deed = ByHand::new(deed, Owner::Dns).say("zone", zone.id()).say("vpc", &endpoint.vpc_id);
        deed.say("owner", owner).say("name", name).say("endpoint", &endpoint.vpc_endpoint_id).into()
    })]
}

/// Whether another account keeps the zone.
fn is_foreign(facts: &Facts, zone: &Zone) -> Read<bool> {
    let caller = &facts.caller_identity()?.account;
    Ok(matches!(&zone.holder, Holder::Hosted { owner: Some(owner), .. } if owner != caller))
}

/// The record that would lead the name to the endpoint. `None` where it can't be made from here.
pub(crate) fn record(facts: &Facts, zone: &Zone, name: &Domain, endpoint: &aws::VpcEndpoint) -> Option<Remedy> {
    let Records::Sets(sets) = &zone.records else { return None };
    if is_foreign(facts, zone).unwrap_or(false) {
        return None;
    }
    let regional = endpoint.dns_entries.first().filter(|entry| !entry.hosted_zone_id.is_empty())?;
    let old = sets.iter().filter(|set| Domain::new(&set.name) == *name);
    Some(
        PointRecord {
            zone_id: zone.id().to_owned(),
            name: name.to_string(),
            to: regional.clone(),
            replaces: old.filter(|set| ["A", "CNAME"].contains(&set.record_type.as_str())).cloned().collect(),
        }
        .into(),
    )
}

/// Whether somebody's own zone leads the name to the endpoint in its VPC, in place of private DNS.
pub(crate) fn stands_in(facts: &Facts, endpoint: &aws::VpcEndpoint, name: &str) -> bool {
    let zones = Zones::of(facts, &endpoint.vpc_id);
    let domain = Domain::new(name);
    zones.best(&domain).is_some_and(|zone| {
        matches!(zone.holder, Holder::Hosted { .. }) && matches!(has(facts, zone, &domain, endpoint), Has::Endpoint)
    })
}
