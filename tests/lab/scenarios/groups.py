"""Security groups: what they drop times out, and only the API says why."""

from lab import seed
from lab.scenario import explains, mentions, outcome, scenario

ALL_OUT = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def close(lab):
    lab.ec2.revoke_security_group_ingress(GroupId=lab.ids.endpoint_group, IpPermissions=[seed.client_on_port(lab.ids)])


@scenario("no-inbound-rule", cause="endpoint-security-group", heals=True, says=(
    explains("endpoint-security-group", "tcp"), outcome("vpc-resolver-answer", "pass"), mentions(lambda lab: lab.ids.endpoint_group)))
def no_inbound_rule(lab):
    """The endpoint's own group lets nobody in."""
    close(lab)


@scenario("inbound-rule-for-another-port", cause="endpoint-security-group", heals=True)
def inbound_rule_for_another_port(lab):
    """MySQL's port instead of TiDB's."""
    close(lab)
    lab.ec2.authorize_security_group_ingress(GroupId=lab.ids.endpoint_group, IpPermissions=[seed.client_on_port(lab.ids, 3306)])


@scenario("default-group", cause="endpoint-security-group", heals=True, says=(mentions(lambda lab: lab.ids.default_group),))
def default_group(lab):
    """The documented create command names no group, so the endpoint got the VPC's default one: it lets in itself only."""
    lab.ec2.delete_vpc_endpoints(VpcEndpointIds=[lab.ids.endpoint])
    seed.new_endpoint(lab.ec2, lab.ids, groups=(), PrivateDnsEnabled=True)


@scenario("client-egress-closed", cause="client-security-group", heals=True, says=(
    explains("client-security-group", "tcp"), outcome("endpoint-security-group", "pass")))
def client_egress_closed(lab):
    """The client may speak HTTPS to the world, and nothing else."""
    lab.ec2.revoke_security_group_egress(GroupId=lab.ids.client_group, IpPermissions=[ALL_OUT])
    lab.ec2.authorize_security_group_egress(GroupId=lab.ids.client_group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])


@scenario("both-groups-closed", cause="client-security-group", heals=True, says=(outcome("endpoint-security-group", "fail"),))
def both_groups_closed(lab):
    """Two causes at once: both have to be found in one run, or the fix takes two."""
    client_egress_closed(lab)
    close(lab)


@scenario("small-pages", cause="endpoint-security-group", heals=True)
def small_pages(lab):
    """The API answers five at a time, and the group that matters is on a later page."""
    close(lab)
    for number in range(11):
        seed.new_group(lab.ec2, lab.ids.vpc, f"another-{number}", "one of many")
    lab.control("/lab/page-size", {"size": 5})
