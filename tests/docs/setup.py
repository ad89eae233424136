"""What the tests need on this machine: shells and linters from Debian, a virtual environment. Standard library only."""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
STATE = os.path.join(ROOT, "target", "docs")
VENV = os.path.join(STATE, "venv")

sys.path.append(os.path.join(ROOT, "tests"))

import environment  # noqa: E402

PACKAGES = {"shellcheck": "shellcheck", "jq": "jq", "zsh": "zsh", "fish": "fish", "man": "man-db", "bash": "bash"}


def prepare():
    """Brings what is missing and can be had. Whether there is a virtual environment then; without one, what needs it is skipped."""
    with environment.alone(STATE):
        install_tools()
        try:
            environment.make(VENV, os.path.join(HERE, "requirements.txt"), say)
        except subprocess.SubprocessError as reason:
            say(f"no virtual environment: {reason}")
            return False
    return True


def install_tools():
    missing = environment.missing(PACKAGES)
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing {' '.join(missing)}")
        variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        # For lists that are older than the packages; where there is no network, what is there has to do.
        subprocess.run(["apt-get", "update", "-qq"], env=variables, stdout=sys.stderr, timeout=300)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        subprocess.run(install, env=variables, stdout=sys.stderr, timeout=900)


def say(text):
    print(f"docs: {text}", file=sys.stderr, flush=True)
