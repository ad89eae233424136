"""Network ACLs, routes and prefix lists: each named down to the rule number, each fix run as printed opens the real path."""

from lab import seed
from lab.scenario import explains, mentions, outcome, scenario

EVERYWHERE = "0.0.0.0/0"


def endpoint_acl(lab):
    return seed.own_acl(lab.ec2, lab.ids, "subnet_b", "subnet_c")


def client_acl(lab):
    return seed.own_acl(lab.ec2, lab.ids, "subnet_client")


def let_all(lab, acl, direction):
    lab.ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=200, Protocol="-1", RuleAction="allow",
                                     Egress=direction == "out", CidrBlock=EVERYWHERE)


@scenario("acl-denies-the-request", cause="endpoint-network-acl", heals=True, says=(
    explains("endpoint-network-acl", "tcp"), mentions(lambda lab: "Rule 90 ")))
def acl_denies_the_request(lab):
    """A deny for the port stands before the allow, on the way into the endpoint's subnets."""
    acl = endpoint_acl(lab)
    seed.acl_rule(lab.ec2, acl, 90, "in", 4000, 4000, action="deny")
    let_all(lab, acl, "in")
    let_all(lab, acl, "out")


@scenario("acl-denies-the-answers", cause="client-network-acl", heals=True, says=(outcome("endpoint-network-acl", "fail"),))
def acl_denies_the_answers(lab):
    """Neither subnet lets the answers pass: both network ACLs were written as if they kept state."""
    acl = endpoint_acl(lab)
    seed.acl_rule(lab.ec2, acl, 100, "in", 4000, 4000)
    acl = client_acl(lab)
    seed.acl_rule(lab.ec2, acl, 100, "out", 4000, 4000, cidr="10.0.0.0/16")


@scenario("half-of-the-ephemeral-range", cause="client-network-acl", heals=True, luck=True, says=(
    mentions(lambda lab: "32768-46883"), mentions(lambda lab: "50 in 100")))
def half_of_the_ephemeral_range(lab):
    """Answers come in on half of the client's ports: every other connection hangs, whatever the probes met."""
    acl = client_acl(lab)
    let_all(lab, acl, "out")
    seed.acl_rule(lab.ec2, acl, 100, "in", 32768, 46883, cidr=EVERYWHERE)


@scenario("halves-that-do-not-meet", cause="client-network-acl", heals=True, says=(outcome("endpoint-network-acl", "fail"),))
def halves_that_do_not_meet(lab):
    """Each subnet lets through the half of the ports that the other one does not."""
    acl = client_acl(lab)
    let_all(lab, acl, "out")
    seed.acl_rule(lab.ec2, acl, 100, "in", 32768, 46883, cidr=EVERYWHERE)
    acl = endpoint_acl(lab)
    let_all(lab, acl, "in")
    seed.acl_rule(lab.ec2, acl, 100, "out", 46884, 60999)


def route_table(lab):
    return next(table["RouteTableId"] for table in lab.ec2.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [lab.ids.vpc]}])["RouteTables"] if any(each["Main"] for each in table["Associations"]))


@scenario("blackhole-route", cause="route", heals=True, says=(explains("route", "tcp"), mentions(route_table)))
def blackhole_route(lab):
    """A route more specific than the local one led to a peering, and the peering is gone."""
    other = lab.ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    peering = lab.ec2.create_vpc_peering_connection(VpcId=lab.ids.vpc, PeerVpcId=other)
    peering = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    lab.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    lab.ec2.create_route(RouteTableId=route_table(lab), DestinationCidrBlock="10.0.2.0/23", VpcPeeringConnectionId=peering)
    lab.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)


@scenario("route-into-another-interface", cause="route", says=(explains("route", "tcp"), mentions(route_table)))
def route_into_another_interface(lab):
    """A route more specific than the local one leads into an appliance that drops it. How it should be is for a person to decide."""
    appliance = lab.ec2.create_network_interface(SubnetId=lab.ids.subnet_client, PrivateIpAddress="10.0.1.200")["NetworkInterface"]
    lab.ec2.create_route(RouteTableId=route_table(lab), DestinationCidrBlock="10.0.2.0/23",
                         NetworkInterfaceId=appliance["NetworkInterfaceId"])


@scenario("prefix-list-without-the-client", cause="endpoint-security-group", heals=True)
def prefix_list_without_the_client(lab):
    """The endpoint's group lets a prefix list in, and somebody forgot this subnet in it."""
    lab.ec2.revoke_security_group_ingress(GroupId=lab.ids.endpoint_group, IpPermissions=[seed.client_on_port(lab.ids)])
    listed = lab.ec2.create_managed_prefix_list(PrefixListName="applications", MaxEntries=5, AddressFamily="IPv4", Entries=[
        {"Cidr": "10.7.0.0/16", "Description": "the other VPC"}])["PrefixList"]["PrefixListId"]
    lab.ec2.authorize_security_group_ingress(GroupId=lab.ids.endpoint_group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 4000, "ToPort": 4000, "PrefixListIds": [{"PrefixListId": listed}]}])
