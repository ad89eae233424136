#!/bin/sh
# For Terraform's `external` data source: one JSON object of strings in, one out. Needs jq.
# In: host; optional: from (i-…, eni-…, an address), facts (a snapshot to judge instead of the account).
set -eu

query=$(cat)
field() { printf '%s' "$query" | jq -er --arg name "$1" '.[$name] // ""' || true; }
host=$(field host) from=$(field from) facts=$(field facts)

set -- check --format json --quiet
if [ -n "$from" ]; then set -- "$@" --from "$from"; fi
if [ -n "$facts" ]; then set -- "$@" --facts "$facts"; fi
if [ -n "$host" ]; then set -- "$@" -- "$host"; fi

status=0
report=$(pldoctor "$@") || status=$?
# 1 and 3 are verdicts, which the check block judges; anything else is a failure of the data source.
case $status in 0 | 1 | 3) ;; *) exit "$status" ;; esac
printf '%s' "$report" | jq '{
    verdict,
    check: (.root_causes[0].check // ""),
    summary: (.root_causes[0].summary // ""),
    fix: ([.plan.steps[].title] | join("; "))
}'
