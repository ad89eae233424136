"""The EC2 actions about endpoints and their services, answered by privatelink.py where the service is ours."""

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response
from moto.ec2.utils import add_tag_specification, generic_filter

from . import privatelink
from .privatelink import InterfaceEndpoint, refuse

motos_own = {
    name: getattr(EC2Response, name)
    for name in ("create_vpc_endpoint", "modify_vpc_endpoint", "describe_vpc_endpoint_services", "delete_vpc_endpoints")
}


def create_vpc_endpoint(self):
    name = self._get_param("ServiceName", "")
    if ".vpce-svc-" not in name:
        return motos_own["create_vpc_endpoint"](self)
    backend = self.ec2_backend
    service = privatelink.provider(backend).services.get(name)
    if service is None:
        refuse(f"The Vpc Endpoint Service '{name}' does not exist", "InvalidServiceName")
    if self._get_param("VpcEndpointType") != "Interface":
        refuse(f"The Vpc Endpoint Service '{name}' does not support Vpc Endpoints of type "
               f"'{self._get_param('VpcEndpointType', 'Gateway')}'")
    with privatelink.all_or_nothing(backend):
        endpoint = InterfaceEndpoint(
            backend, service, backend.get_vpc(self._get_param("VpcId")), self._get_param("SubnetIds", []),
            self._get_param("SecurityGroupIds", []), self._get_bool_param("PrivateDnsEnabled", if_none=False),
            add_tag_specification(self._get_param("TagSpecifications", [])),
        )
    backend.vpc_end_points[endpoint.id] = endpoint
    return ActionResult({"VpcEndpoint": endpoint.describe()})


def modify_vpc_endpoint(self):
    endpoint = privatelink.find(self.ec2_backend, self._get_param("VpcEndpointId"))
    if not isinstance(endpoint, InterfaceEndpoint):
        return motos_own["modify_vpc_endpoint"](self)
    if endpoint.state in {"rejected", "failed", "deleting"}:
        refuse(f"The VPC endpoint {endpoint.id} is in state {endpoint.state} and cannot be modified.", "InvalidState")
    with privatelink.all_or_nothing(self.ec2_backend, endpoint):
        endpoint.change_groups(self._get_param("AddSecurityGroupIds", []), self._get_param("RemoveSecurityGroupIds", []))
        remove = self._get_param("RemoveSubnetIds", [])
        endpoint.change_subnets(self._get_param("AddSubnetIds", []), remove)
        private_dns = self._get_bool_param("PrivateDnsEnabled")
        if private_dns:
            endpoint.enable_private_dns()
        elif private_dns is False:
            endpoint.private_dns_enabled = False
    return ActionResult({"Return": True})


def describe_vpc_endpoints(self):
    backend, ids = self.ec2_backend, self._get_param("VpcEndpointIds", [])
    chosen = [privatelink.find(backend, each) for each in ids] or list(backend.vpc_end_points.values())
    shown = generic_filter(self._filters_from_querystring(), chosen)
    return ActionResult({"VpcEndpoints": [
        endpoint.describe() if isinstance(endpoint, InterfaceEndpoint) else endpoint for endpoint in shown
    ]})


def delete_vpc_endpoints(self):
    backend = self.ec2_backend
    for endpoint_id in self._get_param("VpcEndpointIds", []):
        endpoint = privatelink.find(backend, endpoint_id)
        if isinstance(endpoint, InterfaceEndpoint):
            endpoint.delete()
        else:
            backend.delete_vpc_endpoints(vpce_ids=[endpoint_id])
    return ActionResult({"Unsuccessful": []})


def describe_vpc_endpoint_services(self):
    """The services that this account is permitted to see: TiDB Cloud's and, where nothing narrows the question, AWS's own."""
    backend, names = self.ec2_backend, self._get_param("ServiceNames", [])
    ours = privatelink.provider(backend).services
    zone_names = {zone.zone_id: zone.name for zone in backend.describe_availability_zones()}
    filters = self._filters_from_querystring()
    if all(".vpce-svc-" in name for name in names) and names:
        for name in names:
            if name not in ours:
                refuse(f"The Vpc Endpoint Service '{name}' does not exist", "InvalidServiceName")
        details = [ours[name].describe(zone_names) for name in names]
    else:
        details = [service.describe(zone_names) for service in ours.values()]
        details += motos_services(self, names)
    details = [detail for detail in details if matches(detail, filters)]
    return ActionResult({"ServiceNames": [detail["ServiceName"] for detail in details], "ServiceDetails": details})


def motos_services(self, names):
    """moto's list of AWS's own services, in one piece: paging is done for all actions alike, in ec2_gaps.py."""
    backend = self.ec2_backend
    every = type(backend)._collect_default_endpoint_services(backend.account_id, self.region)
    if unknown := set(names) - {service["ServiceName"] for service in every}:
        refuse(f"The Vpc Endpoint Service '{unknown.pop()}' does not exist", "InvalidServiceName")
    return sorted((each for each in every if not names or each["ServiceName"] in names), key=lambda each: each["ServiceName"])


def matches(detail, filters):
    read = {
        "service-name": lambda: [detail["ServiceName"]],
        "service-type": lambda: [each["ServiceType"] for each in detail["ServiceType"]],
        "owner": lambda: [detail["Owner"]],
        "service-region": lambda: [detail.get("ServiceRegion")],
        "supported-ip-address-types": lambda: detail.get("SupportedIpAddressTypes", ["ipv4"]),
    }
    for name, wanted in filters.items():
        if name not in read:
            raise EC2ClientError("InvalidFilter", f"The filter '{name}' is invalid")
        if not set(read[name]()) & set(wanted):
            return False
    return True


def describe_vpc_endpoint_connections(self):
    refuse("The account owns no endpoint service.", "InvalidParameterValue")


def install():
    for action in (create_vpc_endpoint, modify_vpc_endpoint, describe_vpc_endpoints, delete_vpc_endpoints,
                   describe_vpc_endpoint_services, describe_vpc_endpoint_connections):
        setattr(EC2Response, action.__name__, action)
