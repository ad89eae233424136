"""The lab tested by itself: does each fault look on the wire as it should, before a program is judged by it?"""

import re
import socket
from dataclasses import dataclass
from typing import Callable

from . import seed
from .names import PASSWORD, PORT, STARTER_HOST, STARTER_SERVICE, USER, VERSION

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
    from . import selftest_api, selftest_services, selftest_worlds  # noqa: F401  (each registers its own)

    selftest_worlds.register()
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


def log_in(lab, *options, password=PASSWORD, host=STARTER_HOST):
    # Bounded from outside: neither the client's own limit nor the resolver's keeps what it says when packets are dropped.
    return lab.on_client(
        "timeout", "3", "mariadb", f"--host={host}", f"--port={PORT}", f"--user={USER}", "--connect-timeout=2", "--ssl-verify-server-cert",
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
    acl = seed.own_acl(ec2, lab.ids, "subnet_b")
    lab.sync()
    same([tcp(lab, B), tcp(lab, C)], ["timed out", "connected"])
    seed.acl_rule(ec2, acl, 100, "in", PORT, PORT)
    lab.sync()
    same(tcp(lab, B), "timed out")  # in, but no answer back: ACLs remember nothing
    seed.acl_rule(ec2, acl, 100, "out", 1024, 65535)
    lab.sync()
    same(tcp(lab, B), "connected")
    seed.acl_rule(ec2, acl, 90, "in", PORT, PORT, "deny")
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
