"""Runs one command and writes what it cost as JSON: seconds, the largest resident memory in KB, exit code.

    python -I -S launch.py RESULT-FILE COMMAND [ARGUMENT ...]

A process of its own, and a small one: a child's ru_maxrss starts with what its parent has in memory, and the bench
itself holds all of boto3. What this one has (some 10 MB) is the least that can be measured.
"""

import json
import os
import sys
import time


def main():
    result_file, argv = sys.argv[1], sys.argv[2:]
    started = time.monotonic()
    pid = os.posix_spawnp(argv[0], argv, os.environ)
    _, status, used = os.wait4(pid, 0)
    seconds = time.monotonic() - started
    with open(result_file, "w") as out:
        json.dump({"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime, "max_rss_kb": used.ru_maxrss,
                   "exit": os.waitstatus_to_exitcode(status)}, out)


if __name__ == "__main__":
    main()
