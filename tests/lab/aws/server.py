"""The API's process: moto's own server, our additions to EC2, and the control layer in front.

    python -m aws.server ADDRESS PORT
"""

import sys

from moto.ec2.models import ec2_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.sts.models import sts_backends
from werkzeug.serving import run_simple

from . import authorisation, ec2_endpoints, ec2_gaps, privatelink, quotas
from .control import Control, FrontDoor
from .dns_policy import DnsPolicy

ACCOUNT, REGION = "123456789012", "us-east-1"


def backend():
    return ec2_backends[ACCOUNT][REGION]


def provider_acts(body):
    """What TiDB Cloud does on its side of the service."""
    action = body.pop("action")
    provider = privatelink.provider(backend())
    if action in ("accept", "reject"):
        getattr(provider, action)(backend(), body["endpoint_id"])
    elif action == "publish":
        provider.publish(**body)
    elif action == "set_state":
        provider.set_state(backend(), body["endpoint_id"], body["state"])
    elif action == "set_zones":
        provider.set_zones(body["name"], body["zone_ids"])
    else:
        raise ValueError(action)


def set_page_size(body):
    ec2_gaps.settings["page_size"] = body["size"]


def arn_of(access_key):
    role = sts_backends[ACCOUNT]["aws"].get_assumed_role_from_access_key(access_key)
    return role.arn if role else f"arn:aws:iam::{ACCOUNT}:user/operator"


def main():
    address, port = sys.argv[1], int(sys.argv[2])
    ec2_gaps.install()
    ec2_endpoints.install()
    authorisation.install()
    control = Control({"/lab/provider": provider_acts, "/lab/page-size": set_page_size, "/lab/quota": quotas.install(backend)})
    app = DnsPolicy(DomainDispatcherApplication(create_backend_app), backend)
    app = FrontDoor(authorisation.Authorisation(app, ACCOUNT, arn_of), control, arn_of)
    run_simple(address, port, app, threaded=True, request_handler=MotoRequestHandler)


if __name__ == "__main__":
    main()
