//! EC2's calls, each answered in the AWS CLI's shape of its output. How the SDK's types become those shapes is in the files beside this one.

mod endpoint;
mod filters;
mod interface;
mod routes;
mod vpc;

use super::api::Service;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{Filter, VpcAttributeName};
use pldoctor_checks::facts::{Why, aws};
use std::net::IpAddr;

/// Items a page. EC2's largest for most lists.
const PAGE: i32 = 1_000;
/// Items a page of route tables and of prefix lists' entries, where 100 is EC2's largest.
const SMALL_PAGE: i32 = 100;
/// Values that EC2 takes in one filter.
const VALUES_LIMIT: usize = 200;

pub(super) type Ec2 = Service<Client>;

/// EC2's filter: any of these values.
fn filter(name: &str, values: &[impl ToString]) -> Filter {
    let values = values.iter().take(VALUES_LIMIT).map(ToString::to_string).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// Only these VPCs' resources; all of the Region's where there are none.
fn of_vpcs(vpc_ids: &[String]) -> Option<Vec<Filter>> {
    (!vpc_ids.is_empty()).then(|| vec![filter("vpc-id", vpc_ids)])
}

/// The items of all pages of a list.
macro_rules! pages {
    ($ec2:expr, $request:expr, $items:ident) => {{
        let request = $request;
        let send = |token| request.clone().set_next_token(token).send();
        $ec2.gate.pages(send, |page| (page.$items.unwrap_or_default(), page.next_token)).await?
    }};
}

pub(super) async fn vpcs(ec2: &Ec2, vpc_ids: &[String]) -> Result<aws::Vpcs, Why> {
    let request = ec2.client.describe_vpcs().set_filters(of_vpcs(vpc_ids)).max_results(PAGE);
    Ok(aws::Vpcs { vpcs: pages!(ec2, request, vpcs).iter().map(vpc::vpc).collect() })
}

/// One of the two DNS attributes.
pub(super) async fn vpc_attribute(
    ec2: &Ec2,
    vpc_id: &str,
    attribute: VpcAttributeName,
) -> Result<aws::VpcAttribute, Why> {
    let request = ec2.client.describe_vpc_attribute().vpc_id(vpc_id).attribute(attribute);
    Ok(vpc::attribute(&ec2.gate.call(|| request.clone().send()).await?))
}

pub(super) async fn subnets(ec2: &Ec2, vpc_ids: &[String]) -> Result<aws::Subnets, Why> {
    subnets_by(ec2, of_vpcs(vpc_ids)).await
}

/// These subnets, in whatever VPC. One that is not there is no error.
pub(super) async fn subnets_with(ec2: &Ec2, ids: &[String]) -> Result<aws::Subnets, Why> {
    subnets_by(ec2, Some(vec![filter("subnet-id", ids)])).await
}

async fn subnets_by(ec2: &Ec2, filters: Option<Vec<Filter>>) -> Result<aws::Subnets, Why> {
    let request = ec2.client.describe_subnets().set_filters(filters).max_results(PAGE);
    Ok(aws::Subnets { subnets: pages!(ec2, request, subnets).iter().map(vpc::subnet).collect() })
}

/// All of the Region's sets: which one a VPC has is only known from the VPC, and there are few.
pub(super) async fn dhcp_options(ec2: &Ec2) -> Result<aws::DhcpOptionsSets, Why> {
    let request = ec2.client.describe_dhcp_options().max_results(PAGE);
    let sets = pages!(ec2, request, dhcp_options);
    Ok(aws::DhcpOptionsSets { dhcp_options: sets.iter().map(vpc::dhcp_options).collect() })
}

pub(super) async fn availability_zones(ec2: &Ec2) -> Result<aws::AvailabilityZones, Why> {
    let request = ec2.client.describe_availability_zones();
    let zones = ec2.gate.call(|| request.clone().send()).await?.availability_zones.unwrap_or_default();
    Ok(aws::AvailabilityZones { availability_zones: zones.iter().map(vpc::availability_zone).collect() })
}

/// All of the Region's endpoints, so that the target's is found even when the client is in a peered VPC.
pub(super) async fn vpc_endpoints(ec2: &Ec2) -> Result<aws::VpcEndpoints, Why> {
    let request = ec2.client.describe_vpc_endpoints().max_results(PAGE);
    let endpoints = pages!(ec2, request, vpc_endpoints);
    Ok(aws::VpcEndpoints { vpc_endpoints: endpoints.iter().map(endpoint::vpc_endpoint).collect() })
}

/// The services of these names; all that this account may see where there are none. A filter and not the parameter, for which an unknown
/// name is an error.
pub(super) async fn vpc_endpoint_services(ec2: &Ec2, names: &[String]) -> Result<aws::VpcEndpointServices, Why> {
    let filters = (!names.is_empty()).then(|| vec![filter("service-name", names)]);
    let request = ec2.client.describe_vpc_endpoint_services().set_filters(filters).max_results(PAGE);
    let details = pages!(ec2, request, service_details);
    Ok(aws::VpcEndpointServices { service_details: details.iter().map(endpoint::service_detail).collect() })
}

/// Which interfaces to list.
pub(super) enum Interfaces<'a> {
    /// All in these VPCs.
    InVpcs(&'a [String]),
    /// This one.
    WithId(&'a str),
    /// Those that bear one of these addresses, in whatever VPC.
    Bearing(&'a [IpAddr]),
}

pub(super) async fn network_interfaces(ec2: &Ec2, which: Interfaces<'_>) -> Result<aws::NetworkInterfaces, Why> {
    let filter = match which {
        Interfaces::InVpcs(vpc_ids) => filter("vpc-id", vpc_ids),
        Interfaces::WithId(id) => filter("network-interface-id", &[id]),
        Interfaces::Bearing(addresses) if addresses.iter().any(IpAddr::is_ipv6) => {
            filter("ipv6-addresses.ipv6-address", addresses)
        }
        Interfaces::Bearing(addresses) => filter("addresses.private-ip-address", addresses),
    };
    let request = ec2.client.describe_network_interfaces().filters(filter).max_results(PAGE);
    let interfaces = pages!(ec2, request, network_interfaces);
    Ok(aws::NetworkInterfaces { network_interfaces: interfaces.iter().map(interface::network_interface).collect() })
}

pub(super) async fn instance(ec2: &Ec2, instance_id: &str) -> Result<aws::Reservations, Why> {
    // A filter and not the parameter, for which an unknown id is an error; no such instance is an empty list.
    let request = ec2.client.describe_instances().filters(filter("instance-id", &[instance_id])).max_results(PAGE);
    Ok(aws::Reservations {
        reservations: pages!(ec2, request, reservations).iter().map(interface::reservation).collect(),
    })
}

pub(super) async fn security_groups(ec2: &Ec2, vpc_ids: &[String]) -> Result<aws::SecurityGroups, Why> {
    security_groups_by(ec2, of_vpcs(vpc_ids)).await
}

/// These groups, in whatever VPC. One that is not there is no error.
pub(super) async fn security_groups_with(ec2: &Ec2, ids: &[String]) -> Result<aws::SecurityGroups, Why> {
    security_groups_by(ec2, Some(vec![filter("group-id", ids)])).await
}

async fn security_groups_by(ec2: &Ec2, filters: Option<Vec<Filter>>) -> Result<aws::SecurityGroups, Why> {
    let request = ec2.client.describe_security_groups().set_filters(filters).max_results(PAGE);
    let groups = pages!(ec2, request, security_groups);
    Ok(aws::SecurityGroups { security_groups: groups.iter().map(filters::security_group).collect() })
}

pub(super) async fn prefix_list_entries(ec2: &Ec2, prefix_list_id: &str) -> Result<aws::PrefixListEntries, Why> {
    let request = ec2.client.get_managed_prefix_list_entries().prefix_list_id(prefix_list_id).max_results(SMALL_PAGE);
    Ok(aws::PrefixListEntries {
        entries: pages!(ec2, request, entries).iter().map(filters::prefix_list_entry).collect(),
    })
}

pub(super) async fn network_acls(ec2: &Ec2, vpc_ids: &[String]) -> Result<aws::NetworkAcls, Why> {
    let request = ec2.client.describe_network_acls().set_filters(of_vpcs(vpc_ids)).max_results(PAGE);
    Ok(aws::NetworkAcls { network_acls: pages!(ec2, request, network_acls).iter().map(filters::network_acl).collect() })
}

pub(super) async fn route_tables(ec2: &Ec2, vpc_ids: &[String]) -> Result<aws::RouteTables, Why> {
    let request = ec2.client.describe_route_tables().set_filters(of_vpcs(vpc_ids)).max_results(SMALL_PAGE);
    Ok(aws::RouteTables { route_tables: pages!(ec2, request, route_tables).iter().map(routes::route_table).collect() })
}

/// The peerings of these ids.
pub(super) async fn vpc_peering_connections(ec2: &Ec2, ids: &[String]) -> Result<aws::VpcPeeringConnections, Why> {
    let filters = filter("vpc-peering-connection-id", ids);
    let request = ec2.client.describe_vpc_peering_connections().filters(filters).max_results(PAGE);
    let peerings = pages!(ec2, request, vpc_peering_connections);
    Ok(aws::VpcPeeringConnections {
        vpc_peering_connections: peerings.iter().map(routes::vpc_peering_connection).collect(),
    })
}

/// The attachments to the transit gateways of these ids, which show the VPCs that they join.
pub(super) async fn transit_gateway_vpc_attachments(
    ec2: &Ec2,
    gateway_ids: &[String],
) -> Result<aws::TransitGatewayVpcAttachments, Why> {
    let filters = filter("transit-gateway-id", gateway_ids);
    let request = ec2.client.describe_transit_gateway_vpc_attachments().filters(filters).max_results(PAGE);
    let attachments = pages!(ec2, request, transit_gateway_vpc_attachments);
    Ok(aws::TransitGatewayVpcAttachments {
        transit_gateway_vpc_attachments: attachments.iter().map(routes::transit_gateway_vpc_attachment).collect(),
    })
}

/// Text that AWS may leave out.
fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

/// A word of one of AWS's enumerations, as it was sent.
fn word<W>(value: &Option<W>, as_str: fn(&W) -> &str) -> String {
    value.as_ref().map_or_else(String::new, |word| as_str(word).to_owned())
}

/// The members of a list that AWS may leave out.
fn all<A, B>(items: &Option<Vec<A>>, shape: fn(&A) -> B) -> Vec<B> {
    items.iter().flatten().map(shape).collect()
}

/// An address that AWS may leave out. One that can't be read is left out too: there is no address to it.
fn address(value: &Option<String>) -> Option<IpAddr> {
    value.as_deref().and_then(|text| text.parse().ok())
}
