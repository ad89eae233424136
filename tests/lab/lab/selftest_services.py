"""Names, the endpoint's life and the metadata service, tested by themselves."""

import time
import urllib.error
import urllib.request

from . import seed
from .names import (
    CLIENT, DEDICATED_HOST, DEDICATED_SERVICE, METADATA, PUBLIC_ADDRESS, RESOLVERS, STALE_ADDRESS, STARTER_HOST, STARTER_SERVICE,
)
from .selftest import B, C, dig, same, tcp, test

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
    same([dig(lab, STARTER_HOST), dig(lab, regional, RESOLVERS[0])], [("nothing", [])] * 2)


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
    seed.hosted_zone(lab.clients["route53"], lab.ids, "tidbcloud.com", STALE_ADDRESS)
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
