"""The lab as a whole: up, a new world, in step with the world, down."""

import json
import os
import shutil
import sys
import tempfile
import threading
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

from . import database, fabric, metadata, resolver, seed, world
from .faults import Faults
from .names import API, API_PORT, API_URL, DEDICATED_HOST, METADATA, PORT, REGION, RESOLVERS, STARTER_HOST
from .namespaces import ENDPOINT_LINK, Namespaces, enter
from .processes import Daemons, LabError, run

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LAB_KEY = "ASIALABLABLABLABLAB0"  # aws/control.py neither lists nor refuses what is signed with it
HOSTS = "127.0.0.1 localhost\n10.0.1.10 ip-10-0-1-10.ec2.internal ip-10-0-1-10\n"


class Lab:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix=f"pld{os.getpid()}-")
        os.chmod(self.directory, 0o711)  # MariaDB runs as another user and has to get to its folder
        self.net = Namespaces(f"pld{os.getpid()}")
        self.daemons = Daemons(self.directory)
        self.serial, self.faults, self.ids = 0, Faults(), None

    # -- up and down

    def up(self):
        self.net.up()
        for kind in ("zones", "mariadb"):
            os.mkdir(self.path(kind))
        self.start_python("api", "aws", "aws.server", API, str(API_PORT))
        self.certificates = database.make_certificates(self.directory)
        database.prepare(self.path("mariadb"), self.certificates)
        self.start_database()
        self.start_python("peers", "endpoint", "lab.peers", self.certificates["server"], self.certificates["server-key"])
        # From here on this process is inside: it speaks to the API, and to nothing else there is.
        enter(self.net.name("aws"))
        self.clients = {name: self.client(name) for name in ("ec2", "iam", "sts", "route53", "route53profiles", "route53resolver")}
        self.daemons.wait_for("api", self.api_answers, 20)
        self.new_world(sync=False)
        self.write_zones(self.read_world())
        self.write_metadata(self.read_world())
        self.start_resolver()
        self.start_python("metadata", "router", "lab.metadata", METADATA, self.path("metadata.json"))
        self.sync()
        self.database_listens()

    def start_database(self):
        self.database = (self.faults.certificate, self.faults.database)
        self.daemons.start("mariadb", self.net.inside("endpoint", database.command(self.path("mariadb"), *self.database)))

    def database_listens(self):
        # Asked from the router, as that one is not held back by the VPC's rules.
        listening = self.net.inside("router", ["bash", "-c", f"exec 3<>/dev/tcp/{ENDPOINT_LINK[1]}/{PORT} && head -c 1 <&3 >/dev/null"])
        self.daemons.wait_for("mariadb", lambda: run(listening, 5, check=False).returncode == 0, 30)

    def sync_database(self):
        """MariaDB takes another certificate and other options only when it starts."""
        if self.database == (self.faults.certificate, self.faults.database):
            return
        self.net.nft("endpoint", fabric.endpoint_rules(Faults()))
        running = self.daemons.running.pop("mariadb")
        running.terminate()
        running.wait(20)
        self.start_database()
        self.database_listens()

    def start_resolver(self):
        self.daemons.start("resolver", self.net.inside("router", ["unbound", "-d", "-c", self.path("zones/unbound.conf")]))

    def start_python(self, name, kind, module, *arguments):
        environment = {**os.environ, "PYTHONPATH": HERE, "PYTHONDONTWRITEBYTECODE": "1", "MOTO_ACCOUNT_ID": "123456789012"}
        self.daemons.start(name, self.net.inside(kind, [sys.executable, "-m", module, *arguments]), env=environment)

    def down(self):
        try:
            self.daemons.stop_all()
            self.net.down()
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)

    # -- the world

    def new_world(self, sync=True):
        """Back to health: the same ids every time, no faults, an empty list of calls."""
        self.post("/moto-api/reset")
        self.post("/moto-api/seed?a=42")
        self.control("/lab/clear")
        self.post("/moto-api/reset-auth", b"inf")
        self.control("/lab/page-size", {"size": 1000})
        seed.publish_services(self.provider)
        self.ids, self.faults = seed.healthy(self.clients), Faults()
        if sync:
            self.sync()

    def read_world(self):
        return world.read(self.clients, self.ids.vpc)

    def sync(self):
        """Makes packets, names and metadata what the API says now."""
        now = self.read_world()
        self.net.set_client_mac(now.client["MacAddress"])
        self.net.set_endpoint_addresses([
            each["PrivateIpAddress"] for endpoint in now.endpoints.values()
            for eni in now.interfaces_of(endpoint) for each in eni["PrivateIpAddresses"]])
        self.net.nft("router", fabric.router_rules(now, self.faults))
        self.sync_database()
        self.net.nft("endpoint", fabric.endpoint_rules(self.faults))
        self.net.write_etc("client", "hosts", HOSTS + self.faults.hosts)
        self.net.write_etc("client", "resolv.conf", "search ec2.internal\n" + "".join(
            f"nameserver {each}\n" for each in self.faults.nameservers))
        self.write_metadata(now)
        self.write_zones(now)
        if self.daemons.ended("resolver"):  # it didn't like the last zones; that was the last scenario's failure
            self.start_resolver()
        else:
            self.daemons.hang_up("resolver")
        self.daemons.wait_for("resolver", lambda: resolver.serial_served(RESOLVERS[0]) == str(self.serial), 10)

    def write_zones(self, now):
        self.serial += 1
        resolver.write(self.path("zones"), now, self.faults, (STARTER_HOST, DEDICATED_HOST), self.serial)

    def write_metadata(self, now):
        state = {"leaves": metadata.tree(now, self.ids.credentials), "fault": self.faults.metadata}
        with open(self.path("metadata.new"), "w") as out:
            json.dump(state, out)
        os.replace(self.path("metadata.new"), self.path("metadata.json"))

    # -- the API, and behind it

    @property
    def ec2(self):
        return self.clients["ec2"]

    def client(self, service):
        return boto3.client(
            service, region_name=REGION, endpoint_url=API_URL, aws_access_key_id=LAB_KEY, aws_secret_access_key="lab",
            config=Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=30))

    def control(self, path, body=None, method="POST"):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(API_URL + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise LabError(f"{path}: {refused.read().decode()}") from None

    def post(self, path, body=b""):
        request = urllib.request.Request(API_URL + path, body, {"Content-Type": "text/plain"}, method="POST")
        urllib.request.urlopen(request, timeout=20).close()

    def api_answers(self):
        try:
            self.control("/lab/calls", method="GET")
            return True
        except OSError:
            return False

    def provider(self, **action):
        """TiDB Cloud does something on its side."""
        return self.control("/lab/provider", action)

    def api_faults(self, **faults):
        self.control("/lab/faults", faults)

    def authorise(self, policy):
        """From here on the instance's role may do what this policy allows, and nobody may do anything else."""
        self.clients["iam"].put_role_policy(RoleName="app-server", PolicyName="pldoctor", PolicyDocument=json.dumps(policy))
        self.post("/moto-api/reset-auth", b"0")

    def take_calls(self):
        return self.control("/lab/calls", method="DELETE")

    # -- inside

    def path(self, name):
        return os.path.join(self.directory, name)

    def environment(self):
        """What the client's programs get: no keys and no region, as on an instance with a role."""
        return {"PATH": os.environ["PATH"], "HOME": self.directory, "LANG": "C.UTF-8", "AWS_ENDPOINT_URL": API_URL,
                "SSL_CERT_FILE": self.certificates["ca"]}

    def as_client(self, function, *arguments):
        """Calls a function on the client's machine: a thread may be in another namespace than its process."""
        answer = []

        def inside():
            try:
                enter(self.net.name("client"))
                answer.append(function(*arguments))
            except Exception as problem:
                answer.append(problem)

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join(30)
        if not answer:
            raise LabError(f"{function.__name__}: no end within 30 s")
        if isinstance(answer[0], Exception):
            raise answer[0]
        return answer[0]

    def on_client(self, *argv, seconds=15, **options):
        return run(self.net.inside("client", list(argv)), seconds, check=False, **options)
