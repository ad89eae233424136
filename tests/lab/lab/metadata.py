"""The instance metadata service, version 2 and strict: a token or nothing.

It runs as a process of its own in the router's namespace, and answers from a JSON file that sync() writes:

    python -m lab.metadata ADDRESS FILE
"""

import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .names import ACCOUNT, CLIENT, REGION

TOKEN_PATH = "/latest/api/token"
ROLE = "app-server"
tokens = {}  # token -> when it ends


def tree(world, credentials):
    """Path -> text, of the instance in the client's namespace, as the API describes it."""
    instance, eni = world.instance, world.client
    subnet = world.subnets[eni["SubnetId"]]
    mac = eni["MacAddress"]
    leaves = {
        "meta-data/instance-id": instance["InstanceId"],
        "meta-data/instance-type": instance["InstanceType"],
        "meta-data/ami-id": instance["ImageId"],
        "meta-data/local-ipv4": CLIENT,
        "meta-data/local-hostname": f"ip-{CLIENT.replace('.', '-')}.ec2.internal",
        "meta-data/mac": mac,
        "meta-data/placement/region": REGION,
        "meta-data/placement/availability-zone": subnet["AvailabilityZone"],
        "meta-data/placement/availability-zone-id": subnet["AvailabilityZoneId"],
        "meta-data/services/domain": "amazonaws.com",
        "meta-data/services/partition": "aws",
        "meta-data/security-groups": "\n".join(group["GroupName"] for group in eni["Groups"]),
        f"meta-data/iam/security-credentials/{ROLE}": json.dumps(credentials),
        "dynamic/instance-identity/document": json.dumps({
            "accountId": ACCOUNT, "architecture": "x86_64", "availabilityZone": subnet["AvailabilityZone"],
            "imageId": instance["ImageId"], "instanceId": instance["InstanceId"], "instanceType": instance["InstanceType"],
            "privateIp": CLIENT, "region": REGION, "version": "2017-09-30",
        }, indent=2),
    }
    for key, value in {
        "device-number": "0",
        "interface-id": eni["NetworkInterfaceId"],
        "local-ipv4s": "\n".join(each["PrivateIpAddress"] for each in eni["PrivateIpAddresses"]),
        "mac": mac,
        "owner-id": ACCOUNT,
        "security-group-ids": "\n".join(group["GroupId"] for group in eni["Groups"]),
        "security-groups": "\n".join(group["GroupName"] for group in eni["Groups"]),
        "subnet-id": subnet["SubnetId"],
        "subnet-ipv4-cidr-block": subnet["CidrBlock"],
        "vpc-id": world.vpc["VpcId"],
        "vpc-ipv4-cidr-block": world.vpc["CidrBlock"],
        "vpc-ipv4-cidr-blocks": "\n".join(each["CidrBlock"] for each in world.vpc["CidrBlockAssociationSet"]),
    }.items():
        leaves[f"meta-data/network/interfaces/macs/{mac}/{key}"] = value
    return leaves


def look_up(leaves, path):
    """A leaf's text, or a folder's listing with its sub-folders marked by a slash; None where there is neither."""
    path = path.strip("/")
    if path in leaves:
        return leaves[path]
    below = {leaf[len(path) + 1:] for leaf in leaves if leaf.startswith(path + "/")}
    return "\n".join(sorted({each.split("/")[0] + ("/" if "/" in each else "") for each in below})) or None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "EC2ws", ""
    state_file = None

    def state(self):
        with open(self.state_file) as file:
            return json.load(file)

    def do_PUT(self):
        state, ttl = self.state(), self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
        if state["fault"] == "off":
            return self.reply(403)
        if self.path != TOKEN_PATH or "X-Forwarded-For" in self.headers:
            return self.reply(403)  # also for a path with a version in it, as AWS does
        if not ttl.isdigit() or not 1 <= int(ttl) <= 21600:
            return self.reply(400)
        token = secrets.token_urlsafe(42)
        tokens[token] = time.monotonic() + int(ttl)
        self.reply(200, token, {"X-aws-ec2-metadata-token-ttl-seconds": ttl})

    def do_GET(self):
        state = self.state()
        if state["fault"] == "off":
            return self.reply(403)
        if tokens.get(self.headers.get("X-aws-ec2-metadata-token"), 0) < time.monotonic():
            return self.reply(401)
        version, _, path = self.path.strip("/").partition("/")
        text = look_up(state["leaves"], path) if version in ("latest", "2021-07-15") else None
        if text is None or state["fault"] == "absent":
            return self.reply(404)
        self.reply(200, text)

    def reply(self, status, text="", headers=()):
        body = text.encode()
        self.send_response(status)
        for key, value in dict(headers).items():
            self.send_header(key, value)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    Handler.state_file = sys.argv[2]
    ThreadingHTTPServer((sys.argv[1], 80), Handler).serve_forever()
