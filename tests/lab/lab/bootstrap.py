"""What the lab needs on this machine: Debian packages, a virtual environment, the program. Standard library only."""

import ctypes
import os
import shutil
import subprocess
import sys

LAB = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(LAB))
STATE = os.path.join(ROOT, "target", "lab")
VENV = os.path.join(STATE, "venv")

sys.path.append(os.path.join(ROOT, "tests"))

import environment  # noqa: E402

# A tool that has to be there, and the Debian package that brings it. The -core packages start no service of their own.
TOOLS = {
    "ip": "iproute2", "nft": "nftables", "unbound": "unbound", "mariadbd": "mariadb-server-core",
    "mariadb-install-db": "mariadb-server-core", "mariadb": "mariadb-client-core", "dig": "bind9-dnsutils",
    "openssl": "openssl", "bash": "bash",
}
POLICY = "/usr/sbin/policy-rc.d"


class Impossible(Exception):
    """The lab cannot run here; nothing is wrong with the program."""


def require_namespaces():
    if os.geteuid() != 0:
        raise Impossible("network namespaces need root")
    if sys.platform != "linux":
        raise Impossible("network namespaces need Linux")
    child = os.fork()
    if child == 0:
        made = ctypes.CDLL(None).unshare(0x40000000 | 0x00020000)  # CLONE_NEWNET | CLONE_NEWNS
        os._exit(0 if made == 0 else 1)
    if os.waitpid(child, 0)[1] != 0:
        raise Impossible("this machine does not let us make network namespaces")


def try_a_namespace():
    """Being root in a container may not be enough: only making one shows it."""
    name = f"pld{os.getpid()}-try"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode == 0:
        made = subprocess.run(["ip", "netns", "exec", name, "nft", "list", "ruleset"], capture_output=True, text=True)
        subprocess.run(["ip", "netns", "del", name], check=True)
    if made.returncode != 0:
        raise Impossible(f"this machine does not let us make network namespaces: {made.stderr.strip()}")


def prepare():
    """Brings what is missing."""
    with environment.alone(STATE):
        install_tools()
        environment.make(VENV, os.path.join(LAB, "requirements.txt"), say)


def install_tools():
    missing = environment.missing(TOOLS)
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise Impossible(f"missing, and there is no apt-get to bring it: {', '.join(missing)}")
    say(f"installing {' '.join(missing)}")
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with services_stay_down():
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=variables, stdout=sys.stderr, timeout=300)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], check=True,
                       env=variables, stdout=sys.stderr, timeout=900)


class services_stay_down:
    """A package such as unbound starts its own service when it is installed; this machine didn't ask for one."""

    def __enter__(self):
        self.ours = not os.path.exists(POLICY)
        if self.ours:
            with open(POLICY, "w") as out:
                out.write("#!/bin/sh\nexit 101\n")
            os.chmod(POLICY, 0o755)

    def __exit__(self, *_):
        if self.ours:
            os.remove(POLICY)


def program():
    """The binary under test: PLDOCTOR_BIN, or the one of the dev profile, built where there is none."""
    if given := os.environ.get("PLDOCTOR_BIN"):
        if not os.access(given, os.X_OK):
            raise Impossible(f"PLDOCTOR_BIN={given} is no program")
        return os.path.abspath(given)
    binary = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "debug", "pldoctor")
    if not os.path.exists(binary):
        say("building pldoctor (cargo build)")
        subprocess.run(["cargo", "build"], cwd=ROOT, check=True, stdout=sys.stderr)
    return binary


def say(text):
    print(f"lab: {text}", file=sys.stderr, flush=True)
