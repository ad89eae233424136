"""The wires: four network namespaces, and no link to the host.

    client 10.0.1.10 ── router ── endpoint (each endpoint interface's address)
                          │
                         aws 10.0.9.10

The router is the VPC's fabric: every packet between two interfaces crosses it, so all of the VPC's rules are
enforced there (fabric.py), and it carries the link-local services on its loopback.
"""

import ctypes
import os
import shutil

from .names import API, CLIENT, METADATA, RESOLVERS
from .processes import LabError, run

CLONE_NEWNET = 0x40000000
# Between the router and the namespaces that aren't one subnet: addresses that nothing in the VPC has.
ENDPOINT_LINK = ("192.0.2.1", "192.0.2.2")


def enter(name_or_fd):
    """Moves this thread, and all that it starts from now on, into a namespace."""
    fd = name_or_fd if isinstance(name_or_fd, int) else os.open(f"/run/netns/{name_or_fd}", os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).setns(fd, CLONE_NEWNET) != 0:
            raise LabError(f"setns: {os.strerror(ctypes.get_errno())}")
    finally:
        if fd is not name_or_fd:
            os.close(fd)


class Namespaces:
    KINDS = ("router", "client", "endpoint", "aws")

    def __init__(self, prefix):
        self.prefix, self.made = prefix, []
        self.outside = os.open("/proc/self/ns/net", os.O_RDONLY)

    def name(self, kind):
        return f"{self.prefix}-{kind}"

    def inside(self, kind, argv):
        return ["ip", "netns", "exec", self.name(kind), *argv]

    def ip(self, kind, commands):
        run(["ip", "-n", self.name(kind), "-batch", "-"], input="\n".join(commands) + "\n")

    def up(self):
        for kind in self.KINDS:
            run(["ip", "netns", "add", self.name(kind)])
            self.made.append(kind)
            os.makedirs(self.etc(kind))
            # This machine's own resolver can't be reached from inside, and a program that asks for a name would wait for it.
            self.write_etc(kind, "resolv.conf", "nameserver 127.0.0.1\n")
            self.write_etc(kind, "hosts", f"127.0.0.1 localhost\n{API} api\n{METADATA} metadata\n")
            self.ip(kind, ["link set lo up"])
        self.cable("client")
        self.cable("endpoint")
        self.cable("aws")
        self.ip("router", [
            "addr add 10.0.1.1/24 dev to-client", "addr add 10.0.9.1/24 dev to-aws", f"addr add {ENDPOINT_LINK[0]}/30 dev to-endpoint",
            *(f"addr add {address}/32 dev lo" for address in (METADATA, *RESOLVERS)),
            # There is nothing outside, and nobody says so: a packet to it is simply gone.
            "route add blackhole default",
        ])
        self.ip("client", [f"addr add {CLIENT}/24 dev eth0", "route add default via 10.0.1.1"])
        self.ip("aws", [f"addr add {API}/24 dev eth0", "route add default via 10.0.9.1"])
        self.ip("endpoint", [f"addr add {ENDPOINT_LINK[1]}/30 dev eth0", f"route add default via {ENDPOINT_LINK[0]}"])
        # Proxy ARP: an endpoint interface may be in the client's own subnet, and still be reached through the router.
        self.sysctl("router", "net/ipv4/ip_forward", "1")
        self.sysctl("router", "net/ipv4/conf/to-client/proxy_arp", "1")
        self.sysctl("router", "net/ipv4/neigh/to-client/proxy_delay", "0")
        # AWS drops what nobody has; the kernel would tell the sender. fabric.py drops it, and this keeps redirects away.
        self.sysctl("router", "net/ipv4/conf/all/send_redirects", "0")
        self.sysctl("router", "net/ipv4/conf/to-client/send_redirects", "0")
        self.addresses = []

    def cable(self, kind):
        port = f"to-{kind}"
        run(["ip", "-n", self.name("router"), "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", self.name(kind)])
        self.ip("router", [f"link set {port} up"])
        self.ip(kind, ["link set eth0 up"])

    def sysctl(self, kind, key, value):
        # /proc/sys/net shows the namespace of the process that opens it, so it is written from inside.
        run(self.inside(kind, ["sh", "-c", f"echo {value} > /proc/sys/{key}"]))

    def etc(self, kind):
        return f"/etc/netns/{self.name(kind)}"

    def write_etc(self, kind, file, text):
        # In place: `ip netns exec` binds this very file over the one in /etc.
        with open(os.path.join(self.etc(kind), file), "w") as out:
            out.write(text)

    def set_client_mac(self, mac):
        self.ip("client", [f"link set eth0 address {mac}"])

    def set_endpoint_addresses(self, addresses):
        gone, new = set(self.addresses) - set(addresses), set(addresses) - set(self.addresses)
        self.ip("endpoint", [f"addr del {each}/32 dev lo" for each in gone] + [f"addr add {each}/32 dev lo" for each in new])
        self.ip("router", [f"route del {each}/32" for each in gone]
                + [f"route add {each}/32 via {ENDPOINT_LINK[1]}" for each in new])
        self.addresses = list(addresses)

    def nft(self, kind, rules):
        run(self.inside(kind, ["nft", "-f", "-"]), input=rules)

    def down(self):
        if self.made:
            enter(self.outside)
        for kind in reversed(self.made):
            run(["ip", "netns", "del", self.name(kind)], check=False)
            shutil.rmtree(self.etc(kind), ignore_errors=True)
        self.made.clear()
