"""What else moto's EC2 leaves out or gets wrong, as far as this lab measured it. Each change names the difference."""

import base64
import ipaddress

from moto.core.responses import ActionResult
from moto.ec2.exceptions import DryRunClientError, EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance
from moto.ec2.models.network_acls import NetworkAcl
from moto.ec2.models.route_tables import Route
from moto.ec2.responses import EC2Response
from moto.ec2.responses.security_groups import SecurityGroups

PAGE_LIMIT = 1000
# AWS refuses a page size together with ids for these two.
IDS_OR_PAGES = {"DescribeInstances": "InstanceIds", "DescribeNetworkInterfaces": "NetworkInterfaceIds"}
settings = {"page_size": PAGE_LIMIT}  # a test makes pages small, to see whether a client asks for the next one


def every_call_honours_dry_run():
    call_action = EC2Response.call_action

    def checked(self):
        if str(self._get_param("DryRun", False)).lower() == "true":
            status, headers, body = self.serialized(ActionResult(DryRunClientError()))
            return 412, {**headers, "status": "412"}, body
        return call_action(self)

    EC2Response.call_action = checked


def every_list_is_paged():
    serialized = EC2Response.serialized

    def paged(self, answer):
        result = answer.result
        if isinstance(result, dict) and self._get_action().startswith(("Describe", "Get")):
            try:
                answer = ActionResult(page(self, result))
            except EC2ClientError as refused:
                answer = ActionResult(refused)
        return serialized(self, answer)

    EC2Response.serialized = paged


def page(self, result):
    asked, token = self._get_param("MaxResults"), self._get_param("NextToken")
    ids = IDS_OR_PAGES.get(self._get_action())
    if asked and ids and self._get_param(ids):
        raise EC2ClientError("InvalidParameterCombination",
                             f"The parameter {ids[0].lower() + ids[1:]}Set cannot be used with the parameter maxResults")
    if asked and not 5 <= int(asked) <= PAGE_LIMIT:
        raise EC2ClientError("InvalidParameterValue", f"Value ( {asked} ) for parameter maxResults is invalid. "
                             f"Expecting a value greater than or equal to 5 and less than or equal to {PAGE_LIMIT}.")
    size = min(int(asked or PAGE_LIMIT), settings["page_size"])
    lists = {key: list(value) for key, value in result.items() if isinstance(value, (list, tuple))}
    start = int(base64.b64decode(token)) if token else 0
    longest = max((len(value) for value in lists.values()), default=0)
    cut = {key: value[start:start + size] for key, value in lists.items()}
    more = base64.b64encode(str(start + size).encode()).decode() if longest > start + size else None
    return {**result, **cut, "NextToken": more}


def the_default_dhcp_options_exist():
    """AWS gives every account a set with AmazonProvidedDNS; moto says the word `default` and has no such set."""
    create_vpc = EC2Backend.create_vpc

    def with_options(self, *args, **kwargs):
        vpc = create_vpc(self, *args, **kwargs)
        if "lab_default_dhcp_options" not in self.__dict__:
            self.lab_default_dhcp_options = self.create_dhcp_options(["AmazonProvidedDNS"], ["ec2.internal"])
        self.associate_dhcp_options(self.lab_default_dhcp_options, vpc)
        return vpc

    EC2Backend.create_vpc = with_options


def every_acl_ends_with_32767():
    create = EC2Backend.create_network_acl

    def with_last_rule(self, vpc_id, tags=None, default=False):
        acl = create(self, vpc_id, tags, default)
        if not default:
            for egress in (True, False):
                self.create_network_acl_entry(acl.id, 32767, "-1", "deny", egress, "0.0.0.0/0", None, None, None, None, None)
        return acl

    EC2Backend.create_network_acl = with_last_rule
    # AWS prints the rules of each direction by number.
    NetworkAcl.entries = property(lambda self: sorted(self.network_acl_entries, key=lambda e: (not e.egress, int(e.rule_number))))


def acl_rules_keep_their_icmp_type():
    """moto looks for it under another name than the one it comes with."""
    for action in ("create_network_acl_entry", "replace_network_acl_entry"):
        def kept(self, original=getattr(EC2Response, action)):
            self.params["Icmp"] = self.params.get("IcmpTypeCode") or {}
            return original(self)

        setattr(EC2Response, action, kept)


def cidrs_are_canonical():
    rules = SecurityGroups._process_rules_from_querystring

    def canonical(self):
        for rule in rules(self):
            for ip_range in rule["ip_ranges"]:
                for key in ("CidrIp", "CidrIpv6"):
                    if key in ip_range:
                        ip_range[key] = canonical_cidr(ip_range[key])
            yield rule

    EC2Response._process_rules_from_querystring = canonical


def canonical_cidr(text):
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return text  # moto refuses it in AWS's words


def an_interface_has_its_own_groups_only():
    NetworkInterface.group_set = property(lambda self: self._group_set)
    filter_value = NetworkInterface.get_filter_value

    def more_filters(self, filter_name, method_name=None):
        known = {"interface-type": self.interface_type, "mac-address": self.mac_address, "status": self.status,
                 "requester-managed": str(self.requester_managed).lower(), "requester-id": self.requester_id}
        if filter_name in ("addresses.private-ip-address", "private-ip-address"):
            return [each["PrivateIpAddress"] for each in self.private_ip_addresses]
        return known[filter_name] if filter_name in known else filter_value(self, filter_name, method_name)

    NetworkInterface.get_filter_value = more_filters


def an_instance_has_the_groups_of_its_first_interface():
    def groups(self):
        return self.nics[0]._group_set if self.__dict__.get("nics") else self.__dict__["security_groups"]

    Instance.security_groups = property(groups, lambda self, value: self.__dict__.update(security_groups=value))


def routes_to_nowhere_are_blackholes():
    def state(self):
        gone = (
            (self.vpc_pcx and self.vpc_pcx._status.code == "deleted")
            or (self.nat_gateway and self.nat_gateway.state == "deleted")
            or (self.interface and (self.interface.id not in self.route_table.ec2_backend.enis or not self.interface.instance))
        )
        return "blackhole" if gone else "active"

    Route.state = property(state)


def install():
    for difference in (
        every_call_honours_dry_run, every_list_is_paged, the_default_dhcp_options_exist, every_acl_ends_with_32767,
        acl_rules_keep_their_icmp_type, cidrs_are_canonical, an_interface_has_its_own_groups_only,
        an_instance_has_the_groups_of_its_first_interface, routes_to_nowhere_are_blackholes,
    ):
        difference()
