//! Whether the private name resolves to the endpoint in its VPC.

use crate::check::{Judged, Layer, Message, Owner, Stop, check, fail, pass};
use crate::dns::hosted_zone;
use crate::facts::{Facts, HostName};
use crate::remedy::{ByHand, EnablePrivateDns};
use crate::resolver;

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
        fail("off").remedy(
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
