//! Which VPCs the question is about: the client's and the endpoint's. What is listed by VPC is listed for these.

use pldoctor_checks::facts::aws::{EndpointState, VpcEndpoint};
use pldoctor_checks::facts::{Facts, HostName, Question};

/// VPCs that are listed in one run. The client's and the endpoint's make two; more come from addresses that several VPCs have.
const VPCS_LIMIT: usize = 8;

/// The VPCs, the one that the question is about first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scope(pub(super) Vec<String>);

impl Scope {
    /// Adds VPCs that are not there yet.
    pub(super) fn add<'a>(&mut self, vpc_ids: impl IntoIterator<Item = &'a str>) {
        for vpc_id in vpc_ids {
            if !vpc_id.is_empty() && !self.0.iter().any(|known| known == vpc_id) && self.0.len() < VPCS_LIMIT {
                self.0.push(vpc_id.to_owned());
            }
        }
    }

    /// The scope of what is known so far: endpoints, services where they are needed, metadata, and where `--from` is.
    pub(super) fn of(facts: &Facts) -> Self {
        let mut scope = Self::default();
        scope.add(facts.question.preflight.iter().filter_map(|preflight| preflight.vpc_id.as_deref()));
        // The endpoint's first: that is the VPC whose DNS and hosted zones are asked about.
        scope.add(facts.endpoints().unwrap_or_default().iter().map(|endpoint| endpoint.vpc_id.as_str()));
        scope.add(client_vpcs(facts));
        scope
    }
}

/// The VPCs in which the client has an interface.
fn client_vpcs(facts: &Facts) -> Vec<&str> {
    if facts.question.from.is_none() {
        let interfaces = facts.host.metadata.known().map(|metadata| &metadata.interfaces);
        return interfaces.into_iter().flatten().map(|interface| interface.vpc_id.as_str()).collect();
    }
    let instances = facts.aws.instances.known().into_iter().flat_map(|list| &list.reservations);
    let instances = instances.flat_map(|reservation| &reservation.instances).map(|instance| instance.vpc_id.as_str());
    let interfaces = facts.aws.network_interfaces.known().into_iter().flat_map(|list| &list.network_interfaces);
    instances.chain(interfaces.map(|interface| interface.vpc_id.as_str())).collect()
}

/// Whether only the services' private names can tell which endpoint is the target's, and it matters to the scope.
pub(super) fn needs_services(facts: &Facts) -> bool {
    let own = client_vpcs(facts);
    !is_certain(facts) && candidates(facts).any(|endpoint| !own.contains(&endpoint.vpc_id.as_str()))
}

/// Whether the endpoints alone tell which is the target's: it was named, or it answers to the target's name.
pub(super) fn is_certain(facts: &Facts) -> bool {
    let host = facts.question.target.host.as_deref().unwrap_or_default().trim_end_matches('.');
    let answers_to_host = |endpoint: &VpcEndpoint| {
        endpoint.dns_entries.iter().any(|entry| entry.dns_name.trim_end_matches('.').eq_ignore_ascii_case(host))
    };
    is_named(&facts.question) || candidates(facts).any(answers_to_host)
}

/// The names of the services that may be the target's; none where nothing narrows them down.
pub(super) fn service_names(facts: &Facts) -> Vec<String> {
    let target = &facts.question.target;
    if let Some(name) = &target.service_name {
        return vec![name.clone()];
    }
    let mut names: Vec<String> = candidates(facts)
        .filter(|endpoint| target.endpoint_id.as_ref().is_none_or(|id| endpoint.vpc_endpoint_id == *id))
        .map(|endpoint| endpoint.service_name.clone())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Whether the services that were found leave open which one the target's name belongs to.
pub(super) fn lacks_service(facts: &Facts) -> bool {
    !is_named(&facts.question) && facts.question.target.host.is_some() && facts.service_name().is_none()
}

/// Whether the question names the endpoint or the service, so that nothing need be inferred.
fn is_named(question: &Question) -> bool {
    let target = &question.target;
    let host = target.host.as_deref().map(HostName::parse);
    target.endpoint_id.is_some() || target.service_name.is_some() || matches!(host, Some(HostName::Endpoint { .. }))
}

/// The endpoints that lead to somebody's own service, as TiDB Cloud's is one.
fn candidates(facts: &Facts) -> impl Iterator<Item = &VpcEndpoint> {
    let endpoints = facts.aws.vpc_endpoints.known().into_iter().flat_map(|list| &list.vpc_endpoints);
    endpoints.filter(|endpoint| {
        endpoint.is_interface()
            && endpoint.service_name.contains(".vpce-svc-")
            && endpoint.state() != EndpointState::Deleted
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pldoctor_checks::facts::aws::{DnsEntry, ServiceDetail, VpcEndpointServices, VpcEndpoints};
    use pldoctor_checks::facts::{Metadata, MetadataInterface, Observed};

    fn endpoint(id: &str, vpc: &str, service: &str, name: &str) -> VpcEndpoint {
        VpcEndpoint {
            vpc_endpoint_id: id.into(),
            vpc_endpoint_type: "Interface".into(),
            vpc_id: vpc.into(),
            service_name: format!("com.amazonaws.vpce.us-east-1.{service}"),
            dns_entries: vec![DnsEntry { dns_name: name.into(), ..DnsEntry::default() }],
            ..VpcEndpoint::default()
        }
    }

    fn world(endpoints: Vec<VpcEndpoint>) -> Facts {
        let mut facts = Facts::default();
        facts.question.target.host = Some("db.test".into());
        let interface = MetadataInterface { vpc_id: "vpc-own".into(), ..MetadataInterface::default() };
        facts.host.metadata = Observed::Known(Metadata { interfaces: vec![interface], ..Metadata::default() });
        facts.aws.vpc_endpoints = Observed::Known(VpcEndpoints { vpc_endpoints: endpoints });
        facts
    }

    #[test]
    fn the_endpoints_vpc_comes_before_the_clients() {
        let facts = world(vec![endpoint("vpce-1", "vpc-other", "vpce-svc-1", "db.test.")]);
        assert!(!needs_services(&facts), "its own name says whose it is");
        assert_eq!(Scope::of(&facts).0, ["vpc-other", "vpc-own"]);
    }

    #[test]
    fn services_are_waited_for_only_where_an_endpoint_elsewhere_may_be_the_targets() {
        let own = || endpoint("vpce-1", "vpc-own", "vpce-svc-1", "vpce-1.test");
        assert!(!needs_services(&world(vec![own()])));
        let mut facts = world(vec![own(), endpoint("vpce-2", "vpc-other", "vpce-svc-2", "vpce-2.test")]);
        assert!(needs_services(&facts));
        let service = ServiceDetail {
            service_name: "com.amazonaws.vpce.us-east-1.vpce-svc-2".into(),
            private_dns_name: Some("db.test".into()),
            ..ServiceDetail::default()
        };
        facts.aws.vpc_endpoint_services = Observed::Known(VpcEndpointServices { service_details: vec![service] });
        assert_eq!(Scope::of(&facts).0, ["vpc-other", "vpc-own"]);
        facts.question.target.endpoint_id = Some("vpce-1".into());
        assert!(!needs_services(&facts));
        assert_eq!(Scope::of(&facts).0, ["vpc-own"]);
        assert_eq!(service_names(&facts), ["com.amazonaws.vpce.us-east-1.vpce-svc-1"]);
    }
}
