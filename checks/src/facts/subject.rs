//! Who and what a world is about: where the traffic starts, which endpoint it is for, which service is behind that.
//!
//! Each reader says in [`reads`] what it reads, so that a check can declare the same.

use super::{DnsAnswer, DnsOutcome, Fact, FactSet, Facts, HostName, Origin, Plan, Read, Why, WhyKind, aws};
use crate::check::Stop;
use std::net::IpAddr;

/// What the readers of this module read, to be declared by the checks that use them.
pub mod reads {
    use super::{Fact, FactSet};

    /// [`super::Facts::vantage`]
    pub const VANTAGE: FactSet =
        FactSet::of(&[Fact::Metadata, Fact::HostAddresses, Fact::NetworkInterfaces, Fact::Subnets, Fact::Tcp]);
    /// [`super::Facts::seems_outside_aws`]
    pub const OUTSIDE: FactSet = VANTAGE.and(FactSet::of(&[Fact::VpcResolverAnswers]));
    /// [`super::Facts::endpoint`] and everything that identifies it.
    pub const ENDPOINT: FactSet = VANTAGE.and(FactSet::of(&[Fact::VpcEndpoints, Fact::VpcEndpointServices]));
    /// [`super::Facts::vpc_id`]
    pub const VPC: FactSet = ENDPOINT.and(FactSet::of(&[Fact::Vpcs]));
}

/// Where the traffic starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vantage {
    /// `i-…`
    pub instance_id: Option<String>,
    /// `eni-…`
    pub interface_id: Option<String>,
    /// The source address, where one is known.
    pub address: Option<IpAddr>,
    /// `vpc-…`; `None` for an address outside every known VPC.
    pub vpc_id: Option<String>,
    /// `subnet-…`
    pub subnet_id: Option<String>,
    /// `sg-…`; `None` where the groups are not known, as for an address that no interface bears.
    pub group_ids: Option<Vec<String>>,
}

/// What a plan was inferred from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanSource {
    /// The user said it.
    Given,
    /// The target's name is of that plan's form.
    Name,
    /// The endpoint service wants each endpoint to be accepted.
    Acceptance,
}

impl From<&aws::NetworkInterface> for Vantage {
    fn from(interface: &aws::NetworkInterface) -> Self {
        Self {
            instance_id: interface.attachment.as_ref().and_then(|attachment| attachment.instance_id.clone()),
            interface_id: Some(interface.network_interface_id.clone()),
            address: interface.addresses().next(),
            vpc_id: Some(interface.vpc_id.clone()),
            subnet_id: Some(interface.subnet_id.clone()),
            group_ids: Some(interface.groups.iter().map(|group| group.group_id.clone()).collect()),
        }
    }
}

impl Facts {
    /// Where the traffic starts: what `--from` names, or the machine itself by its metadata, or by its addresses.
    ///
    /// # Errors
    /// Blocked by `vantage` where `--from` names what is not there.
    pub fn vantage(&self) -> Read<Vantage> {
        match &self.question.from {
            None => self.own_vantage(),
            Some(Origin::Instance(id)) => {
                let primary = |interface: &&aws::NetworkInterface| {
                    interface.attachment.as_ref().is_some_and(|attachment| {
                        attachment.instance_id.as_deref() == Some(id) && attachment.device_index == 0
                    })
                };
                Ok(self.network_interfaces()?.iter().find(primary).ok_or(Stop::Blocked("vantage"))?.into())
            }
            Some(Origin::Interface(id)) => {
                let interfaces = self.network_interfaces()?;
                let found = interfaces.iter().find(|interface| interface.network_interface_id == *id);
                Ok(found.ok_or(Stop::Blocked("vantage"))?.into())
            }
            Some(Origin::Address(address)) => {
                let holder = |interface: &&aws::NetworkInterface| interface.addresses().any(|own| own == *address);
                if let Some(interface) = self.network_interfaces()?.iter().find(holder) {
                    return Ok(Vantage { address: Some(*address), ..interface.into() });
                }
                // An address that no interface bears yet may still lie in a subnet; its groups are then unknown.
                let subnet = self.subnets()?.iter().find(|subnet| subnet.contains(*address));
                Ok(Vantage {
                    address: Some(*address),
                    vpc_id: subnet.map(|subnet| subnet.vpc_id.clone()),
                    subnet_id: subnet.map(|subnet| subnet.subnet_id.clone()),
                    ..Vantage::default()
                })
            }
        }
    }

    fn own_vantage(&self) -> Read<Vantage> {
        let missing = match self.metadata() {
            Ok(metadata) => {
                // With several interfaces, the one whose address the connections really left from.
                let used = self.connections.tcp.known().and_then(|attempts| attempts.iter().find_map(|a| a.source));
                let interfaces = &metadata.interfaces;
                let interface = interfaces
                    .iter()
                    .find(|interface| used.is_some_and(|address| interface.local_ipv4s.contains(&address)))
                    .or_else(|| interfaces.iter().min_by_key(|interface| interface.device_number));
                return Ok(interface.map_or_else(Vantage::default, |interface| Vantage {
                    instance_id: metadata.instance_id.clone(),
                    interface_id: Some(interface.interface_id.clone()),
                    address: interface.local_ipv4s.first().or(interface.ipv6s.first()).copied(),
                    vpc_id: Some(interface.vpc_id.clone()),
                    subnet_id: Some(interface.subnet_id.clone()),
                    group_ids: Some(interface.security_group_ids.clone()),
                }));
            }
            Err(missing) => missing,
        };
        // Without metadata, an address of ours that exactly one interface bears says the same. Two bearers, in VPCs that overlap, say nothing.
        let (Ok(own), Ok(interfaces)) = (self.host_addresses(), self.network_interfaces()) else {
            return Err(missing);
        };
        let mut bearers =
            interfaces.iter().filter(|interface| interface.addresses().any(|address| own.contains(&address)));
        match (bearers.next(), bearers.next()) {
            (Some(interface), None) => Ok(interface.into()),
            _ => Err(missing),
        }
    }

    /// Whether nothing shows that this machine is in AWS: the metadata service tells nothing, the resolver that every VPC has is silent, and none
    /// of the machine's addresses is known to be an interface's. What such a machine can't see or reach says nothing of a VPC.
    pub fn seems_outside_aws(&self) -> bool {
        // A service that refuses is there.
        let silent = |why: &Why| why.kind() != WhyKind::Denied;
        let unanswered =
            |answer: &DnsAnswer| matches!(answer.outcome, DnsOutcome::TimedOut { .. } | DnsOutcome::Unreachable { .. });
        let answers = self.dns.vpc_resolver.known().map(Vec::as_slice).unwrap_or_default();
        self.question.from.is_none()
            && !answers.is_empty()
            && answers.iter().all(unanswered)
            && self.host.metadata.as_ref().err().is_some_and(silent)
            && self.vantage().is_err()
    }

    /// The VPC that the question is about: the one where an endpoint is to be made, else the endpoint's, else the vantage's, else the only one there
    /// is.
    pub fn vpc_id(&self) -> Read<String> {
        if let Some(vpc_id) = self.question.preflight.as_ref().and_then(|preflight| preflight.vpc_id.as_ref()) {
            return Ok(vpc_id.clone());
        }
        if let Ok(endpoint) = self.endpoint() {
            return Ok(endpoint.vpc_id.clone());
        }
        let missing = match self.vantage() {
            Ok(Vantage { vpc_id: Some(vpc_id), .. }) => return Ok(vpc_id),
            Ok(_) => Stop::Blocked("vantage"),
            Err(stop) => stop,
        };
        match self.vpcs() {
            Ok([only]) => Ok(only.vpc_id.clone()),
            _ => Err(missing),
        }
    }

    /// The VPC whose resolver the client asks: its own, else the one that the question is about.
    pub fn resolver_vpc(&self) -> Read<String> {
        match self.vantage() {
            Ok(Vantage { vpc_id: Some(vpc_id), .. }) => Ok(vpc_id),
            _ => self.vpc_id(),
        }
    }

    /// The endpoints that lead to the target, best first: in the vantage's VPC before others, available before others.
    pub fn endpoints(&self) -> Read<Vec<&aws::VpcEndpoint>> {
        let all = self.vpc_endpoints()?;
        let own_vpc = self.vantage().ok().and_then(|vantage| vantage.vpc_id);
        let mut matching: Vec<_> = all.iter().filter(|endpoint| self.leads_to_target(endpoint)).collect();
        if matching.is_empty() && !self.target_is_exact() && self.aws.vpc_endpoint_services.known().is_none() {
            // Nothing says which service the name belongs to. The only candidate in the VPC is taken for it; of several, none.
            let candidates: Vec<_> = all
                .iter()
                .filter(|endpoint| endpoint.is_interface() && endpoint.service_name.contains(".vpce-svc-"))
                .filter(|endpoint| own_vpc.as_deref().is_none_or(|vpc_id| vpc_id == endpoint.vpc_id))
                .collect();
            match candidates.as_slice() {
                [] => {}
                [only] => matching.push(only),
                _ => {
                    self.vpc_endpoint_services()?;
                }
            }
        }
        matching.sort_by_key(|endpoint| {
            let elsewhere = own_vpc.as_deref().is_some_and(|vpc_id| vpc_id != endpoint.vpc_id);
            let unavailable = endpoint.state() != aws::EndpointState::Available;
            (elsewhere, unavailable, !endpoint.private_dns_enabled, endpoint.vpc_endpoint_id.clone())
        });
        Ok(matching)
    }

    /// The endpoint that the question is about.
    ///
    /// # Errors
    /// Blocked by `endpoint-exists` where there is none, or where it is of another type.
    pub fn endpoint(&self) -> Read<&aws::VpcEndpoint> {
        let best = self.endpoints()?.first().copied();
        best.filter(|endpoint| endpoint.is_interface()).ok_or(Stop::Blocked("endpoint-exists"))
    }

    /// Whether the user named the endpoint or the service, so that nothing need be inferred.
    fn target_is_exact(&self) -> bool {
        self.question.target.endpoint_id.is_some() || self.question.target.service_name.is_some()
    }

    fn leads_to_target(&self, endpoint: &aws::VpcEndpoint) -> bool {
        let target = &self.question.target;
        if endpoint.state() == aws::EndpointState::Deleted {
            return false;
        }
        if let Some(id) = &target.endpoint_id {
            return endpoint.vpc_endpoint_id == *id;
        }
        if let Some(name) = &target.service_name {
            return endpoint.service_name == *name;
        }
        let Some(host) = &target.host else { return false };
        if let HostName::Endpoint { endpoint_id } = HostName::parse(host) {
            return endpoint.vpc_endpoint_id == endpoint_id;
        }
        endpoint.dns_entries.iter().any(|entry| same_name(&entry.dns_name, host))
            || self.service_of(host).is_some_and(|service| service.service_name == endpoint.service_name)
    }

    /// The service whose private name covers the host, where the services are known.
    fn service_of(&self, host: &str) -> Option<&aws::ServiceDetail> {
        let services = self.vpc_endpoint_services().ok()?;
        services.iter().find(|service| service.private_names().any(|pattern| name_covers(pattern, host)))
    }

    /// The endpoint service's name: given, the endpoint's, or the one whose private name the target is. `None` where nothing says it.
    pub fn service_name(&self) -> Option<&str> {
        let given = self.question.target.service_name.as_deref();
        let of_endpoint = || self.endpoint().ok().map(|endpoint| endpoint.service_name.as_str());
        let of_name = || {
            let host = self.question.target.host.as_deref()?;
            self.service_of(host).map(|service| service.service_name.as_str())
        };
        given.or_else(of_endpoint).or_else(of_name)
    }

    /// The endpoint service, as far as this account may see it.
    ///
    /// # Errors
    /// Blocked by `endpoint-exists` where nothing names a service.
    pub fn service(&self) -> Read<Option<&aws::ServiceDetail>> {
        let name = self.service_name().ok_or(Stop::Blocked("endpoint-exists"))?;
        Ok(self.vpc_endpoint_services()?.iter().find(|service| service.service_name == name))
    }

    /// The endpoint's network interfaces, in the order of their ids.
    pub fn endpoint_interfaces(&self) -> Read<Vec<&aws::NetworkInterface>> {
        let ids = &self.endpoint()?.network_interface_ids;
        let mut found: Vec<_> = self
            .network_interfaces()?
            .iter()
            .filter(|interface| ids.contains(&interface.network_interface_id))
            .collect();
        found.sort_by(|a, b| a.network_interface_id.cmp(&b.network_interface_id));
        Ok(found)
    }

    /// The name that clients use: the target's, or the service's private name.
    pub fn private_name(&self) -> Option<&str> {
        let given = self
            .question
            .target
            .host
            .as_deref()
            .filter(|host| !matches!(HostName::parse(host), HostName::Address(_) | HostName::Endpoint { .. }));
        given.or_else(|| self.service().ok().flatten().and_then(|service| service.private_dns_name.as_deref()))
    }

    /// The plan: as given, by the name, or by whether the service wants acceptance. `Starter` stands for Starter and Essential alike, and
    /// `Dedicated` for Dedicated and Premium where nothing tells them apart.
    pub fn plan(&self) -> Option<Plan> {
        self.plan_source().map(|(plan, _)| plan)
    }

    /// The plan, as [`Facts::plan`] has it, and what says it.
    pub fn plan_source(&self) -> Option<(Plan, PlanSource)> {
        if let Some(plan) = self.question.plan {
            return Some((plan, PlanSource::Given));
        }
        match self.question.target.host.as_deref().map(HostName::parse) {
            Some(HostName::SharedPrivate { .. } | HostName::SharedPublic { .. }) => {
                Some((Plan::Starter, PlanSource::Name))
            }
            Some(HostName::DedicatedPrivate | HostName::DedicatedPublic) => Some((Plan::Dedicated, PlanSource::Name)),
            _ => {
                let service = self.service().ok().flatten().filter(|service| service.acceptance_required);
                service.map(|_| (Plan::Dedicated, PlanSource::Acceptance))
            }
        }
    }

    /// A subnet by its id.
    pub fn subnet(&self, subnet_id: &str) -> Read<Option<&aws::Subnet>> {
        Ok(self.subnets()?.iter().find(|subnet| subnet.subnet_id == subnet_id))
    }
}

impl aws::Subnet {
    /// Whether the address lies in one of the subnet's blocks.
    pub fn contains(&self, address: IpAddr) -> bool {
        let ipv6 = self.ipv6_cidr_block_association_set.iter().map(|block| block.ipv6_cidr_block.as_str());
        std::iter::once(self.cidr_block.as_str())
            .chain(ipv6)
            .filter_map(|block| block.parse::<ipnet::IpNet>().ok())
            .any(|block| block.contains(&address))
    }
}

/// Whether two DNS names are the same: case and a final dot don't count.
pub(crate) fn same_name(a: &str, b: &str) -> bool {
    a.trim_end_matches('.').eq_ignore_ascii_case(b.trim_end_matches('.'))
}

/// Whether a service's private name, which may begin with `*.`, covers a host.
fn name_covers(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(domain) => host.split_once('.').is_some_and(|(_, rest)| same_name(rest, domain)),
        None => same_name(pattern, host),
    }
}
