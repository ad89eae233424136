#!/bin/sh
# Before an application is started: go on only where it can reach its database.
set -eu

target=${1:?"usage: pipeline.sh HOST[:PORT]"}

status=0
pldoctor check "$target" --report json=pldoctor.json || status=$?
case $status in
    0) echo "reachable" ;;
    1) echo "a problem was found: the report above has the fix" >&2 ;;
    3) echo "nothing failed, but something could not be checked" >&2 ;;
    *) echo "pldoctor itself could not run (exit code $status)" >&2 ;;
esac
exit "$status"
