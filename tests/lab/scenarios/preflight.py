"""Pre-flight: before the endpoint exists, would it work? The command that is printed is run as it stands, and the next check is healthy."""

import json

from lab.names import PASSWORD, STARTER_HOST, STARTER_SERVICE
from lab.runner import run_printed
from lab.scenario import TARGET, manner


def gone(lab):
    lab.ec2.delete_vpc_endpoints(VpcEndpointIds=[lab.ids.endpoint])
    lab.sync()


@manner("preflight-then-create")
def preflight_then_create(lab, doctor):
    """Nothing is given but the name and the service: zones and a group that lets the client in are chosen."""
    gone(lab)
    ready = doctor.run(["preflight", STARTER_HOST, "--service-name", STARTER_SERVICE, "--format", "json"])
    problems = list(ready.problems)
    if ready.exit != 0:
        return problems + [ready.excerpt()]
    commands = [step["argv"] for step in json.loads(ready.out)["plan"]["steps"] if step["argv"]]
    if len(commands) != 1:
        return problems + [f"not one command: {commands}"]
    run_printed(lab, commands[0])
    lab.sync()
    after = doctor.run(["check", TARGET, "--format", "json"], env={"MYSQL_PWD": PASSWORD})
    return problems + after.problems + ([] if after.exit == 0 else [after.excerpt()])


@manner("preflight-says-no")
def preflight_says_no(lab, doctor):
    """With the VPC's default group, the endpoint would be made and would let nobody in: the gate says so before it is made."""
    gone(lab)
    refused = doctor.run(["preflight", STARTER_HOST, "--service-name", STARTER_SERVICE, "--vpc", lab.ids.vpc,
                          "--security-groups", lab.ids.default_group, "--from", lab.ids.instance, "--format", "json"])
    causes = [each["check"] for each in json.loads(refused.out)["root_causes"]]
    return refused.problems + ([] if (refused.exit, causes[:1]) == (1, ["endpoint-security-group"]) else [refused.excerpt()])
