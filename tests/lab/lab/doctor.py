"""Running the program in the client's namespace, and what must hold after every run, whatever it found."""

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field

from .names import PASSWORD


@dataclass
class Run:
    argv: list
    exit: int
    out: str
    err: str
    seconds: float
    command_lines: set
    calls: list
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

    def run(self, arguments, env=None, at_most=40.0, **options):
        """Any command of the program, as a user would start it on the instance."""
        self.lab.take_calls()
        environment = {**self.lab.environment(), **(env or {})}
        environment = {key: value for key, value in environment.items() if value is not None}
        argv = [self.program, *arguments]
        out_file, err_file = (open(self.lab.path(name), "w+b") for name in ("out", "err"))
        with out_file, err_file:
            started = time.monotonic()
            process = subprocess.Popen(self.lab.net.inside("client", argv), env=environment, stdin=subprocess.DEVNULL,
                                       stdout=options.get("stdout", out_file), stderr=err_file, cwd=self.lab.directory,
                                       start_new_session=True)
            seen, late = set(), False
            while process.poll() is None:
                seen |= command_line(process.pid)
                if time.monotonic() - started > at_most:
                    late = True
                    process.kill()
                try:
                    process.wait(0.02)
                except subprocess.TimeoutExpired:
                    pass
            seconds = time.monotonic() - started
            texts = [file.seek(0) or file.read().decode(errors="replace") for file in (out_file, err_file)]
        run = Run(["pldoctor", *arguments], process.returncode, *texts, seconds, seen, self.lab.take_calls())
        if late:
            run.problems.append(f"did not end within {at_most} s")
        run.problems += self.changes(run) + self.leaks(run)
        return run

    def changes(self, run):
        """The program only reads: the API's own log says so."""
        return [f"a call that is not a reading one: {call['service']}:{call['action']}" for call in run.calls if not call["reading"]]

    def leaks(self, run):
        places = {"stdout": run.out, "stderr": run.err, "a command line": "\n".join(run.command_lines)}
        for folder, _, files in os.walk(run.saved) if run.saved else []:
            for file in files:
                with open(os.path.join(folder, file), errors="replace") as text:
                    places[f"the snapshot's {file}"] = text.read()
        return [f"the password is in {place}" for place, text in places.items() if PASSWORD in text]


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return {file.read().replace(b"\0", b" ").decode(errors="replace")}
    except OSError:
        return set()
