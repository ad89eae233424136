"""The endpoint: is there one, is it accepted, is it in the right zones, and has it the name?"""

from lab import seed
from lab.names import DEDICATED_HOST, DEDICATED_SERVICE, PORT, STARTER_HOST, STARTER_SERVICE, USER
from lab.scenario import mentions, outcome, scenario

DEDICATED = f"mysql://{USER}@{DEDICATED_HOST}:{PORT}/test"


def no_endpoint_yet(lab):
    lab.ec2.delete_vpc_endpoints(VpcEndpointIds=[lab.ids.endpoint])


@scenario("no-endpoint", cause="endpoint-exists", heals=True, says=(mentions(STARTER_SERVICE),))
def no_endpoint(lab):
    """The create command has to work as printed: groups, zones and private DNS included."""
    no_endpoint_yet(lab)


@scenario("no-endpoint-service-given", cause="endpoint-exists", heals=True, args=("--service-name", STARTER_SERVICE))
def no_endpoint_service_given(lab):
    no_endpoint_yet(lab)


def accept_all(lab):
    """TiDB Cloud accepts, once the endpoint's id is entered in its console."""
    for endpoint in lab.ec2.describe_vpc_endpoints()["VpcEndpoints"]:
        lab.provider(action="accept", endpoint_id=endpoint["VpcEndpointId"])


@scenario("pending-acceptance", cause="endpoint-state", target=DEDICATED, heals=True, console=accept_all)
def pending_acceptance(lab):
    """Dedicated: made, and not registered in TiDB Cloud. Private DNS can only follow once it is accepted."""
    no_endpoint_yet(lab)
    seed.new_endpoint(lab.ec2, lab.ids, service=DEDICATED_SERVICE)


@scenario("rejected", cause="endpoint-state")
def rejected(lab):
    """The provider may reject later, from `available`. Whether AWS keeps the private name then is not documented; here it goes."""
    lab.provider(action="reject", endpoint_id=lab.ids.endpoint)


@scenario("zone-not-served", cause="endpoint-zones", heals=True, args=("--az-id", "use1-az2"), says=(mentions("use1-az2"),))
def zone_not_served(lab):
    """The endpoint's only interface is in use1-az4; the service (and the Connect dialog) say use1-az2.

    AWS refuses to make such an endpoint, so it was made while both were served; then the provider left use1-az4.
    Packets into a zone without a target are dropped.
    """
    lab.ec2.modify_vpc_endpoint(VpcEndpointId=lab.ids.endpoint, RemoveSubnetIds=[lab.ids.subnet_b])
    lab.provider(action="set_zones", name=STARTER_SERVICE, zone_ids=["use1-az2"])


@scenario("second-endpoint-conflicts", cause="private-dns-conflict",
          args=("--endpoint-id", lambda lab: lab.second), says=(mentions(lambda lab: lab.ids.endpoint),))
def second_endpoint_conflicts(lab):
    """Two endpoints for one service, where Starter wants one per region, and the user asks about the new one.

    The first holds the private name, and nobody gets through it (its group lets in nobody). The second has the right
    group, but can't have the name: `modify-vpc-endpoint --private-dns-enabled` on it is refused as a conflict.
    Without --endpoint-id the first one is what the name leads to, and its group would be the cause.
    """
    lab.ec2.modify_vpc_endpoint(VpcEndpointId=lab.ids.endpoint, AddSecurityGroupIds=[lab.ids.default_group],
                                RemoveSecurityGroupIds=[lab.ids.endpoint_group])
    lab.second = seed.new_endpoint(lab.ec2, lab.ids)


@scenario("hosted-zone-conflicts", cause="private-dns-conflict", says=(outcome("endpoint-private-dns", "fail", "blocked"),))
def hosted_zone_conflicts(lab):
    """A private hosted zone of exactly the private name, from a hand-made setup, with an address that is gone.

    Private DNS is off, and turning it on is refused while this zone is associated with the VPC.
    """
    lab.ec2.modify_vpc_endpoint(VpcEndpointId=lab.ids.endpoint, PrivateDnsEnabled=False)
    seed.hosted_zone(lab.clients["route53"], lab.ids, STARTER_HOST, "10.0.2.99")
