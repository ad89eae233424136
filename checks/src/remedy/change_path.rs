//! What opens a path: rules of security groups, entries of network ACLs, routes.

use super::quoted::{comment, hcl, name, resource};
use super::{Act, command::ec2};
use crate::check::Owner;
use crate::facts::Facts;
use crate::network::{Change, HopName, Peer, apply};
use ipnet::IpNet;
use std::collections::BTreeMap;

/// One change on a path, as the path model asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangePath {
    /// The change.
    pub change: Change,
}

impl From<Change> for super::Remedy {
    fn from(change: Change) -> Self {
        ChangePath { change }.into()
    }
}

fn peer_name(peer: &Peer) -> String {
    match peer {
        Peer::Group(id) => id.clone(),
        Peer::Cidr(block) => block.to_string(),
    }
}

/// `authorize` or `revoke` for a rule. The short options where they reach; an IPv6 block needs the long form.
fn rule(verb: &str, direction: &str, group: &str, port: u16, peer: &Peer) -> Vec<String> {
    let (operation, port) = (format!("{verb}-security-group-{direction}"), port.to_string());
    let short = |option: &str, peer: &str| {
        ec2([&operation, "--group-id", group, "--protocol", "tcp", "--port", &port, option, peer])
    };
    match peer {
        Peer::Group(id) => short("--source-group", id),
        Peer::Cidr(block @ IpNet::V4(_)) => short("--cidr", &block.to_string()),
        Peer::Cidr(block @ IpNet::V6(_)) => {
            let permissions = format!("IpProtocol=tcp,FromPort={port},ToPort={port},Ipv6Ranges=[{{CidrIpv6={block}}}]");
            ec2([&operation, "--group-id", group, "--ip-permissions", &permissions])
        }
    }
}

fn rule_terraform(direction: &str, group: &str, port: u16, peer: &Peer) -> String {
    let (argument, peer) = match peer {
        Peer::Group(id) => ("referenced_security_group_id", id.clone()),
        Peer::Cidr(IpNet::V4(block)) => ("cidr_ipv4", block.to_string()),
        Peer::Cidr(IpNet::V6(block)) => ("cidr_ipv6", block.to_string()),
    };
    resource(
        &format!("aws_vpc_security_group_{direction}_rule"),
        &name(&[group, &peer]),
        &[
            ("security_group_id", hcl(group)),
            ("ip_protocol", hcl("tcp")),
            ("from_port", port.to_string()),
            ("to_port", port.to_string()),
            (argument, hcl(&peer)),
        ],
    )
}

fn side(egress: bool) -> &'static str {
    if egress { "egress" } else { "ingress" }
}

/// The option that takes a block of this family, for entries and routes alike.
fn block_option(prefix: &str, block: &str) -> String {
    let family = if block.contains(':') { "ipv6-" } else { "" };
    format!("--{prefix}{family}cidr-block")
}

/// The option that takes a route's destination as the route has it.
fn destination_option(destination: &str) -> String {
    if destination.starts_with("pl-") {
        "--destination-prefix-list-id".to_owned()
    } else {
        block_option("destination-", destination)
    }
}

fn route(verb: &str, table: &str, destination: &str, target: Option<&str>) -> Vec<String> {
    let option = destination_option(destination);
    let mut argv = ec2([verb, "--route-table-id", table, &option, destination]);
    if let Some(target) = target {
        argv.extend(["--vpc-peering-connection-id".to_owned(), target.to_owned()]);
    }
    argv
}

impl Act for ChangePath {
    fn key(&self) -> &'static str {
        match &self.change {
            Change::AllowIngress { .. } => "authorize-ingress",
            Change::AllowEgress { .. } => "authorize-egress",
            Change::AclEntry { egress: true, .. } => "acl-entry-outbound",
            Change::AclEntry { egress: false, .. } => "acl-entry-inbound",
            Change::Route { .. } => "create-route",
            Change::ReplaceRoute { .. } => "replace-route",
            Change::DeleteRoute { .. } => "delete-route",
            Change::Decision { hop: HopName::ClientSgEgress | HopName::EndpointSgIngress, .. } => "decide-group",
            Change::Decision { .. } => "decide-route",
        }
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        match &self.change {
            Change::AllowIngress { group, port, peer } | Change::AllowEgress { group, port, peer } => {
                BTreeMap::from([("group", group.clone()), ("port", port.to_string()), ("peer", peer_name(peer))])
            }
            Change::AclEntry { acl, number, cidr, ports, .. } => {
                let ports = if ports.0 == ports.1 { ports.0.to_string() } else { format!("{}-{}", ports.0, ports.1) };
                BTreeMap::from([
                    ("acl", acl.clone()),
                    ("number", number.to_string()),
                    ("cidr", cidr.to_string()),
                    ("ports", ports),
                ])
            }
            Change::Route { table, destination, target } => BTreeMap::from([
                ("table", table.clone()),
                ("destination", destination.to_string()),
                ("target", target.clone()),
            ]),
            Change::ReplaceRoute { table, destination, target } => BTreeMap::from([
                ("table", table.clone()),
                ("destination", destination.clone()),
                ("target", target.clone()),
            ]),
            Change::DeleteRoute { table, destination } => {
                BTreeMap::from([("table", table.clone()), ("destination", destination.clone())])
            }
            Change::Decision { hop, resource, .. } => BTreeMap::from([
                ("hop", hop.name().to_owned()),
                ("resource", resource.clone().unwrap_or_else(|| hop.name().to_owned())),
            ]),
        }
    }

    fn owner(&self) -> Owner {
        Owner::Vpc
    }

    fn argv(&self) -> Vec<String> {
        match &self.change {
            Change::AllowIngress { group, port, peer } => rule("authorize", "ingress", group, *port, peer),
            Change::AllowEgress { group, port, peer } => rule("authorize", "egress", group, *port, peer),
            Change::AclEntry { acl, number, egress, cidr, ports } => {
                let (number, block) = (number.to_string(), cidr.to_string());
                let range = format!("From={},To={}", ports.0, ports.1);
                let direction = format!("--{}", side(*egress));
                let mut argv = ec2(["create-network-acl-entry", "--network-acl-id", acl, "--rule-number", &number]);
                let option = block_option("", &block);
                argv.extend(
                    ["--protocol", "tcp", "--rule-action", "allow", &direction, &option, &block].map(str::to_owned),
                );
                argv.extend(["--port-range".to_owned(), range]);
                argv
            }
            Change::Route { table, destination, target } => {
                route("create-route", table, &destination.to_string(), Some(target))
            }
            Change::ReplaceRoute { table, destination, target } => {
                route("replace-route", table, destination, Some(target))
            }
            Change::DeleteRoute { table, destination } => route("delete-route", table, destination, None),
            Change::Decision { .. } => Vec::new(),
        }
    }

    fn terraform(&self) -> String {
        match &self.change {
            Change::AllowIngress { group, port, peer } => rule_terraform("ingress", group, *port, peer),
            Change::AllowEgress { group, port, peer } => rule_terraform("egress", group, *port, peer),
            Change::AclEntry { acl, number, egress, cidr, ports } => resource(
                "aws_network_acl_rule",
                &name(&[acl, side(*egress), &number.to_string()]),
                &[
                    ("network_acl_id", hcl(acl)),
                    ("rule_number", number.to_string()),
                    ("egress", egress.to_string()),
                    ("protocol", hcl("tcp")),
                    ("rule_action", hcl("allow")),
                    (if cidr.addr().is_ipv4() { "cidr_block" } else { "ipv6_cidr_block" }, hcl(&cidr.to_string())),
                    ("from_port", ports.0.to_string()),
                    ("to_port", ports.1.to_string()),
                ],
            ),
            Change::Route { table, destination, target } => resource(
                "aws_route",
                &name(&[table, &destination.to_string()]),
                &[
                    ("route_table_id", hcl(table)),
                    ("destination_cidr_block", hcl(&destination.to_string())),
                    ("vpc_peering_connection_id", hcl(target)),
                ],
            ),
            Change::ReplaceRoute { table, destination, target } => {
                format!(
                    "# in the \"aws_route\" of {} for {}\nvpc_peering_connection_id = {}\n",
                    comment(table),
                    comment(destination),
                    hcl(target)
                )
            }
            Change::DeleteRoute { table, destination } => {
                format!("# take the \"aws_route\" of {} for {} out\n", comment(table), comment(destination))
            }
            Change::Decision { .. } => String::new(),
        }
    }

    fn undo(&self) -> Vec<String> {
        match &self.change {
            Change::AllowIngress { group, port, peer } => rule("revoke", "ingress", group, *port, peer),
            Change::AllowEgress { group, port, peer } => rule("revoke", "egress", group, *port, peer),
            Change::AclEntry { acl, number, egress, .. } => {
                let (number, direction) = (number.to_string(), format!("--{}", side(*egress)));
                ec2(["delete-network-acl-entry", "--network-acl-id", acl, "--rule-number", &number, &direction])
            }
            Change::Route { table, destination, .. } => route("delete-route", table, &destination.to_string(), None),
            // The route that was there led nowhere; there is nothing to go back to.
            Change::ReplaceRoute { .. } | Change::DeleteRoute { .. } | Change::Decision { .. } => Vec::new(),
        }
    }

    fn verify(&self) -> Vec<String> {
        match &self.change {
            Change::AllowIngress { group, .. } | Change::AllowEgress { group, .. } => {
                ec2(["describe-security-group-rules", "--filters", &format!("Name=group-id,Values={group}")])
            }
            Change::AclEntry { acl, .. } => ec2(["describe-network-acls", "--network-acl-ids", acl]),
            Change::Route { table, .. } | Change::ReplaceRoute { table, .. } | Change::DeleteRoute { table, .. } => {
                ec2(["describe-route-tables", "--route-table-ids", table])
            }
            Change::Decision { .. } => Vec::new(),
        }
    }

    fn iam(&self) -> &'static [&'static str] {
        match &self.change {
            Change::AllowIngress { .. } => &["ec2:AuthorizeSecurityGroupIngress"],
            Change::AllowEgress { .. } => &["ec2:AuthorizeSecurityGroupEgress"],
            Change::AclEntry { .. } => &["ec2:CreateNetworkAclEntry"],
            Change::Route { .. } => &["ec2:CreateRoute"],
            Change::ReplaceRoute { .. } => &["ec2:ReplaceRoute"],
            Change::DeleteRoute { .. } => &["ec2:DeleteRoute"],
            Change::Decision { .. } => &[],
        }
    }

    fn apply(&self, facts: &mut Facts) {
        apply(&self.change, facts);
    }
}
