"""The API's world, read through the API itself: the same answers that anyone gets, in AWS's own shape."""

import ipaddress
import json
from dataclasses import dataclass

from .names import CLIENT, STARTER_SERVICE, DEDICATED_SERVICE


@dataclass
class World:
    vpc: dict
    dns_support: bool
    dns_hostnames: bool
    subnets: dict
    interfaces: dict
    groups: dict
    prefix_lists: dict  # id -> its CIDRs
    acls: list
    route_tables: list
    endpoints: dict
    services: dict
    instance: dict
    hosted_zones: dict  # name -> its records, of the private zones that this VPC sees
    forwards: set  # the domains of the forwarding Resolver rules that hold in this VPC
    firewall: list  # the rules of DNS Firewall that hold in this VPC, in the order in which they are asked, each with its Domains

    @property
    def client(self):
        return next(eni for eni in self.interfaces.values() if eni["PrivateIpAddress"] == CLIENT)

    def subnet_of(self, address):
        return next((subnet for subnet in self.subnets.values()
                     if ipaddress.ip_address(address) in ipaddress.ip_network(subnet["CidrBlock"])), None)

    def acl_of(self, subnet_id):
        return next(acl for acl in self.acls if subnet_id in [each["SubnetId"] for each in acl["Associations"]])

    def route_table_of(self, subnet_id):
        main = next(table for table in self.route_tables if any(each["Main"] for each in table["Associations"]))
        return next((table for table in self.route_tables
                     if subnet_id in [each.get("SubnetId") for each in table["Associations"]]), main)

    def members(self, group_id):
        return [address["PrivateIpAddress"] for eni in self.interfaces.values()
                if group_id in [group["GroupId"] for group in eni["Groups"]] for address in eni["PrivateIpAddresses"]]

    def interfaces_of(self, endpoint):
        return [self.interfaces[eni] for eni in endpoint["NetworkInterfaceIds"]]

    def serves(self, endpoint, eni):
        """Whether the provider's load balancer answers for this interface: accepted, and in a zone of the service."""
        service = self.services.get(endpoint["ServiceName"])
        zone = self.subnets[eni["SubnetId"]]["AvailabilityZoneId"]
        return endpoint["State"] == "available" and service is not None and zone in service["AvailabilityZoneIds"]


def by(key, items):
    return {item[key]: item for item in items}


def read(clients, vpc_id):
    ec2 = clients["ec2"]
    here = [{"Name": "vpc-id", "Values": [vpc_id]}]

    def attribute(name):
        return ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=name)[name[0].upper() + name[1:]]["Value"]

    lists = ec2.describe_managed_prefix_lists(Filters=[{"Name": "owner-id", "Values": ["123456789012"]}])["PrefixLists"]
    reservations = ec2.describe_instances(Filters=here)["Reservations"]
    return World(
        vpc=ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0],
        dns_support=attribute("enableDnsSupport"),
        dns_hostnames=attribute("enableDnsHostnames"),
        subnets=by("SubnetId", ec2.describe_subnets(Filters=here)["Subnets"]),
        interfaces=by("NetworkInterfaceId", ec2.describe_network_interfaces(Filters=here)["NetworkInterfaces"]),
        groups=by("GroupId", ec2.describe_security_groups(Filters=here)["SecurityGroups"]),
        prefix_lists={each["PrefixListId"]: [entry["Cidr"] for entry in ec2.get_managed_prefix_list_entries(
            PrefixListId=each["PrefixListId"])["Entries"]] for each in lists},
        acls=ec2.describe_network_acls(Filters=here)["NetworkAcls"],
        route_tables=ec2.describe_route_tables(Filters=here)["RouteTables"],
        endpoints=by("VpcEndpointId", [each for each in ec2.describe_vpc_endpoints(Filters=here)["VpcEndpoints"]
                                       if each["VpcEndpointType"] == "Interface"]),
        services=by("ServiceName", ec2.describe_vpc_endpoint_services(
            ServiceNames=[STARTER_SERVICE, DEDICATED_SERVICE])["ServiceDetails"]),
        instance=next(instance for each in reservations for instance in each["Instances"]
                      if instance["PrivateIpAddress"] == CLIENT),
        hosted_zones=read_hosted_zones(clients["route53"], vpc_id),
        forwards=read_forwards(clients["route53resolver"], vpc_id),
        firewall=read_firewall(clients, vpc_id),
    )


def read_hosted_zones(route53, vpc_id):
    zones = {}
    for summary in route53.list_hosted_zones_by_vpc(VPCId=vpc_id, VPCRegion="us-east-1")["HostedZoneSummaries"]:
        records = route53.list_resource_record_sets(HostedZoneId=summary["HostedZoneId"])["ResourceRecordSets"]
        zones[summary["Name"].rstrip(".")] = [
            (each["Name"].rstrip("."), each["Type"], value["Value"])
            for each in records for value in each.get("ResourceRecords", []) if each["Type"] in ("A", "CNAME", "TXT")
        ] + [(each["Name"].rstrip("."), "ALIAS", each["AliasTarget"]["DNSName"].rstrip(".")) for each in records if each.get("AliasTarget")]
    return zones


def read_forwards(resolver, vpc_id):
    rules = by("Id", resolver.list_resolver_rules()["ResolverRules"])
    ties = resolver.list_resolver_rule_associations()["ResolverRuleAssociations"]
    held = [rules[tie["ResolverRuleId"]] for tie in ties if tie["VPCId"] == vpc_id]
    return {rule["DomainName"].rstrip(".") for rule in held if rule["RuleType"] == "FORWARD"}


def read_firewall(clients, vpc_id):
    resolver, profiles = clients["route53resolver"], clients["route53profiles"]
    ties = resolver.list_firewall_rule_group_associations(VpcId=vpc_id)["FirewallRuleGroupAssociations"]
    groups = [(tie["Priority"], tie["FirewallRuleGroupId"]) for tie in ties]
    for tie in profiles.list_profile_associations(ResourceId=vpc_id)["ProfileAssociations"]:
        for each in profiles.list_profile_resource_associations(ProfileId=tie["ProfileId"])["ProfileResourceAssociations"]:
            if ":firewall-rule-group/" in each["ResourceArn"]:
                groups.append((json.loads(each["ResourceProperties"])["priority"], each["ResourceArn"].rsplit("/", 1)[1]))
    rules = []
    for _, group in sorted(groups):
        of_group = resolver.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"]
        rules += sorted(of_group, key=lambda rule: rule["Priority"])
    return [{**rule, "Domains": resolver.list_firewall_domains(FirewallDomainListId=rule["FirewallDomainListId"])["Domains"]} for rule in rules]
