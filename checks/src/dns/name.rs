//! The name that the checks of this layer are about, and what the VPC's resolver was seen to make of it.

use super::{Addresses, answers_for, expected};
use crate::check::Stop;
use crate::facts::{Facts, HostName, Read, aws};
use crate::resolver::Domain;

/// The private name. An address needs no DNS, and the endpoint's own names are in public DNS.
pub(super) fn private_name(facts: &Facts) -> Read<String> {
    if let Some(HostName::Endpoint { .. } | HostName::Address(_)) =
        facts.question.target.host.as_deref().map(HostName::parse)
    {
        return Err(Stop::not_applicable("own-name"));
    }
    facts.private_name().map(str::to_owned).ok_or_else(|| Stop::not_applicable("no-name"))
}

/// Whether the VPC's resolver was seen to answer with the endpoint's addresses. `None` where nobody asked, or the addresses are not known.
pub(super) fn measured_right(facts: &Facts, name: &str) -> Option<bool> {
    let expected = expected(facts);
    let answer = answers_for(facts.vpc_resolver_answers().ok()?, name).next()?;
    let found = answer.addresses();
    (!expected.is_empty()).then(|| !found.is_empty() && Addresses::compare(found, &expected) == Addresses::Right)
}

/// The domain of the zone that AWS keeps for an endpoint once its private DNS is on.
pub(super) fn endpoint_domain(facts: &Facts, endpoint: &aws::VpcEndpoint, name: &Domain) -> Domain {
    let services = facts.vpc_endpoint_services().unwrap_or_default();
    let service = services.iter().find(|service| service.service_name == endpoint.service_name);
    let domains = service.into_iter().flat_map(aws::ServiceDetail::private_names).map(Domain::of_private_name);
    // Where the service's private name is not known, the zone is named for the very host.
    domains.filter(|domain| domain.covers(name)).max_by_key(Domain::depth).unwrap_or_else(|| name.clone())
}
