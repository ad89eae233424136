"""What can be wrong that no API shows: set by a scenario, applied by the next sync."""

from dataclasses import dataclass, field


@dataclass
class Faults:
    api: str = "ok"  # ok, drop, reject
    metadata: str = "ok"  # ok, drop, off (403), absent (404 for everything but the token)
    resolver: str = "ok"  # ok, nxdomain, nodata, servfail, refused, silent, public, stale
    peer: str = "mariadb"  # what is behind the load balancer: mariadb, or one of lab/peers.py
    certificate: str = "valid"  # what MariaDB shows: one of lab/certificates.py
    database: tuple = ()  # further options of MariaDB's
    dead: dict = field(default_factory=dict)  # an endpoint interface's address -> drop, refuse, unreachable, prohibited
    loss: int = 0  # per cent of the packets between the client and the endpoint's addresses that are lost
    largest: int = 0  # longer packets than this, in bytes, are lost on their way back, and no ICMP message says so
    hosts: str = ""  # lines added to the client's /etc/hosts
    nameservers: tuple = ("10.0.0.2",)  # in the client's /etc/resolv.conf
