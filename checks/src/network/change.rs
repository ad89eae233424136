//! What would have to change to open a path, as data, and what it makes of the facts.

use super::{HopName, Reason};
use crate::facts::Facts;
use crate::facts::aws::{
    IpPermission, IpRange, Ipv6Range, NetworkAclEntry, PortRange, Route, SecurityGroup, UserIdGroupPair,
};
use ipnet::IpNet;

/// One change to one resource. Every rule is for TCP.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// An inbound rule of a security group.
    AllowIngress {
        /// `sg-…`
        group: String,
        /// The port.
        port: u16,
        /// Who is let in.
        peer: Peer,
    },
    /// An outbound rule of a security group.
    AllowEgress {
        /// `sg-…`
        group: String,
        /// The port.
        port: u16,
        /// Who is let out to.
        peer: Peer,
    },
    /// An entry of a network ACL that allows.
    AclEntry {
        /// `acl-…`
        acl: String,
        /// A number that is free in that direction.
        number: i32,
        /// Whether it is an outbound entry.
        egress: bool,
        /// The other side.
        cidr: IpNet,
        /// Destination ports, both ends included.
        ports: (u16, u16),
    },
    /// A route where there was none for this destination.
    Route {
        /// `rtb-…`
        table: String,
        /// The block.
        destination: IpNet,
        /// `pcx-…`
        target: String,
    },
    /// Another target for the route with this destination.
    ReplaceRoute {
        /// `rtb-…`
        table: String,
        /// The block, as the route has it.
        destination: String,
        /// `pcx-…`
        target: String,
    },
    /// No route for this destination any more: it leads nowhere, and the next best does.
    DeleteRoute {
        /// `rtb-…`
        table: String,
        /// A block or a prefix list, as the route has it.
        destination: String,
    },
    /// Somebody has to decide: the model knows what is wrong, and more than one design would mend it.
    Decision {
        /// Where.
        hop: HopName,
        /// On which resource.
        resource: Option<String>,
        /// What is wrong.
        reason: Reason,
    },
}

/// The other side of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Whoever carries the group.
    Group(String),
    /// A block.
    Cidr(IpNet),
}

fn group_mut<'f>(facts: &'f mut Facts, id: &str) -> Option<&'f mut SecurityGroup> {
    let groups = &mut facts.aws.security_groups.known_mut()?.security_groups;
    groups.iter_mut().find(|group| group.group_id == id)
}

fn routes_mut<'f>(facts: &'f mut Facts, table: &str) -> Option<&'f mut Vec<Route>> {
    let tables = &mut facts.aws.route_tables.known_mut()?.route_tables;
    tables.iter_mut().find(|other| other.route_table_id == table).map(|table| &mut table.routes)
}

fn permission(facts: &Facts, port: u16, peer: &Peer) -> IpPermission {
    let mut permission = IpPermission {
        ip_protocol: "tcp".to_owned(),
        from_port: Some(port.into()),
        to_port: Some(port.into()),
        ..IpPermission::default()
    };
    match peer {
        Peer::Cidr(IpNet::V4(net)) => permission.ip_ranges.push(IpRange { cidr_ip: net.to_string() }),
        Peer::Cidr(IpNet::V6(net)) => permission.ipv6_ranges.push(Ipv6Range { cidr_ipv6: net.to_string() }),
        Peer::Group(id) => {
            let groups = facts.aws.security_groups.known().map_or(&[][..], |list| &list.security_groups);
            let owner = groups.iter().find(|group| group.group_id == *id).map(|group| group.owner_id.clone());
            permission.user_id_group_pairs.push(UserIdGroupPair {
                group_id: id.clone(),
                user_id: owner.filter(|owner| !owner.is_empty()),
                ..UserIdGroupPair::default()
            });
        }
    }
    permission
}

fn route(destination: IpNet, target: &str) -> Route {
    let text = Some(destination.to_string());
    let (ipv4, ipv6) = if destination.addr().is_ipv4() { (text, None) } else { (None, text) };
    Route {
        destination_cidr_block: ipv4,
        destination_ipv6_cidr_block: ipv6,
        vpc_peering_connection_id: Some(target.to_owned()),
        state: "active".to_owned(),
        origin: "CreateRoute".to_owned(),
        ..Route::default()
    }
}

fn has_destination(route: &Route, text: &str) -> bool {
    [&route.destination_cidr_block, &route.destination_ipv6_cidr_block, &route.destination_prefix_list_id]
        .into_iter()
        .any(|destination| destination.as_deref() == Some(text))
}

/// Makes the facts what they will be after the change. What is not known stays so, and a decision changes nothing.
pub fn apply(change: &Change, facts: &mut Facts) {
    match change {
        Change::AllowIngress { group, port, peer } => {
            let permission = permission(facts, *port, peer);
            if let Some(group) = group_mut(facts, group) {
                group.ip_permissions.push(permission);
            }
        }
        Change::AllowEgress { group, port, peer } => {
            let permission = permission(facts, *port, peer);
            if let Some(group) = group_mut(facts, group) {
                group.ip_permissions_egress.push(permission);
            }
        }
        Change::AclEntry { acl, number, egress, cidr, ports } => {
            let acls = facts.aws.network_acls.known_mut().map(|list| list.network_acls.iter_mut());
            if let Some(acl) = acls.into_iter().flatten().find(|other| other.network_acl_id == *acl) {
                let text = Some(cidr.to_string());
                let (ipv4, ipv6) = if cidr.addr().is_ipv4() { (text, None) } else { (None, text) };
                acl.entries.push(NetworkAclEntry {
                    rule_number: *number,
                    protocol: "6".to_owned(),
                    rule_action: "allow".to_owned(),
                    egress: *egress,
                    cidr_block: ipv4,
                    ipv6_cidr_block: ipv6,
                    port_range: Some(PortRange { from: ports.0.into(), to: ports.1.into() }),
                });
            }
        }
        Change::Route { table, destination, target } => {
            if let Some(routes) = routes_mut(facts, table) {
                routes.push(route(*destination, target));
            }
        }
        Change::ReplaceRoute { table, destination, target } => {
            let old = routes_mut(facts, table)
                .and_then(|routes| routes.iter_mut().find(|route| has_destination(route, destination)));
            if let Some(old) = old {
                *old = Route {
                    destination_cidr_block: old.destination_cidr_block.take(),
                    destination_ipv6_cidr_block: old.destination_ipv6_cidr_block.take(),
                    destination_prefix_list_id: old.destination_prefix_list_id.take(),
                    vpc_peering_connection_id: Some(target.clone()),
                    state: "active".to_owned(),
                    origin: "CreateRoute".to_owned(),
                    ..Route::default()
                };
            }
        }
        Change::DeleteRoute { table, destination } => {
            if let Some(routes) = routes_mut(facts, table) {
                routes.retain(|route| !has_destination(route, destination));
            }
        }
        Change::Decision { .. } => {}
    }
}
