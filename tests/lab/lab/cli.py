"""The command line of tests/lab/run: which scenarios, in which manner, and the count at the end."""

import argparse
import fnmatch
import os
import shlex
import signal
import subprocess
import sys
import time

from . import bootstrap, scenario


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tests/lab/run", description="pldoctor in a VPC in a box")
    parser.add_argument("--list", action="store_true", help="print the scenarios' names and end")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only these (a glob; repeatable)")
    parser.add_argument("--self-test", action="store_true", help="test the lab itself, without pldoctor")
    parser.add_argument("--keep", action="store_true", help="leave it up afterwards, until Ctrl-C")
    parser.add_argument("--shell", action="store_true", help="a shell on the client's machine, in the healthy world or the last scenario's")
    parser.add_argument("-v", "--verbose", action="store_true", help="show what each run said")
    options = parser.parse_args(arguments)
    if options.self_test:
        from . import selftest
        every = selftest.tests()
    else:
        every = scenario.load()
    # A shell with nothing chosen is a shell in the healthy world.
    everything = ["*"] if not options.shell else []
    options.chosen = [each for each in every if any(fnmatch.fnmatch(each.name, glob) for glob in options.only or everything)]
    if options.only and not options.chosen:
        parser.error(f"no scenario is called {' or '.join(options.only)}")
    return options


def skip_all(options, reason):
    print(f"skipped: {reason}")
    return summary(0, 0, len(options.chosen))


def summary(passed, failed, skipped):
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


def main(options):
    if options.list:
        print("\n".join(each.name for each in options.chosen))
        return 0
    from .lab import Lab

    program = None if options.self_test else bootstrap.program()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # SIGINT too: a shell starts background jobs with it ignored
        signal.signal(each, interrupt)
    lab, counts = Lab(), {"ok": 0, "FAIL": 0}
    try:
        lab.up()
        play_all(options, lab, program, counts)
        if options.shell:
            shell(lab, program)
        elif options.keep:
            keep(lab, program)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        counts["FAIL"] += 1
    finally:
        # Whoever is impatient would leave namespaces behind.
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        lab.down()
    return summary(counts["ok"], counts["FAIL"], len(options.chosen) - min(sum(counts.values()), len(options.chosen)))


def interrupt(*_):
    raise KeyboardInterrupt


def play_all(options, lab, program, counts):
    from .doctor import Doctor
    from .runner import play

    width = max([len(each.name) for each in options.chosen], default=0)
    for each in options.chosen:
        started = time.monotonic()
        try:
            problems, excerpt = each.play(lab) if options.self_test else play(each, lab, Doctor(lab, program))
        except Exception as problem:  # the lab's own trouble is this scenario's failure, and the next one's chance
            problems, excerpt = [f"{type(problem).__name__}: {problem}"], ""
        word = "FAIL" if problems else "ok"
        counts[word] += 1
        print(f"{word:4} {each.name:{width}}  {time.monotonic() - started:.1f}s", flush=True)
        if problems or options.verbose:
            text = "\n".join([*problems, *([excerpt] if excerpt else [])])
            print("".join(f"     {line}\n" for line in text.splitlines()), end="", flush=True)


def client_environment(lab, program):
    from .names import PASSWORD, PORT, STARTER_HOST, USER

    url = f"mysql://{USER}@{STARTER_HOST}:{PORT}/test"
    environment = {**lab.environment(), "MYSQL_PWD": PASSWORD, "PLDOCTOR_URL": url, "TERM": os.environ.get("TERM", "dumb")}
    if program:
        environment["PATH"] = os.path.dirname(program) + ":" + environment["PATH"]
    return environment


def shell(lab, program):
    print("On the client's machine. `pldoctor check` finds its target in PLDOCTOR_URL; `exit` takes the lab down.", file=sys.stderr)
    subprocess.run(lab.net.inside("client", ["bash", "--norc"]),
                   env={**client_environment(lab, program), "PS1": "client# "}, check=False)


def keep(lab, program):
    shown = {key: value for key, value in client_environment(lab, program).items() if key not in ("HOME", "LANG", "PATH")}
    variables = " ".join(shlex.quote(f"{key}={value}") for key, value in shown.items())
    print(f"The lab is up. On the client's machine:\n  ip netns exec {lab.net.name('client')} env {variables} bash --norc\n"
          "Ctrl-C takes it down.", file=sys.stderr, flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass
