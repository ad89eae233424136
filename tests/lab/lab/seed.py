"""The healthy world, made by plain API calls, and what scenarios change it to."""

import json
from dataclasses import dataclass, field

from .names import (
    ACCOUNT, CLIENT, DEDICATED_HOST, DEDICATED_SERVICE, PORT, REGION, STARTER_HOST, STARTER_SERVICE, SUBNETS, VPC_CIDR, ZONES,
)

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


@dataclass
class Ids:
    """The ids of the healthy world's things, by what they are for."""

    vpc: str = ""
    subnet_client: str = ""
    subnet_b: str = ""
    subnet_c: str = ""
    default_group: str = ""
    client_group: str = ""
    endpoint_group: str = ""
    interface: str = ""
    instance: str = ""
    endpoint: str = ""
    credentials: dict = field(default_factory=dict)


def publish_services(provider):
    zones = ["use1-az2", "use1-az4"]
    provider(action="publish", name=STARTER_SERVICE, private_dns_name=STARTER_HOST, zone_ids=zones)
    provider(action="publish", name=DEDICATED_SERVICE, private_dns_name=DEDICATED_HOST, zone_ids=zones, acceptance_required=True)


def healthy(clients):
    """A VPC with an instance, and a Starter endpoint in two zones with private DNS on that lets the instance's group in."""
    ec2, ids = clients["ec2"], Ids()
    ids.vpc = ec2.create_vpc(CidrBlock=VPC_CIDR)["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=ids.vpc, EnableDnsSupport={"Value": True})
    ec2.modify_vpc_attribute(VpcId=ids.vpc, EnableDnsHostnames={"Value": True})
    for key, (cidr, zone) in SUBNETS.items():
        made = ec2.create_subnet(VpcId=ids.vpc, CidrBlock=cidr, AvailabilityZone=ZONES[zone])
        setattr(ids, key, made["Subnet"]["SubnetId"])
    here = [{"Name": "vpc-id", "Values": [ids.vpc]}]
    ids.default_group = ec2.describe_security_groups(Filters=here)["SecurityGroups"][0]["GroupId"]
    ids.client_group = new_group(ec2, ids.vpc, "app", "the application's instances")
    ids.endpoint_group = new_group(ec2, ids.vpc, "tidb-endpoint", "the endpoint to TiDB Cloud")
    ec2.authorize_security_group_ingress(GroupId=ids.endpoint_group, IpPermissions=[client_on_port(ids)])
    ids.interface = ec2.create_network_interface(
        SubnetId=ids.subnet_client, PrivateIpAddress=CLIENT, Groups=[ids.client_group])["NetworkInterface"]["NetworkInterfaceId"]
    ids.instance = ec2.run_instances(
        ImageId="ami-760aaa0f", InstanceType="m7i.large", MinCount=1, MaxCount=1,
        Placement={"AvailabilityZone": ZONES[SUBNETS["subnet_client"][1]]},
        NetworkInterfaces=[{"DeviceIndex": 0, "NetworkInterfaceId": ids.interface}])["Instances"][0]["InstanceId"]
    ids.credentials = role_credentials(clients, ids.instance)
    ids.endpoint = new_endpoint(ec2, ids, PrivateDnsEnabled=True)
    return ids


def new_group(ec2, vpc, name, description):
    return ec2.create_security_group(GroupName=name, Description=description, VpcId=vpc)["GroupId"]


def client_on_port(ids, port=PORT):
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [{"GroupId": ids.client_group}]}


def new_endpoint(ec2, ids, service=STARTER_SERVICE, subnets=("subnet_b", "subnet_c"), groups=("endpoint_group",), **more):
    if groups:
        more["SecurityGroupIds"] = [getattr(ids, group) for group in groups]
    return ec2.create_vpc_endpoint(
        VpcId=ids.vpc, ServiceName=service, VpcEndpointType="Interface",
        SubnetIds=[getattr(ids, subnet) for subnet in subnets], **more)["VpcEndpoint"]["VpcEndpointId"]


def role_credentials(clients, instance):
    """A role's own credentials, so that the API knows the caller as the instance's role."""
    clients["iam"].create_role(RoleName="app-server", AssumeRolePolicyDocument=TRUST)
    made = clients["sts"].assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/app-server", RoleSessionName=instance)["Credentials"]
    return {
        "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z", "AccessKeyId": made["AccessKeyId"],
        "SecretAccessKey": made["SecretAccessKey"], "Token": made["SessionToken"],
        "Expiration": made["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def own_acl(ec2, ids, *subnets):
    """A network ACL with no rules of its own (so it denies all), in the place of the default one."""
    acl = ec2.create_network_acl(VpcId=ids.vpc)["NetworkAcl"]["NetworkAclId"]
    associated = {each["SubnetId"]: each["NetworkAclAssociationId"]
                  for every in ec2.describe_network_acls()["NetworkAcls"] for each in every["Associations"]}
    for subnet in subnets:
        ec2.replace_network_acl_association(AssociationId=associated[getattr(ids, subnet)], NetworkAclId=acl)
    return acl


def acl_rule(ec2, acl, number, direction, low, high, action="allow", cidr="10.0.1.0/24"):
    ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Protocol="6", RuleAction=action, Egress=direction == "out",
                                 CidrBlock=cidr, PortRange={"From": low, "To": high})


def hosted_zone(route53, ids, name, address, record=None):
    """A private hosted zone with one A record, at its top unless told."""
    zone = route53.create_hosted_zone(
        Name=name, CallerReference=name, HostedZoneConfig={"PrivateZone": True},  # AWS needs the VPC only, moto this too
        VPC={"VPCRegion": REGION, "VPCId": ids.vpc})["HostedZone"]["Id"]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": {
        "Name": record or name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": address}]}}]})
    return zone


def forwarding_rule(resolver, ids, domain):
    """A rule that sends a domain to a server outside of the VPC, through an endpoint of Resolver's own."""
    endpoint = resolver.create_resolver_endpoint(
        CreatorRequestId=domain, Name="outbound", Direction="OUTBOUND", SecurityGroupIds=[ids.default_group],
        IpAddresses=[{"SubnetId": ids.subnet_b}, {"SubnetId": ids.subnet_c}])["ResolverEndpoint"]["Id"]
    rule = resolver.create_resolver_rule(
        CreatorRequestId=domain, Name="to-the-office", RuleType="FORWARD", DomainName=domain, ResolverEndpointId=endpoint,
        TargetIps=[{"Ip": "192.168.0.53", "Port": 53}])["ResolverRule"]["Id"]
    resolver.associate_resolver_rule(ResolverRuleId=rule, Name="to-the-office", VPCId=ids.vpc)
    return rule


def firewall_rule(resolver, ids, domain, associated=True, **rule):
    """A rule group with one rule about one entry of a list, associated with the VPC."""
    made = {"CreatorRequestId": domain, "Name": "lab"}
    group = resolver.create_firewall_rule_group(**made)["FirewallRuleGroup"]["Id"]
    add_firewall_rule(resolver, group, domain, Priority=10, **rule)
    if associated:
        resolver.associate_firewall_rule_group(**made, FirewallRuleGroupId=group, VpcId=ids.vpc, Priority=101)
    return group


def add_firewall_rule(resolver, group, domain, **rule):
    made = {"CreatorRequestId": domain, "Name": "lab"}
    domains = resolver.create_firewall_domain_list(**made)["FirewallDomainList"]["Id"]
    resolver.update_firewall_domains(FirewallDomainListId=domains, Operation="ADD", Domains=[domain])
    resolver.create_firewall_rule(**made, FirewallRuleGroupId=group, FirewallDomainListId=domains, **rule)


def profile(profiles, ids, *resource_arns):
    """A Profile with firewall rule groups, associated with the VPC."""
    made = profiles.create_profile(ClientToken="lab", Name="lab")["Profile"]["Id"]
    for arn in resource_arns:
        profiles.associate_resource_to_profile(
            Name="lab", ProfileId=made, ResourceArn=arn, ResourceProperties=json.dumps({"priority": 102}))
    profiles.associate_profile(Name="lab", ProfileId=made, ResourceId=ids.vpc)
    return made
