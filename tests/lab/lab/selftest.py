"""The lab tested by itself: does each fault look on the wire as it should, before a program is judged by it?"""

import re
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Callable

from . import seed
from .names import (
    CLIENT, DEDICATED_HOST, DEDICATED_SERVICE, METADATA, PASSWORD, PORT, PUBLIC_ADDRESS, STALE_ADDRESS, STARTER_HOST,
    STARTER_SERVICE, USER, VERSION,
)

B, C = "10.0.2.20", "10.0.3.20"


@dataclass
class Test:
    name: str
    body: Callable

    def play(self, lab):
        lab.new_world()
        try:
            self.body(lab)
        except AssertionError as problem:
            line = problem.__traceback__.tb_next or problem.__traceback__
            return [f"line {line.tb_lineno}: {problem}"], ""
        return [], ""


ALL = []


def tests():
    from . import selftest_api  # noqa: F401  (registers its own)

    return ALL


def test(function):
    ALL.append(Test("lab-" + function.__name__.replace("_", "-"), function))
    return function


def same(seen, wanted):
    assert seen == wanted, f"{seen!r}, not {wanted!r}"


# -- how the client sees things


def connect(address, port=PORT, seconds=0.6):
    def attempt():
        try:
            socket.create_connection((address, port), timeout=seconds).close()
            return "connected"
        except TimeoutError:
            return "timed out"
        except ConnectionRefusedError:
            return "refused"
        except OSError as problem:
            return problem.strerror
    return attempt


def tcp(lab, address, port=PORT):
    return lab.as_client(connect(address, port))


def greeting(lab):
    def attempt():
        with socket.create_connection((B, PORT), timeout=1) as connection:
            try:
                return connection.recv(200) or "closed"
            except TimeoutError:
                return "silent"
            except ConnectionResetError:
                return "reset"
    return lab.as_client(attempt)


def dig(lab, name, server="10.0.0.2"):
    """(response code, sorted addresses); 'nothing' where no server answers."""
    seen = lab.on_client("dig", "+tries=1", "+time=1", f"@{server}", name).stdout
    status = re.search(r"status: (\w+)", seen)
    return (status[1] if status else "nothing"), sorted(re.findall(r"IN\s+A\s+([0-9.]+)", seen))


def log_in(lab, *options, password=PASSWORD):
    return lab.on_client(
        "mariadb", f"--host={STARTER_HOST}", f"--port={PORT}", f"--user={USER}", "--connect-timeout=2", "--ssl-verify-server-cert",
        f"--ssl-ca={lab.certificates['ca']}", *options, "-BNe", "SELECT VERSION()", "test",
        env={**lab.environment(), "MYSQL_PWD": password})


# -- a healthy world, and packets


@test
def healthy_world(lab):
    same(dig(lab, STARTER_HOST), ("NOERROR", [B, C]))
    same([tcp(lab, B), tcp(lab, C)], ["connected"] * 2)
    seen = log_in(lab)
    same((seen.returncode, seen.stdout.strip()), (0, VERSION))
    assert "1045" in log_in(lab, password="wrong").stderr


@test
def nothing_but_the_port_answers(lab):
    same([tcp(lab, B, 3306), tcp(lab, "10.0.2.77"), tcp(lab, "8.8.8.8")], ["timed out"] * 3)


@test
def endpoint_group_closed_and_opened(lab):
    rule = {"GroupId": lab.ids.endpoint_group, "IpPermissions": [seed.client_on_port(lab.ids)]}
    lab.ec2.revoke_security_group_ingress(**rule)
    lab.sync()
    same([tcp(lab, B), tcp(lab, C)], ["timed out"] * 2)
    lab.ec2.authorize_security_group_ingress(**rule)
    lab.sync()
    same([tcp(lab, B), tcp(lab, C)], ["connected"] * 2)


@test
def group_rules_by_cidr_and_prefix_list(lab):
    ec2, group = lab.ec2, lab.ids.endpoint_group
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[seed.client_on_port(lab.ids)])
    entries = [{"Cidr": "10.0.7.0/24", "Description": "elsewhere"}]
    made = ec2.create_managed_prefix_list(PrefixListName="clients", MaxEntries=5, AddressFamily="IPv4", Entries=entries)["PrefixList"]
    on_port = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{**on_port, "PrefixListIds": [{"PrefixListId": made["PrefixListId"]}]}])
    lab.sync()
    same(tcp(lab, B), "timed out")
    ec2.modify_managed_prefix_list(PrefixListId=made["PrefixListId"], CurrentVersion=made["Version"], AddEntries=[{"Cidr": "10.0.1.0/24"}])
    lab.sync()
    same(tcp(lab, B), "connected")
    ec2.revoke_security_group_egress(GroupId=lab.ids.client_group, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    lab.sync()
    same(tcp(lab, B), "timed out")
    ec2.authorize_security_group_egress(GroupId=lab.ids.client_group, IpPermissions=[{**on_port, "IpRanges": [{"CidrIp": "10.0.2.77/24"}]}])
    lab.sync()
    same([tcp(lab, B), tcp(lab, C)], ["connected", "timed out"])


@test
def network_acls_in_and_on_return(lab):
    ec2 = lab.ec2
    acl = ec2.create_network_acl(VpcId=lab.ids.vpc)["NetworkAcl"]["NetworkAclId"]
    associated = next(each["NetworkAclAssociationId"] for every in ec2.describe_network_acls()["NetworkAcls"]
                      for each in every["Associations"] if each["SubnetId"] == lab.ids.subnet_b)
    ec2.replace_network_acl_association(AssociationId=associated, NetworkAclId=acl)

    def allow(number, egress, low, high, action="allow"):
        ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Protocol="6", RuleAction=action, Egress=egress,
                                     CidrBlock="10.0.1.0/24", PortRange={"From": low, "To": high})

    lab.sync()
    same([tcp(lab, B), tcp(lab, C)], ["timed out", "connected"])
    allow(100, False, PORT, PORT)
    lab.sync()
    same(tcp(lab, B), "timed out")  # in, but no answer back: ACLs remember nothing
    allow(100, True, 1024, 65535)
    lab.sync()
    same(tcp(lab, B), "connected")
    allow(90, False, PORT, PORT, "deny")
    lab.sync()
    same(tcp(lab, B), "timed out")


@test
def blackhole_route(lab):
    ec2 = lab.ec2
    table = ec2.create_route_table(VpcId=lab.ids.vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=lab.ids.subnet_client)
    lab.sync()
    same([tcp(lab, B), tcp(lab, C)], ["connected"] * 2)
    appliance = ec2.create_network_interface(SubnetId=lab.ids.subnet_client)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.0.3.0/24", NetworkInterfaceId=appliance)
    lab.sync()
    same([tcp(lab, B), tcp(lab, C)], ["connected", "timed out"])
    same([route["State"] for route in ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]],
         ["active", "blackhole"])


@test
def an_endpoint_in_the_clients_subnet(lab):
    lab.provider(action="set_zones", name=STARTER_SERVICE, zone_ids=["use1-az1", "use1-az2", "use1-az4"])
    lab.ec2.modify_vpc_endpoint(VpcEndpointId=lab.ids.endpoint, AddSubnetIds=[lab.ids.subnet_client])
    lab.sync()
    same(tcp(lab, "10.0.1.20"), "connected")


@test
def dead_addresses(lab):
    for how, seen in {"drop": "timed out", "refuse": "refused", "unreachable": "No route to host"}.items():
        lab.faults.dead = {B: how}
        lab.sync()
        same([tcp(lab, B), tcp(lab, C)], [seen, "connected"])


@test
def nothing_behind_the_load_balancer(lab):
    assert VERSION.encode() in greeting(lab)
    for peer in ("closed", "reset", "silent"):
        lab.faults.peer = peer
        lab.sync()
        same(greeting(lab), peer)


# -- names


@test
def names_follow_the_world(lab):
    private = ("NOERROR", [B, C])
    endpoint = lab.ec2.describe_vpc_endpoints()["VpcEndpoints"][0]
    regional, zonal_b = endpoint["DnsEntries"][0]["DnsName"], endpoint["DnsEntries"][1]["DnsName"]
    same([dig(lab, regional), dig(lab, zonal_b)], [private, ("NOERROR", [B])])
    same(dig(lab, "privatelink." + STARTER_HOST)[0], "NXDOMAIN")
    lab.ec2.modify_vpc_endpoint(VpcEndpointId=lab.ids.endpoint, PrivateDnsEnabled=False)
    lab.sync()
    same([dig(lab, STARTER_HOST), dig(lab, regional)], [("NXDOMAIN", []), private])
    lab.ec2.modify_vpc_endpoint(VpcEndpointId=lab.ids.endpoint, PrivateDnsEnabled=True)
    lab.ec2.modify_vpc_attribute(VpcId=lab.ids.vpc, EnableDnsHostnames={"Value": False})
    lab.sync()
    same([dig(lab, STARTER_HOST), dig(lab, regional)], [("NXDOMAIN", []), private])
    lab.ec2.modify_vpc_attribute(VpcId=lab.ids.vpc, EnableDnsSupport={"Value": False})
    lab.sync()
    same([dig(lab, STARTER_HOST), dig(lab, regional, METADATA[:-1] + "3")], [("nothing", [])] * 2)


@test
def resolver_faults(lab):
    for fault, seen in {"nxdomain": ("NXDOMAIN", []), "nodata": ("NOERROR", []), "servfail": ("SERVFAIL", []),
                        "refused": ("REFUSED", []), "silent": ("nothing", []), "public": ("NOERROR", [PUBLIC_ADDRESS]),
                        "stale": ("NOERROR", [STALE_ADDRESS])}.items():
        lab.faults.resolver = fault
        lab.sync()
        same((fault, dig(lab, STARTER_HOST)), (fault, seen))
    lab.faults.resolver = "ok"
    lab.sync()
    same(dig(lab, STARTER_HOST), ("NOERROR", [B, C]))


@test
def hosts_file(lab):
    lab.faults.hosts = f"{STALE_ADDRESS} {STARTER_HOST}\n"
    lab.sync()
    same(lab.on_client("getent", "ahostsv4", STARTER_HOST).stdout.split()[0], STALE_ADDRESS)


@test
def a_private_zone_hides_what_it_does_not_have(lab):
    lab.clients["route53"].create_hosted_zone(
        Name="tidbcloud.com", CallerReference="1", HostedZoneConfig={"PrivateZone": True},  # AWS needs the VPC only, moto this too
        VPC={"VPCRegion": "us-east-1", "VPCId": lab.ids.vpc})
    lab.sync()
    # The endpoint's own zone is the more specific one; every other name below is gone.
    same([dig(lab, STARTER_HOST)[0], dig(lab, "gateway01.us-east-1.prod.aws.tidbcloud.com")[0]], ["NOERROR", "NXDOMAIN"])


# -- the endpoint's life


@test
def acceptance(lab):
    lab.ec2.delete_vpc_endpoints(VpcEndpointIds=[lab.ids.endpoint])
    endpoint = seed.new_endpoint(lab.ec2, lab.ids, service=DEDICATED_SERVICE)
    lab.sync()
    same([tcp(lab, B), dig(lab, DEDICATED_HOST)[0]], ["timed out", "NXDOMAIN"])
    lab.provider(action="accept", endpoint_id=endpoint)
    lab.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=True)
    lab.sync()
    same([tcp(lab, B), dig(lab, DEDICATED_HOST)], ["connected", ("NOERROR", [B, C])])
    lab.provider(action="reject", endpoint_id=endpoint)
    lab.sync()
    same(tcp(lab, B), "timed out")


@test
def a_zone_without_the_service(lab):
    lab.provider(action="set_zones", name=STARTER_SERVICE, zone_ids=["use1-az2"])
    lab.sync()
    same([tcp(lab, B), tcp(lab, C), dig(lab, STARTER_HOST)], ["connected", "timed out", ("NOERROR", [B])])


# -- the metadata service and the API's reachability


def ask(path, method="GET", headers=(), seconds=1):
    def attempt():
        request = urllib.request.Request(f"http://{METADATA}{path}", method=method, headers=dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, ""
        except OSError:
            return "nothing", ""
    return attempt


@test
def strict_metadata(lab):
    ttl, token_path = "X-aws-ec2-metadata-token-ttl-seconds", "/latest/api/token"

    def put(headers, path=token_path):
        return lab.as_client(ask(path, "PUT", headers))[0]

    same(lab.as_client(ask("/latest/meta-data/"))[0], 401)
    same([put({}), put({ttl: "0"}), put({ttl: "21601"})], [400] * 3)
    same([put({ttl: "60", "X-Forwarded-For": CLIENT}), put({ttl: "60"}, "/2021-07-15/api/token")], [403] * 2)
    token = lab.as_client(ask(token_path, "PUT", {ttl: "1"}))[1]

    def get(path):
        return lab.as_client(ask("/latest/" + path, headers={"X-aws-ec2-metadata-token": token}))

    mac = get("meta-data/mac")[1]
    same(get("meta-data/network/interfaces/macs/"), (200, mac + "/"))
    same(get(f"meta-data/network/interfaces/macs/{mac}/vpc-id"), (200, lab.ids.vpc))
    same(get(f"meta-data/network/interfaces/macs/{mac}/security-group-ids"), (200, lab.ids.client_group))
    same(get("meta-data/placement/availability-zone-id"), (200, "use1-az1"))
    same(get("meta-data/no-such-thing")[0], 404)
    assert mac in lab.on_client("ip", "link", "show", "eth0").stdout
    time.sleep(1.1)
    same(get("meta-data/mac")[0], 401)
    for fault, seen in {"off": 403, "drop": "nothing"}.items():
        lab.faults.metadata = fault
        lab.sync()
        same(put({ttl: "60"}), seen)


@test
def api_out_of_reach(lab):
    same(tcp(lab, "10.0.9.10", 5000), "connected")
    for how, seen in {"drop": "timed out", "reject": "refused"}.items():
        lab.faults.api = how
        lab.sync()
        same([tcp(lab, "10.0.9.10", 5000), tcp(lab, B)], [seen, "connected"])
