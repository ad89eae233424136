"""A virtual environment of a test's own, made once for each list of packages. Standard library only."""

import hashlib
import os
import subprocess
import sys


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
