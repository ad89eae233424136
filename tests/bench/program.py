"""The release binary, its build, and the benchmark of the library that judges. Nothing here needs the lab."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))


def binary():
    """PLDOCTOR_BIN, or the one of the release profile, built where there is none."""
    if given := os.environ.get("PLDOCTOR_BIN"):
        return os.path.abspath(given)
    path = os.path.join(TARGET, "release", "pldoctor")
    if not os.path.exists(path):
        print("building pldoctor (cargo build --release)", file=sys.stderr, flush=True)
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True, stdout=sys.stderr)
    return path


def newer_sources(path):
    """How many source files changed since the binary was linked: then its figures are those of an older program."""
    made, newer = os.path.getmtime(path), 0
    for folder in ("src", "checks/src"):
        for where, _, files in os.walk(os.path.join(ROOT, folder)):
            newer += sum(os.path.getmtime(os.path.join(where, file)) > made for file in files)
    return newer


def clean_build():
    """Seconds that a release build takes from nothing."""
    folder = tempfile.mkdtemp(prefix="clean-build-", dir=TARGET)
    try:
        started = time.monotonic()
        subprocess.run(["cargo", "build", "--release", "--locked", "--target-dir", folder], cwd=ROOT, check=True, stdout=sys.stderr)
        return time.monotonic() - started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def brain():
    """The output of the path model's and the judge's own benchmark, or why there is none."""
    if not shutil.which("cargo"):
        return "not run: there is no cargo"
    # What cargo says of compiling, or of waiting for another cargo, goes to the terminal.
    done = subprocess.run(["cargo", "bench", "--locked", "-p", "pldoctor-checks", "--bench", "path"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        return f"not run: cargo bench ended with {done.returncode}"
    return done.stdout.strip()


def read_brain(text):
    """The figures in that output; None for what it doesn't say."""
    def found(pattern):
        match = re.search(pattern, text, re.MULTILINE)
        return [float(each) for each in match.groups()] if match else None

    number = r"([\d.]+)"
    judged = [float(each) for each in re.findall(r"judge ([\d.]+) ms", text)]
    # interfaces, MB, reading, indexing, question, questions a second, cold, share of reading
    row = found(rf"^\s*1000\s+{number}\s+{number}\s+{number}\s+{number}\s+{number}\s+{number}\s+{number} %")
    growth = found(rf"{number} times the bytes, {number} times the reading, {number} times the question")
    return {"judge_ms": max(judged, default=None), "per_second": row and row[4], "cold_ms": row and row[5], "growth": growth}
