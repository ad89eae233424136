//! What lets packets through or not: security groups, prefix lists, network ACLs.

use super::shapes::{lists, shapes};
use super::vpc::Tag;

lists! {
    /// `aws ec2 describe-security-groups`: the list.
    SecurityGroups {
        /// One element a group.
        security_groups: Vec<SecurityGroup>,
    }
    /// `aws ec2 get-managed-prefix-list-entries`: the entries of one list.
    PrefixListEntries {
        /// One element a block.
        entries: Vec<PrefixListEntry>,
    }
    /// `aws ec2 describe-network-acls`: the list.
    NetworkAcls {
        /// One element a network ACL.
        network_acls: Vec<NetworkAcl>,
    }
}

shapes! {
    /// One security group.
    SecurityGroup {
        /// `sg-…`
        group_id: String,
        /// `default` is the VPC's own.
        group_name: String,
        /// What its creator wrote.
        description: String,
        /// `vpc-…`
        vpc_id: String,
        /// The owning account.
        owner_id: String,
        /// Inbound rules.
        ip_permissions: Vec<IpPermission>,
        /// Outbound rules.
        ip_permissions_egress: Vec<IpPermission>,
        /// Its tags.
        tags: Vec<Tag>,
    }
    /// Rules of a security group that share a protocol and ports.
    IpPermission {
        /// `tcp`, `6`, `-1` …
        ip_protocol: String,
        /// The first port, or the ICMP type.
        #[serde(skip_serializing_if = "Option::is_none")]
        from_port: Option<i32>,
        /// The last port, or the ICMP code.
        #[serde(skip_serializing_if = "Option::is_none")]
        to_port: Option<i32>,
        /// IPv4 peers.
        ip_ranges: Vec<IpRange>,
        /// IPv6 peers.
        ipv6_ranges: Vec<Ipv6Range>,
        /// Prefix lists of peers.
        prefix_list_ids: Vec<PrefixListId>,
        /// Peers by the group that their interface carries.
        user_id_group_pairs: Vec<UserIdGroupPair>,
    }
    /// An IPv4 peer.
    IpRange {
        /// The block.
        cidr_ip: String,
    }
    /// An IPv6 peer.
    Ipv6Range {
        /// The block.
        cidr_ipv6: String,
    }
    /// A prefix list as a rule names it.
    PrefixListId {
        /// `pl-…`
        prefix_list_id: String,
    }
    /// A group as a rule names it.
    UserIdGroupPair {
        /// `sg-…`
        group_id: String,
        /// The owning account.
        #[serde(skip_serializing_if = "Option::is_none")]
        user_id: Option<String>,
        /// The VPC of a peered group.
        #[serde(skip_serializing_if = "Option::is_none")]
        vpc_id: Option<String>,
        /// The peering over which the group is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        vpc_peering_connection_id: Option<String>,
        /// `active`, or the rule is stale.
        #[serde(skip_serializing_if = "Option::is_none")]
        peering_status: Option<String>,
    }
    /// One block of a prefix list.
    PrefixListEntry {
        /// The block.
        cidr: String,
    }
    /// One network ACL.
    NetworkAcl {
        /// `acl-…`
        network_acl_id: String,
        /// `vpc-…`
        vpc_id: String,
        /// Whether subnets without an association use it.
        is_default: bool,
        /// Its subnets.
        associations: Vec<NetworkAclAssociation>,
        /// Its rules, in any order.
        entries: Vec<NetworkAclEntry>,
    }
    /// The tie between a network ACL and a subnet.
    NetworkAclAssociation {
        /// `subnet-…`
        subnet_id: String,
        /// `acl-…`
        network_acl_id: String,
    }
    /// One rule of a network ACL.
    NetworkAclEntry {
        /// Lower numbers are tried first; 32767 is the final deny.
        rule_number: i32,
        /// A protocol number, or `-1`.
        protocol: String,
        /// `allow`, `deny`.
        rule_action: String,
        /// Whether it is an outbound rule.
        egress: bool,
        /// IPv4 peers.
        #[serde(skip_serializing_if = "Option::is_none")]
        cidr_block: Option<String>,
        /// IPv6 peers.
        #[serde(skip_serializing_if = "Option::is_none")]
        ipv6_cidr_block: Option<String>,
        /// Destination ports; absent means all.
        #[serde(skip_serializing_if = "Option::is_none")]
        port_range: Option<PortRange>,
    }
    /// Ports, both ends included.
    PortRange {
        /// The first.
        from: i32,
        /// The last.
        to: i32,
    }
}
