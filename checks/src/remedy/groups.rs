//! Rules of security groups.

use super::{Act, command::ec2};
use crate::check::Owner;
use crate::facts::{Facts, aws};
use ipnet::IpNet;
use std::collections::BTreeMap;

/// The other side of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Whoever carries this group.
    Group(String),
    /// Whoever has an address in this block.
    Cidr(IpNet),
}

impl Peer {
    fn name(&self) -> String {
        match self {
            Self::Group(id) => id.clone(),
            Self::Cidr(block) => block.to_string(),
        }
    }

    fn permission(&self, port: u16) -> aws::IpPermission {
        let mut permission = aws::IpPermission {
            ip_protocol: "tcp".to_owned(),
            from_port: Some(port.into()),
            to_port: Some(port.into()),
            ..Default::default()
        };
        match self {
            Self::Group(id) => {
                permission.user_id_group_pairs.push(aws::UserIdGroupPair { group_id: id.clone(), ..Default::default() })
            }
            Self::Cidr(IpNet::V4(block)) => permission.ip_ranges.push(aws::IpRange { cidr_ip: block.to_string() }),
            Self::Cidr(IpNet::V6(block)) => {
                permission.ipv6_ranges.push(aws::Ipv6Range { cidr_ipv6: block.to_string() })
            }
        }
        permission
    }

    /// The value of `--ip-permissions`. The long form, because the short options know no IPv6 block and no group for outbound rules.
    fn ip_permissions(&self, port: u16) -> String {
        let peer = match self {
            Self::Group(id) => format!("UserIdGroupPairs=[{{GroupId={id}}}]"),
            Self::Cidr(IpNet::V4(block)) => format!("IpRanges=[{{CidrIp={block}}}]"),
            Self::Cidr(IpNet::V6(block)) => format!("Ipv6Ranges=[{{CidrIpv6={block}}}]"),
        };
        format!("IpProtocol=tcp,FromPort={port},ToPort={port},{peer}")
    }

    fn terraform(&self) -> String {
        match self {
            Self::Group(id) => format!("referenced_security_group_id = \"{id}\""),
            Self::Cidr(IpNet::V4(block)) => format!("cidr_ipv4 = \"{block}\""),
            Self::Cidr(IpNet::V6(block)) => format!("cidr_ipv6 = \"{block}\""),
        }
    }
}

/// Lets a peer in on a port.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizeIngress {
    /// `sg-…`, one of the endpoint's.
    pub group_id: String,
    /// The TCP port.
    pub port: u16,
    /// Who is let in.
    pub source: Peer,
}

/// Lets members out to a peer on a port.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizeEgress {
    /// `sg-…`, one of the client's.
    pub group_id: String,
    /// The TCP port.
    pub port: u16,
    /// Where they may go.
    pub destination: Peer,
}

/// The parts in which inbound and outbound rules differ.
struct Rule<'a> {
    group_id: &'a str,
    port: u16,
    peer: &'a Peer,
    direction: &'static str,
}

impl Rule<'_> {
    fn command(&self, verb: &str) -> Vec<String> {
        let operation = format!("{verb}-security-group-{}", self.direction);
        let permissions = self.peer.ip_permissions(self.port);
        ec2([&operation, "--group-id", self.group_id, "--ip-permissions", &permissions])
    }

    fn terraform(&self) -> String {
        format!(
            "resource \"aws_vpc_security_group_{}_rule\" \"tidb_cloud_{}\" {{\n  security_group_id = \"{}\"\n  ip_protocol = \"tcp\"\n  from_port = {}\n  to_port = {}\n  {}\n}}\n",
            self.direction,
            self.port,
            self.group_id,
            self.port,
            self.port,
            self.peer.terraform()
        )
    }

    fn verify(&self) -> Vec<String> {
        ec2(["describe-security-group-rules", "--filters", &format!("Name=group-id,Values={}", self.group_id)])
    }

    fn values(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("group", self.group_id.to_owned()),
            ("port", self.port.to_string()),
            ("peer", self.peer.name()),
        ])
    }

    fn apply(&self, facts: &mut Facts) {
        let groups = facts.aws.security_groups.known_mut().map(|list| list.security_groups.as_mut_slice());
        for group in groups.unwrap_or_default().iter_mut().filter(|group| group.group_id == self.group_id) {
            let permission = self.peer.permission(self.port);
            match self.direction {
                "ingress" => group.ip_permissions.push(permission),
                _ => group.ip_permissions_egress.push(permission),
            }
        }
    }
}

macro_rules! rule_act {
    ($name:ident, $peer:ident, $direction:literal, $key:literal, $iam:expr) => {
        impl $name {
            fn rule(&self) -> Rule<'_> {
                Rule { group_id: &self.group_id, port: self.port, peer: &self.$peer, direction: $direction }
            }
        }

        impl Act for $name {
            fn key(&self) -> &'static str {
                $key
            }
            fn values(&self) -> BTreeMap<&'static str, String> {
                self.rule().values()
            }
            fn owner(&self) -> Owner {
                Owner::Vpc
            }
            fn argv(&self) -> Vec<String> {
                self.rule().command("authorize")
            }
            fn terraform(&self) -> String {
                self.rule().terraform()
            }
            fn undo(&self) -> Vec<String> {
                self.rule().command("revoke")
            }
            fn verify(&self) -> Vec<String> {
                self.rule().verify()
            }
            fn iam(&self) -> &'static [&'static str] {
                $iam
            }
            fn apply(&self, facts: &mut Facts) {
                self.rule().apply(facts);
            }
        }
    };
}

rule_act!(AuthorizeIngress, source, "ingress", "authorize-ingress", &["ec2:AuthorizeSecurityGroupIngress"]);
rule_act!(AuthorizeEgress, destination, "egress", "authorize-egress", &["ec2:AuthorizeSecurityGroupEgress"]);
