//! The facts, laid out so that one question costs only what lies on its path.
//!
//! Building is linear and reads no rule: rules, entries, routes and lists are read when a path first meets them, and kept.

use super::acls::Acl;
use super::groups::Group;
use super::prefix::{self, Blocks};
use super::routes::Table;
use crate::check::Missing;
use crate::facts::aws::{
    AvailabilityZone, Instance, NetworkInterface, Subnet, TransitGatewayVpcAttachment, Vpc, VpcEndpoint,
    VpcPeeringConnection,
};
use crate::facts::{Fact, Facts, Observed, Why};
use ipnet::IpNet;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::OnceLock;

/// The path model, loaded with the facts of one world.
pub struct Network<'a> {
    pub(super) facts: &'a Facts,
    pub(super) interfaces: Lookup<'a, &'a NetworkInterface>,
    pub(super) endpoints: Lookup<'a, &'a VpcEndpoint>,
    pub(super) instances: Lookup<'a, &'a Instance>,
    pub(super) subnets: Lookup<'a, &'a Subnet>,
    pub(super) vpcs: Lookup<'a, &'a Vpc>,
    pub(super) groups: Lookup<'a, Group<'a>>,
    pub(super) acls: Associated<'a, Acl<'a>>,
    pub(super) tables: Associated<'a, Table<'a>>,
    pub(super) peerings: Lookup<'a, &'a VpcPeeringConnection>,
    pub(super) attachments: Result<&'a [TransitGatewayVpcAttachment], &'a Why>,
    endpoint_of: HashMap<&'a str, &'a VpcEndpoint>,
    lists: HashMap<&'a str, Result<List<'a>, &'a Why>>,
    by_address: OnceLock<HashMap<IpAddr, Vec<&'a NetworkInterface>>>,
    by_instance: OnceLock<HashMap<&'a str, Vec<&'a NetworkInterface>>>,
    subnet_blocks: OnceLock<Vec<(IpNet, &'a Subnet)>>,
    zone_ids: OnceLock<HashMap<&'a str, &'a str>>,
}

/// Resources of one fact, by their ids.
pub(super) struct Lookup<'a, T> {
    fact: Fact,
    seen: Result<HashMap<&'a str, T>, &'a Why>,
}

/// Resources that are tied to subnets, with one that stands in for the subnets of a VPC that have no tie.
pub(super) struct Associated<'a, T> {
    fact: Fact,
    seen: Result<Ties<'a, T>, &'a Why>,
}

struct Ties<'a, T> {
    all: Vec<T>,
    by_subnet: HashMap<&'a str, usize>,
    by_vpc: HashMap<&'a str, usize>,
}

struct List<'a> {
    entries: &'a [crate::facts::aws::PrefixListEntry],
    blocks: OnceLock<Blocks>,
}

/// A resource that the answer, which was seen, doesn't name.
fn absent(fact: Fact, id: &str) -> Missing {
    Missing { fact, object: Some(id.to_owned()), why: Why::new("NotFound", "") }
}

impl<'a, T> Lookup<'a, T> {
    fn new<L, I: Iterator<Item = (&'a str, T)>>(
        fact: Fact,
        slot: &'a Observed<L>,
        entries: impl FnOnce(&'a L) -> I,
    ) -> Self {
        Self { fact, seen: slot.as_ref().map(|list| entries(list).collect()) }
    }

    /// The resource, or what is missing: the fact itself, or this resource in it.
    pub(super) fn get(&self, id: &str) -> Result<&T, Missing> {
        match &self.seen {
            Ok(all) => all.get(id).ok_or_else(|| absent(self.fact, id)),
            Err(why) => Err(Missing { fact: self.fact, object: None, why: (*why).clone() }),
        }
    }

    /// All of them, in no order; what is missing where the fact is.
    pub(super) fn all(&self) -> Result<impl Iterator<Item = &T>, Missing> {
        match &self.seen {
            Ok(all) => Ok(all.values()),
            Err(why) => Err(Missing { fact: self.fact, object: None, why: (*why).clone() }),
        }
    }
}

impl<'a, T> Associated<'a, T> {
    fn new<L, R: 'a>(
        fact: Fact,
        slot: &'a Observed<L>,
        list: impl FnOnce(&'a L) -> &'a [R],
        ties: impl Fn(&'a R, &mut dyn FnMut(&'a str)) -> Option<&'a str>,
        wrap: impl Fn(&'a R) -> T,
    ) -> Self {
        let seen = slot.as_ref().map(|seen| {
            let list = list(seen);
            let mut all = Vec::with_capacity(list.len());
            let (mut by_subnet, mut by_vpc) = (HashMap::new(), HashMap::new());
            for (index, resource) in list.iter().enumerate() {
                let stands_in_for = ties(resource, &mut |subnet_id| {
                    by_subnet.insert(subnet_id, index);
                });
                if let Some(vpc_id) = stands_in_for {
                    by_vpc.insert(vpc_id, index);
                }
                all.push(wrap(resource));
            }
            Ties { all, by_subnet, by_vpc }
        });
        Self { fact, seen }
    }

    /// The subnet's own, else the one of its VPC.
    pub(super) fn of(&self, subnet_id: &str, vpc_id: Option<&str>) -> Result<&T, Missing> {
        let ties = match &self.seen {
            Ok(ties) => ties,
            Err(why) => return Err(Missing { fact: self.fact, object: None, why: (*why).clone() }),
        };
        let index = ties.by_subnet.get(subnet_id).or_else(|| ties.by_vpc.get(vpc_id?));
        index.map(|index| &ties.all[*index]).ok_or_else(|| absent(self.fact, subnet_id))
    }
}

impl<'a> Network<'a> {
    /// Loads the facts. Linear in their size.
    pub fn new(facts: &'a Facts) -> Self {
        let aws = &facts.aws;
        let endpoints = aws.vpc_endpoints.known().map_or(&[][..], |list| &list.vpc_endpoints);
        let endpoint_of = endpoints
            .iter()
            .flat_map(|endpoint| endpoint.network_interface_ids.iter().map(move |id| (id.as_str(), endpoint)))
            .collect();
        let lists = aws.prefix_list_entries.iter().map(|(id, slot)| {
            let list = slot.as_ref().map(|list| List { entries: &list.entries, blocks: OnceLock::new() });
            (id.as_str(), list)
        });
        Self {
            facts,
            interfaces: Lookup::new(Fact::NetworkInterfaces, &aws.network_interfaces, |list| {
                list.network_interfaces.iter().map(|interface| (interface.network_interface_id.as_str(), interface))
            }),
            endpoints: Lookup::new(Fact::VpcEndpoints, &aws.vpc_endpoints, |list| {
                list.vpc_endpoints.iter().map(|endpoint| (endpoint.vpc_endpoint_id.as_str(), endpoint))
            }),
            instances: Lookup::new(Fact::Instances, &aws.instances, |list| {
                let all = list.reservations.iter().flat_map(|reservation| &reservation.instances);
                all.map(|instance| (instance.instance_id.as_str(), instance))
            }),
            subnets: Lookup::new(Fact::Subnets, &aws.subnets, |list| {
                list.subnets.iter().map(|subnet| (subnet.subnet_id.as_str(), subnet))
            }),
            vpcs: Lookup::new(Fact::Vpcs, &aws.vpcs, |list| list.vpcs.iter().map(|vpc| (vpc.vpc_id.as_str(), vpc))),
            groups: Lookup::new(Fact::SecurityGroups, &aws.security_groups, |list| {
                list.security_groups.iter().map(|group| (group.group_id.as_str(), Group::new(group)))
            }),
            acls: Associated::new(
                Fact::NetworkAcls,
                &aws.network_acls,
                |list| &list.network_acls,
                |acl, tie| {
                    acl.associations.iter().for_each(|association| tie(&association.subnet_id));
                    acl.is_default.then_some(acl.vpc_id.as_str())
                },
                Acl::new,
            ),
            tables: Associated::new(
                Fact::RouteTables,
                &aws.route_tables,
                |list| &list.route_tables,
                |table, tie| {
                    table.associations.iter().filter_map(|association| association.subnet_id.as_deref()).for_each(tie);
                    table.associations.iter().any(|association| association.main).then_some(table.vpc_id.as_str())
                },
                Table::new,
            ),
            peerings: Lookup::new(Fact::VpcPeeringConnections, &aws.vpc_peering_connections, |list| {
                let all = list.vpc_peering_connections.iter();
                all.map(|peering| (peering.vpc_peering_connection_id.as_str(), peering))
            }),
            attachments: aws
                .transit_gateway_vpc_attachments
                .as_ref()
                .map(|list| list.transit_gateway_vpc_attachments.as_slice()),
            endpoint_of,
            lists: lists.collect(),
            by_address: OnceLock::new(),
            by_instance: OnceLock::new(),
            subnet_blocks: OnceLock::new(),
            zone_ids: OnceLock::new(),
        }
    }

    /// The endpoint that an interface belongs to.
    pub(super) fn endpoint_of(&self, interface_id: &str) -> Option<&'a VpcEndpoint> {
        self.endpoint_of.get(interface_id).copied()
    }

    /// Every interface; none where the fact is missing.
    pub(super) fn interface_list(&self) -> &'a [NetworkInterface] {
        self.facts.aws.network_interfaces.known().map_or(&[], |list| &list.network_interfaces)
    }

    /// The interfaces that bear an address: several where VPCs overlap.
    pub(super) fn bearers(&self, address: IpAddr) -> &[&'a NetworkInterface] {
        let all = self.by_address.get_or_init(|| {
            let mut all: HashMap<_, Vec<_>> = HashMap::new();
            for interface in self.interface_list() {
                for address in interface.addresses() {
                    all.entry(address).or_default().push(interface);
                }
            }
            all
        });
        all.get(&address).map_or(&[], Vec::as_slice)
    }

    /// The interfaces of an instance, the primary one first.
    pub(super) fn interfaces_of(&self, instance_id: &str) -> &[&'a NetworkInterface] {
        let all = self.by_instance.get_or_init(|| {
            let mut all: HashMap<_, Vec<&'a NetworkInterface>> = HashMap::new();
            for interface in self.interface_list() {
                if let Some(id) = instance_of(interface) {
                    all.entry(id).or_default().push(interface);
                }
            }
            for list in all.values_mut() {
                list.sort_by_key(|interface| interface.attachment.as_ref().map(|attachment| attachment.device_index));
            }
            all
        });
        all.get(instance_id).map_or(&[], Vec::as_slice)
    }

    /// The subnets whose blocks contain an address: several where VPCs overlap.
    pub(super) fn subnets_around(&self, address: IpAddr) -> impl Iterator<Item = &'a Subnet> + Clone {
        let all = self.subnet_blocks.get_or_init(|| {
            let subnets = self.facts.aws.subnets.known().map_or(&[][..], |list| &list.subnets);
            let blocks = subnets.iter().flat_map(|subnet| {
                let ipv6 = subnet.ipv6_cidr_block_association_set.iter().map(|block| block.ipv6_cidr_block.as_str());
                let texts = std::iter::once(subnet.cidr_block.as_str()).chain(ipv6);
                texts.filter_map(prefix::block).map(move |net| (net, subnet))
            });
            blocks.collect()
        });
        all.iter().filter(move |(net, _)| net.contains(&address)).map(|(_, subnet)| *subnet)
    }

    /// The id of the zone that has this name in the account.
    pub(super) fn zone_id(&self, zone_name: &str) -> Option<&'a str> {
        let all = self.zone_ids.get_or_init(|| {
            let zones = self.facts.aws.availability_zones.known().map_or(&[][..], |list| &list.availability_zones);
            let pair = |zone: &'a AvailabilityZone| (zone.zone_name.as_str(), zone.zone_id.as_str());
            zones.iter().map(pair).collect()
        });
        all.get(zone_name).copied()
    }

    /// The blocks of a prefix list.
    pub(super) fn list(&self, id: &str) -> Result<&Blocks, Missing> {
        let missing = |why| Missing { fact: Fact::PrefixListEntries, object: Some(id.to_owned()), why };
        match self.lists.get(id) {
            Some(Ok(list)) => Ok(list.blocks.get_or_init(|| {
                let mut nets: Vec<_> = list.entries.iter().filter_map(|entry| prefix::block(&entry.cidr)).collect();
                let unreadable = nets.len() < list.entries.len();
                nets.sort_unstable_by_key(|net| (std::cmp::Reverse(net.prefix_len()), *net));
                Blocks { nets, unreadable }
            })),
            Some(Err(why)) => Err(missing((*why).clone())),
            None => Err(missing(Why::not_collected())),
        }
    }
}

/// The instance that an interface is attached to.
pub(super) fn instance_of(interface: &NetworkInterface) -> Option<&str> {
    interface.attachment.as_ref().and_then(|attachment| attachment.instance_id.as_deref())
}
