//! Whether there is an interface endpoint for the target.

use super::creation;
use crate::check::{Judged, Layer, Owner, check, fail, pass, warn};
use crate::facts::{Fact, FactSet, Facts, Plan, aws, reads};
use crate::remedy::{ByHand, Remedy};

check!(EndpointExists {
    id: "endpoint-exists",
    layer: Layer::Endpoint,
    owner: Owner::Vpc,
    reads: reads::VPC.and(crate::network::READS).and(FactSet::of(&[Fact::AvailabilityZones])),
    explained_by: &["target-name", "vantage", "region", "service", "endpoint-quota"],
    measured_by: Some("tcp"),
    words: include_str!("endpoint_exists.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let endpoints = facts.endpoints()?;
    let Some(endpoint) = endpoints.first() else { return none(facts) };
    let judgement = if !endpoint.is_interface() {
        fail("wrong-type")
            .owner(Owner::Client)
            .say("type", &endpoint.vpc_endpoint_type)
            .remedy(check_id(&endpoint.vpc_endpoint_id))
    } else {
        let spare: Vec<&str> = endpoints[1..]
            .iter()
            .filter(|other| other.vpc_id == endpoint.vpc_id)
            .map(|other| other.vpc_endpoint_id.as_str())
            .collect();
        if spare.is_empty() {
            pass("one")
        } else {
            let key_is =
                if facts.plan() == Some(Plan::Dedicated) { warn("several-dedicated") } else { warn("several") };
            key_is.say("others", spare.join(", ")).about_all(spare)
        }
    };
    Ok(about(judgement, endpoint))
}

fn about(judgement: crate::check::Judgement, endpoint: &aws::VpcEndpoint) -> crate::check::Judgement {
    let judgement = judgement.say("endpoint", &endpoint.vpc_endpoint_id).say("vpc", &endpoint.vpc_id);
    judgement
        .say("service", &endpoint.service_name)
        .about(&endpoint.vpc_endpoint_id)
        .data("service_name", endpoint.service_name.clone())
}

fn check_id(id: &str) -> Remedy {
    ByHand::new("check-id", Owner::Client).say("id", id).into()
}

fn none(facts: &Facts) -> Judged {
    if let Some(id) = &facts.question.target.endpoint_id {
        return Ok(fail("not-found").owner(Owner::Client).say("endpoint", id).about(id).remedy(check_id(id)));
    }
    let vpc_id = facts.vpc_id()?;
    let name = facts.question.target.host.clone().unwrap_or_default();
    let service = facts.service_name().map(str::to_owned);
    let judgement = match (service, creation::remedies(facts)?) {
        (Some(service), Some(remedies)) => fail("none").say("service", &service).about(service).remedies(remedies),
        (Some(service), None) => fail("none-no-subnet")
            .say("service", &service)
            .about(service)
            .remedy(ByHand::new("find-zone", Owner::Vpc).into()),
        (None, _) => fail("none-no-service")
            .remedy(ByHand::new("name-the-service", Owner::Vpc).say("host", &name).say("vpc", &vpc_id).into()),
    };
    Ok(judgement.say("vpc", &vpc_id).say("host", name).about(vpc_id))
}
