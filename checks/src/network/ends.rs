//! Who the two ends of a path are.

use super::groups::Carried;
use super::index::{Network, instance_of};
use super::{Family, Goal, PathEnd, PathQuestion, Start};
use crate::check::Missing;
use crate::facts::aws::{NetworkInterface, Subnet, VpcEndpoint};
use crate::facts::{Fact, Vantage, Why};
use std::net::IpAddr;

/// One end of a path.
#[derive(Clone, Debug)]
pub(super) struct End<'a> {
    pub(super) interface_id: Option<&'a str>,
    pub(super) address: Option<IpAddr>,
    pub(super) vpc_id: Option<&'a str>,
    pub(super) subnet_id: Option<&'a str>,
    pub(super) az_id: Option<&'a str>,
    pub(super) carried: Carried<'a>,
    pub(super) instance_id: Option<&'a str>,
    pub(super) endpoint: Option<&'a VpcEndpoint>,
    /// `interface`, `lambda`, `vpc_endpoint` …
    pub(super) kind: &'a str,
    /// Why the interface is not known, where it should be.
    pub(super) missing: Option<Missing>,
    /// Whether it is known to be up without asking: the machine itself.
    pub(super) is_up: bool,
    /// Whether it is known to have no address of the family.
    pub(super) has_none: bool,
}

impl End<'_> {
    /// Whether it is outside every VPC of the facts.
    pub(super) fn is_outside(&self) -> bool {
        matches!(self.carried, Carried::Outside)
    }

    const NOWHERE: Self = Self {
        interface_id: None,
        address: None,
        vpc_id: None,
        subnet_id: None,
        az_id: None,
        carried: Carried::Unknown(None),
        instance_id: None,
        endpoint: None,
        kind: "",
        missing: None,
        is_up: false,
        has_none: false,
    };

    /// As it is reported.
    pub(super) fn to_path_end(&self) -> PathEnd {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        PathEnd {
            eni: owned(self.interface_id),
            ip: self.address,
            subnet_id: owned(self.subnet_id),
            az_id: owned(self.az_id),
            vpc_id: owned(self.vpc_id),
            instance_id: owned(self.instance_id),
            endpoint_id: self.endpoint.map(|endpoint| endpoint.vpc_endpoint_id.clone()),
            group_ids: match &self.carried {
                Carried::Known(ids) => Some(ids.iter().map(|id| (*id).to_owned()).collect()),
                Carried::None(_) => Some(Vec::new()),
                Carried::Unknown(_) | Carried::Outside => None,
            },
        }
    }
}

/// Interfaces of these types carry no group, and nothing filters them there (their own documentation pages).
const WITHOUT_GROUPS: [&str; 5] = [
    "nat_gateway",
    "transit_gateway",
    "gateway_load_balancer",
    "gateway_load_balancer_endpoint",
    "network_load_balancer",
];

fn sorted<'a>(ids: impl Iterator<Item = &'a str>) -> Carried<'a> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    Carried::Known(ids)
}

fn missing(fact: Fact, object: impl ToString, why: Why) -> Missing {
    Missing { fact, object: Some(object.to_string()), why }
}

fn address_of(interface: &NetworkInterface, family: Family) -> Option<IpAddr> {
    interface.addresses().find(|address| family.has(*address))
}

/// The only element, or none where there is none. Of several, the only one that is near; an error where that leaves none or several.
fn only<T: Copy>(all: impl Iterator<Item = T> + Clone, near: impl Fn(&T) -> bool) -> Result<Option<T>, ()> {
    let single = |all: &mut dyn Iterator<Item = T>| match (all.next(), all.next()) {
        (first, None) => Ok(first),
        _ => Err(()),
    };
    match single(&mut all.clone()) {
        Ok(found) => Ok(found),
        Err(()) => single(&mut all.filter(near)).and_then(|found| found.map(Some).ok_or(())),
    }
}

impl<'a> Network<'a> {
    fn az_of(&self, subnet_id: &str, zone_name: &str) -> Option<&str> {
        let of_subnet = self.subnets.get(subnet_id).ok().map(|subnet| subnet.availability_zone_id.as_str());
        of_subnet.filter(|id| !id.is_empty()).or_else(|| self.zone_id(zone_name))
    }

    fn end_at<'s>(&'s self, interface: &'s NetworkInterface, family: Family) -> End<'s> {
        let id = interface.network_interface_id.as_str();
        let endpoint = self.endpoint_of(id);
        let own = interface.groups.iter().map(|group| group.group_id.as_str());
        let carried = match endpoint {
            // Some API servers list the groups of an endpoint's interface with the endpoint only.
            Some(endpoint) if interface.groups.is_empty() => {
                sorted(endpoint.groups.iter().map(|group| group.group_id.as_str()))
            }
            _ => sorted(own),
        };
        let carried = match carried {
            Carried::Known(ids) if ids.is_empty() => {
                match WITHOUT_GROUPS.contains(&interface.interface_type.as_str()) {
                    true => Carried::None(&interface.interface_type),
                    false => {
                        Carried::Unknown(Some(missing(Fact::NetworkInterfaces, id, Why::new(Why::MALFORMED, "Groups"))))
                    }
                }
            }
            carried => carried,
        };
        let address = address_of(interface, family);
        End {
            interface_id: Some(id),
            address,
            has_none: address.is_none(),
            vpc_id: Some(&interface.vpc_id),
            subnet_id: Some(&interface.subnet_id),
            az_id: self.az_of(&interface.subnet_id, &interface.availability_zone),
            carried,
            instance_id: instance_of(interface),
            endpoint,
            kind: &interface.interface_type,
            ..End::NOWHERE
        }
    }

    fn end_of_machine<'s>(&'s self, vantage: &'s Vantage, family: Family) -> End<'s> {
        let id = vantage.interface_id.as_deref();
        let own = vantage.address.filter(|address| family.has(*address));
        if let Some(interface) = id.and_then(|id| self.interfaces.get(id).ok()) {
            let end = self.end_at(interface, family);
            let address = own.or(end.address);
            return End { address, has_none: address.is_none(), is_up: true, ..end };
        }
        let metadata = self.facts.host.metadata.known();
        let of_metadata = metadata.and_then(|metadata| {
            metadata.interfaces.iter().find(|interface| Some(interface.interface_id.as_str()) == id)
        });
        let address = own.or_else(|| {
            let interface = of_metadata?;
            interface.local_ipv4s.iter().chain(&interface.ipv6s).copied().find(|address| family.has(*address))
        });
        let carried = match &vantage.group_ids {
            Some(ids) => sorted(ids.iter().map(String::as_str)),
            None if vantage.vpc_id.is_none() => Carried::Outside,
            None => Carried::Unknown(None),
        };
        let metadata_zone = || metadata.map(|metadata| metadata.availability_zone_id.as_str());
        let subnet_id = vantage.subnet_id.as_deref();
        End {
            interface_id: id,
            address,
            has_none: address.is_none() && of_metadata.is_some(),
            vpc_id: vantage.vpc_id.as_deref(),
            subnet_id,
            az_id: subnet_id.and_then(|subnet_id| self.az_of(subnet_id, "")).or_else(metadata_zone),
            carried,
            instance_id: vantage.instance_id.as_deref(),
            is_up: true,
            ..End::NOWHERE
        }
    }

    fn end_in_subnet<'s>(&'s self, subnet: &'s Subnet) -> End<'s> {
        let missing = self.interfaces.all().err();
        End {
            vpc_id: Some(&subnet.vpc_id),
            subnet_id: Some(&subnet.subnet_id),
            az_id: self.az_of(&subnet.subnet_id, &subnet.availability_zone),
            carried: Carried::Unknown(missing.clone()),
            missing,
            ..End::NOWHERE
        }
    }

    /// The end that bears an address; of several, in VPCs that overlap, the one in `vpc_id`.
    fn end_with<'s>(&'s self, address: IpAddr, family: Family, vpc_id: Option<&str>) -> Result<End<'s>, Missing> {
        let own = Some(address).filter(|own| family.has(*own));
        let ambiguous = |fact| missing(fact, address, Why::new("Ambiguous", ""));
        let near = |other: &str| vpc_id == Some(other);
        let bearer = only(self.bearers(address).iter(), |interface| near(&interface.vpc_id))
            .map_err(|()| ambiguous(Fact::NetworkInterfaces))?;
        if let Some(interface) = bearer {
            return Ok(End { address: own, has_none: own.is_none(), ..self.end_at(interface, family) });
        }
        let subnet =
            only(self.subnets_around(address), |subnet| near(&subnet.vpc_id)).map_err(|()| ambiguous(Fact::Subnets))?;
        if let Some(subnet) = subnet {
            return Ok(End { address: own, has_none: own.is_none(), ..self.end_in_subnet(subnet) });
        }
        let unseen = self.subnets.all().err().or_else(|| self.interfaces.all().err());
        let carried = match &unseen {
            Some(missing) => Carried::Unknown(Some(missing.clone())),
            None => Carried::Outside,
        };
        Ok(End { address: own, has_none: own.is_none(), carried, missing: unseen, ..End::NOWHERE })
    }

    /// The interface that an instance reaches an address from: one with the address on its own subnet, else the primary (path rule 25).
    fn end_of_instance<'s>(&'s self, id: &str, family: Family, target: Option<&End<'_>>) -> Result<End<'s>, Missing> {
        let all = self.interfaces_of(id);
        let on_link = |interface: &&&NetworkInterface| {
            target.is_some_and(|target| target.subnet_id == Some(interface.subnet_id.as_str()))
        };
        let primary = |interface: &&&NetworkInterface| {
            interface.attachment.as_ref().is_some_and(|attachment| attachment.device_index == 0)
        };
        match all.iter().find(on_link).or_else(|| all.iter().find(primary)) {
            Some(interface) => Ok(self.end_at(interface, family)),
            None => Err(self
                .interfaces
                .all()
                .err()
                .unwrap_or_else(|| missing(Fact::NetworkInterfaces, id, Why::new("NotFound", "")))),
        }
    }

    /// Every end that the question may be for, in the order of their ids.
    ///
    /// # Errors
    /// What is missing to know any.
    pub(super) fn goals<'s>(&'s self, question: &'s PathQuestion) -> Result<Vec<End<'s>>, Missing> {
        let family = question.family;
        match &question.to {
            Goal::Endpoint(id) => self.endpoints.get(id).map(|endpoint| self.ends_of_endpoint(endpoint, family)),
            Goal::Interface(id) => Ok(vec![self.end_at(self.interfaces.get(id)?, family)]),
            Goal::Instance(id) => Ok(vec![self.end_of_instance(id, family, None)?]),
            Goal::Address(address) => {
                let vpc_id = match &question.from {
                    Start::Machine(vantage) => vantage.vpc_id.as_deref(),
                    Start::Interface(id) => self.interfaces.get(id).ok().map(|interface| interface.vpc_id.as_str()),
                    Start::Instance(id) => self.interfaces_of(id).first().map(|interface| interface.vpc_id.as_str()),
                    Start::Address(_) => None,
                };
                Ok(vec![self.end_with(*address, family, vpc_id)?])
            }
        }
    }

    fn ends_of_endpoint<'s>(&'s self, endpoint: &'a VpcEndpoint, family: Family) -> Vec<End<'s>> {
        let mut ids: Vec<_> = endpoint.network_interface_ids.iter().map(String::as_str).collect();
        ids.sort_unstable();
        ids.dedup();
        let unseen = |interface_id, missing| End {
            interface_id,
            vpc_id: Some(&endpoint.vpc_id),
            carried: match endpoint.groups.is_empty() {
                true => Carried::Unknown(None),
                false => sorted(endpoint.groups.iter().map(|group| group.group_id.as_str())),
            },
            endpoint: Some(endpoint),
            missing,
            ..End::NOWHERE
        };
        if ids.is_empty() {
            return vec![unseen(None, None)];
        }
        let end = |id: &'a str| match self.interfaces.get(id) {
            Ok(interface) => End { endpoint: Some(endpoint), ..self.end_at(interface, family) },
            Err(missing) => unseen(Some(id), Some(missing)),
        };
        ids.into_iter().map(end).collect()
    }

    /// The end where the connection to `target` starts.
    ///
    /// # Errors
    /// What is missing to know it.
    pub(super) fn start<'s>(&'s self, question: &'s PathQuestion, target: &End<'_>) -> Result<End<'s>, Missing> {
        match &question.from {
            Start::Machine(vantage) => Ok(self.end_of_machine(vantage, question.family)),
            Start::Interface(id) => Ok(self.end_at(self.interfaces.get(id)?, question.family)),
            Start::Instance(id) => self.end_of_instance(id, question.family, Some(target)),
            Start::Address(address) => self.end_with(*address, question.family, target.vpc_id),
        }
    }
}
