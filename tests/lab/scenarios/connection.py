"""From the first packet to the login."""

from lab.scenario import explains, mentions, outcome, scenario

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
