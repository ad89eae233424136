"""From the first packet to the login."""

from lab.scenario import TARGET, explains, manner, mentions, next_step, outcome, saw, scenario, timed

B, C = "10.0.2.20", "10.0.3.20"


@scenario("one-zone-dead", cause="tcp", luck=True, says=(mentions(C), mentions("use1-az4"), outcome("greeting", "pass", "fail", "warn", "blocked")))
def one_zone_dead(lab):
    """Everything the API shows is right, and one of two zones drops packets."""
    lab.faults.dead = {C: "drop"}


@scenario("both-zones-refuse", cause="tcp")
def both_zones_refuse(lab):
    """Reset at once: the port behind the load balancer is closed."""
    lab.faults.dead = {B: "refuse", C: "refuse"}


@scenario("closed-before-greeting", cause="authorized-networks", says=(explains("authorized-networks", "greeting"), outcome("tcp", "pass")))
def closed_before_greeting(lab):
    lab.faults.peer = "closed"


@scenario("reset-before-greeting", cause="authorized-networks", says=(explains("authorized-networks", "greeting"), outcome("tcp", "pass")))
def reset_before_greeting(lab):
    lab.faults.peer = "reset"


@scenario("silent-before-greeting", cause="greeting", says=(outcome("tcp", "pass"),))
def silent_before_greeting(lab):
    lab.faults.peer = "silent"


@scenario("wrong-password", cause="login", env={"MYSQL_PWD": "not-the-lab-Passw0rd"}, says=(outcome("greeting", "pass"), mentions("1045")))
def wrong_password(lab):
    """The way is open; only the password is wrong."""


@scenario("port-without-listener", cause="target-port", target=TARGET.replace(":4000", ":3306"), luck=True, says=(
    saw("tcp", outcome="timed-out"), saw("default_port", outcome="connected"), next_step))
def port_without_listener(lab):
    """Everything is right but the port in the connection string; 4000 answers, and is tried in the same time."""


@scenario("prohibited-by-a-router", cause="tcp", says=(
    saw("tcp", outcome="unreachable", icmp=lambda icmp: icmp and (icmp["type"], icmp["code"], icmp["from"]) == (3, 13, "10.0.1.1")), next_step))
def prohibited_by_a_router(lab):
    """A firewall on the way says so: ICMP "administratively prohibited"."""
    lab.faults.dead = {B: "prohibited", C: "prohibited"}


OTHERS = {"http": "http", "ssh": "ssh", "mysqlx": "mysql-x"}


def another_protocol(peer, protocol):
    @scenario(f"greets-as-{peer}", cause="greeting", says=(
        saw("greetings", outcome="not-mysql", protocol=protocol), outcome("tcp", "pass"), next_step))
    def behind_the_port(lab):
        """Something else listens behind the port."""
        lab.faults.peer = peer


for each in OTHERS.items():
    another_protocol(*each)


@scenario("greets-with-16-megabytes", cause="greeting", says=(saw("greetings", outcome="oversized", length=16_777_215), next_step))
def greets_with_16_megabytes(lab):
    lab.faults.peer = "oversized"


@scenario("greets-a-byte-a-second", cause="greeting", at_most=15.0, says=(saw("greetings", outcome="failed"), next_step))
def greets_a_byte_a_second(lab):
    lab.faults.peer = "drip"


@scenario("too-many-connections", cause="greeting", says=(saw("greetings", outcome="error-packet", code=1040), mentions("1040"), next_step))
def too_many_connections(lab):
    """The error comes in the greeting's place, without a SQLSTATE."""
    lab.faults.peer = "too-many-connections"


@manner("a-third-of-the-packets-lost")
def a_third_of_the_packets_lost(lab, doctor):
    """Whatever luck each packet has: the report comes, in time, and names no cause but what was seen."""
    lab.faults.loss = 30
    lab.sync()
    run = doctor.check(TARGET)
    if not run.report:
        return run.problems
    causes = {each["check"] for each in run.report["root_causes"]}
    problems = [] if causes <= {"tcp", "greeting", "tls", "login"} else [f"blames {sorted(causes)}"]
    problems += [each(run.report, lab) for each in (timed("tcp"), saw("tcp", tries=lambda tries: tries in (1, 2))) if each(run.report, lab)]
    return run.problems + problems
