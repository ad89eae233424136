//! Whether something else in the VPC claims the private name, so that AWS refuses to turn private DNS on.

use crate::check::{Judged, Layer, Owner, Stop, check, fail, pass};
use crate::dns::hosted_zone;
use crate::facts::{Fact, FactSet, Facts, aws, same_name};
use crate::remedy::{ByHand, DisablePrivateDns, Effect, EnablePrivateDns, Remedy};
use crate::resolver::{self, Domain, Zones};

check!(PrivateDnsConflict {
    id: "private-dns-conflict",
    layer: Layer::Endpoint,
    owner: Owner::Vpc,
    reads: resolver::ZONES.and(FactSet::of(&[Fact::CallerIdentity])),
    after: &["endpoint-exists"],
    measured_by: Some("vpc-resolver-answer"),
    words: include_str!("private_dns_conflict.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let endpoint = facts.endpoint()?;
    let name = facts.private_name().unwrap_or_default().to_owned();
    let about = |judgement: crate::check::Judgement| {
        let judgement = judgement.say("endpoint", &endpoint.vpc_endpoint_id).say("name", &name);
        judgement.say("vpc", &endpoint.vpc_id).about(&endpoint.vpc_endpoint_id)
    };
    if endpoint.private_dns_enabled {
        // Where neither the target nor the service tells the name.
        return Ok(about(pass(if name.is_empty() { "held-unnamed" } else { "held" })));
    }
    let holder = facts.vpc_endpoints()?.iter().find(|other| holds(other, endpoint, &name));
    if let Some(holder) = holder {
        let judgement = fail("endpoint").remedies(remedies(endpoint, holder, &name));
        return Ok(about(judgement).say("holder", &holder.vpc_endpoint_id).about(&holder.vpc_endpoint_id));
    }
    if name.is_empty() {
        return Err(Stop::not_applicable("no-name"));
    }
    facts.hosted_zones()?;
    let domain = Domain::new(&name);
    let zones = Zones::of(facts, &endpoint.vpc_id);
    // What a Profile brings in stands beside the VPC's own and keeps nothing from being turned on.
    let zone = zones.hosted_over(&domain).find(|zone| zone.domain == domain && zone.profile.is_none());
    let Some(zone) = zone else { return Ok(about(pass("free"))) };
    if hosted_zone::stands_in(facts, endpoint, &name) {
        // Somebody chose to lead the name there by a record, which does as well.
        return Ok(about(pass("own-zone")).say("zone", zone.id()).about(zone.id()));
    }
    let remedy = hosted_zone::record(facts, zone, &domain, endpoint).unwrap_or_else(|| {
        ByHand::new("remove-hosted-zone", Owner::Dns).say("zone", zone.id()).say("vpc", &endpoint.vpc_id).into()
    });
    Ok(about(fail("hosted-zone")).owner(Owner::Dns).say("zone", zone.id()).about(zone.id()).remedy(remedy))
}

/// Whether `other` has the private name in the same VPC.
fn holds(other: &aws::VpcEndpoint, endpoint: &aws::VpcEndpoint, name: &str) -> bool {
    other.vpc_endpoint_id != endpoint.vpc_endpoint_id
        && other.vpc_id == endpoint.vpc_id
        && other.private_dns_enabled
        && (other.service_name == endpoint.service_name
            || other.dns_entries.iter().any(|entry| same_name(&entry.dns_name, name)))
}

/// The holder serves as well where it works and leads to the same service; otherwise the name moves over.
fn remedies(endpoint: &aws::VpcEndpoint, holder: &aws::VpcEndpoint, name: &str) -> Vec<Remedy> {
    if holder.service_name == endpoint.service_name && holder.state() == aws::EndpointState::Available {
        let reuse = ByHand::new("reuse-endpoint", Owner::Vpc)
            .say("holder", &holder.vpc_endpoint_id)
            .say("endpoint", &endpoint.vpc_endpoint_id)
            .effect(Effect::UseEndpoint(holder.vpc_endpoint_id.clone()));
        return vec![reuse.into()];
    }
    vec![
        DisablePrivateDns { endpoint_id: holder.vpc_endpoint_id.clone() }.into(),
        EnablePrivateDns {
            endpoint_id: endpoint.vpc_endpoint_id.clone(),
            private_name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        }
        .into(),
    ]
}
