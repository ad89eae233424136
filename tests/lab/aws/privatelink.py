"""AWS PrivateLink as far as a consumer's VPC sees it. This is our imitation, not moto's.

moto accepts any interface endpoint and calls it available. Here an endpoint has its interfaces in its subnets
with its own groups, waits for the provider where the service asks for it, and is refused with AWS's own words.
The texts are AWS's where they are known from its documentation or from users' reports.
"""

import copy
import ipaddress
from contextlib import contextmanager
from dataclasses import dataclass, field

from moto.ec2.exceptions import EC2ClientError, InvalidSecurityGroupNotFoundError, InvalidVpcEndPointIdError
from moto.ec2.models.vpcs import VPCEndPoint
from moto.moto_api._internal import mock_random

# The hosted zone of *.vpce.amazonaws.com in us-east-1, as describe-vpc-endpoints shows it.
VPCE_ZONE = "Z7HUB22UULQXV"
FIRST_HOST = 20  # endpoint interfaces take .20, .21, … of their subnet, so that packets can be given the same addresses
# A request that the provider turned down, or an endpoint that is going away, holds no private name.
HOLDS_NO_NAME = {"rejected", "failed", "expired", "deleting", "deleted"}


@dataclass
class Service:
    """An endpoint service of another account (TiDB Cloud's), as the consumer is allowed to see it."""

    name: str
    private_dns_name: str
    zone_ids: list
    acceptance_required: bool = False
    verification: str = "verified"
    owner: str = "380838443567"

    @property
    def id(self):
        return self.name.rsplit(".", 1)[1]

    @property
    def region(self):
        return self.name.split(".")[3]

    def describe(self, zone_names):
        base = f"{self.id}.{self.region}.vpce.amazonaws.com"
        shown = {
            "ServiceName": self.name,
            "ServiceId": self.id,
            "ServiceType": [{"ServiceType": "Interface"}],
            "ServiceRegion": self.region,
            "AvailabilityZoneIds": list(self.zone_ids),
            "AvailabilityZones": [zone_names[zone] for zone in self.zone_ids],
            "Owner": self.owner,
            "BaseEndpointDnsNames": [base],
            "VpcEndpointPolicySupported": False,
            "AcceptanceRequired": self.acceptance_required,
            "ManagesVpcEndpoints": False,
            "SupportedIpAddressTypes": ["ipv4"],
            "Tags": [],
        }
        if self.private_dns_name:
            shown["PrivateDnsName"] = self.private_dns_name
            shown["PrivateDnsNames"] = [{"PrivateDnsName": self.private_dns_name}]
            shown["PrivateDnsNameVerificationState"] = self.verification
        return shown


@dataclass
class Provider:
    """The other side of the service: what only TiDB Cloud can do."""

    services: dict = field(default_factory=dict)

    def publish(self, **service):
        self.services[service["name"]] = Service(**service)

    def accept(self, backend, endpoint_id):
        backend.get_vpc_end_point(endpoint_id).state = "available"

    def reject(self, backend, endpoint_id):
        backend.get_vpc_end_point(endpoint_id).state = "rejected"

    def set_state(self, backend, endpoint_id, state):
        """What AWS itself does in the minutes after an endpoint is made."""
        backend.get_vpc_end_point(endpoint_id).state = state

    def set_zones(self, name, zone_ids):
        self.services[name].zone_ids = list(zone_ids)


def provider(backend):
    # Kept on the backend object, because moto's reset empties that and nothing else.
    return backend.__dict__.setdefault("lab_provider", Provider())


def refuse(message, code="InvalidParameter"):
    raise EC2ClientError(code, message)


class InterfaceEndpoint(VPCEndPoint):
    """An interface endpoint for a service of another account."""

    def __init__(self, backend, service, vpc, subnets, groups, private_dns, tags):
        super().__init__(
            backend, "vpce-" + mock_random.get_random_hex(17), vpc.id, service.name, "Interface", None, [],
            subnet_ids=[], security_group_ids=[], tags=tags, private_dns_enabled=False,
        )
        self.service = service
        self.label = f"{self.id}-{mock_random.get_random_hex(8)}"
        self.state = "pendingAcceptance" if service.acceptance_required else "available"
        self.change_groups(groups or [backend.get_default_security_group(vpc.id).id], [])
        self.change_subnets(subnets, [])
        if private_dns:
            self.enable_private_dns()

    def change_groups(self, add, remove):
        for group in [*add, *remove]:
            if not self.ec2_backend.get_security_group_from_id(group):
                raise InvalidSecurityGroupNotFoundError(group)
        kept = [group for group in self.security_group_ids if group not in remove]
        self.security_group_ids = kept + [group for group in add if group not in kept]
        if not self.security_group_ids:
            refuse("At least one security group must be associated with the endpoint.", "InvalidParameter")
        for eni in self.network_interface_ids:
            self.ec2_backend.enis[eni]._group_set = self.group_objects()

    def group_objects(self):
        return [self.ec2_backend.get_security_group_from_id(group) for group in self.security_group_ids]

    def change_subnets(self, add, remove):
        for subnet_id in remove:
            self.leave(subnet_id)
        for subnet_id in add:
            subnet = self.ec2_backend.get_subnet(subnet_id)
            if subnet.vpc_id != self.vpc_id:
                refuse(f"The subnet ID '{subnet_id}' does not exist in the VPC {self.vpc_id}", "InvalidSubnetID.NotFound")
            if subnet.availability_zone_id not in self.service.zone_ids:
                refuse(
                    f"The VPC endpoint service {self.service_name} does not support "
                    f"the availability zone of the subnet: {subnet_id}."
                )
            if subnet.availability_zone in [eni.availability_zone for eni in self.interfaces()]:
                refuse("Found another VPC endpoint subnet in the availability zone of "
                       f"{subnet.availability_zone}", "DuplicateSubnetsInSameZone")
            self.enter(subnet)
        if not self.subnet_ids and remove:
            refuse("At least one subnet must be associated with the endpoint.")

    def interfaces(self):
        return [self.ec2_backend.enis[eni] for eni in self.network_interface_ids]

    def enter(self, subnet):
        taken = {eni.private_ip_address for eni in self.ec2_backend.enis.values()}
        hosts = (str(subnet_host) for subnet_host in list(ipaddress.ip_network(subnet.cidr_block).hosts())[FIRST_HOST - 1:])
        address = next(host for host in hosts if host not in taken)
        eni = self.ec2_backend.create_network_interface(
            subnet, address, group_ids=self.security_group_ids, description=f"VPC Endpoint Interface {self.id}"
        )
        eni.interface_type = "vpc_endpoint"
        eni.requester_managed = True
        eni.requester_id = "727180483921"
        eni.status = "in-use"
        self.network_interface_ids.append(eni.id)
        self.subnet_ids.append(subnet.id)

    def leave(self, subnet_id):
        for eni in [eni for eni in self.interfaces() if eni.subnet_id == subnet_id]:
            self.network_interface_ids.remove(eni.id)
            self.ec2_backend.enis.pop(eni.id)
        self.subnet_ids = [subnet for subnet in self.subnet_ids if subnet != subnet_id]

    def enable_private_dns(self):
        vpc, name = self.ec2_backend.get_vpc(self.vpc_id), self.service.private_dns_name
        if not name:
            refuse(f"Private DNS can't be enabled because the service {self.service_name} does not provide a private DNS name.")
        if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
            refuse("Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes "
                   f"set to true for {self.vpc_id}")
        if self.state != "available":
            refuse("Private DNS can only be enabled after the endpoint connection is accepted "
                   f"by the owner of {self.service_name}")
        if self.name_is_taken(name):
            refuse(f"private-dns-enabled cannot be set because there is already a conflicting DNS domain for {name} "
                   f"in the VPC {self.vpc_id}")
        self.private_dns_enabled = True

    def name_is_taken(self, name):
        others = (other for other in self.ec2_backend.vpc_end_points.values() if other is not self)
        return name in hosted_zones(self.ec2_backend, self.vpc_id) or any(
            isinstance(other, InterfaceEndpoint) and other.vpc_id == self.vpc_id and other.private_dns_enabled
            and other.state not in HOLDS_NO_NAME and other.service.private_dns_name == name
            for other in others
        )

    def delete(self):
        for subnet_id in list(self.subnet_ids):
            self.leave(subnet_id)
        del self.ec2_backend.vpc_end_points[self.id]

    def dns_names(self):
        suffix = f"{self.service.id}.{self.service.region}.vpce.amazonaws.com"
        zones = [eni.availability_zone for eni in self.interfaces()]
        return [f"{self.label}.{suffix}"] + [f"{self.label}-{zone}.{suffix}" for zone in zones]

    def describe(self):
        entries = [{"DnsName": name, "HostedZoneId": VPCE_ZONE} for name in self.dns_names()]
        if self.private_dns_enabled:
            entries.append({"DnsName": self.service.private_dns_name, "HostedZoneId": "Z" + self.label[-8:].upper() + "PRIVATE"})
        return {
            "VpcEndpointId": self.id,
            "VpcEndpointType": "Interface",
            "VpcId": self.vpc_id,
            "ServiceName": self.service_name,
            "ServiceRegion": self.service.region,
            "State": self.state,
            "RouteTableIds": [],
            "SubnetIds": list(self.subnet_ids),
            "Groups": [{"GroupId": group.id, "GroupName": group.name} for group in self.group_objects()],
            "IpAddressType": "ipv4",
            "DnsOptions": {"DnsRecordIpType": "ipv4"},
            "PrivateDnsEnabled": bool(self.private_dns_enabled),
            "RequesterManaged": False,
            "NetworkInterfaceIds": list(self.network_interface_ids),
            "DnsEntries": entries,
            "CreationTimestamp": self.creation_timestamp,
            "OwnerId": self.owner_id,
            "Tags": self.get_tags(),
        }

    def get_filter_value(self, filter_name, method_name=None):
        known = {
            "vpc-endpoint-id": self.id, "vpc-id": self.vpc_id, "service-name": self.service_name,
            "service-region": self.service.region, "vpc-endpoint-state": self.state,
            "vpc-endpoint-type": "Interface", "ip-address-type": "ipv4",
        }
        return known[filter_name] if filter_name in known else super().get_filter_value(filter_name, method_name)


def hosted_zones(backend, vpc_id):
    """The names of the private hosted zones that Route 53 answers for in this VPC."""
    from moto.route53.models import route53_backends

    zones = route53_backends[backend.account_id]["aws"].zones.values()
    return {zone.name.rstrip(".") for zone in zones if vpc_id in [vpc["vpc_id"] for vpc in getattr(zone, "vpcs", [])]}


@contextmanager
def all_or_nothing(backend, endpoint=None):
    """A refused call leaves nothing behind: no interface of an endpoint that was not made."""
    enis, fields = dict(backend.enis), copy.deepcopy(plain_fields(endpoint)) if endpoint else {}
    try:
        yield
    except EC2ClientError:
        backend.enis = enis
        if endpoint:
            endpoint.__dict__.update(fields)
            for eni in endpoint.interfaces():
                eni._group_set = endpoint.group_objects()
        raise


def plain_fields(endpoint):
    return {name: getattr(endpoint, name) for name in ("subnet_ids", "network_interface_ids", "security_group_ids", "private_dns_enabled")}


def find(backend, endpoint_id):
    endpoint = backend.vpc_end_points.get(endpoint_id)
    if endpoint is None:
        raise InvalidVpcEndPointIdError(endpoint_id)
    return endpoint
