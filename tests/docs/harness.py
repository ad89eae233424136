"""What the tests share: how they run programs, what they read, and how they count."""

import importlib
import os
import shutil
import subprocess

from setup import ROOT, STATE

DOCS = os.path.join(ROOT, "docs")
# By its own name and in a folder of its own, whatever the file under test is called: examples find it in their PATH.
PROGRAM = os.path.join(STATE, "bin", "pldoctor")
WORLD = os.path.join(ROOT, "src/demo/world")
TESTS = []


class Skip(Exception):
    """What it needs is not here."""


def test(function):
    TESTS.append(function)
    return function


def need(tool):
    """The path of a tool, of the virtual environment or the machine's."""
    path = shutil.which(tool, path=f"{os.path.dirname(os.sys.executable)}:{os.environ['PATH']}")
    if not path:
        raise Skip(f"{tool} is not installed")
    return path


def library(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Skip(f"Python's {name} is not installed") from None


def ran(argv, **more):
    return subprocess.run(argv, capture_output=True, text=True, timeout=120, **more)


def must(argv, **more):
    done = ran(argv, **more)
    assert done.returncode == 0, f"{' '.join(argv)[:200]}: exit {done.returncode}: {done.stderr or done.stdout}"
    return done.stdout


def read(name):
    with open(os.path.join(DOCS, name)) as file:
        return file.read()


def yaml(name):
    return library("yaml").safe_load(read(name))


def shellcheck(text, shell):
    must([need("shellcheck"), "-s", shell, "-"], input=text)


def stand_in(folder, name, body):
    """A program of this name that does what the shell commands say."""
    with open(f"{folder}/{name}", "w") as out:
        out.write(f"#!/bin/sh\n{body}\n")
    os.chmod(f"{folder}/{name}", 0o755)


def with_path(folder, **more):
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", **more}


def link_program():
    """PROGRAM is the binary of PLDOCTOR_BIN, or that of the dev profile."""
    binary = os.path.abspath(os.environ.get("PLDOCTOR_BIN") or os.path.join(ROOT, "target/debug/pldoctor"))
    os.makedirs(os.path.dirname(PROGRAM), exist_ok=True)
    link = f"{PROGRAM}.{os.getpid()}"
    os.symlink(binary, link)
    os.replace(link, PROGRAM)


def count():
    """Runs all tests; how many failed."""
    link_program()
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for function in TESTS:
        try:
            function()
            counts["passed"] += 1
            print(f"ok   {function.__name__}", flush=True)
        except Skip as why:
            counts["skipped"] += 1
            print(f"skip {function.__name__}: {why}", flush=True)
        except Exception as problem:  # whatever it is, the others still run
            counts["failed"] += 1
            print(f"FAIL {function.__name__}: {problem or repr(problem)}", flush=True)
    print(", ".join(f"{number} {what}" for what, number in counts.items()))
    return counts["failed"]
