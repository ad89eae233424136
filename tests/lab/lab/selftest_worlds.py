"""Every scenario's world, tried with a real client instead of pldoctor: is it broken, or healthy, as the scenario says?"""

from . import scenario
from .names import PASSWORD, STARTER_HOST
from .selftest import ALL, Test, log_in


def register():
    for each in scenario.load():
        if isinstance(each, scenario.Scenario):
            ALL.append(Test(f"world-{each.name}", attempt(each)))


def attempt(each):
    def body(lab):
        each.break_it(lab)
        lab.sync()
        host = each.target.split("@")[-1].split(":")[0]
        seen = log_in(lab, host=host or STARTER_HOST, password=each.env.get("MYSQL_PWD") or PASSWORD)
        if each.connects is not None:
            said = seen.stderr.strip() or "logged in"
            assert (seen.returncode == 0) is each.connects, f"the client {'connects' if each.connects else 'does not connect'}? {said}"

    return body
