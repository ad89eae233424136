//! What stops every packet before a rule is asked: an endpoint or instance that is not up, an end that is not there.

use super::ends::End;
use super::index::Network;
use super::{Hop, HopName, HopVerdict, Reason};
use crate::check::Missing;
use crate::facts::aws::EndpointState;
use crate::facts::{Fact, Why};
use std::net::IpAddr;

/// What AWS itself serves inside every VPC, never filtered by groups and, where a subnet is left, not by network ACLs either: the resolver,
/// instance metadata, time, Windows activation and the metadata of container tasks (UG security groups; UG network ACLs).
const SERVED_BY_AWS: [&str; 10] = [
    "169.254.169.253",
    "169.254.169.254",
    "169.254.169.123",
    "169.254.169.250",
    "169.254.169.251",
    "169.254.170.2",
    "fd00:ec2::253",
    "fd00:ec2::254",
    "fd00:ec2::123",
    "fd00:ec2::250",
];

fn deny(name: HopName, resource: Option<&str>, reason: Reason, code: Option<&'static str>) -> Hop {
    let mut hop = Hop::new(name, HopVerdict::Deny, reason);
    hop.resource = resource.map(str::to_owned);
    hop.resources = hop.resource.iter().cloned().collect();
    hop.explanation_code = code;
    hop
}

impl Network<'_> {
    /// The hops that stop it all or leave it open, in path order; none where the ends are as they should be.
    pub(super) fn judge_ends(&self, from: &End<'_>, to: &End<'_>) -> Vec<Hop> {
        let mut hops = Vec::new();
        self.judge_endpoint(from, to, &mut hops);
        if to.missing.is_some() {
            hops.push(Hop {
                resource: to.interface_id.map(str::to_owned),
                ..Hop::unknown(HopName::EndpointInterfaces, Reason::Missing, to.missing.clone())
            });
        } else if to.interface_id.is_none() && !to.is_outside() {
            match to.endpoint {
                Some(endpoint) => {
                    let id = Some(endpoint.vpc_endpoint_id.as_str());
                    hops.push(deny(HopName::EndpointInterfaces, id, Reason::NoInterface, None));
                }
                // Nothing that is known bears it; whether everything is known can't be seen.
                None => {
                    let code = Some("UNKNOWN_DESTINATION");
                    let hop = Hop::unknown(HopName::EndpointInterfaces, Reason::NotBorne, None);
                    hops.push(Hop { explanation_code: code, ..hop });
                }
            }
        }
        hops.extend(self.judge_instance(from));
        // Of a target that can't be seen, its interface's hop has said so.
        hops.extend(self.judge_instance(to).filter(|_| to.missing.is_none()));
        for end in [from, to] {
            if end.has_none {
                hops.push(deny(HopName::AddressFamily, end.interface_id, Reason::NoAddress, None));
            }
        }
        hops
    }

    fn judge_endpoint(&self, from: &End<'_>, to: &End<'_>, hops: &mut Vec<Hop>) {
        let mut of_type = Vec::new();
        if let Some(endpoint) = to.endpoint {
            let id = Some(endpoint.vpc_endpoint_id.as_str());
            let reason = Reason::EndpointState(endpoint.raw_state.clone());
            match endpoint.state() {
                EndpointState::Available => {}
                EndpointState::Partial | EndpointState::Other => {
                    let hop = Hop::unknown(HopName::EndpointState, reason, None);
                    hops.push(Hop { resource: id.map(str::to_owned), ..hop });
                }
                _ => hops.push(deny(HopName::EndpointState, id, reason, Some("BAD_STATE"))),
            }
            if !endpoint.is_interface() {
                let reason = Reason::EndpointType(endpoint.vpc_endpoint_type.clone());
                of_type.push(deny(HopName::EndpointType, id, reason, None));
            }
        } else if to.kind == "vpc_endpoint" {
            let missing = self.endpoints.all().err().unwrap_or_else(|| Missing {
                fact: Fact::VpcEndpoints,
                object: to.interface_id.map(str::to_owned),
                why: Why::new("NotFound", ""),
            });
            hops.push(Hop::unknown(HopName::EndpointState, Reason::Missing, Some(missing)));
        }
        if from.endpoint.is_some() || from.kind == "vpc_endpoint" {
            let id = from.endpoint.map(|endpoint| endpoint.vpc_endpoint_id.as_str()).or(from.interface_id);
            of_type.push(deny(HopName::EndpointType, id, Reason::EndpointInitiates, Some("VPCE_INTRA_VPC_TRAFFIC")));
        }
        hops.append(&mut of_type);
    }

    /// The hop where the instance of an end is not up, or can't be seen.
    pub(super) fn judge_instance(&self, end: &End<'_>) -> Option<Hop> {
        if end.interface_id.is_none() && end.missing.is_some() {
            return Some(Hop::unknown(HopName::InstanceState, Reason::Missing, end.missing.clone()));
        }
        let id = end.instance_id.filter(|_| !end.is_up)?;
        match self.instances.get(id) {
            Ok(instance) if instance.state.name.eq_ignore_ascii_case("running") => None,
            Ok(instance) => {
                let reason = Reason::InstanceState(instance.state.name.clone());
                Some(deny(HopName::InstanceState, Some(id), reason, Some("BAD_STATE")))
            }
            Err(missing) => {
                let hop = Hop::unknown(HopName::InstanceState, Reason::Missing, Some(missing));
                Some(Hop { resource: Some(id.to_owned()), ..hop })
            }
        }
    }

    /// Whether AWS itself answers at the address in this VPC, so that nothing filters it (path rules 10 and 16).
    ///
    /// # Errors
    /// The VPC is missing, without whose block the resolver's address can't be told from any other.
    pub(super) fn is_served_by_aws(&self, address: IpAddr, vpc_id: Option<&str>) -> Result<bool, Missing> {
        if SERVED_BY_AWS.iter().any(|own| own.parse() == Ok(address)) {
            return Ok(true);
        }
        let (IpAddr::V4(address), Some(vpc_id)) = (address, vpc_id) else { return Ok(false) };
        // The smallest VPC has 16 addresses, and the resolver has the third one of its first block.
        if address.octets()[3] % 16 != 2 {
            return Ok(false);
        }
        let base = super::prefix::block(&self.vpcs.get(vpc_id)?.cidr_block).map(|block| block.network());
        Ok(matches!(base, Some(IpAddr::V4(base)) if base.to_bits().checked_add(2) == Some(address.to_bits())))
    }
}
