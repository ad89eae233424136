#!/usr/bin/env python3
"""Stands in for `aws`: Systems Manager's Run Command and S3, as far as docs/fleet.md uses them.

The account lies in the folder of SSM_ACCOUNT: `documents/`, `s3/<bucket>/…`, and `instances/<id>/`, what is on the PATH of each instance. A step's
output comes to s3://BUCKET/PREFIX/COMMAND/INSTANCE/awsrunShellScript/STEP/stdout and stderr; what is empty is not kept.
"""

import json
import os
import re
import shutil
import subprocess
import sys

ACCOUNT = os.environ["SSM_ACCOUNT"]
COMMAND = "0831e1a8-a1ac-4257-a1fd-c831b48c4107"


def options(words):
    pairs = {}
    while words:
        name = words.pop(0)
        if not name.startswith("--"):
            sys.exit(f"Unknown options: {name}")
        pairs[name[2:]] = words.pop(0)
    return pairs


def create_document(given):
    with open(given["content"].removeprefix("file://")) as file:
        document = json.load(file)
    os.makedirs(f"{ACCOUNT}/documents", exist_ok=True)
    with open(f"{ACCOUNT}/documents/{given['name']}", "w") as out:
        json.dump(document, out)


def send_command(given):
    with open(f"{ACCOUNT}/documents/{given['document-name']}") as file:
        document = json.load(file)
    values = {name: declared.get("default") for name, declared in document["parameters"].items()}
    values.update(pair.split("=", 1) for pair in given["parameters"].split(" "))
    for name, value in values.items():
        if name not in document["parameters"] or value is None or not re.fullmatch(document["parameters"][name]["allowedPattern"], value):
            sys.exit(f"An error occurred (InvalidParameters) when calling the SendCommand operation: {name}")
    for instance in sorted(os.listdir(f"{ACCOUNT}/instances")):
        for step in document["mainSteps"]:
            script = "\n".join(step["inputs"]["runCommand"])
            for name, value in values.items():
                script = script.replace(f"{{{{ {name} }}}}", value)
            done = subprocess.run(["sh", "-c", script], env={"PATH": f"{ACCOUNT}/instances/{instance}:/usr/bin:/bin"}, capture_output=True, cwd="/", timeout=120)
            folder = f"{ACCOUNT}/s3/{given['output-s3-bucket-name']}/{given['output-s3-key-prefix']}/{COMMAND}/{instance}/awsrunShellScript/{step['name']}"
            for name, output in (("stdout", done.stdout), ("stderr", done.stderr)):
                if output:
                    os.makedirs(folder, exist_ok=True)
                    with open(f"{folder}/{name}", "wb") as out:
                        out.write(output)
            status = "Success" if done.returncode == 0 else f"Failed ({done.returncode})"
            print(f"{instance} {status}", file=sys.stderr)


def main():
    service, command, *words = sys.argv[1:]
    if (service, command) == ("s3", "sync"):
        source, target = words
        shutil.copytree(f"{ACCOUNT}/s3/{source.removeprefix('s3://')}", target, dirs_exist_ok=True)
    elif (service, command) == ("ssm", "create-document"):
        create_document(options(words))
    elif (service, command) == ("ssm", "send-command"):
        send_command(options(words))
    else:
        sys.exit(f"there is no {service} {command} here")


if __name__ == "__main__":
    main()
