"""The VPC resolver's zones, from the API's world, as configuration for unbound.

Zones stand in unbound as they stand in Route 53: the most specific one that covers a name answers for it, and what it
does not have does not exist. The root zone is the public DNS as far as it matters here.
"""

import os
import socket
import struct
import time

from .names import OTHER_ADDRESS, PUBLIC_ADDRESS, PUBLIC_HOST, RESOLVERS, STALE_ADDRESS

TTL = 60


def zones(world):
    """Zone name -> records (name, type, value). '' is the public DNS."""
    tree = {"": [(PUBLIC_HOST, "A", PUBLIC_ADDRESS), ("example.com", "A", OTHER_ADDRESS)]}
    private_dns = world.dns_support and world.dns_hostnames
    if private_dns:
        for zone, records in world.hosted_zones.items():
            tree[zone] = list(records)
    for endpoint in world.endpoints.values():
        tree[""] += vpce_records(world, endpoint)
    for zone, records in tree.items():
        tree[zone] = [plain for record in records for plain in resolved(record, tree[""])]
    # A rule beats a zone of its own domain and those above. The servers that it forwards to know the public DNS and nothing else.
    for domain in world.forwards:
        tree[domain] = [record for record in tree[""] if record[0] == domain or record[0].endswith("." + domain)]
    for endpoint in world.endpoints.values():
        if private_dns and endpoint["PrivateDnsEnabled"] and endpoint["State"] == "available":
            name = world.services[endpoint["ServiceName"]]["PrivateDnsName"]
            # AWS makes a zone of exactly this name. A CNAME can't stand at a zone's top, so it goes into the zone that
            # would otherwise answer; a zone of exactly this name can't exist beside it (AWS refuses that as a conflict).
            if name in world.forwards:
                continue
            covering = max((zone for zone in tree if zone == "" or name.endswith("." + zone)), key=len)
            tree[covering].append((name, "CNAME", regional_name(endpoint) + "."))
    return tree


def resolved(record, public):
    """An alias gives its target's addresses as though they were its own."""
    name, kind, value = record
    if kind != "ALIAS":
        return [record]
    return [(name, "A", address) for other, of_kind, address in public if (other, of_kind) == (value, "A")]


def regional_name(endpoint):
    return next(entry["DnsName"] for entry in endpoint["DnsEntries"] if ".vpce." in entry["DnsName"])


def vpce_records(world, endpoint):
    """The endpoint's own names are in public DNS. The regional one answers with the zones that are served, each zonal one always."""
    served, records = [], []
    zonal = [entry["DnsName"] for entry in endpoint["DnsEntries"] if ".vpce." in entry["DnsName"]][1:]
    for eni, name in zip(world.interfaces_of(endpoint), zonal):
        records.append((name, "A", eni["PrivateIpAddress"]))
        served += [eni["PrivateIpAddress"]] if world.serves(endpoint, eni) else []
    # With no healthy zone at all Route 53 answers with every address rather than none.
    every = [eni["PrivateIpAddress"] for eni in world.interfaces_of(endpoint)]
    return records + [(regional_name(endpoint), "A", address) for address in served or every]


def blocks(world, names):
    """Name -> how DNS Firewall answers it. It looks at a name, and then at the one that the answer leads to."""
    private = {world.services[each["ServiceName"]]["PrivateDnsName"]: regional_name(each) for each in world.endpoints.values()}
    found = {}
    for name in [*names, *private.values()]:
        for asked in [name, *([private[name]] if name in private else [])]:
            rule = next((rule for rule in world.firewall if any(is_about(pattern, asked) for pattern in rule["Domains"])), None)
            if rule and rule["Action"] == "BLOCK":
                found[name] = rule["BlockResponse"].lower()
                break
    return found


def is_about(pattern, name):
    pattern = pattern.rstrip(".")
    return name.endswith(pattern[1:]) and name != pattern[1:] if pattern.startswith("*") else name == pattern


def zone_file(zone, records, serial):
    top = zone + "." if zone else "."
    lines = [f"{top} {TTL} IN SOA ns.lab. hostmaster.lab. {serial} 7200 900 1209600 {TTL}", f"{top} {TTL} IN NS ns.lab."]
    if not zone:
        lines += ["ns.lab. 60 IN A 127.0.0.1", f'serial.lab. 0 IN TXT "{serial}"']
    return "\n".join(lines + [f"{name}. {TTL} IN {kind} {value}" for name, kind, value in records]) + "\n"


def configuration(directory, zone_names, faults, names, blocked):
    lines = [
        "server:", '  username: ""', '  chroot: ""', f'  directory: "{directory}"', '  pidfile: ""', "  use-syslog: no",
        "  do-daemonize: no", "  do-ip6: no", "  access-control: 0.0.0.0/0 allow", '  module-config: "iterator"',
        "  do-not-query-localhost: no", "  cache-max-ttl: 1", "  cache-max-negative-ttl: 1", "  num-threads: 1",
        "  local-zone: \"lab.\" nodefault", "  minimal-responses: yes",
        *(f"  interface: {address}" for address in RESOLVERS), "  interface: 127.0.0.1",
    ]
    for name in names:
        lines += name_fault(name, faults.resolver)
    for name, answer in blocked.items():
        lines += name_fault(name, answer)
    for zone in zone_names:
        lines += zone_clause(zone or ".", file_of(directory, zone))
    if faults.resolver == "servfail":
        # A zone whose only server is not there: what the resolver says of a name whose servers all fail.
        for name in names:
            lines += ["auth-zone:", f'  name: "{name}"', "  primary: 127.0.0.1@9", "  for-downstream: no", "  for-upstream: yes",
                      "  fallback-enabled: no"]
    return "\n".join(lines + ["remote-control:", "  control-enable: no"]) + "\n"


def zone_clause(zone, file):
    return ["auth-zone:", f'  name: "{zone}"', f'  zonefile: "{file}"', "  for-downstream: no", "  for-upstream: yes",
            "  fallback-enabled: no"]


def file_of(directory, zone):
    return os.path.join(directory, (zone or "root") + ".zone")


def name_fault(name, fault):
    kinds = {"nxdomain": "always_nxdomain", "nodata": "always_nodata", "refused": "always_refuse"}
    answers = {"public": PUBLIC_ADDRESS, "stale": STALE_ADDRESS}
    if fault in kinds:
        return [f'  local-zone: "{name}." {kinds[fault]}']
    if fault in answers:
        return [f'  local-zone: "{name}." static', f'  local-data: "{name}. {TTL} IN A {answers[fault]}"']
    return []


def write(directory, world, faults, names, serial):
    tree = zones(world)
    for zone, records in tree.items():
        with open(file_of(directory, zone), "w") as out:
            out.write(zone_file(zone, records, serial))
    with open(os.path.join(directory, "unbound.conf"), "w") as out:
        out.write(configuration(directory, tree, faults, names, blocks(world, names) if faults.resolver == "ok" else {}))


def serial_served(address):
    """Which zones unbound has now: the serial is asked over DNS, as a reload takes effect some time after the signal."""
    question = b"\x06serial\x03lab\x00" + struct.pack("!HH", 16, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.2)
        try:
            sock.sendto(struct.pack("!HHHHHH", int(time.time()) & 0xFFFF, 0x0100, 1, 0, 0, 0) + question, (address, 53))
            answer = sock.recv(512)
        except OSError:
            return None
    found = answer.rfind(b"\x00\x10\x00\x01")  # TYPE TXT, CLASS IN: the last one heads the answer's record
    length = answer[found + 10]
    return answer[found + 11:found + 11 + length].decode(errors="replace")
