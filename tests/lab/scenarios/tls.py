"""TLS: the server's certificate, and what stands in TLS's way."""

from lab.names import PORT, STARTER_HOST, USER
from lab.scenario import TARGET, manner, mentions, next_step, outcome, saw, scenario, timed

# A certificate that isn't trusted is seen by itself, and keeps the password from going out.
STAGES = timed("getaddrinfo", "dns", "tcp", "greeting", "tls", "login")


def verdict(store, wanted):
    return lambda trust: next((each["verdict"] for each in trust or [] if each["store"] == store), None) == wanted


def certificate(kind, title, cause="tls", luck=False, **facts):
    @scenario(title, cause=cause, luck=luck, says=(
        saw("tls", outcome="established", **facts), saw("login", outcome="tls-failed", tls=False), outcome("greeting", "pass"), STAGES, next_step))
    def shown(lab):
        lab.faults.certificate = kind


certificate("wrong-name", "certificate-of-another-name", name="other", trust=verdict("system", "trusted"))
certificate("unknown-ca", "certificate-of-an-unknown-ca", name="matches", trust=verdict("system", "unknown-issuer"))
certificate("expired", "certificate-expired", name="matches", trust=verdict("system", "expired"))
certificate("not-yet", "certificate-not-yet-valid", name="matches", trust=verdict("system", "not-yet-valid"))
# OpenSSL, and so MariaDB's own client, takes this one; most other libraries don't.
certificate("common-name", "certificate-with-a-common-name-only", cause="login", luck=True, name="common-name-only", trust=verdict("system", "trusted"))


@scenario("ca-given", args=("--ca", lambda lab: lab.certificates["ca"]), env={"SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"}, says=(
    saw("tls", outcome="established", name="matches", trust=verdict("given", "trusted")), outcome("login", "pass")))
def ca_given(lab):
    """A private CA, as Dedicated clusters have, named with --ca."""


@scenario("ca-not-given", cause="tls", env={"SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"}, luck=True, says=(
    saw("tls", outcome="established", trust=verdict("system", "unknown-issuer")), saw("login", outcome="tls-failed"), next_step))
def ca_not_given(lab):
    """The same without --ca."""


@scenario("tls-off", cause="tls", says=(saw("tls", outcome="not-offered"), saw("login", outcome="tls-not-offered", tls=False), next_step))
def tls_off(lab):
    """The server has no TLS: no password goes out."""
    lab.faults.database = ("--skip-ssl",)


@scenario("tls-off-and-plaintext-allowed", exit=0, luck=True, args=("--allow-plaintext-password",), says=(
    saw("login", outcome="queried", tls=False),))
def tls_off_and_plaintext_allowed(lab):
    """The user lets the password go all the same."""
    lab.faults.database = ("--skip-ssl",)


@manner("certificate-unknown-and-plaintext-allowed")
def certificate_unknown_and_plaintext_allowed(lab, doctor):
    """The same where TLS is there and its certificate is nobody's: encrypted, but not verified."""
    lab.faults.certificate = "unknown-ca"
    lab.sync()
    run = doctor.check(TARGET, "--allow-plaintext-password")
    return run.problems + [problem for look in (saw("login", outcome="queried", tls=False), outcome("login", "pass", "warn"))
                           if run.report and (problem := look(run.report, lab))]


@scenario("tls-required", says=(saw("tls", outcome="established"), saw("login", outcome="queried", tls=True), outcome("login", "pass")))
def tls_required(lab):
    """The server takes nothing without TLS, and TLS is what the driver speaks."""
    lab.faults.database = ("--require-secure-transport",)


@scenario("large-packets-lost", cause="tls", at_most=35.0, says=(
    saw("tcp", outcome="connected"), saw("greetings", outcome="greeted"),
    saw("tls", outcome="timed-out"), saw("login", outcome="timed-out"), next_step))
def large_packets_lost(lab):
    """A small MTU on the way, and the ICMP messages that would tell are dropped: TCP connects, TLS hangs."""
    lab.faults.largest = 700


@scenario("tls-hangs", cause="tls", at_most=35.0, says=(saw("tls", outcome="timed-out", received=0), next_step))
def tls_hangs(lab):
    """The server takes the request for TLS and says no more."""
    lab.faults.peer = "tls-hangs"


@scenario("tls-too-old", cause="tls", says=(saw("tls", outcome="alert", description="protocol_version"), next_step))
def tls_too_old(lab):
    """The server speaks nothing newer than TLS 1.1, and says so by an alert."""
    lab.faults.peer = "old-tls"


@scenario("own-query", args=("--query", "SELECT * FROM information_schema.CHARACTER_SETS"), says=(
    saw("login", outcome="queried", own=lambda own: own["outcome"] == "answered" and own["rows"] > 10),))
def own_query(lab):
    """The rows of the user's own query are counted."""


@scenario("two-queries-in-one", cause="login", args=("--query", "SELECT 1; SELECT 2"), luck=True, says=(
    saw("login", outcome="queried", own=lambda own: (own["outcome"], own["code"]) == ("refused", 1064)),))
def two_queries_in_one(lab):
    """One statement only: the server refuses to prepare two."""


@scenario("unknown-database", cause="login", target=f"mysql://{USER}@{STARTER_HOST}:{PORT}/nowhere", luck=True, says=(
    saw("login", outcome="refused", code=1049), mentions("1049"), next_step))
def unknown_database(lab):
    """The login is fine but for the database in the connection string."""
