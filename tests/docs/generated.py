"""Completions and man pages, read by the shells and by man, and the links of the documents."""

import glob
import os
import re
import shutil
import tempfile

from harness import DOCS, PROGRAM, Skip, must, need, ran, test
from setup import ROOT

# A line as it is typed, and what has to be offered at its end.
TYPED = [
    ("pldoctor iam", {"iam-policy"}),
    ("pldoctor check --for", {"--format"}),
    ("pldoctor check --format j", {"json", "junit"}),
    ("pldoctor check --only vpc-dns-", {"vpc-dns-support", "vpc-dns-hostnames"}),
    ("pldoctor explain keep-", {"keep-alive"}),
    ("pldoctor check --fail-on w", {"warn"}),
    ("pldoctor completions z", {"zsh"}),
]


@test
def completions_are_read():
    missing = []
    for shell in ("bash", "zsh", "fish"):
        text = must([PROGRAM, "completions", shell])
        if not shutil.which(shell):
            missing.append(shell)
            continue
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(text)
            file.flush()
            must([shell, "-n", file.name])
    if missing:
        raise Skip(f"no {', '.join(missing)} to read theirs; the others are right")


@test
def completions_of_bash():
    need("bash")
    for line, wanted in TYPED:
        words = line.split(" ")
        done = must(["bash", "--norc", "-c", 'source <("$0" completions bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                     '_pldoctor pldoctor "${@: -1}" "${@: -2:1}"; printf "%s\\n" "${COMPREPLY[@]}"', PROGRAM, *words])
        assert wanted <= set(done.split()), f"{line}: {done.split()}"


@test
def completions_of_fish():
    need("fish")
    with tempfile.TemporaryDirectory() as home:
        # clap_complete writes nothing for arguments without a name there.
        for line, wanted in (typed for typed in TYPED if not typed[0].startswith(("pldoctor explain", "pldoctor completions"))):
            done = must(["fish", "--no-config", "-c", f"{PROGRAM} completions fish | source; complete -C '{line}'"],
                        env={**os.environ, "HOME": home, "PATH": f"{os.path.dirname(PROGRAM)}:{os.environ['PATH']}"})
            offered = {each.split("\t")[0] for each in done.splitlines()}
            assert wanted <= offered, f"{line}: {offered}"


@test
def completions_of_zsh():
    """zsh completes only at its editor: one of its own runs at a pseudo-terminal and is asked to list."""
    need("zsh")
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/_pldoctor", "w") as out:
            out.write(must([PROGRAM, "completions", "zsh"]))
        for line, wanted in TYPED:
            done = must(["zsh", "-f", os.path.join(os.path.dirname(os.path.abspath(__file__)), "complete.zsh"), folder, line],
                        env={**os.environ, "HOME": folder, "TERM": "vt100", "LC_ALL": "C.UTF-8"})
            offered = set(done.split())
            assert wanted <= offered, f"{line}: {done}"


@test
def man_pages():
    need("man")
    with tempfile.TemporaryDirectory() as folder:
        must([PROGRAM, "man", folder])
        pages = sorted(os.listdir(folder))
        assert "pldoctor.1" in pages and "pldoctor-iam-policy.1" in pages
        for page in pages:
            done = ran(["man", "--warnings", "-E", "UTF-8", "-l", f"{folder}/{page}"], env={**os.environ, "MANWIDTH": "80", "LANG": "C.UTF-8"})
            assert done.returncode == 0 and not done.stderr, f"{page}: {done.stderr}"
            assert "SYNOPSIS" in done.stdout, page


@test
def links():
    """What README and docs point to is there."""
    for path in [f"{ROOT}/README.md", *glob.glob(f"{DOCS}/*.md")]:
        with open(path) as file:
            for target in re.findall(r"\]\(([^)#:]+)\)", file.read()):
                assert os.path.exists(os.path.join(os.path.dirname(path), target)), f"{path}: {target}"
