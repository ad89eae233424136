"""Terraform, CloudFormation and Kubernetes: the examples, and what is printed for them."""

import glob
import json
import os
import tempfile
import tomllib

from harness import DOCS, PROGRAM, WORLD, Skip, library, must, need, ran, read, test, with_path, yaml
from setup import ROOT

CASES = os.path.join(ROOT, "tests/cases")


def hcl(text):
    """Terraform's language, read; where Terraform itself is here, by it as well, which also wants its own layout."""
    try:
        document = library("hcl2").loads(text)
    except Skip:
        raise
    except Exception as problem:
        raise AssertionError(f"{text}\n{problem}") from None
    return document


def formatted(texts):
    """Whether Terraform itself would leave these texts as they are. It reads no state and no network for that."""
    terraform = need("terraform")
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            with open(f"{folder}/{number}.tf", "w") as out:
                out.write(text)
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "CHECKPOINT_DISABLE": "1"}
        done = ran([terraform, "fmt", "-check", "-diff", folder], env=environment)
        assert done.returncode == 0, done.stdout + done.stderr


def plain(value):
    """What stands between the quotes that the reader leaves on."""
    return value.strip('"') if isinstance(value, str) else value


@test
def terraform_example():
    document = hcl(read("terraform/main.tf"))
    [check] = document["check"]
    [[name, body]] = [[plain(name), body] for name, body in check.items() if not name.startswith("__")]
    assert name == "privatelink", name
    [data] = body["data"]
    [source] = [value["pldoctor"] if "pldoctor" in value else value['"pldoctor"'] for value in data.values() if isinstance(value, dict)]
    script = plain(source["program"][0]).replace("${path.module}", f"{DOCS}/terraform")
    assert os.access(script, os.X_OK), script
    # What it asserts and says is what the program answers with.
    answered = set(answer({"facts": WORLD}))
    used = set(word.split("}")[0].split(" ")[0] for word in read("terraform/main.tf").split("data.external.pldoctor.result.")[1:])
    assert used and used <= answered, (used, answered)


@test
def terraform_policy():
    for arguments in ([], ["--only", "vpc-dns-support"]):
        document = hcl(must([PROGRAM, "iam-policy", "--format", "terraform", *arguments]))
        policy = json.loads(must([PROGRAM, "iam-policy", *arguments]))
        [data] = document["data"]
        body = data[next(key for key in data if plain(key) == "aws_iam_policy_document")]
        statement = next(iter(body.values()))["statement"][0]
        assert [plain(action) for action in statement["actions"]] == policy["Statement"][0]["Action"]


@test
def terraform_layout():
    with open(f"{DOCS}/terraform/main.tf") as file:
        formatted([file.read(), must([PROGRAM, "iam-policy", "--format", "terraform"])])


def answer(query):
    need("jq")
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(PROGRAM, f"{folder}/pldoctor")
        return json.loads(must([f"{DOCS}/terraform/pldoctor.sh"], input=json.dumps(query), env=with_path(folder)))


@test
def terraform_program():
    """The protocol of the external data source: an object of strings in, an object of strings out."""
    found = answer({"facts": WORLD})
    assert found["verdict"] == "problem" and found["check"] == "vpc-dns-hostnames" and found["fix"], found
    assert all(isinstance(value, str) for value in found.values())
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(PROGRAM, f"{folder}/pldoctor")
        wrong = ran([f"{DOCS}/terraform/pldoctor.sh"], input=json.dumps({"facts": "/nonexistent"}), env=with_path(folder))
        assert wrong.returncode == 2 and wrong.stdout == "" and "/nonexistent" in wrong.stderr, wrong


def lay_out(case, folder):
    """A recorded world with the files of its base, as the tests of the checks read it (checks/tests/cases/recorded.rs)."""
    with open(f"{CASES}/{case}/case.toml", "rb") as file:
        description = tomllib.load(file)
    if "base" in description:
        lay_out(description["base"], folder)
    for without in description.get("without", []):
        os.remove(f"{folder}/{without}")
    must(["cp", "-r", f"{CASES}/{case}/.", folder])
    for own in ("case.toml", "expected.json"):
        os.remove(f"{folder}/{own}")


def plans():
    """The steps of every recorded world's plan, and of the endpoint that it would need."""
    for path in sorted(glob.glob(f"{CASES}/*/*/case.toml")):
        case = os.path.relpath(os.path.dirname(path), CASES)
        with tempfile.TemporaryDirectory() as folder:
            lay_out(case, folder)
            for command in ("check", "preflight"):
                done = ran([PROGRAM, command, "--facts", folder, "--format", "json"], cwd=folder)
                if done.returncode in (0, 1, 3):
                    yield f"{command} {case}", json.loads(done.stdout)["plan"]["steps"]
                else:
                    # Not every world says enough for an endpoint to be made in it.
                    assert command == "preflight" and done.returncode == 2, f"{case}: {done.stderr}"


@test
def remedies():
    """The Terraform and CloudFormation of every remedy that a recorded world asks for is read by parsers of them."""
    blocks, templates = {}, {}
    for world, steps in plans():
        here = [step["terraform"] for step in steps if step["terraform"] and is_whole(step["terraform"])]
        for text in here:
            blocks.setdefault(text, world)
        named = [(kind, name) for text in dict.fromkeys(here) for block in hcl(text).get("resource", []) for kind, body in block.items() for name in body]
        assert len(set(named)) == len(named), f"{world}: two resources of one name: {named}"
        templates.update({step["cloudformation"]: world for step in steps if step["cloudformation"]})
    assert len(blocks) > 10 and templates, (len(blocks), len(templates))
    kinds = {plain(kind) for text in blocks for block in hcl(text).get("resource", []) for kind in block}
    assert "aws_vpc_endpoint" in kinds and len(kinds) > 5, kinds
    lint = need("cfn-lint")
    for number, (text, world) in enumerate(templates.items()):
        document = library("yaml").safe_load(text)
        properties = document["Resources"]["TidbCloudEndpoint"]["Properties"]
        assert isinstance(properties["PrivateDnsEnabled"], bool) and properties["SubnetIds"], f"{world}: {properties}"
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            # The ids of recorded worlds are made up: what lints them by their form has nothing to say here.
            must([lint, "--regions", "us-east-1", "--", file.name])
    LAYOUTS.extend(blocks)


LAYOUTS = []


@test
def layout_of_remedies():
    if not LAYOUTS:
        raise Skip("no Terraform was read before")
    formatted(LAYOUTS)


def is_whole(text):
    """Not so what says in a comment where a line goes in what somebody has already."""
    return not text.startswith("#")


@test
def pod():
    container = yaml("kubernetes/pod.yaml")["spec"]["initContainers"][0]
    done = ran([PROGRAM, *container["args"], "--facts", WORLD])
    assert done.returncode == 1, done.stderr


@test
def pod_schema():
    must([need("kubernetes-validate"), "--strict", f"{DOCS}/kubernetes/pod.yaml"])


@test
def pod_without_home_and_on_a_read_only_root():
    """As the pod runs it: nobody's user, no HOME, no terminal, an environment with little in it."""
    if os.geteuid() != 0:
        raise Skip("another user needs root")
    setpriv = need("setpriv")
    with tempfile.TemporaryDirectory() as folder:
        must(["cp", "-r", WORLD, f"{folder}/world"])
        must(["cp", PROGRAM, f"{folder}/pldoctor"])
        must(["chmod", "-R", "a+rX", folder])
        done = ran([setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", f"{folder}/pldoctor", "check", "--color", "never",
                    "--facts", f"{folder}/world"], cwd="/", env={})
    assert done.returncode == 1 and "PROBLEM" in done.stdout and not done.stderr, done
