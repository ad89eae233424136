//! Whether something else in the VPC claims the private name, so that AWS refuses to turn private DNS on.

use crate::check::{Judged, Layer, Owner, check, fail, pass};
use crate::facts::{Fact, FactSet, Facts, aws, reads, same_name};
use crate::remedy::{ByHand, DisablePrivateDns, Effect, EnablePrivateDns, Remedy};

check!(PrivateDnsConflict {
    id: "private-dns-conflict",
    layer: Layer::Endpoint,
    owner: Owner::Vpc,
    reads: reads::ENDPOINT.and(FactSet::of(&[Fact::HostedZones])),
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
        return Ok(about(pass("held")));
    }
    let holder = facts.vpc_endpoints()?.iter().find(|other| holds(other, endpoint, &name));
    if let Some(holder) = holder {
        let judgement = fail("endpoint").remedies(remedies(endpoint, holder, &name));
        return Ok(about(judgement).say("holder", &holder.vpc_endpoint_id).about(&holder.vpc_endpoint_id));
    }
    // A zone that an AWS service keeps is an endpoint's own; anyone else's of the same name is in the way.
    let zone = facts
        .hosted_zones()?
        .iter()
        .find(|zone| !name.is_empty() && same_name(&zone.name, &name) && zone.owner.owning_service.is_none());
    Ok(match zone {
        Some(zone) => {
            let remedy = ByHand::new("remove-hosted-zone", Owner::Dns)
                .say("zone", &zone.hosted_zone_id)
                .say("vpc", &endpoint.vpc_id);
            about(fail("hosted-zone"))
                .owner(Owner::Dns)
                .say("zone", &zone.hosted_zone_id)
                .about(&zone.hosted_zone_id)
                .remedy(remedy.into())
        }
        None => about(pass("free")),
    })
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
