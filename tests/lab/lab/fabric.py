"""The VPC's packet rules, written as nftables for the router, from the API's world and nothing else.

AWS decides per packet: the sender's groups (out), the network ACL of the subnet it leaves, that subnet's routes, the
ACL of the subnet it enters, the receiver's groups (in). Groups remember connections; ACLs don't.
"""

import ipaddress

from .names import API, CLIENT, PEERS, PORT

PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "tcp": "tcp", "udp": "udp", "icmp": "icmp"}
PEER_PORTS = {peer: 4010 + index for index, peer in enumerate(PEERS)}
DEAD = {"drop": "drop", "refuse": "reject with tcp reset", "unreachable": "reject with icmp type host-unreachable",
        "prohibited": "reject with icmp type admin-prohibited"}


def router_rules(world, faults):
    interfaces = sorted(world.interfaces.values(), key=lambda eni: eni["NetworkInterfaceId"])
    chains = [*service_chains(world, faults), dead_chain(faults), endpoint_chain(world), route_chain(world)]
    forward = ["type filter hook forward priority filter; policy drop;", *api_rules(faults)]
    forward += ["jump dead"] + [f"ip saddr {address} jump {name(eni)}-out" for eni in interfaces for address in addresses(eni)]
    for subnet in world.subnets.values():
        # Inside one subnet no network ACL is asked.
        forward.append(f"ip saddr {subnet['CidrBlock']} ip daddr != {subnet['CidrBlock']} jump {subnet['SubnetId']}-out")
    forward.append("jump routes")
    for subnet in world.subnets.values():
        forward.append(f"ip daddr {subnet['CidrBlock']} ip saddr != {subnet['CidrBlock']} jump {subnet['SubnetId']}-in")
    forward += [f"ip daddr {address} jump {name(eni)}-in" for eni in interfaces for address in addresses(eni)]
    forward.append("jump endpoints")
    # What nobody has is dropped without a word, as in AWS: the kernel would answer "host unreachable".
    known = [address for eni in interfaces for address in addresses(eni)]
    forward.append(f"ip daddr {{ {', '.join(known)} }} accept")
    for eni in interfaces:
        chains += [group_chain(world, eni, "in"), group_chain(world, eni, "out")]
    for subnet in world.subnets.values():
        acl = world.acl_of(subnet["SubnetId"])
        chains += [acl_chain(subnet, acl, egress) for egress in (True, False)]
    body = "\n".join(chain(*each) for each in [*chains, ("forward", forward)])
    return f"table ip vpc\ndelete table ip vpc\ntable ip vpc {{\n{body}\n}}\n"


def endpoint_rules(faults):
    """Behind the load balancer: MariaDB, or one of the stubs in its place."""
    port = PEER_PORTS.get(faults.peer)
    redirect = [f"tcp dport {PORT} redirect to :{port}"] if port else []
    body = chain("prerouting", ["type nat hook prerouting priority dstnat;", *redirect])
    return f"table ip peers\ndelete table ip peers\ntable ip peers {{\n{body}\n}}\n"


def chain(title, rules):
    return f"chain {title} {{\n" + "\n".join(f"  {rule}" for rule in rules) + "\n}"


def name(eni):
    return eni["NetworkInterfaceId"]


def addresses(eni):
    return [each["PrivateIpAddress"] for each in eni["PrivateIpAddresses"]]


def api_rules(faults):
    """The API is outside of the VPC's rules: how the client reaches AWS is not what this lab is about, only whether."""
    action = {"ok": "accept", "drop": "drop", "reject": "reject with icmp type port-unreachable"}[faults.api]
    return [f"ip daddr {API} {action}", f"ip saddr {API} accept"]


def service_chains(world, faults):
    """The router's own services: metadata on port 80, the resolver on port 53."""
    rules = ["type filter hook input priority filter;"]
    if faults.metadata == "drop":
        rules.append("iifname to-client tcp dport 80 drop")
    if faults.resolver == "silent" or not world.dns_support:  # for the client only: the lab itself still asks it
        rules += ["iifname to-client udp dport 53 drop", "iifname to-client tcp dport 53 drop"]
    return [("services", rules)]


def dead_chain(faults):
    rules = []
    for address, how in faults.dead.items():
        match = f"ip daddr {address} " + ("ip protocol tcp " if how == "refuse" else "")
        rules.append(match + DEAD[how])
    if faults.loss:
        rules += [f"ip {way} {CLIENT} ip protocol tcp ip {other} != {API} numgen random mod 100 < {faults.loss} drop"
                  for way, other in (("saddr", "daddr"), ("daddr", "saddr"))]
    if faults.largest:
        rules.append(f"ip daddr {CLIENT} ip protocol tcp ip saddr != {API} ip length > {faults.largest} drop")
    return "dead", rules


def endpoint_chain(world):
    """An endpoint that isn't accepted, a zone that isn't served, a port without a listener: dropped without a word."""
    rules = []
    for endpoint in world.endpoints.values():
        for eni in world.interfaces_of(endpoint):
            for address in addresses(eni):
                served = world.serves(endpoint, eni)
                rules.append(f"ip daddr {address} tcp dport != {PORT} drop" if served else f"ip daddr {address} drop")
    return "endpoints", rules


def route_chain(world):
    rules = []
    for subnet in world.subnets.values():
        table = world.route_table_of(subnet["SubnetId"])
        for address in (address for eni in world.interfaces.values() for address in addresses(eni)):
            route = longest_match(world, table, address)
            if route is None or route.get("State") == "blackhole" or route.get("GatewayId") != "local":
                rules.append(f"ip saddr {subnet['CidrBlock']} ip daddr {address} drop")
    return "routes", rules


def longest_match(world, table, address):
    def cidrs(route):
        if "DestinationPrefixListId" in route:
            return world.prefix_lists.get(route["DestinationPrefixListId"], [])
        return [route["DestinationCidrBlock"]] if "DestinationCidrBlock" in route else []

    fitting = [(ipaddress.ip_network(cidr).prefixlen, route) for route in table["Routes"] for cidr in cidrs(route)
               if ipaddress.ip_address(address) in ipaddress.ip_network(cidr)]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def group_chain(world, eni, direction):
    key, far = ("IpPermissions", "saddr") if direction == "in" else ("IpPermissionsEgress", "daddr")
    rules = ["ct state established,related return"]
    for group in eni["Groups"]:
        for permission in world.groups[group["GroupId"]][key]:
            peers = permission_peers(world, permission)
            if peers:
                rules.append(f"ip {far} {{ {', '.join(peers)} }} {ports_of(permission)} return")
    return f"{name(eni)}-{direction}", [*rules, "drop"]


def permission_peers(world, permission):
    peers = [each["CidrIp"] for each in permission.get("IpRanges", [])]
    for pair in permission.get("UserIdGroupPairs", []):
        peers += world.members(pair["GroupId"])
    for each in permission.get("PrefixListIds", []):
        peers += world.prefix_lists.get(each["PrefixListId"], [])
    return [str(network) for network in ipaddress.collapse_addresses(ipaddress.ip_network(peer) for peer in peers)]


def ports_of(permission):
    protocol = permission["IpProtocol"]
    if protocol == "-1":
        return ""
    transport = PROTOCOLS.get(protocol)
    if transport in ("tcp", "udp"):
        low, high = permission.get("FromPort", -1), permission.get("ToPort", -1)
        return f"meta l4proto {transport}" if low in (-1, None) else f"{transport} dport {low}-{high}"
    return f"ip protocol {transport or protocol}"


def acl_chain(subnet, acl, egress):
    rules, far = [], "daddr" if egress else "saddr"
    entries = [entry for entry in acl["Entries"] if entry["Egress"] is egress and "CidrBlock" in entry]
    for entry in sorted(entries, key=lambda entry: entry["RuleNumber"]):
        verdict = "return" if entry["RuleAction"] == "allow" else "drop"
        match = "" if entry["CidrBlock"] == "0.0.0.0/0" else f"ip {far} {entry['CidrBlock']} "
        rules.append(match + acl_ports(entry) + verdict)
    return f"{subnet['SubnetId']}-{'out' if egress else 'in'}", [*rules, "drop"]


def acl_ports(entry):
    protocol = str(entry["Protocol"])
    if protocol == "-1":
        return ""
    transport = PROTOCOLS.get(protocol)
    if transport in ("tcp", "udp") and "PortRange" in entry:
        return f"{transport} dport {entry['PortRange']['From']}-{entry['PortRange']['To']} "
    return f"ip protocol {transport or protocol} "
