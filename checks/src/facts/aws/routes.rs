//! Where packets are sent: route tables, peerings, transit gateways.

use super::shapes::{lists, shapes};

lists! {
    /// `aws ec2 describe-route-tables`: the list.
    RouteTables {
        /// One element a table.
        route_tables: Vec<RouteTable>,
    }
    /// `aws ec2 describe-vpc-peering-connections`: the list.
    VpcPeeringConnections {
        /// One element a peering.
        vpc_peering_connections: Vec<VpcPeeringConnection>,
    }
    /// `aws ec2 describe-transit-gateway-vpc-attachments`: the list.
    TransitGatewayVpcAttachments {
        /// One element an attachment.
        transit_gateway_vpc_attachments: Vec<TransitGatewayVpcAttachment>,
    }
}

shapes! {
    /// One route table.
    RouteTable {
        /// `rtb-…`
        route_table_id: String,
        /// `vpc-…`
        vpc_id: String,
        /// What uses it.
        associations: Vec<RouteTableAssociation>,
        /// Its routes.
        routes: Vec<Route>,
    }
    /// The tie between a route table and a subnet or gateway.
    RouteTableAssociation {
        /// Whether subnets without an association use it.
        main: bool,
        /// `subnet-…`
        #[serde(skip_serializing_if = "Option::is_none")]
        subnet_id: Option<String>,
        /// A gateway (edge association).
        #[serde(skip_serializing_if = "Option::is_none")]
        gateway_id: Option<String>,
    }
    /// One route.
    Route {
        /// IPv4 destination.
        #[serde(skip_serializing_if = "Option::is_none")]
        destination_cidr_block: Option<String>,
        /// IPv6 destination.
        #[serde(skip_serializing_if = "Option::is_none")]
        destination_ipv6_cidr_block: Option<String>,
        /// Destinations by prefix list.
        #[serde(skip_serializing_if = "Option::is_none")]
        destination_prefix_list_id: Option<String>,
        /// `local`, `igw-…`, `vgw-…`, `vpce-…`.
        #[serde(skip_serializing_if = "Option::is_none")]
        gateway_id: Option<String>,
        /// `nat-…`
        #[serde(skip_serializing_if = "Option::is_none")]
        nat_gateway_id: Option<String>,
        /// `eni-…`
        #[serde(skip_serializing_if = "Option::is_none")]
        network_interface_id: Option<String>,
        /// `i-…`
        #[serde(skip_serializing_if = "Option::is_none")]
        instance_id: Option<String>,
        /// `pcx-…`
        #[serde(skip_serializing_if = "Option::is_none")]
        vpc_peering_connection_id: Option<String>,
        /// `tgw-…`
        #[serde(skip_serializing_if = "Option::is_none")]
        transit_gateway_id: Option<String>,
        /// `eigw-…`
        #[serde(skip_serializing_if = "Option::is_none")]
        egress_only_internet_gateway_id: Option<String>,
        /// `lgw-…`
        #[serde(skip_serializing_if = "Option::is_none")]
        local_gateway_id: Option<String>,
        /// `cagw-…`
        #[serde(skip_serializing_if = "Option::is_none")]
        carrier_gateway_id: Option<String>,
        /// A Cloud WAN core network.
        #[serde(skip_serializing_if = "Option::is_none")]
        core_network_arn: Option<String>,
        /// `active`, `blackhole`.
        state: String,
        /// `CreateRouteTable` (local), `CreateRoute`, `EnableVgwRoutePropagation`.
        origin: String,
    }
    /// One peering.
    VpcPeeringConnection {
        /// `pcx-…`
        vpc_peering_connection_id: String,
        /// One side.
        requester_vpc_info: PeeringVpc,
        /// The other side.
        accepter_vpc_info: PeeringVpc,
        /// Whether it works.
        status: PeeringStatus,
    }
    /// One side of a peering.
    PeeringVpc {
        /// `vpc-…`
        vpc_id: String,
        /// Its first block.
        cidr_block: String,
        /// All its IPv4 blocks.
        cidr_block_set: Vec<CidrBlock>,
        /// All its IPv6 blocks.
        ipv6_cidr_block_set: Vec<Ipv6CidrBlock>,
        /// The owning account.
        owner_id: String,
        /// Its Region.
        region: String,
    }
    /// An IPv4 block.
    CidrBlock {
        /// The block.
        cidr_block: String,
    }
    /// An IPv6 block.
    Ipv6CidrBlock {
        /// The block.
        ipv6_cidr_block: String,
    }
    /// The state of a peering.
    PeeringStatus {
        /// `active`, `pending-acceptance`, `deleted` …
        code: String,
    }
    /// One attachment of a VPC to a transit gateway.
    TransitGatewayVpcAttachment {
        /// `tgw-attach-…`
        transit_gateway_attachment_id: String,
        /// `tgw-…`
        transit_gateway_id: String,
        /// `vpc-…`
        vpc_id: String,
        /// `available` …
        state: String,
        /// One subnet a zone.
        subnet_ids: Vec<String>,
        /// What it may carry.
        options: TransitGatewayAttachmentOptions,
    }
    /// What an attachment may carry.
    TransitGatewayAttachmentOptions {
        /// `enable`, `disable`.
        security_group_referencing_support: String,
    }
}
