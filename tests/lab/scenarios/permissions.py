"""`pldoctor iam-policy`: with it everything is collected, and each action it allows is needed. Policies and signatures are verified by moto."""

import glob
import json
import os

from botocore import xform_name

from lab import seed
from lab.names import REGION, STARTER_HOST, ZONES
from lab.scenario import TARGET, finding, manner

SPEAKS_OF_ALL = "aws-access"  # it warns of every action that is denied, and is unknown for none
# Actions on which no check's outcome hangs, and what does: a function of a report.
NO_CHECK_BUT = {
    "ec2:DescribeAvailabilityZones": lambda report: finding(report, "endpoint-zones")["message"],  # the zones' names beside their ids
    "ec2:DescribeInstances": lambda report: report["reach"]["verdict"],  # the path model: a stopped machine opens no connection
}

ONLY_PREFLIGHT = {"servicequotas:GetServiceQuota"}  # `preflight-quota-unread` takes it away


def world(lab):
    """One world in which every kind of call has something to find, and the questions that find it."""
    ec2, ids = lab.ec2, lab.ids
    listed = ec2.create_managed_prefix_list(PrefixListName="applications", MaxEntries=5, AddressFamily="IPv4", Entries=[
        {"Cidr": "10.0.1.0/24"}])["PrefixList"]["PrefixListId"]
    ec2.revoke_security_group_ingress(GroupId=ids.endpoint_group, IpPermissions=[seed.client_on_port(ids)])
    ec2.authorize_security_group_ingress(GroupId=ids.endpoint_group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 4000, "ToPort": 4000, "PrefixListIds": [{"PrefixListId": listed}],
         "IpRanges": [{"CidrIp": "10.8.0.0/16"}, {"CidrIp": "10.9.0.0/16"}]}])
    peered, behind, stopped = (machine_in(ec2, cidr) for cidr in ("10.8.0.0/16", "10.9.0.0/16", "10.7.0.0/16"))
    ec2.stop_instances(InstanceIds=[stopped["InstanceId"]])
    routes(ec2, ids, peered, behind)
    names(lab, peered["VpcId"])
    lab.faults.resolver = "servfail"  # only then it matters whether the firewall lets names through when it fails
    lab.sync()
    return {"from here": [], **{f"from {where}": ["--from", machine["InstanceId"]] for where, machine in (
        ("over a peering", peered), ("behind a transit gateway", behind), ("a stopped machine", stopped))}}


def routes(ec2, ids, peered, behind):
    """The VPC of the endpoint, joined with two others."""
    main = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [ids.vpc]}])["RouteTables"][0]["RouteTableId"]
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    attach(ec2, gateway, ids.vpc, [ids.subnet_b, ids.subnet_c])
    attach(ec2, gateway, behind["VpcId"], [behind["SubnetId"]])
    peering = ec2.create_vpc_peering_connection(VpcId=peered["VpcId"], PeerVpcId=ids.vpc)["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    for table, cidr, way in ((main, "10.8.0.0/16", {"VpcPeeringConnectionId": peering}), (main, "10.9.0.0/16", {"TransitGatewayId": gateway}),
                             (peered["table"], "10.0.0.0/16", {"VpcPeeringConnectionId": peering}),
                             (behind["table"], "10.0.0.0/16", {"TransitGatewayId": gateway})):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=cidr, **way)


def names(lab, peered):
    """The peered VPC finds the private name in a zone that a Profile brings. A rule and a firewall, in both, are about other names."""
    resolver, route53, profiles = (lab.clients[name] for name in ("route53resolver", "route53", "route53profiles"))
    rule = seed.forwarding_rule(resolver, lab.ids, "example.net")
    resolver.associate_resolver_rule(ResolverRuleId=rule, Name="too", VPCId=peered)
    group = seed.firewall_rule(resolver, lab.ids, "*.example.net", Action="BLOCK", BlockResponse="NXDOMAIN")
    resolver.associate_firewall_rule_group(CreatorRequestId="too", Name="too", FirewallRuleGroupId=group, VpcId=peered, Priority=101)
    resolver.update_firewall_config(ResourceId=lab.ids.vpc, FirewallFailOpen="DISABLED")
    entry = lab.ec2.describe_vpc_endpoints(VpcEndpointIds=[lab.ids.endpoint])["VpcEndpoints"][0]["DnsEntries"][0]["DnsName"]
    zone = route53.create_hosted_zone(Name=STARTER_HOST.split(".", 1)[1], CallerReference="peered", HostedZoneConfig={"PrivateZone": True},
                                      VPC={"VPCRegion": REGION, "VPCId": lab.ec2.create_vpc(CidrBlock="10.6.0.0/16")["Vpc"]["VpcId"]})["HostedZone"]["Id"]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": {
        "Name": STARTER_HOST, "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": entry}]}}]})
    made = seed.profile(profiles, lab.ids, f"arn:aws:route53:::hostedzone/{zone.rsplit('/', 1)[-1]}")
    profiles.associate_profile(Name="too", ProfileId=made, ResourceId=peered)


def attach(ec2, gateway, vpc, subnets):
    ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=vpc, SubnetIds=subnets)


def machine_in(ec2, cidr):
    vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr.replace("/16", "/24"), AvailabilityZone=ZONES["use1-az2"])["Subnet"]["SubnetId"]
    made = ec2.run_instances(ImageId="ami-760aaa0f", InstanceType="m7i.large", MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]
    table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]["RouteTableId"]
    return {**made, "table": table}


def policy(doctor, *arguments):
    """What `pldoctor iam-policy` prints, where there is neither AWS nor a network."""
    return json.loads(doctor.run(["iam-policy", *arguments], nowhere=True).out)


def without(document, action):
    statement = dict(document["Statement"][0])
    statement["Action"] = [each for each in statement["Action"] if each != action]
    return {**document, "Statement": [statement]}


def findings(run):
    return {each["check"]: each for each in run.report["findings"]}


def denied(run):
    """Checks that miss an action -> those actions."""
    missing = {check: {each["iam_action"] for each in found["missing"] if each["why"] == "denied"} for check, found in findings(run).items()}
    return {check: actions for check, actions in missing.items() if actions}


def asked(run):
    return {f"{call['service']}:{call['action']}" for call in run.calls}


def refused_in_snapshot(doctor, folder, action):
    """What the same facts come to where this one call was refused: the checks that hang on it, by the brain alone."""
    service, name = action.split(":")
    files = glob.glob(os.path.join(folder, "aws", service, xform_name(name, "-") + "*.json"))
    kept = {}
    for file in files:
        with open(file) as text:
            kept[file] = text.read()
        with open(file, "w") as out:
            json.dump({"Error": {"Code": "AccessDenied", "Message": "no policy allows it"}}, out)
    run = doctor.run(["check", "--facts", folder, "--format", "json"], nowhere=True)
    for file, text in kept.items():
        with open(file, "w") as out:
            out.write(text)
    run.report = json.loads(run.out)
    return run


@manner("policy-is-enough-and-no-more")
def policy_is_enough_and_no_more(lab, doctor):
    """With the policy everything is collected. Without any one of its actions, exactly the checks that hang on it are unknown and name it."""
    questions = world(lab)
    whole = policy(doctor)
    lab.authorise(whole)
    problems, full, folders = [], {}, {}
    for name, arguments in questions.items():
        full[name] = doctor.check(TARGET, *arguments)
        folders[name] = lab.path("facts-" + name.replace(" ", "-"))
        os.rename(full[name].saved, folders[name])
        problems += full[name].problems + [f"{name}: {check} misses {actions}" for check, actions in denied(full[name]).items()]
        problems += [f"{name}: {SPEAKS_OF_ALL}: {found['message']}" for found in [findings(full[name])[SPEAKS_OF_ALL]] if found["outcome"] != "pass"]
    for action in sorted(set(whole["Statement"][0]["Action"]) - ONLY_PREFLIGHT):
        tried = [name for name, run in full.items() if action in asked(run)]
        problems += [] if tried else [f"{action} is allowed and never asked"]
        lab.authorise(without(whole, action))
        hanging = {}
        for name in tried:
            run = doctor.check(TARGET, *questions[name])
            wanted = refused_in_snapshot(doctor, folders[name], action)
            problems += run.problems + differences(name, action, run, denied(wanted))
            hanging.update(denied(run))
            if action in NO_CHECK_BUT and NO_CHECK_BUT[action](run.report) != NO_CHECK_BUT[action](full[name].report):
                hanging[action] = action
            if hanging:
                break  # the other questions would only say it again
        problems += [] if hanging or not tried else [f"{action}: nothing hangs on it"]
    return problems


def differences(name, action, run, wanted):
    seen = denied(run)
    where = f"{name}, without {action}"
    problems = [f"{where}: unknown for it are {sorted(seen)}, not {sorted(wanted)}"] if set(seen) != set(wanted) else []
    problems += [f"{where}: {check} names {sorted(actions)}" for check, actions in seen.items() if actions != {action}]
    problems += [f"{where}: {check} is {findings(run)[check]['outcome']}" for check in seen if findings(run)[check]["outcome"] != "unknown"]
    told = findings(run)[SPEAKS_OF_ALL]["data"].get("actions")
    return problems + ([f"{where}: {SPEAKS_OF_ALL} names {told}"] if told != [action] else [])


@manner("policy-of-each-check")
def policy_of_each_check(lab, doctor):
    """The policy for one check is enough for that check: it comes to the same with it as with everything allowed."""
    questions = world(lab)
    lab.authorise(policy(doctor))
    full = {name: doctor.check(TARGET, *arguments) for name, arguments in questions.items()}
    problems = [problem for run in full.values() for problem in run.problems]
    for check in findings(full["from here"]):
        printed = doctor.run(["iam-policy", "--only", check], nowhere=True)
        if printed.exit == 2 and "no permission is needed" in printed.err:
            continue
        lab.authorise(json.loads(printed.out))
        for name in ("from here", "from over a peering"):
            seen, wanted = findings(doctor.check(TARGET, *questions[name]))[check], findings(full[name])[check]
            if seen["outcome"] != wanted["outcome"] and check != SPEAKS_OF_ALL:
                problems.append(f"{name}, with the policy of {check}: {seen['outcome']}, not {wanted['outcome']}: {seen['message']}")
    return problems


@manner("wrong-signature")
def wrong_signature(lab, doctor):
    """Keys that AWS doesn't know are no permission that lacks: no action is named for them."""
    lab.authorise(policy(doctor))
    run = doctor.check(TARGET, env={"AWS_ACCESS_KEY_ID": "AKIAWRONGWRONGWRONG0", "AWS_SECRET_ACCESS_KEY": "wrong", "AWS_REGION": REGION})
    said = findings(run)[SPEAKS_OF_ALL]
    return run.problems + ([] if said["outcome"] == "warn" and not denied(run) else [f"{said['outcome']}: {said['message']}", str(denied(run))])
