"""From the first SYN to the last answer of a query, against the answers that have to come one after another on the way.

The target's addresses are the client's own loopback, as many as wanted, given by its hosts file; behind each is the lab's MariaDB, its answers
delayed. No API and no metadata: they have a chain of their own.
"""

import json
import os
import sys

from lab.names import DEDICATED_HOST, PASSWORD, PORT, USER
from lab.processes import LabError, run

HERE = os.path.dirname(os.path.abspath(__file__))
# What the login waits for begins as soon as a server has greeted; TLS is probed beside it, and takes one of these answers.
LINKS = ("greeting", "greeting of the login's own connection", "TLS", "login", "SELECT 1", "VERSION(), CURRENT_USER()", "tidb_version()")
STAGES = ("tcp", "greeting", "tls", "login", "query")


def least(delay_ms):
    return len(LINKS) * delay_ms / 1000


class Ladder:
    def __init__(self, bench, delay_ms):
        self.lab, self.program = bench.lab, bench.program
        server = sorted(self.lab.net.addresses)[0]
        argv = [sys.executable, os.path.join(HERE, "slow_server.py"), str(PORT), server, str(PORT), str(delay_ms)]
        self.lab.daemons.start("slow-server", self.lab.net.inside("client", argv))
        listening = self.lab.net.inside("client", ["bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{PORT} && head -c 1 <&3 >/dev/null"])
        self.lab.daemons.wait_for("slow-server", lambda: run(listening, 5, check=False).returncode == 0, 10)

    def once(self, addresses):
        """Seconds from the first SYN to the last answer."""
        lines = "".join(f"127.1.0.{each} {DEDICATED_HOST}\n" for each in range(1, addresses + 1))
        self.lab.net.write_etc("client", "hosts", "127.0.0.1 localhost\n" + lines)
        environment = {**self.lab.environment(), "MYSQL_PWD": PASSWORD, "AWS_EC2_METADATA_DISABLED": "true"}
        done = run(self.lab.net.inside("client", [self.program, "check", f"mysql://{USER}@{DEDICATED_HOST}:{PORT}/test", "--format", "json"]),
                   60, check=False, env=environment, cwd=self.lab.directory)
        try:
            report = json.loads(done.stdout)
        except ValueError:
            raise LabError(f"no report: exit {done.returncode}\n{done.stderr[-1500:]}") from None
        login = next(each for each in report["findings"] if each["check"] == "login")
        stages = [each for each in report["timing"]["stages"] if each["stage"].split()[0] in STAGES]
        tried = sum(each["stage"].startswith("tls ") for each in stages)
        if login["outcome"] != "pass" or tried != addresses:
            raise LabError(f"{tried} of {addresses} addresses shook hands; login: {login['outcome']}: {login['message']}")
        ends = [each["started_ms"] + each["elapsed_ms"] for each in stages]
        return (max(ends) - min(each["started_ms"] for each in stages)) / 1000

    def many(self, count, addresses):
        return [self.once(addresses) for _ in range(count + 1)][1:]
