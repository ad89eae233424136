"""One scenario from its world to its verdict."""

import os
import sys

from .names import API_URL
from .processes import LabError, run
from .scenario import Manner

OPERATOR = {"AWS_ACCESS_KEY_ID": "AKIALABOPERATOR00000", "AWS_SECRET_ACCESS_KEY": "lab", "AWS_ENDPOINT_URL": API_URL,
            "AWS_PAGER": "", "AWS_EC2_METADATA_DISABLED": "true"}


def play(scenario, lab, doctor):
    """Returns the problems, none when all is as it should be, and what to show of the last run."""
    lab.new_world(sync=False)
    if isinstance(scenario, Manner):
        lab.sync()
        problems = scenario.try_it(lab, doctor)
        return list(dict.fromkeys(problems)), ""
    scenario.break_it(lab)
    lab.sync()
    first = examine(scenario, lab, doctor)
    problems = list(dict.fromkeys(first.problems + expected(scenario, first, lab)))
    if problems or not scenario.heals:
        return problems, first.excerpt()
    try:
        follow(first.report["plan"], scenario, lab)
    except LabError as refused:
        return [f"the plan could not be followed: {refused}"], first.excerpt()
    lab.sync()
    second = examine(scenario, lab, doctor)
    problems = second.problems + not_healed(second)
    return problems, "before:\n" + first.excerpt() + "\nafter the plan:\n" + second.excerpt()


def examine(scenario, lab, doctor):
    return doctor.check(scenario.target, *scenario.arguments(lab), env=scenario.env, at_most=scenario.at_most)


def expected(scenario, seen, lab):
    problems = []
    if seen.exit != scenario.exit:
        problems.append(f"exit code {seen.exit}, not {scenario.exit}")
    if not seen.report:
        return problems
    report = seen.report
    if report["verdict"] != scenario.verdict:
        problems.append(f"verdict {report['verdict']}, not {scenario.verdict}")
    causes = [each["check"] for each in report["root_causes"]]
    first = causes[0] if causes else None
    allowed = scenario.cause if isinstance(scenario.cause, tuple) else (scenario.cause,)
    if first not in allowed:
        problems.append(f"first root cause {first}, not {scenario.cause}")
    elif scenario.owner and report["root_causes"][0]["owner"] != scenario.owner:
        problems.append(f"owner {report['root_causes'][0]['owner']}, not {scenario.owner}")
    return problems + [problem for look in scenario.says if (problem := look(report, lab))]


def follow(plan, scenario, lab):
    """What the report says, done: commands exactly as printed, and for the steps that are a person's, the person."""
    steps = (plan or {}).get("steps", [])
    if not steps:
        raise LabError("it has no steps")
    for step in steps:
        argv = step["argv"]
        if not argv:
            if not scenario.console:
                raise LabError(f"step {step['id']} is for a person ({step['title']}), and the scenario has none")
            scenario.console(lab)
            continue
        if argv[0] != "aws":
            raise LabError(f"step {step['id']} is no aws command: {argv}")
        run_printed(lab, argv)


def run_printed(lab, argv):
    """The real command of the virtual environment, as printed; an operator's own keys, and no region but what is printed."""
    path = os.path.dirname(sys.executable) + ":" + os.environ["PATH"]
    done = run(argv, seconds=30, check=False, env={"PATH": path, "HOME": lab.directory, "LANG": "C.UTF-8", **OPERATOR})
    if done.returncode != 0:
        raise LabError(f"{' '.join(argv)}\n    exit {done.returncode}: {(done.stderr or done.stdout).strip()}")


def not_healed(seen):
    if seen.exit == 0 and seen.report and seen.report["verdict"] == "healthy":
        return []
    return [f"after the plan was followed: exit code {seen.exit}, verdict {seen.report and seen.report['verdict']}, not 0 and healthy"]
