"""Worlds in which nothing is wrong, however it looks."""

from lab import seed
from lab.names import STARTER_HOST
from lab.scenario import outcome, scenario


# True of every world here: the kernel's keep-alive is Linux's own, and the lab's CA is known to the operating system alone.
ADVICE = {("keep-alive", "warn"), ("tls", "warn")}


def all_but_advice(report, lab):
    others = [each for each in report["findings"] if each["outcome"] not in ("pass", "not_applicable")]
    found = {(each["check"], each["outcome"]) for each in others}
    if found != ADVICE:
        return "; ".join(f"{each['check']} is {each['outcome']}: {each['message']}" for each in others) or "no advice at all"
    return None


@scenario("healthy", says=(all_but_advice, outcome("login", "pass"), outcome("endpoint-security-group", "pass")))
def healthy(lab):
    """As it should be."""


@scenario("healthy-without-password", target=STARTER_HOST, env={"MYSQL_PWD": None}, says=(
    outcome("greeting", "pass"), outcome("login", "not_applicable", "unknown")))
def healthy_without_password(lab):
    """A host name alone: everything up to the greeting is proved, the login isn't tried."""


@scenario("second-endpoint-unused", says=(outcome("tcp", "pass"),))
def second_endpoint_unused(lab):
    """Another endpoint for the same service, as the documented command makes it: nobody uses it, so nothing is wrong."""
    seed.new_endpoint(lab.ec2, lab.ids, groups=())


@scenario("custom-acl-that-lets-through")
def custom_acl_that_lets_through(lab):
    """Network ACLs of one's own, with just what is needed: the port in, the ephemeral ports out."""
    acl = seed.own_acl(lab.ec2, lab.ids, "subnet_b", "subnet_c")
    seed.acl_rule(lab.ec2, acl, 100, "in", 4000, 4000)
    seed.acl_rule(lab.ec2, acl, 100, "out", 1024, 65535)
