"""How the program behaves, whatever it finds."""

import json
import os
import signal
import subprocess
import threading
from collections import Counter

from lab import seed
from lab.names import API_URL, PASSWORD, REGION, STARTER_HOST
from lab.scenario import TARGET, manner

ESCAPE = "\x1b"
LAPTOP = {"AWS_ACCESS_KEY_ID": "AKIALABOPERATOR00000", "AWS_SECRET_ACCESS_KEY": "lab", "AWS_ENDPOINT_URL": API_URL, "AWS_REGION": REGION,
          "AWS_EC2_METADATA_DISABLED": "true"}


def close(lab):
    lab.ec2.revoke_security_group_ingress(GroupId=lab.ids.endpoint_group, IpPermissions=[seed.client_on_port(lab.ids)])
    lab.sync()


def expect(**pairs):
    """name=(seen, wanted) …: the problems."""
    return [f"{name.replace('_', ' ')}: {seen!r}, not {wanted!r}" for name, (seen, wanted) in pairs.items() if seen != wanted]


def judged(run):
    report = json.loads(run.out)
    return report["verdict"], [each["check"] for each in report["root_causes"]]


@manner("each-call-once")
def each_call_once(lab, doctor):
    """A healthy run on one VPC asks each API at most once (an attribute is asked one at a time)."""
    run = doctor.check(TARGET)
    allowed = {"DescribeVpcAttribute": 2}
    often = {action: count for action, count in Counter(call["action"] for call in run.calls).items() if count > allowed.get(action, 1)}
    return run.problems + expect(exit=(run.exit, 0), asked_too_often=(often, {}))


@manner("collect-then-judge-elsewhere")
def collect_then_judge_elsewhere(lab, doctor):
    """A snapshot carried to a machine without any network gives the same verdict."""
    close(lab)
    live = doctor.check(TARGET)
    facts = lab.path("facts")
    collected = doctor.run(["collect", TARGET, "-o", facts], env={"MYSQL_PWD": PASSWORD})
    collected.saved = facts
    elsewhere = doctor.run(["check", "--facts", facts, "--format", "json"], nowhere=True)
    return live.problems + collected.problems + doctor.leaks(collected) + elsewhere.problems + expect(
        collect_exit=(collected.exit, 0), exit=(elsewhere.exit, 1), judged=(judged(elsewhere), judged(live)),
        calls=(elsewhere.calls, []))


@manner("facts-by-hand")
def facts_by_hand(lab, doctor):
    """A folder with what the real `aws` command prints, and nothing else, is a snapshot."""
    close(lab)
    folder = lab.path("by-hand")
    os.makedirs(os.path.join(folder, "aws", "ec2"))
    here = ["--filters", f"Name=vpc-id,Values={lab.ids.vpc}"]
    questions = {f"describe-{what}": [f"describe-{what}", *here] for what in (
        "vpcs", "subnets", "vpc-endpoints", "network-interfaces", "security-groups", "network-acls", "route-tables", "instances")}
    questions["describe-vpc-endpoint-services"] = ["describe-vpc-endpoint-services"]
    questions["describe-dhcp-options"] = ["describe-dhcp-options"]
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        questions[f"describe-vpc-attribute.{lab.ids.vpc}.{attribute}"] = [
            "describe-vpc-attribute", "--vpc-id", lab.ids.vpc, "--attribute", attribute]
    for name, question in questions.items():
        answer = doctor.aws("ec2", *question, env=LAPTOP)
        with open(os.path.join(folder, "aws", "ec2", name + ".json"), "w") as out:
            out.write(answer)
    run = doctor.run(["check", STARTER_HOST, "--facts", folder, "--from", lab.ids.instance, "--format", "json"], nowhere=True)
    if run.exit != 1:
        return [run.excerpt()]
    cause = json.loads(run.out)["root_causes"][0]
    return run.problems + expect(cause=(cause["check"], "endpoint-security-group"), confidence=(cause["confidence"], "predicted"))


@manner("judged-from-a-laptop")
def judged_from_a_laptop(lab, doctor):
    """--from another machine: no probe that would have to run there is run here, and the model alone decides."""
    arguments = ["check", STARTER_HOST, "--from", lab.ids.instance, "--format", "json"]
    healthy = doctor.run(arguments, env=LAPTOP, kind="aws")
    close(lab)
    closed = doctor.run(arguments, env=LAPTOP, kind="aws")
    return healthy.problems + closed.problems + expect(
        healthy=(judged(healthy), ("healthy", [])), closed=(judged(closed), ("problem", ["endpoint-security-group"])))


@manner("no-color")
def no_color(lab, doctor):
    close(lab)
    plain = {name: doctor.run(["check", TARGET, *arguments], env={"MYSQL_PWD": PASSWORD, **env}) for name, arguments, env in (
        ("through a pipe", [], {}), ("NO_COLOR", [], {"NO_COLOR": "1", "TERM": "xterm-256color"}), ("--color never", ["--color", "never"], {}))}
    problems = [f"colour, though {name}" for name, run in plain.items() if ESCAPE in run.out + run.err]
    problems += [f"a line of over 80 columns: {line}" for line in plain["NO_COLOR"].out.splitlines()
                 if len(line) > 80 and "aws ec2" not in line and " " in line.strip()]
    coloured = doctor.run(["check", TARGET, "--color", "always"], env={"MYSQL_PWD": PASSWORD})
    return problems + expect(exit=(plain["NO_COLOR"].exit, 1), coloured=(ESCAPE in coloured.out, True))


@manner("broken-pipe")
def broken_pipe(lab, doctor):
    """`pldoctor … | head`: whoever reads no further is no error."""
    problems = []
    for arguments, good in ((["checks"], (0,)), (["check", TARGET], (0,))):
        reader, writer = os.pipe()
        os.close(reader)
        run = doctor.run(arguments, stdout=writer)
        os.close(writer)
        if run.exit not in good or "panic" in run.err:
            problems.append(run.excerpt())
    return problems


@manner("outside-aws")
def outside_aws(lab, doctor):
    """From a machine that nothing shows to be in AWS, without --from: what can't be seen or reached from there is no fault of the VPC's."""
    problems = []
    for env in ({}, LAPTOP):
        run = doctor.run(["check", STARTER_HOST, "--format", "json"], env=env, nowhere=True)
        vantage = next(each for each in json.loads(run.out)["findings"] if each["check"] == "vantage")
        problems += run.problems + expect(exit=(run.exit, 3), causes=(json.loads(run.out)["root_causes"], []),
                                          outcome=(vantage["outcome"], "warn"), next_step=("--from i-" in vantage["message"], True))
    return problems


@manner("demo")
def demo(lab, doctor):
    """No AWS and no network: a recorded broken world."""
    run = doctor.run(["demo"], nowhere=True)
    return run.problems + expect(calls=(run.calls, []), says_something=(len(run.out) > 200, True), ends_well=(run.exit in (0, 1), True))


@manner("interrupted")
def interrupted(lab, doctor):
    """Ctrl-C prints what is known so far."""
    lab.faults.api, lab.faults.peer = "drop", "silent"
    lab.sync()
    run = doctor.run(["check", TARGET, "--format", "json"], env={"MYSQL_PWD": PASSWORD}, interrupt_after=1.0)
    try:
        findings = len(json.loads(run.out)["findings"])
    except ValueError:
        return [run.excerpt()]
    return run.problems + expect(known=(findings > 0, True), soon=(run.seconds < 3, True), by_signal=(run.exit == -signal.SIGINT, False))


@manner("wrong-usage")
def wrong_usage(lab, doctor):
    runs = {" ".join(arguments): doctor.run(arguments).exit for arguments in (
        ["check", "--no-such-option"], ["no-such-command"], ["check", "mysql://["], ["check", TARGET, "--facts", "/no/such/folder"])}
    return expect(exit_codes=(set(runs.values()), {2})) and [f"exit codes {runs}, not 2 each"]


@manner("password-file")
def password_file(lab, doctor):
    path = lab.path("password")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
        out.write(PASSWORD + "\n")
    run = doctor.run(["check", TARGET, "--password-file", path, "--format", "json"])
    return run.problems + expect(exit=(run.exit, 0), judged=(judged(run), ("healthy", [])))


@manner("aws-refuses-the-conflict")
def aws_refuses_the_conflict(lab, doctor):
    """Not of pldoctor: the real `aws` command shows the text that users paste."""
    second = seed.new_endpoint(lab.ec2, lab.ids)
    try:
        doctor.aws("ec2", "modify-vpc-endpoint", "--vpc-endpoint-id", second, "--private-dns-enabled", env=LAPTOP)
    except subprocess.CalledProcessError as refused:
        wanted = f"private-dns-enabled cannot be set because there is already a conflicting DNS domain for {STARTER_HOST} in the VPC {lab.ids.vpc}"
        return [] if wanted in refused.stderr else [refused.stderr]
    return ["it went through"]


@manner("path-alone")
def path_alone(lab, doctor):
    """`pldoctor path`, live: the model's own answer, before and after a rule stops it. It probes nothing and only reads."""
    question = ["path", "--from", lab.ids.instance, "--to", lab.ids.endpoint, "--format", "json"]
    open_way = doctor.run(question)
    acl = seed.own_acl(lab.ec2, lab.ids, "subnet_b", "subnet_c")
    seed.acl_rule(lab.ec2, acl, 100, "out", 1024, 65535)
    closed_way = doctor.run(question)
    from_here = doctor.run(["path", "--to", lab.ids.endpoint, "--format", "json"])
    reach = [json.loads(run.out)["reach"] for run in (open_way, closed_way)]
    problems = open_way.problems + closed_way.problems + from_here.problems
    return problems + expect(
        exits=((open_way.exit, closed_way.exit, from_here.exit), (0, 1, 1)), verdicts=([each["verdict"] for each in reach], ["reachable", "blocked"]),
        blocker=((reach[1]["blocker"]["hop"], reach[1]["blocker"]["resource"]), ("endpoint-nacl-ingress", acl)))


@manner("wait-until-it-is-made")
def wait_until_it_is_made(lab, doctor):
    """--wait looks again while AWS is making the endpoint, and ends as soon as it is there; without it, the cause is said at once."""
    lab.provider(action="set_state", endpoint_id=lab.ids.endpoint, state="pending")
    lab.sync()
    at_once = doctor.check(TARGET)

    def made():
        lab.provider(action="set_state", endpoint_id=lab.ids.endpoint, state="available")
        lab.sync()

    timer = threading.Timer(11, made)  # during the pause after the first look, which takes the six seconds of two dropped SYNs
    timer.start()
    waited = doctor.run(["check", TARGET, "--wait", "60s", "--format", "json"], env={"MYSQL_PWD": PASSWORD})
    timer.join()
    return at_once.problems + waited.problems + expect(
        at_once=(judged(at_once), ("problem", ["endpoint-state"])), waited=((waited.exit, judged(waited)), (0, ("healthy", []))),
        one_line_a_look=("waiting for endpoint-state" in waited.err, True))
