//! VPCs, subnets, zones, DHCP options.

use super::{all, text, word};
use aws_sdk_ec2::operation::describe_vpc_attribute::DescribeVpcAttributeOutput;
use aws_sdk_ec2::types as sdk;
use pldoctor_checks::facts::aws;

pub(super) fn tag(from: &sdk::Tag) -> aws::Tag {
    aws::Tag { key: text(&from.key), value: text(&from.value) }
}

pub(super) fn vpc(from: &sdk::Vpc) -> aws::Vpc {
    aws::Vpc {
        vpc_id: text(&from.vpc_id),
        cidr_block: text(&from.cidr_block),
        cidr_block_association_set: all(&from.cidr_block_association_set, |block| aws::CidrAssociation {
            cidr_block: text(&block.cidr_block),
            cidr_block_state: state(&block.cidr_block_state),
        }),
        ipv6_cidr_block_association_set: all(&from.ipv6_cidr_block_association_set, |block| aws::Ipv6CidrAssociation {
            ipv6_cidr_block: text(&block.ipv6_cidr_block),
            ipv6_cidr_block_state: state(&block.ipv6_cidr_block_state),
        }),
        dhcp_options_id: text(&from.dhcp_options_id),
        is_default: from.is_default.unwrap_or_default(),
        owner_id: text(&from.owner_id),
        tags: all(&from.tags, tag),
    }
}

fn state(from: &Option<sdk::VpcCidrBlockState>) -> aws::CidrState {
    let code = from.as_ref().and_then(|state| state.state.clone());
    aws::CidrState { state: word(&code, sdk::VpcCidrBlockStateCode::as_str) }
}

pub(super) fn attribute(from: &DescribeVpcAttributeOutput) -> aws::VpcAttribute {
    let value = |from: &Option<sdk::AttributeBooleanValue>| {
        // EC2 leaves the value out where it is false.
        from.as_ref().map(|attribute| aws::AttributeValue { value: attribute.value.unwrap_or_default() })
    };
    aws::VpcAttribute {
        vpc_id: text(&from.vpc_id),
        enable_dns_support: value(&from.enable_dns_support),
        enable_dns_hostnames: value(&from.enable_dns_hostnames),
    }
}

pub(super) fn subnet(from: &sdk::Subnet) -> aws::Subnet {
    aws::Subnet {
        subnet_id: text(&from.subnet_id),
        vpc_id: text(&from.vpc_id),
        cidr_block: text(&from.cidr_block),
        availability_zone: text(&from.availability_zone),
        availability_zone_id: text(&from.availability_zone_id),
        available_ip_address_count: from.available_ip_address_count.unwrap_or_default(),
        ipv6_cidr_block_association_set: all(&from.ipv6_cidr_block_association_set, |block| {
            let code = block.ipv6_cidr_block_state.as_ref().and_then(|state| state.state.clone());
            aws::Ipv6CidrAssociation {
                ipv6_cidr_block: text(&block.ipv6_cidr_block),
                ipv6_cidr_block_state: aws::CidrState { state: word(&code, sdk::SubnetCidrBlockStateCode::as_str) },
            }
        }),
        owner_id: text(&from.owner_id),
        tags: all(&from.tags, tag),
    }
}

pub(super) fn dhcp_options(from: &sdk::DhcpOptions) -> aws::DhcpOptions {
    aws::DhcpOptions {
        dhcp_options_id: text(&from.dhcp_options_id),
        dhcp_configurations: all(&from.dhcp_configurations, |option| aws::DhcpConfiguration {
            key: text(&option.key),
            values: all(&option.values, |value| aws::DhcpValue { value: text(&value.value) }),
        }),
    }
}

pub(super) fn availability_zone(from: &sdk::AvailabilityZone) -> aws::AvailabilityZone {
    aws::AvailabilityZone {
        zone_name: text(&from.zone_name),
        zone_id: text(&from.zone_id),
        region_name: text(&from.region_name),
    }
}
