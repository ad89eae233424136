"""What a scenario is: how its world differs from the healthy one, and what the program has to say about it."""

import importlib
import json
import os
import pkgutil
from dataclasses import dataclass, field
from typing import Callable, Optional

from .names import PORT, STARTER_HOST, USER

TARGET = f"mysql://{USER}@{STARTER_HOST}:{PORT}/test"
VERDICTS = {0: "healthy", 1: "problem", 3: "incomplete"}


@dataclass
class Scenario:
    name: str
    break_it: Callable  # (lab) -> None
    exit: int = 0
    cause: object = None  # the check that has to be the first root cause; or several, any of which may be
    owner: Optional[str] = None
    target: str = TARGET
    args: tuple = ()  # strings, or functions of the lab where an id is needed
    env: dict = field(default_factory=dict)
    heals: bool = False  # the plan's commands, run as printed, make the next run healthy
    console: Optional[Callable] = None  # (lab) -> None: what a person does for a step that no command can do
    says: tuple = ()  # functions (report, lab) -> a problem in words, or None
    at_most: float = 40.0  # seconds for one run of the program

    luck: bool = False  # whether a client gets through depends on which address it takes

    @property
    def connects(self):
        return None if self.luck else self.exit == 0

    @property
    def verdict(self):
        return VERDICTS[self.exit]

    def arguments(self, lab):
        return [each(lab) if callable(each) else each for each in self.args]


@dataclass
class Manner:
    """A scenario of its own kind: a function (lab, doctor) that returns the problems it found."""

    name: str
    try_it: Callable


ALL = []


def scenario(name, **expected):
    """With a cause the run has to end in a problem; without one, healthy; anything else is said."""
    expected.setdefault("exit", 1 if expected.get("cause") else 0)

    def register(function):
        ALL.append(Scenario(name, function, **expected))
        return function

    return register


def manner(name):
    def register(function):
        ALL.append(Manner(name, function))
        return function

    return register


def load():
    """Every scenario of the folder next door, in the order of its files."""
    here = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "scenarios")
    for module in sorted(pkgutil.iter_modules([here])):
        importlib.import_module(f"scenarios.{module.name}")
    names = [each.name for each in ALL]
    assert len(names) == len(set(names)), "two scenarios of one name"
    return ALL


# -- things a scenario may expect of a report


def finding(report, check):
    return next((each for each in report["findings"] if each["check"] == check), None)


def outcome(check, *wanted):
    """The check's own outcome, beside the root cause."""
    def look(report, lab):
        found = finding(report, check)
        if found is None:
            return f"no finding of {check}"
        return None if found["outcome"] in wanted else f"{check} is {found['outcome']}, not {' or '.join(wanted)}: {found['message']}"

    return look


def explains(cause, check):
    """The root cause has to list what follows from it."""
    def look(report, lab):
        root = next((each for each in report["root_causes"] if each["check"] == cause), {"explains": []})
        return None if check in root["explains"] else f"{cause} explains {root['explains']}, not {check}"

    return look


def missing_names(action):
    """Some unknown finding names the permission that would settle it."""
    def look(report, lab):
        named = {miss.get("iam_action") for each in report["findings"] for miss in each.get("missing") or []}
        return None if action in named else f"no finding misses {action}; named are {sorted(filter(None, named))}"

    return look


def mentions(text_of, where="the report"):
    """A certain id or word has to be in the findings, the causes or the plan."""
    def look(report, lab):
        wanted = text_of(lab) if callable(text_of) else text_of
        said = repr([report["root_causes"], report["findings"], report["plan"]])
        return None if wanted in said else f"{wanted} is named nowhere in {where}"

    return look


def saw(fact, **wanted):
    """Each element of a list of connections.json (or the one that there is) has these values; functions say whether one fits."""
    def look(report, lab):
        with open(os.path.join(lab.path("saved"), "connections.json")) as file:
            found = json.load(file)[fact]
        elements = found if isinstance(found, list) else [found]
        fits = all(want(each.get(key)) if callable(want) else each.get(key) == want for each in elements for key, want in wanted.items())
        return None if fits and elements else f"{fact} is {json.dumps(found)[:900]}"

    return look


def timed(*stages):
    """The report has the time of each of these stages."""
    def look(report, lab):
        took = {each["stage"].split()[0] for each in report["timing"]["stages"]}
        missing = [stage for stage in stages if stage not in took]
        return f"no time of {', '.join(missing)} in the report" if missing else None

    return look


def next_step(report, lab):
    """Whatever is wrong, the report has to say what to do."""
    return None if (report["plan"] or {}).get("steps") else "the plan has no step"


def only_causes(*checks):
    def look(report, lab):
        found = [each["check"] for each in report["root_causes"]]
        return None if sorted(found) == sorted(checks) else f"root causes are {found}, not {list(checks)}"

    return look
