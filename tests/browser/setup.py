"""What the test needs on this machine: Chromium and its driver from Debian, a virtual environment. Standard library only."""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
STATE = os.path.join(ROOT, "target", "browser")
VENV = os.path.join(STATE, "venv")

sys.path.append(os.path.join(ROOT, "tests"))

import environment  # noqa: E402

TOOLS = {"chromium": "chromium", "chromedriver": "chromium-driver"}


class Impossible(Exception):
    """The browser cannot run here; nothing is wrong with the program."""


def prepare():
    """Brings what is missing."""
    with environment.alone(STATE):
        install_tools()
        try:
            environment.make(VENV, os.path.join(HERE, "requirements.txt"), say)
        except subprocess.SubprocessError as reason:
            raise Impossible("the virtual environment can't be made") from reason


def install_tools():
    missing = environment.missing(TOOLS)
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Impossible(f"missing, and can't be installed here: {', '.join(missing)}")
    say(f"installing {' '.join(missing)}")
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *missing]):
        done = subprocess.run(["apt-get", *command], env=variables, stdout=sys.stderr, timeout=900)
        if done.returncode != 0:
            raise Impossible(f"apt-get {command[0]} failed, and these are missing: {', '.join(missing)}")


def program():
    """The binary under test: PLDOCTOR_BIN, or the one of the dev profile, built where there is none."""
    if given := os.environ.get("PLDOCTOR_BIN"):
        return os.path.abspath(given)
    binary = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "debug", "pldoctor")
    if not os.path.exists(binary):
        say("building pldoctor (cargo build)")
        subprocess.run(["cargo", "build"], cwd=ROOT, check=True, stdout=sys.stderr)
    return binary


def say(text):
    print(f"browser: {text}", file=sys.stderr, flush=True)
