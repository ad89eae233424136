"""The API tested by itself: shapes and texts that moto alone does not have, and the faults in front of it."""

import time

from . import seed
from .names import API_URL, DEDICATED_SERVICE, REGION, STARTER_HOST, STARTER_SERVICE
from .selftest import same, test


def refusal(call, **arguments):
    """(code, message) of a call that has to fail."""
    from botocore.exceptions import ClientError

    try:
        call(**arguments)
    except ClientError as refused:
        return refused.response["Error"]["Code"], refused.response["Error"]["Message"]
    return "it went through", ""


def as_the_instance(lab, service="ec2"):
    import boto3
    from botocore.config import Config

    keys = lab.ids.credentials
    return boto3.client(service, region_name=REGION, endpoint_url=API_URL, aws_access_key_id=keys["AccessKeyId"],
                        aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["Token"],
                        config=Config(retries={"max_attempts": 0}))


@test
def endpoint_shape(lab):
    ec2 = lab.ec2
    endpoint = ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-endpoint-id", "Values": [lab.ids.endpoint]}])["VpcEndpoints"][0]
    same((endpoint["State"], endpoint["PrivateDnsEnabled"], len(endpoint["DnsEntries"])), ("available", True, 4))
    same(endpoint["DnsEntries"][3]["DnsName"], STARTER_HOST)
    same([group["GroupId"] for group in endpoint["Groups"]], [lab.ids.endpoint_group])
    enis = ec2.describe_network_interfaces(NetworkInterfaceIds=endpoint["NetworkInterfaceIds"])["NetworkInterfaces"]
    same({(eni["InterfaceType"], eni["RequesterManaged"], eni["Description"]) for eni in enis},
         {("vpc_endpoint", True, f"VPC Endpoint Interface {lab.ids.endpoint}")})
    service = ec2.describe_vpc_endpoint_services(ServiceNames=[STARTER_SERVICE])["ServiceDetails"][0]
    same((service["AvailabilityZoneIds"], service["PrivateDnsName"], service["PrivateDnsNameVerificationState"], service["AcceptanceRequired"]),
         (["use1-az2", "use1-az4"], STARTER_HOST, "verified", False))


@test
def endpoint_refusals(lab):
    ec2, ids = lab.ec2, lab.ids
    common = {"VpcId": ids.vpc, "ServiceName": STARTER_SERVICE, "VpcEndpointType": "Interface"}
    before = len(ec2.describe_network_interfaces()["NetworkInterfaces"])
    code, message = refusal(ec2.create_vpc_endpoint, **common, SubnetIds=[ids.subnet_b], PrivateDnsEnabled=True)
    same((code, message), ("InvalidParameter", "private-dns-enabled cannot be set because there is already a conflicting DNS domain "
                           f"for {STARTER_HOST} in the VPC {ids.vpc}"))
    same(refusal(ec2.create_vpc_endpoint, **common, SubnetIds=[ids.subnet_client])[1],
         f"The VPC endpoint service {STARTER_SERVICE} does not support the availability zone of the subnet: {ids.subnet_client}.")
    same(refusal(ec2.create_vpc_endpoint, **{**common, "ServiceName": STARTER_SERVICE[:-1]})[0], "InvalidServiceName")
    pending = seed.new_endpoint(ec2, ids, service=DEDICATED_SERVICE, groups=())
    same(refusal(ec2.modify_vpc_endpoint, VpcEndpointId=pending, PrivateDnsEnabled=True)[1],
         f"Private DNS can only be enabled after the endpoint connection is accepted by the owner of {DEDICATED_SERVICE}")
    made = ec2.describe_vpc_endpoints(VpcEndpointIds=[pending])["VpcEndpoints"][0]
    same((made["State"], [group["GroupName"] for group in made["Groups"]]), ("pendingAcceptance", ["default"]))
    ec2.delete_vpc_endpoints(VpcEndpointIds=[pending])
    ec2.modify_vpc_attribute(VpcId=ids.vpc, EnableDnsHostnames={"Value": False})
    ec2.modify_vpc_endpoint(VpcEndpointId=ids.endpoint, PrivateDnsEnabled=False)
    same(refusal(ec2.modify_vpc_endpoint, VpcEndpointId=ids.endpoint, PrivateDnsEnabled=True)[1],
         f"Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {ids.vpc}")
    same(len(ec2.describe_network_interfaces()["NetworkInterfaces"]), before)


@test
def endpoint_changes_reach_its_interfaces(lab):
    ec2, ids = lab.ec2, lab.ids
    ec2.modify_vpc_endpoint(VpcEndpointId=ids.endpoint, AddSecurityGroupIds=[ids.default_group],
                            RemoveSecurityGroupIds=[ids.endpoint_group], RemoveSubnetIds=[ids.subnet_c])
    endpoint = ec2.describe_vpc_endpoints()["VpcEndpoints"][0]
    enis = ec2.describe_network_interfaces(Filters=[{"Name": "interface-type", "Values": ["vpc_endpoint"]}])["NetworkInterfaces"]
    same([(eni["SubnetId"], eni["Groups"][0]["GroupId"]) for eni in enis], [(ids.subnet_b, ids.default_group)])
    same((endpoint["SubnetIds"], len(endpoint["DnsEntries"])), ([ids.subnet_b], 3))
    ec2.modify_vpc_endpoint(VpcEndpointId=ids.endpoint, AddSubnetIds=[ids.subnet_c])
    same(len(ec2.describe_vpc_endpoints()["VpcEndpoints"][0]["NetworkInterfaceIds"]), 2)


@test
def gaps_of_ec2(lab):
    ec2, ids = lab.ec2, lab.ids
    vpc = ec2.describe_vpcs(VpcIds=[ids.vpc])["Vpcs"][0]
    options = ec2.describe_dhcp_options(DhcpOptionsIds=[vpc["DhcpOptionsId"]])["DhcpOptions"][0]["DhcpConfigurations"]
    same(options[0]["Values"], [{"Value": "AmazonProvidedDNS"}])
    acl = ec2.create_network_acl(VpcId=ids.vpc)["NetworkAcl"]["NetworkAclId"]
    same([(each["RuleNumber"], each["Egress"]) for each in ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]],
         [(32767, True), (32767, False)])
    ec2.authorize_security_group_ingress(GroupId=ids.default_group, CidrIp="10.0.1.10/24", IpProtocol="tcp", FromPort=1, ToPort=2)
    instance = ec2.describe_instances(InstanceIds=[ids.instance])["Reservations"][0]["Instances"][0]
    same(([each["GroupId"] for each in instance["SecurityGroups"]], instance["Placement"]["AvailabilityZone"], "Platform" in instance),
         ([ids.client_group], "us-east-1b", False))
    ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=5, Protocol="1", RuleAction="allow", Egress=True, CidrBlock="0.0.0.0/0",
                                 IcmpTypeCode={"Code": -1, "Type": 3})
    same(ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"][0]["IcmpTypeCode"], {"Code": -1, "Type": 3})
    group = ec2.describe_security_groups(GroupIds=[ids.default_group])["SecurityGroups"][0]
    assert "10.0.1.0/24" in repr(group), group
    eni = ec2.describe_network_interfaces(NetworkInterfaceIds=[ids.interface])["NetworkInterfaces"][0]
    same(([each["GroupId"] for each in eni["Groups"]], eni["Attachment"]["InstanceId"]), ([ids.client_group], ids.instance))
    same(refusal(ec2.create_vpc, CidrBlock="10.9.0.0/16", DryRun=True)[0], "DryRunOperation")
    same(ec2.describe_availability_zones(ZoneIds=["use1-az1"])["AvailabilityZones"][0]["ZoneName"], "us-east-1b")


@test
def lists_come_in_pages(lab):
    ec2, ids = lab.ec2, lab.ids
    for number in range(12):
        seed.new_group(ec2, ids.vpc, f"g{number}", "one of many")
        ec2.create_network_interface(SubnetId=ids.subnet_client)
    every = len(ec2.describe_security_groups()["SecurityGroups"])
    first = ec2.describe_security_groups(MaxResults=5)
    same((len(first["SecurityGroups"]), "NextToken" in first), (5, True))
    lab.control("/lab/page-size", {"size": 5})
    pages = [page["SecurityGroups"] for page in ec2.get_paginator("describe_security_groups").paginate()]
    same((sum(map(len, pages)), len(pages)), (every, -(-every // 5)))
    for what, key in {"network_interfaces": "NetworkInterfaces", "vpc_endpoints": "VpcEndpoints",
                      "vpc_endpoint_services": "ServiceDetails"}.items():
        pages = list(ec2.get_paginator(f"describe_{what}").paginate())
        ids_seen = [repr(item) for page in pages for item in page[key]]
        same((what, len(ids_seen)), (what, len(set(ids_seen))))
    same(refusal(ec2.describe_network_interfaces, NetworkInterfaceIds=[ids.interface], MaxResults=5)[0], "InvalidParameterCombination")


@test
def denied_throttled_delayed(lab):
    lab.api_faults(denied=["ec2:DescribeVpcs", "route53resolver:*"])
    code, message = refusal(as_the_instance(lab).describe_vpcs)
    same(code, "UnauthorizedOperation")
    assert message.startswith("You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/app-server/i-"), message
    assert message.endswith("is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows the ec2:DescribeVpcs action")
    same(refusal(as_the_instance(lab, "route53resolver").list_resolver_rules)[0], "AccessDeniedException")
    as_the_instance(lab).describe_subnets()
    same([(call["service"], call["action"], call["fault"], call["reading"]) for call in lab.take_calls()], [
        ("ec2", "DescribeVpcs", "denied", True), ("route53resolver", "ListResolverRules", "denied", True),
        ("ec2", "DescribeSubnets", None, True)])
    lab.api_faults(throttle_seconds=0.3)
    same(refusal(as_the_instance(lab).describe_vpcs)[0], "RequestLimitExceeded")
    time.sleep(0.35)
    as_the_instance(lab).describe_vpcs()
    lab.api_faults(delay_ms=80)
    started = time.monotonic()
    as_the_instance(lab).describe_vpcs()
    assert time.monotonic() - started > 0.08
    lab.take_calls()
    same(refusal(as_the_instance(lab).create_vpc, CidrBlock="10.9.0.0/16", DryRun=True)[0], "DryRunOperation")
    same([call["reading"] for call in lab.take_calls()], [False])


@test
def the_other_services(lab):
    here = {"VPCId": lab.ids.vpc, "VPCRegion": REGION}
    same(as_the_instance(lab, "route53").list_hosted_zones_by_vpc(**here)["HostedZoneSummaries"], [])
    resolver = as_the_instance(lab, "route53resolver")
    same([resolver.list_resolver_rules()["ResolverRules"], resolver.list_resolver_rule_associations()["ResolverRuleAssociations"]], [[], []])
    who = as_the_instance(lab, "sts").get_caller_identity()
    same((who["Account"], who["Arn"]), ("123456789012", f"arn:aws:sts::123456789012:assumed-role/app-server/{lab.ids.instance}"))


@test
def dns_policy(lab):
    resolver, profiles = as_the_instance(lab, "route53resolver"), as_the_instance(lab, "route53profiles")
    here = {"VpcId": lab.ids.vpc}
    same([resolver.list_firewall_rule_group_associations(**here)["FirewallRuleGroupAssociations"], resolver.list_firewall_configs()["FirewallConfigs"],
          profiles.list_profile_associations(ResourceId=lab.ids.vpc)["ProfileAssociations"]], [[], [], []])
    same({(call["action"], call["reading"]) for call in lab.take_calls()}, {
        ("ListFirewallRuleGroupAssociations", True), ("ListFirewallConfigs", True), ("ListProfileAssociations", True)})
    group = seed.firewall_rule(resolver, lab.ids, "*.Example.net", Action="BLOCK", BlockResponse="NXDOMAIN")
    rule = resolver.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"][0]
    same(resolver.list_firewall_domains(FirewallDomainListId=rule["FirewallDomainListId"])["Domains"], ["*.example.net."])
    made = seed.profile(profiles, lab.ids, "arn:aws:route53:::hostedzone/Z1")
    same([each["ResourceArn"] for each in profiles.list_profile_resource_associations(ProfileId=made)["ProfileResourceAssociations"]],
         ["arn:aws:route53:::hostedzone/Z1"])
    same({call["action"] for call in lab.take_calls() if not call["reading"]} >= {"CreateFirewallRule", "AssociateProfile"}, True)
    same(refusal(resolver.list_firewall_rules, FirewallRuleGroupId="rslvr-frg-0")[0], "ResourceNotFoundException")
    same(refusal(profiles.list_profile_resource_associations, ProfileId="rp-0")[0], "ResourceNotFoundException")
    lab.api_faults(denied=["route53profiles:ListProfileAssociations"])
    same(refusal(profiles.list_profile_associations)[0], "AccessDeniedException")
