"""Pre-flight: before the endpoint exists, would it work? The command that is printed is run as it stands, and the next check is healthy."""

import json
import threading

from lab import seed
from lab.names import DEDICATED_SERVICE, PASSWORD, STARTER_HOST, STARTER_SERVICE
from lab.runner import run_printed
from lab.scenario import TARGET, finding, manner


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


QUOTA = "L-29B6F2EB"  # interface endpoints a VPC


def room_for_one(lab):
    """The VPC may have one endpoint, and has it: another service's."""
    gone(lab)
    seed.new_endpoint(lab.ec2, lab.ids, service=DEDICATED_SERVICE)
    lab.control("/lab/quota", {"code": QUOTA, "value": 1})
    lab.sync()


def asked(doctor, *arguments):
    run = doctor.run(["preflight", STARTER_HOST, "--service-name", STARTER_SERVICE, "--format", "json", *arguments])
    run.report = json.loads(run.out)
    return run


@manner("preflight-quota-used-up")
def preflight_quota_used_up(lab, doctor):
    """No endpoint more: the gate says so, the printed command asks for more, and then the gate opens."""
    room_for_one(lab)
    full = asked(doctor)
    causes = [each["check"] for each in full.report["root_causes"]]
    problems = list(full.problems)
    if (full.exit, causes) != (1, ["endpoint-quota"]):
        return problems + [full.excerpt()]
    if not any(call["action"] == "GetServiceQuota" for call in full.calls):
        problems.append("the quota was not read")
    run_printed(lab, full.report["plan"]["steps"][0]["argv"])
    raised = asked(doctor)
    return problems + raised.problems + ([] if raised.exit == 0 else [raised.excerpt()])


@manner("preflight-quota-unread")
def preflight_quota_unread(lab, doctor):
    """The quota may not be read: the permission is named, the usual one is assumed, and the gate is open."""
    gone(lab)
    lab.api_faults(denied=["servicequotas:*"])
    run = asked(doctor)
    access = finding(run.report, "aws-access")["message"]
    quota = finding(run.report, "endpoint-quota")
    right = run.exit == 0 and "servicequotas:GetServiceQuota" in access and quota["outcome"] == "pass" and "assumed" in quota["message"]
    return run.problems + ([] if right else [access, quota["message"], run.excerpt()])


@manner("preflight-group-of-another-vpc")
def preflight_group_of_another_vpc(lab, doctor):
    """AWS would refuse the group: the gate names it, and the VPC that it is in."""
    gone(lab)
    other = lab.ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    group = lab.ec2.create_security_group(GroupName="elsewhere", Description="of another VPC", VpcId=other)["GroupId"]
    run = asked(doctor, "--vpc", lab.ids.vpc, "--security-groups", group)
    causes = run.report["root_causes"]
    right = run.exit == 1 and [each["check"] for each in causes] == ["endpoint-security-group"]
    right = right and group in causes[0]["summary"] and other in causes[0]["summary"]
    return run.problems + ([] if right else [run.excerpt()])


@manner("preflight-waits-for-the-private-name")
def preflight_waits_for_the_private_name(lab, doctor):
    """AWS is still verifying the service's private name: without --wait the gate says so, with it the gate opens as soon as it is verified."""
    gone(lab)
    service = {"name": STARTER_SERVICE, "private_dns_name": STARTER_HOST, "zone_ids": ["use1-az2", "use1-az4"]}
    lab.provider(action="publish", **service, verification="pendingVerification")
    at_once = asked(doctor)
    timer = threading.Timer(3, lambda: lab.provider(action="publish", **service))
    timer.start()
    waited = asked(doctor, "--wait", "60s")
    timer.join()
    right = (at_once.exit, waited.exit) == (1, 0) and at_once.report["root_causes"][0]["check"] == "service"
    right = right and waited.err.count("waiting for service") == 1
    return at_once.problems + waited.problems + ([] if right else [at_once.excerpt(), waited.excerpt()])
