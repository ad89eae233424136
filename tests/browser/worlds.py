"""The worlds that the pages are of: folders that `pldoctor check --facts` reads."""

import glob
import json
import os
import shutil

from setup import ROOT

DEMO = os.path.join(ROOT, "src", "demo", "world")
CASES = os.path.join(ROOT, "tests", "cases")

# What somebody could put into a name, a tag or an error's text. Each would show, run or fetch something if it were not text.
HOSTILE = [
    "<script>window.hit='script'</script>",
    "</script><script>window.hit='closed'</script>",
    "</style><style>body{display:none}</style>",
    "</title><img src=x onerror=\"window.hit='img'\">",
    "\"><svg onload=window.hit='svg'>",
    "' onmouseover='window.hit=1' x='",
    "javascript:window.hit='url'",
    "<a href=\"javascript:window.hit='link'\">click</a>",
    "<iframe src=\"https://attacker.invalid/\"></iframe>",
    "<link rel=stylesheet href=//attacker.invalid/x.css>",
    "url(https://attacker.invalid/x.png)",
    "<meta http-equiv=refresh content='0;url=https://attacker.invalid/'>",
    "<base href=https://attacker.invalid/>",
    "<![CDATA[ ]]><!-- x --><?php ?>",
    "&lt;script&gt; &amp; &#60;b&#62;",
    "\u202etxt.exe \u2066x\u2069 \u05e9\u05dc\u05d5\u05dd \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "\u0000\u001b[31m\u0007\u0085\u2028\u2029",
    "`code` ```fence``` | * _ # @someone",
    "x" * 3000,
    "長い名前" * 200,
]


def base_of(case):
    """The folder of a case with what it takes from its base, as one list of folders, the base first."""
    folder = os.path.join(CASES, case)
    for line in open(os.path.join(folder, "case.toml")):
        if line.startswith("base"):
            return [*base_of(line.split('"')[1]), folder]
    return [folder]


def of_case(case, into):
    for folder in base_of(case):
        for path in glob.glob(os.path.join(folder, "**", "*.json"), recursive=True):
            name = os.path.relpath(path, folder)
            if name != "expected.json":
                target = os.path.join(into, name)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copy(path, target)
    return into


def broken(into):
    shutil.copytree(DEMO, into, dirs_exist_ok=True)
    return into


def hostile(into):
    """The demo's world, with something hostile in every id, name, description and error, the same name the same everywhere."""
    broken(into)
    seen = {}

    def swap(text):
        if text not in seen:
            seen[text] = f"{text}{HOSTILE[len(seen) % len(HOSTILE)]}"
        return seen[text]

    keys = {"GroupId", "SubnetId", "NetworkAclId", "RouteTableId", "NetworkInterfaceId", "GroupName", "Description",
            "AvailabilityZoneId", "ServiceName", "VpcEndpointId", "Value", "OwnerId", "DhcpOptionsId", "Message", "message", "error",
            "version", "user", "arn", "Arn"}

    def walk(value, key=""):
        if isinstance(value, dict):
            return {each: walk(inner, each) for each, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, key) for inner in value]
        return swap(value) if isinstance(value, str) and key in keys | {"Groups", "SubnetIds", "RouteTableIds"} else value

    for path in glob.glob(os.path.join(into, "**", "*.json"), recursive=True):
        if os.path.basename(path) == "manifest.json":
            continue
        with open(path) as file:
            value = walk(json.load(file))
        with open(path, "w") as file:
            json.dump(value, file)
    return into
