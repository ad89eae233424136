//! Route tables, peerings, transit gateways.

use super::{all, text, word};
use aws_sdk_ec2::types as sdk;
use pldoctor_checks::facts::aws;

pub(super) fn route_table(from: &sdk::RouteTable) -> aws::RouteTable {
    aws::RouteTable {
        route_table_id: text(&from.route_table_id),
        vpc_id: text(&from.vpc_id),
        associations: all(&from.associations, |tie| aws::RouteTableAssociation {
            main: tie.main.unwrap_or_default(),
            subnet_id: tie.subnet_id.clone(),
            gateway_id: tie.gateway_id.clone(),
        }),
        routes: all(&from.routes, route),
    }
}

fn route(from: &sdk::Route) -> aws::Route {
    aws::Route {
        destination_cidr_block: from.destination_cidr_block.clone(),
        destination_ipv6_cidr_block: from.destination_ipv6_cidr_block.clone(),
        destination_prefix_list_id: from.destination_prefix_list_id.clone(),
        gateway_id: from.gateway_id.clone(),
        nat_gateway_id: from.nat_gateway_id.clone(),
        network_interface_id: from.network_interface_id.clone(),
        instance_id: from.instance_id.clone(),
        vpc_peering_connection_id: from.vpc_peering_connection_id.clone(),
        transit_gateway_id: from.transit_gateway_id.clone(),
        egress_only_internet_gateway_id: from.egress_only_internet_gateway_id.clone(),
        local_gateway_id: from.local_gateway_id.clone(),
        carrier_gateway_id: from.carrier_gateway_id.clone(),
        core_network_arn: from.core_network_arn.clone(),
        state: word(&from.state, sdk::RouteState::as_str),
        origin: word(&from.origin, sdk::RouteOrigin::as_str),
    }
}

pub(super) fn vpc_peering_connection(from: &sdk::VpcPeeringConnection) -> aws::VpcPeeringConnection {
    let code = from.status.as_ref().and_then(|status| status.code.clone());
    aws::VpcPeeringConnection {
        vpc_peering_connection_id: text(&from.vpc_peering_connection_id),
        requester_vpc_info: from.requester_vpc_info.as_ref().map(peering_vpc).unwrap_or_default(),
        accepter_vpc_info: from.accepter_vpc_info.as_ref().map(peering_vpc).unwrap_or_default(),
        status: aws::PeeringStatus { code: word(&code, sdk::VpcPeeringConnectionStateReasonCode::as_str) },
    }
}

fn peering_vpc(from: &sdk::VpcPeeringConnectionVpcInfo) -> aws::PeeringVpc {
    aws::PeeringVpc {
        vpc_id: text(&from.vpc_id),
        cidr_block: text(&from.cidr_block),
        cidr_block_set: all(&from.cidr_block_set, |block| aws::CidrBlock { cidr_block: text(&block.cidr_block) }),
        ipv6_cidr_block_set: all(&from.ipv6_cidr_block_set, |block| aws::Ipv6CidrBlock {
            ipv6_cidr_block: text(&block.ipv6_cidr_block),
        }),
        owner_id: text(&from.owner_id),
        region: text(&from.region),
    }
}

pub(super) fn transit_gateway_vpc_attachment(
    from: &sdk::TransitGatewayVpcAttachment,
) -> aws::TransitGatewayVpcAttachment {
    let referencing = from.options.as_ref().and_then(|options| options.security_group_referencing_support.clone());
    aws::TransitGatewayVpcAttachment {
        transit_gateway_attachment_id: text(&from.transit_gateway_attachment_id),
        transit_gateway_id: text(&from.transit_gateway_id),
        vpc_id: text(&from.vpc_id),
        state: word(&from.state, sdk::TransitGatewayAttachmentState::as_str),
        subnet_ids: from.subnet_ids.clone().unwrap_or_default(),
        options: aws::TransitGatewayAttachmentOptions {
            security_group_referencing_support: word(&referencing, sdk::SecurityGroupReferencingSupportValue::as_str),
        },
    }
}
