"""What tests that bring their own tools have in common: Debian's packages, and a virtual environment for each list of Python's. Standard library only."""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys


@contextlib.contextmanager
def alone(state):
    """One run at a time, in the folder `state`: two would install into each other."""
    os.makedirs(state, exist_ok=True)
    with open(os.path.join(state, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def missing(tools):
    """The Debian packages of those tools that are not here, and of what makes a virtual environment. `tools`: a package for each name."""
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    packages = {package for tool, package in tools.items() if not shutil.which(tool, path=path)}
    if importlib.util.find_spec("ensurepip") is None:
        packages.add("python3-venv")
    return sorted(packages)


def make(venv, requirements, say):
    """Makes the environment in the folder `venv` unless it is there already, made from this list by this Python.

    Raises CalledProcessError or TimeoutExpired where the packages can't be had.
    """
    with open(requirements, "rb") as file:
        wanted = hashlib.sha256(file.read() + sys.version.encode()).hexdigest()
    stamp = os.path.join(venv, ".made-from")
    if os.path.exists(stamp) and open(stamp).read() == wanted:
        return
    say(f"making {os.path.relpath(venv, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True, stdout=sys.stderr, timeout=300)
    pip = os.path.join(venv, "bin", "pip")
    subprocess.run([pip, "install", "--quiet", "--disable-pip-version-check", "-r", requirements], check=True, stdout=sys.stderr, timeout=900)
    with open(stamp, "w") as out:
        out.write(wanted)
