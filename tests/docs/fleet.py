"""Many instances at once: the document of Systems Manager, the commands around it, and one table of what they leave."""

import json
import os
import re
import shlex
import tempfile

from harness import DOCS, PROGRAM, WORLD, need, ran, read, shellcheck, stand_in, test, with_path
from setup import HERE, ROOT


def commands():
    """The shell commands of fleet.md."""
    return re.search(r"```sh\n(.*?)```", read("fleet.md"), re.S).group(1)


@test
def ssm_document():
    document = json.loads(read("ssm-document.json"))
    assert document["schemaVersion"] == "2.2" and set(document) == {"schemaVersion", "description", "parameters", "mainSteps"}
    [step] = document["mainSteps"]
    assert step["action"] == "aws:runShellScript"
    script = "\n".join(step["inputs"]["runCommand"])
    used = set(re.findall(r"{{ (\w+) }}", script))
    assert used == set(document["parameters"])
    for name in used:
        pattern = document["parameters"][name]["allowedPattern"]
        assert not any(re.fullmatch(pattern, text) for text in ("a'; id; '", "$(id)", "a b", "-x", ""))
    filled = script.replace("{{ Target }}", "db.example.com").replace("{{ Timeout }}", "1s")
    shellcheck(filled, "sh")
    # Run as it stands, with a program that ends as pldoctor would.
    for code, wanted in ((0, 0), (1, 0), (3, 0), (2, 2), (4, 4)):
        with tempfile.TemporaryDirectory() as folder:
            stand_in(folder, "pldoctor", f"echo \"$@\"; exit {code}")
            done = ran(["sh", "-c", filled], env=with_path(folder))
            assert done.returncode == wanted, (code, done.returncode)
            assert done.stdout == "check db.example.com --timeout 1s --format json --quiet\n", done.stdout


@test
def ssm_commands_are_ones_of_the_aws_cli():
    """The real `aws` reads them, up to the point where it would send them."""
    aws = need("aws")
    text = commands().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.startswith("aws ssm ")]
    assert len(lines) == 2, lines
    for line in lines:
        with tempfile.TemporaryDirectory() as home:
            environment = {"PATH": os.environ["PATH"], "HOME": home, "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
                           "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "none", "AWS_MAX_ATTEMPTS": "1"}
            # Nobody listens there: whatever is wrong with the command is said before.
            done = ran([aws, *shlex.split(line)[1:], "--endpoint-url", "http://127.0.0.1:1"], cwd=ROOT, env=environment)
            assert "Could not connect to the endpoint URL" in done.stderr, f"{line}: {done.stderr or done.stdout}"


@test
def fleet():
    """The commands of the document, one after the other, on four instances: a problem, none, one without pldoctor, one where it fails."""
    with tempfile.TemporaryDirectory() as account:
        bodies = {
            "i-0a1b2c3d4e5f60718": f"exec '{PROGRAM}' \"$@\" --facts '{WORLD}'",
            "i-0b2c3d4e5f6071829": f"exec '{PROGRAM}' \"$@\" --facts '{WORLD}' --only vpc-dns-support",
            "i-0c3d4e5f607182930": None,
            "i-0d4e5f60718293041": "echo 'pldoctor: no threads could be started' >&2; exit 4",
        }
        for instance, body in bodies.items():
            os.makedirs(f"{account}/instances/{instance}")
            if body:
                stand_in(f"{account}/instances/{instance}", "pldoctor", body)
        os.makedirs(f"{account}/bin")
        os.symlink(f"{HERE}/ssm.py", f"{account}/bin/aws")
        os.symlink(PROGRAM, f"{account}/bin/pldoctor")
        os.symlink(DOCS, f"{account}/docs")
        done = ran(["bash", "-e", "-c", commands()], cwd=account, env=with_path(f"{account}/bin", SSM_ACCOUNT=account, COLUMNS="200"))
        assert done.returncode == 1, f"the worst of them is a problem: {done.returncode} {done.stderr}"
        said = " ".join(done.stdout.split())
        assert "1 with a problem, 0 incomplete, 1 healthy." in said, done.stdout
        for silent, why in (("i-0c3d4e5f607182930", "pldoctor is not installed here"), ("i-0d4e5f60718293041", "no threads could be started")):
            assert silent in said and why in said, f"{silent} is missed: {done.stdout}"
        merged = json.loads(ran([PROGRAM, "merge", f"{account}/reports", "--format", "json"]).stdout)
        assert len(merged["reports"]) == 2 and len(merged["unread"]) == 2
