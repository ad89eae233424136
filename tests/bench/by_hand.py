"""The calls of one run, made by the real `aws` command one after another: what a person would do without the program."""

from botocore import xform_name

from lab.names import REGION, STARTER_SERVICE


def arguments(action, ids, turn):
    """What an action can't do without, and what narrows it to the VPC, as anyone would type it."""
    of_vpc = ["--filters", f"Name=vpc-id,Values={ids.vpc}"]
    return {
        "DescribeVpcs": ["--vpc-ids", ids.vpc],
        # Asked about once for each of the two attributes.
        "DescribeVpcAttribute": ["--vpc-id", ids.vpc, "--attribute", ("enableDnsSupport", "enableDnsHostnames")[turn % 2]],
        "DescribeSubnets": of_vpc,
        "DescribeNetworkInterfaces": of_vpc,
        "DescribeSecurityGroups": of_vpc,
        "DescribeNetworkAcls": of_vpc,
        "DescribeRouteTables": of_vpc,
        "DescribeVpcEndpointServices": ["--service-names", STARTER_SERVICE],
        "ListHostedZonesByVPC": ["--vpc-id", ids.vpc, "--vpc-region", REGION],
    }.get(action, [])


def commands(calls, ids):
    """One command a call, in the order of the API's log."""
    turns, argvs = {}, []
    for call in calls:
        action = call["action"]
        turn = turns[action] = turns.get(action, -1) + 1
        argvs.append(["aws", call["service"], xform_name(action, "-"), *arguments(action, ids, turn), "--output", "json"])
    return argvs
