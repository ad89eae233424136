//! Whether the private name resolves to the endpoint in its VPC.

use crate::check::{Judged, Layer, Message, Owner, Stop, check, fail, pass};
use crate::dns::hosted_zone;
use crate::facts::{Facts, HostName, aws};
use crate::remedy::{ByHand, EnablePrivateDns};
use crate::resolver::{self, Domain, Found, Zones, lookup};

check!(EndpointPrivateDns {
    id: "endpoint-private-dns",
    layer: Layer::Endpoint,
    owner: Owner::Vpc,
    reads: resolver::ZONES,
    after: &["endpoint-exists"],
    explained_by: &[
        "vpc-dns-support",
        "vpc-dns-hostnames",
        "service",
        "endpoint-state",
        "private-dns-conflict",
        "hosted-zone",
    ],
    measured_by: Some("vpc-resolver-answer"),
    words: include_str!("endpoint_private_dns.toml"),
});

fn judge(facts: &Facts) -> Judged {
    let endpoint = facts.endpoint()?;
    if let Some(HostName::Endpoint { .. } | HostName::Address(_)) =
        facts.question.target.host.as_deref().map(HostName::parse)
    {
        return Err(Stop::not_applicable("own-name"));
    }
    let service = facts.service().ok().flatten();
    let verification =
        service.and_then(|service| service.private_dns_name_verification_state.as_deref()).unwrap_or("verified");
    let name = facts.private_name().map(str::to_owned);
    let judgement = if endpoint.private_dns_enabled {
        pass("on")
    } else if service.is_some_and(|service| service.private_names().next().is_none()) {
        return Err(Stop::not_applicable("no-private-name"));
    } else if name.as_deref().is_some_and(|name| hosted_zone::stands_in(facts, endpoint, name)) {
        pass("own-zone")
    } else if !verification.eq_ignore_ascii_case("verified") {
        let ask = ByHand::new("ask-tidb-cloud-name", Owner::TidbCloud).say("endpoint", &endpoint.vpc_endpoint_id);
        fail("not-verified").owner(Owner::TidbCloud).remedy(ask.into())
    } else {
        let in_its_place = name.as_deref().and_then(|name| answering(facts, endpoint, name));
        let judgement = match in_its_place {
            Some(id) => fail("off-answered").say("zone", &id).about(id),
            None => fail("off"),
        };
        judgement.remedy(
            EnablePrivateDns { endpoint_id: endpoint.vpc_endpoint_id.clone(), private_name: name.clone() }.into(),
        )
    };
    Ok(judgement
        .say("endpoint", &endpoint.vpc_endpoint_id)
        .say("verification", verification)
        .say_words(
            "name",
            name.map_or_else(|| Message::new("the-private-name"), |name| Message::new("as-is").say("text", name)),
        )
        .about(&endpoint.vpc_endpoint_id))
}

/// What answers for the name in the endpoint's place: a zone that has a record for it, or another endpoint.
fn answering(facts: &Facts, endpoint: &aws::VpcEndpoint, name: &str) -> Option<String> {
    let (zones, name) = (Zones::of(facts, &endpoint.vpc_id), Domain::new(name));
    let zone = zones.best(&name)?;
    let answers = !matches!(lookup(zone, &name), Found::Nothing | Found::NoAddress | Found::Unread);
    answers.then(|| zone.id().to_owned())
}
