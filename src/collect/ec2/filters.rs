//! Security groups, prefix lists, network ACLs.

use super::vpc::tag;
use super::{all, text, word};
use aws_sdk_ec2::types as sdk;
use pldoctor_checks::facts::aws;

pub(super) fn security_group(from: &sdk::SecurityGroup) -> aws::SecurityGroup {
    aws::SecurityGroup {
        group_id: text(&from.group_id),
        group_name: text(&from.group_name),
        description: text(&from.description),
        vpc_id: text(&from.vpc_id),
        owner_id: text(&from.owner_id),
        ip_permissions: all(&from.ip_permissions, ip_permission),
        ip_permissions_egress: all(&from.ip_permissions_egress, ip_permission),
        tags: all(&from.tags, tag),
    }
}

fn ip_permission(from: &sdk::IpPermission) -> aws::IpPermission {
    aws::IpPermission {
        ip_protocol: text(&from.ip_protocol),
        from_port: from.from_port,
        to_port: from.to_port,
        ip_ranges: all(&from.ip_ranges, |range| aws::IpRange { cidr_ip: text(&range.cidr_ip) }),
        ipv6_ranges: all(&from.ipv6_ranges, |range| aws::Ipv6Range { cidr_ipv6: text(&range.cidr_ipv6) }),
        prefix_list_ids: all(&from.prefix_list_ids, |list| aws::PrefixListId {
            prefix_list_id: text(&list.prefix_list_id),
        }),
        user_id_group_pairs: all(&from.user_id_group_pairs, |pair| aws::UserIdGroupPair {
            group_id: text(&pair.group_id),
            user_id: pair.user_id.clone(),
            vpc_id: pair.vpc_id.clone(),
            vpc_peering_connection_id: pair.vpc_peering_connection_id.clone(),
            peering_status: pair.peering_status.clone(),
        }),
    }
}

pub(super) fn prefix_list_entry(from: &sdk::PrefixListEntry) -> aws::PrefixListEntry {
    aws::PrefixListEntry { cidr: text(&from.cidr) }
}

pub(super) fn network_acl(from: &sdk::NetworkAcl) -> aws::NetworkAcl {
    aws::NetworkAcl {
        network_acl_id: text(&from.network_acl_id),
        vpc_id: text(&from.vpc_id),
        is_default: from.is_default.unwrap_or_default(),
        associations: all(&from.associations, |tie| aws::NetworkAclAssociation {
            subnet_id: text(&tie.subnet_id),
            network_acl_id: text(&tie.network_acl_id),
        }),
        entries: all(&from.entries, network_acl_entry),
    }
}

fn network_acl_entry(from: &sdk::NetworkAclEntry) -> aws::NetworkAclEntry {
    aws::NetworkAclEntry {
        rule_number: from.rule_number.unwrap_or_default(),
        protocol: text(&from.protocol),
        rule_action: word(&from.rule_action, sdk::RuleAction::as_str),
        egress: from.egress.unwrap_or_default(),
        cidr_block: from.cidr_block.clone(),
        ipv6_cidr_block: from.ipv6_cidr_block.clone(),
        port_range: from.port_range.as_ref().map(|range| aws::PortRange {
            from: range.from.unwrap_or_default(),
            // A range without its end would read as "up to port 0".
            to: range.to.unwrap_or(65_535),
        }),
    }
}
