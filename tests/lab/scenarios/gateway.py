"""TiDB's, TiProxy's and the gateway's own refusals of a login, in their own words."""

from lab.names import BOUND_USER, PORT, REFUSALS, STARTER_HOST
from lab.scenario import mentions, next_step, outcome, saw, scenario, timed


def refused(name, code, text):
    clear = "transport" in name
    # A password that may go in the clear meets a server without TLS; a user name that no gateway takes is judged by itself.
    cause = "tls" if clear else "user-name" if name == "no-prefix" else "login"

    @scenario(f"login-{name}", cause=cause, args=("--allow-plaintext-password",) if clear else (), says=(
        saw("login", outcome="refused", code=code, message=text, tls=not clear), saw("tls", outcome="not-offered" if clear else "established"),
        outcome("greeting", "pass"), mentions(str(code)), timed("tcp", "greeting", "login"), next_step))
    def refuses(lab):
        lab.faults.peer = name


for each, (number, _, words) in REFUSALS.items():
    refused(each, number, words)


@scenario("login-clear-password", cause="login", says=(
    saw("login", outcome="unknown-plugin", plugin="mysql_clear_password"), outcome("greeting", "pass"), next_step))
def clear_password(lab):
    """The server asks for the password as it is; it gets none."""
    lab.faults.peer = "clear-password"


@scenario("user-of-another-host", cause="login", target=f"mysql://{BOUND_USER}@{STARTER_HOST}:{PORT}/test", luck=True, says=(
    saw("login", outcome="refused", code=1045), mentions("1045"), next_step))
def user_of_another_host(lab):
    """The account is bound to a host that this machine is not."""
