"""Running the program in the client's namespace, and what must hold after every run, whatever it found."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from .names import PASSWORD, REGION


@dataclass
class Run:
    argv: list
    exit: int
    out: str
    err: str
    seconds: float
    command_lines: set
    calls: list
    secrets: set
    saved: str = ""
    problems: list = field(default_factory=list)
    report: dict = None

    def excerpt(self, lines=12):
        """What a person needs to see why a run was not what the scenario expected."""
        shown = [f"$ {' '.join(self.argv)}", f"exit {self.exit} after {self.seconds:.1f}s"]
        if self.report:
            shown.append(f"verdict {self.report.get('verdict')}")
            shown += [f"  cause {each['check']} ({each.get('owner')}, {each.get('confidence')}): {each.get('summary')}"
                      for each in self.report.get("root_causes", [])]
            shown += [f"  {each['outcome']:8} {each['check']}: {each['message']}"
                      for each in self.report.get("findings", []) if each["outcome"] not in ("pass", "not_applicable")]
            shown += ["  step " + (" ".join(each["argv"]) or each["title"]) for each in (self.report.get("plan") or {}).get("steps", [])]
        elif self.out:
            shown += self.out.splitlines()[:lines]
        return "\n".join(shown + [f"  stderr| {line}" for line in self.err.splitlines()[-lines:]])


class Doctor:
    def __init__(self, lab, program):
        self.lab, self.program = lab, program

    def check(self, target, *arguments, env=None, save=True, at_most=40.0):
        """`pldoctor check`, with the password in the environment, and its report read."""
        saved = os.path.join(self.lab.directory, "saved") if save else ""
        shutil.rmtree(saved, ignore_errors=True)
        argv = ["check", target, "--format", "json", *(["--save", saved] if saved else []), *arguments]
        run = self.run(argv, env={"MYSQL_PWD": PASSWORD, **(env or {})}, at_most=at_most)
        run.saved = saved
        run.problems += self.leaks(run)
        try:
            run.report = json.loads(run.out)
        except ValueError:
            run.problems.append(f"stdout is no JSON report: {run.out[:300]!r}")
        return run

    def run(self, arguments, env=None, at_most=40.0, kind="client", nowhere=False, stdout=None, interrupt_after=None):
        """Any command of the program, as a user would start it: on the instance, or where there is no network at all."""
        self.lab.take_calls()
        environment = {**self.lab.environment(), **(env or {})}
        environment = {key: value(self.lab) if callable(value) else value for key, value in environment.items() if value is not None}
        argv = [self.program, *arguments]
        argv = ["unshare", "--net", *argv] if nowhere else self.lab.net.inside(kind, argv)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            started = time.monotonic()
            process = subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stdout=stdout or out, stderr=err,
                                       cwd=self.lab.directory, start_new_session=True)
            seen, late = self.watch(process, started, at_most, interrupt_after)
            seconds = time.monotonic() - started
            texts = [file.seek(0) or file.read().decode(errors="replace") for file in (out, err)]
        run = Run(["pldoctor", *arguments], process.returncode, *texts, seconds, seen, self.lab.take_calls(),
                  secrets={PASSWORD, environment.get("MYSQL_PWD", PASSWORD)})
        run.problems += [f"did not end within {at_most} s"] if late else []
        run.problems += self.changes(run) + self.leaks(run)
        return run

    def watch(self, process, started, at_most, interrupt_after):
        """Waits for the end, and reads the command line while there is one."""
        seen, late = set(), False
        while process.poll() is None:
            seen |= command_line(process.pid)
            age = time.monotonic() - started
            if interrupt_after and age > interrupt_after:
                process.send_signal(signal.SIGINT)
                interrupt_after = None
            if age > at_most:
                late = True
                process.kill()
            try:
                process.wait(0.02)
            except subprocess.TimeoutExpired:
                pass
        return seen, late

    def aws(self, *arguments, env):
        """The real `aws` command, of the lab's virtual environment. Returns what it prints."""
        path = os.path.dirname(sys.executable) + ":" + os.environ["PATH"]
        environment = {"PATH": path, "HOME": self.lab.directory, "LANG": "C.UTF-8", "AWS_PAGER": "", "AWS_DEFAULT_REGION": REGION, **env}
        done = subprocess.run(["aws", *arguments, "--output", "json"], env=environment, capture_output=True, text=True, timeout=30, check=True)
        return done.stdout

    def changes(self, run):
        """The program only reads: the API's own log says so."""
        return [f"a call that is not a reading one: {call['service']}:{call['action']}" for call in run.calls if not call["reading"]]

    def leaks(self, run):
        places = {"stdout": run.out, "stderr": run.err, "a command line": "\n".join(run.command_lines)}
        for folder, _, files in os.walk(run.saved) if run.saved else []:
            for file in files:
                with open(os.path.join(folder, file), errors="replace") as text:
                    places[f"the snapshot's {file}"] = text.read()
        return [f"the password is in {place}" for place, text in places.items() if any(secret in text for secret in run.secrets)]


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return {file.read().replace(b"\0", b" ").decode(errors="replace")}
    except OSError:
        return set()
