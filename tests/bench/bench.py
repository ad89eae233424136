"""Runs of the program in the lab's healthy world, measured."""

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

import by_hand
from lab.names import API, API_PORT, METADATA, PASSWORD, REGION
from lab.processes import LabError, run
from lab.scenario import TARGET

HERE = os.path.dirname(os.path.abspath(__file__))
REPLAY_PORT = API_PORT + 1
HEALTHY = 0


@dataclass
class Once:
    seconds: float
    cpu_seconds: float
    max_rss_kb: int
    calls: list  # as the API's log has them
    intervals: list  # (came, answered) of what was asked of the metadata service and, where it is replayed, of the API
    passed_on: int  # questions that the replay had not seen before


class Bench:
    def __init__(self, lab, program):
        self.lab, self.program = lab, program
        self.logs = {name: lab.path(f"{name}.log") for name in ("questions-metadata", "questions-api")}
        self.delay_file = lab.path("delay")
        self.delay(0)
        self.clear()

    def start(self):
        """Puts the slow metadata service in the place of the lab's own, and the replay beside the API."""
        lab = self.lab
        own = lab.daemons.running.pop("metadata")
        own.terminate()
        own.wait(5)
        self.start_python("metadata", "router", "slow_metadata.py", METADATA, lab.path("metadata.json"), self.delay_file,
                          self.logs["questions-metadata"])
        self.start_python("replay", "aws", "replay.py", API, str(REPLAY_PORT), str(API_PORT), self.delay_file, self.logs["questions-api"])
        for name, address, port in (("metadata", METADATA, 80), ("replay", API, REPLAY_PORT)):
            listening = lab.net.inside("client", ["bash", "-c", f"exec 3<>/dev/tcp/{address}/{port}"])
            lab.daemons.wait_for(name, lambda: run(listening, 5, check=False).returncode == 0, 10)

    def start_python(self, name, kind, script, *arguments):
        path = os.pathsep.join([os.path.join(os.path.dirname(HERE), "lab"), HERE])
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        self.lab.daemons.start(name, self.lab.net.inside(kind, [sys.executable, os.path.join(HERE, script), *arguments]), env=environment)

    def delay(self, ms):
        with open(self.delay_file + ".new", "w") as out:
            out.write(str(ms))
        os.replace(self.delay_file + ".new", self.delay_file)

    def clear(self):
        for log in self.logs.values():
            open(log, "w").close()

    def once(self, delay_ms=0, replay=False):
        """One run of `check`, logging in with the password, as on the instance. It must find nothing wrong."""
        lab = self.lab
        self.delay(delay_ms)
        lab.api_faults(delay_ms=0 if replay else delay_ms)
        lab.take_calls()
        self.clear()
        environment = {**lab.environment(), "MYSQL_PWD": PASSWORD}
        if replay:
            environment["AWS_ENDPOINT_URL"] = f"http://{API}:{REPLAY_PORT}"
        cost = self.launched([self.program, "check", TARGET, "--format", "json"], environment)
        lines = [line.split(" ", 3) for log in self.logs.values() for line in open(log).read().splitlines()]
        return Once(cost["seconds"], cost["cpu_seconds"], cost["max_rss_kb"], lab.take_calls(),
                    [(float(line[0]), float(line[1])) for line in lines], sum(line[2] == "passed-on" for line in lines))

    def launched(self, argv, environment):
        """A command on the client's machine, and what it cost."""
        result = self.lab.path("cost.json")
        launcher = [sys.executable, "-I", "-S", os.path.join(HERE, "launch.py"), result]
        done = subprocess.run(self.lab.net.inside("client", [*launcher, *argv]), env=environment, cwd=self.lab.directory,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        with open(result) as file:
            cost = json.load(file)
        if cost["exit"] != HEALTHY:
            raise LabError(f"{' '.join(argv)}: exit {cost['exit']}\n{done.stdout[-1500:]}{done.stderr[-1500:]}")
        return cost

    def many(self, count, **how):
        """The first two runs warm up the API and the replay, and are not counted."""
        return [self.once(**how) for _ in range(count + 2)][2:]

    def by_hand(self, calls):
        """Seconds for the same calls by the real `aws` command, one after another, no delay."""
        self.delay(0)
        self.lab.api_faults(delay_ms=0)
        environment = {**self.lab.environment(), "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": ""}
        environment["PATH"] = os.path.dirname(sys.executable) + os.pathsep + environment["PATH"]
        commands = by_hand.commands(calls, self.lab.ids)
        self.launched(commands[0], environment)
        started = time.monotonic()
        for argv in commands:
            done = subprocess.run(self.lab.net.inside("client", argv), env=environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=60)
            if done.returncode != 0:
                raise LabError(f"{' '.join(argv)}: exit {done.returncode}\n{done.stderr[-600:]}")
        return time.monotonic() - started


def median(values):
    return statistics.median(values)
