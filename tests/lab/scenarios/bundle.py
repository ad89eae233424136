"""Facts that are handed on: redacted, judged elsewhere, collected by a script."""

import html
import json
import os
import subprocess
import sys
import tarfile
import urllib.parse

from lab.names import ACCOUNT, PASSWORD, PUBLIC_ADDRESS, REGION, STARTER_HOST, USER
from lab.scenario import TARGET, manner

from scenarios.manners import LAPTOP, close, expect, judged

TAG, DESCRIPTION, OTHER_HOST = "Frieda's <own> gateway & more", "made by anna.example", "db.intern.frieda.example"


def originals(lab):
    """What names anybody in this world."""
    return {ACCOUNT, USER, USER.split(".")[0], PASSWORD, TAG, DESCRIPTION, OTHER_HOST, PUBLIC_ADDRESS, "198.51.100.0/24"}


def forms(text):
    """As files write it: plain, in JSON, in HTML, in a URL."""
    return {text, json.dumps(text)[1:-1], html.escape(text), html.escape(text).replace("&#x27;", "&#39;"), urllib.parse.quote(text, safe="")}


def name_everything(lab):
    """Tags, descriptions, a public block, a zone of somebody's own."""
    lab.ec2.create_tags(Resources=[lab.ids.vpc, lab.ids.endpoint], Tags=[{"Key": "owner", "Value": TAG}])
    public = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [
        {"CidrIp": "198.51.100.0/24", "Description": DESCRIPTION}, {"CidrIp": PUBLIC_ADDRESS + "/32"}]}
    lab.ec2.authorize_security_group_ingress(GroupId=lab.ids.endpoint_group, IpPermissions=[public])


def remedies(run):
    steps = (json.loads(run.out).get("plan") or {}).get("steps", [])
    return [step["argv"] for step in steps]


@manner("bundle-judged-elsewhere")
def bundle_judged_elsewhere(lab, doctor):
    """A redacted bundle of the broken world, judged where there is no network: the same cause and the same commands, and nobody's name in it."""
    name_everything(lab)
    close(lab)
    state = {"XDG_STATE_HOME": lab.path("state")}
    live = doctor.check(TARGET)
    problems = list(live.problems)
    for how in ("default", "strict"):
        bundle = lab.path(f"{how}.tar.gz")
        made = doctor.run(["collect", TARGET, "-o", bundle, "--redact", how], env={"MYSQL_PWD": PASSWORD, **state})
        problems += made.problems + expect(made=(made.exit, 0))
        if made.exit:
            return problems + [made.excerpt()]
        names, text = [], ""
        with tarfile.open(bundle) as archive:
            for member in archive:
                names.append(os.path.basename(member.name))
                text += member.name + "\n" + archive.extractfile(member).read().decode()
        hidden = originals(lab) | ({lab.ids.vpc, lab.ids.endpoint, lab.ids.instance, lab.ids.endpoint_group} if how == "strict" else set())
        problems += [f"{how}: {form!r} is in the bundle" for each in hidden for form in forms(each) if form in text]
        problems += [f"{how}: no {name} in it" for name in ("manifest.json", "report.json", "report.md", "report.html", "pldoctor.log")
                     if name not in names]
        elsewhere = doctor.run(["check", "--facts", bundle, "--format", "json"], nowhere=True)
        problems += elsewhere.problems + expect(judged=(judged(elsewhere), judged(live)), calls=(elsewhere.calls, []))
        revealed = lab.path("report.json")
        with open(revealed, "w") as out:
            out.write(elsewhere.out)
        back = doctor.run(["reveal", revealed], env=state, nowhere=True)
        problems += back.problems + expect(commands=(remedies(back), remedies(live)))
    return problems


@manner("before-and-after")
def before_and_after(lab, doctor):
    """Two bundles of one user, the rule gone in between: compare says so, in facts and in findings."""
    state = {"XDG_STATE_HOME": lab.path("state"), "MYSQL_PWD": PASSWORD}
    before, after = lab.path("before.tar.gz"), lab.path("after.tar.gz")
    runs = [doctor.run(["check", TARGET, "--save", before], env=state)]
    close(lab)
    runs.append(doctor.run(["check", TARGET, "--save", after], env=state))
    same = doctor.run(["compare", before, before], nowhere=True)
    differ = doctor.run(["compare", before, after, "--format", "json"], nowhere=True)
    report = json.loads(differ.out)
    files = {change["file"] for change in report["facts"]}
    return sum((run.problems for run in runs), []) + expect(
        exits=([run.exit for run in (*runs, same, differ)], [0, 1, 0, 1]), causes=(report["root_causes"], {
            "before": [], "after": ["endpoint-security-group"]}), seen=("aws/ec2/describe-security-groups.json" in files, True),
        warnings=(report["warnings"], []))


@manner("collect-by-script")
def collect_by_script(lab, doctor):
    """The printed script, run by bash and the real `aws`, fills a folder that comes to the same cause."""
    close(lab)
    live = doctor.run(["check", STARTER_HOST, "--from", lab.ids.instance, "--format", "json"], env=LAPTOP, kind="aws")
    printed = doctor.run(["collect", "--script", STARTER_HOST, "--from", lab.ids.instance], nowhere=True)
    script, folder = lab.path("collect.sh"), lab.path("by-script")
    with open(script, "w") as out:
        out.write(printed.out)
    environment = {"PATH": os.path.dirname(sys.executable) + ":" + os.environ["PATH"], "HOME": lab.directory, **LAPTOP}
    done = subprocess.run(["bash", script, folder], env=environment, capture_output=True, text=True, timeout=300)
    if done.returncode:
        return [done.stdout + done.stderr]
    calls = [f"a call that is not a reading one: {call['service']}:{call['action']}" for call in lab.take_calls() if not call["reading"]]
    run = doctor.run(["check", "--facts", folder, "--format", "json"], nowhere=True)
    again = subprocess.run(["bash", script, folder], env=environment, capture_output=True, text=True, timeout=60)
    refused = open(os.path.join(folder, "aws/ec2/describe-vpcs.json")).read()
    return printed.problems + run.problems + calls + expect(
        judged=(judged(run), judged(live)), commands=(remedies(run), remedies(live)), not_over_another=(again.returncode, 2),
        vpcs=(REGION in environment["AWS_REGION"] and "Vpcs" in json.loads(refused), True), warnings=("not part" in run.err, False))


@manner("collect-by-script-denied")
def collect_by_script_denied(lab, doctor):
    """What AWS refuses stands in the folder as a refusal, and its check is unknown."""
    printed = doctor.run(["collect", "--script", STARTER_HOST, "--from", lab.ids.instance], nowhere=True)
    script, folder = lab.path("collect.sh"), lab.path("denied")
    with open(script, "w") as out:
        out.write(printed.out)
    environment = {"PATH": os.path.dirname(sys.executable) + ":" + os.environ["PATH"], "HOME": lab.directory, **LAPTOP}
    lab.api_faults(denied=["ec2:DescribeSecurityGroups"])
    subprocess.run(["bash", script, folder], env=environment, capture_output=True, text=True, timeout=300, check=True)
    with open(os.path.join(folder, "aws/ec2/describe-security-groups.json")) as file:
        error = json.load(file)["Error"]
    run = doctor.run(["check", "--facts", folder, "--format", "json"], nowhere=True)
    found = {each["check"]: each["outcome"] for each in json.loads(run.out)["findings"]}
    return run.problems + expect(code=(error["Code"], "UnauthorizedOperation"), outcome=(found["endpoint-security-group"], "unknown"))
