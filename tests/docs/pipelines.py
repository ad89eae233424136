"""Scripts, the workflow, and what a pipeline reads of a run."""

import glob
import json
import os
import re
import tempfile
import xml.etree.ElementTree as xml

from harness import DOCS, PROGRAM, WORLD, library, must, need, ran, read, shellcheck, stand_in, test, with_path, yaml
from setup import ROOT

HOST = "gateway01-privatelink.us-east-1.prod.aws.tidbcloud.com"


@test
def scripts():
    own = [f"{ROOT}/packaging/dist", f"{ROOT}/tests/run", f"{ROOT}/.ci/run"]
    for path in glob.glob(f"{DOCS}/**/*.sh", recursive=True) + own:
        with open(path) as file:
            text = file.read()
        shellcheck(text, "bash" if "bash" in text.splitlines()[0] else "sh")


@test
def printed_script():
    for target in ([], [HOST]):
        shellcheck(must([PROGRAM, "collect", "--script", *target]), "bash")


def offline(line):
    """The example's options are the program's: judged on a snapshot, wherever it would collect."""
    with tempfile.TemporaryDirectory() as folder:
        done = ran(["bash", "-c", f"{line} --facts '{WORLD}'"], cwd=folder, env={
            "PATH": f"{os.path.dirname(PROGRAM)}:{os.environ['PATH']}", "TIDB_HOST": HOST, "HOST": HOST, "CLIENT": "10.0.1.25"})
        assert done.returncode in (0, 1, 3), f"{line}: {done.stderr}"
        return os.listdir(folder)


@test
def workflow():
    document = yaml("github-actions.yml")
    steps = document["jobs"]["privatelink"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    assert len(runs) == 2
    for run in runs:
        # As the runner does on Linux.
        shellcheck("#!/bin/bash\nset -eo pipefail\n" + run, "bash")
    line = next(line for line in runs[1].splitlines() if line.strip().startswith("pldoctor"))
    kept = next(step["with"]["path"] for step in steps if "upload-artifact" in step.get("uses", ""))
    assert kept in offline(line), f"nothing writes {kept}"
    # The token for AWS, and no more.
    assert document["permissions"] == {"id-token": "write", "contents": "read"}


@test
def workflow_schema():
    must([need("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", f"{DOCS}/github-actions.yml"])


@test
def pipeline():
    with tempfile.TemporaryDirectory() as folder:
        for code in (0, 1, 3, 4):
            stand_in(folder, "pldoctor", f"exit {code}")
            done = ran([f"{DOCS}/pipeline.sh", "db.example.com"], env=with_path(folder))
            assert done.returncode == code, (code, done)
    assert ran([f"{DOCS}/pipeline.sh"]).returncode != 0


@test
def commands_of_the_readme():
    """Every command in the README is one: its options are read by the program, and a password is asked of nobody."""
    with open(f"{ROOT}/README.md") as file:
        text = file.read()
    # Cells of a table escape their strokes. What stands after a pipe or && is another command.
    spans = re.findall(r"`((?:MYSQL_PWD=\S+ )?pldoctor [^`]+)`", text) + re.findall(r"^(?:MYSQL_PWD=\S+ )?pldoctor .*$", text, re.M)
    assert len(spans) > 20, spans
    for span in spans:
        words = span.replace("\\|", "|").replace("…", "0123456789abcdef0").split(" ")
        command = next(word for word in words[words.index("pldoctor") + 1:] if not word.startswith("-"))
        options = {word.rstrip(",.)") for word in words if re.fullmatch(r"--?[a-z][a-z-]*[,.)]?", word)}
        known = must([PROGRAM, command, "--help"])
        for option in options:
            assert re.search(rf"(^|[\s,]){re.escape(option)}\b", known, re.M), f"`{span}`: {command} has no {option}"


# What a JUnit file may have, by the readers of Jenkins (junit-10.xsd of its xUnit plugin), GitLab and GitHub's reporters: elements, their
# attributes, and which elements stand in them, in this order.
SHAPE = {
    "testsuites": ({"name", "time", "tests", "failures", "errors", "skipped", "disabled"}, ["testsuite"]),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time", "timestamp"}, ["testcase"]),
    "testcase": ({"name", "classname", "time"}, ["skipped", "error", "failure", "system-out"]),
    "skipped": ({"message", "type"}, []),
    "error": ({"message", "type"}, []),
    "failure": ({"message", "type"}, []),
    "system-out": (set(), []),
}


def misshapen(element, path=""):
    here = f"{path}/{element.tag}[{element.get('name', '')}]"
    attributes, children = SHAPE.get(element.tag, (set(), []))
    wrong = [] if element.tag in SHAPE else [f"{here}: unknown"]
    wrong += [f"{here}: {name}" for name in element.attrib if name not in attributes]
    order = [children.index(child.tag) if child.tag in children else -1 for child in element]
    wrong += [] if order == sorted(order) and -1 not in order else [f"{here}: {[child.tag for child in element]}"]
    for child in element:
        wrong += misshapen(child, here)
    return wrong


def hostile_world(folder):
    """The demo, its groups called what XML and readers of it could stumble over."""
    must(["cp", "-r", f"{WORLD}/.", folder])
    evil = "sg-<![CDATA[x]]> ]]> &amp; \" ' \u0000\u0008\u001b[2J\ufffe\u202e ::error::y ##[group]z " + "long " * 4000
    for path in glob.glob(f"{folder}/aws/ec2/*.json"):
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text.replace("sg-0e4a1b2c3d4e5f602", json.dumps(evil)[1:-1]))


@test
def junit():
    reader = library("junitparser")
    with tempfile.TemporaryDirectory() as folder:
        hostile_world(folder)
        for facts, arguments, code in (
            (WORLD, [], 1), (WORLD, ["--only", "vpc-dns-support"], 0), (folder, [], 1), (folder, ["--lang", "zh"], 1),
            (WORLD, ["--skip", "tcp"], 1),
        ):
            done = ran([PROGRAM, "check", "--facts", facts, "--format", "junit", *arguments])
            assert done.returncode == code, done.stderr
            root = xml.fromstring(done.stdout.encode())
            assert not misshapen(root), misshapen(root)
            cases = list(root.iter("testcase"))
            names = [(case.get("classname"), case.get("name")) for case in cases]
            assert len(set(names)) == len(names) and all(all(name) for name in names), "two cases of one name"
            red = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
            assert bool(red) == (code != 0), f"{len(red)} are red, and the exit code is {code}"
            assert all(float(element.get("time")) >= 0 for element in [root, *root.findall("testsuite"), *cases])
            assert all((found.get("message") or "").strip() for case in cases for found in case if found.tag != "system-out")
            for element in [root, *root.findall("testsuite")]:
                inside = list(element.iter("testcase"))
                for counted, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                    assert int(element.get(counted)) == sum(case.find(tag) is not None for case in inside), counted
                assert int(element.get("tests")) == len(inside)
            # GitLab takes no file above 30 MB, and nobody reads one of them.
            assert len(done.stdout) < 1_000_000, len(done.stdout)
            parsed = reader.JUnitXml.fromstring(done.stdout.encode())
            assert (parsed.tests, parsed.failures + parsed.errors) == (len(cases), len(red))
