"""What tests/bench/run prints: each measurement with how it was made, then all figures in one table."""

import argparse
import os
import signal
import textwrap

import chain
import ladder
import program
from bench import Bench, median
from lab import cli
from lab.lab import Lab
from table import Figure, render

DELAY = 50  # ms, of each answer


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tests/bench/run", description="what pldoctor costs; prints figures, asserts nothing")
    parser.add_argument("--runs", type=int, default=15, metavar="N", help="runs of the program in each world; the median counts (15)")
    parser.add_argument("--by-hand", type=int, default=3, metavar="N", help="times that the same calls are made by `aws` (3)")
    parser.add_argument("--build", action="store_true", help="also time a clean release build, which takes minutes")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    binary = program.binary()
    load = os.getloadavg()[0]
    say(f"{os.cpu_count()} cores, load {load:.1f} before the first run" + (
        ": other work shares them, so the times below are too long" if load > 0.5 else ""))
    if newer := program.newer_sources(binary):
        say(f"the binary is older than {newer} of its source files")
    try:
        figures = whole_runs(options, binary) + brain() + [size(binary), build(options)]
    except KeyboardInterrupt:
        return 130
    say("\nratio: how many times better than the aim; below 1 the aim is missed\n")
    say(render(figures))


def say(text):
    print(text, flush=True)


def ms(seconds):
    return f"{seconds * 1000:.0f} ms"


# -- in the lab


def whole_runs(options, binary):
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, cli.interrupt)
    lab = Lab()
    try:
        lab.up()
        bench = Bench(lab, binary)
        bench.start()
        return [*against_the_chain(options, bench), *against_by_hand(options, bench), *up_the_ladder(options, bench)]
    finally:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        lab.down()
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_DFL)


def against_the_chain(options, bench):
    links = chain.answers()
    least = links * DELAY / 1000
    say(f"\nlongest chain: {links} answers of {DELAY} ms = {ms(least)}\n{wrapped(chain.in_words())}")
    ratios = {}
    for name, replay, how in (
        ("replayed", True, "the API's answers replayed, each after the delay: the program alone"),
        ("lab's API", False, "the lab's API, delayed by its control path: its own work, one answer at a time, comes on top"),
    ):
        base = bench.many(options.runs, replay=replay)
        late = bench.many(options.runs, replay=replay, delay_ms=DELAY)
        base_s, late_s = (median([each.seconds for each in runs]) for runs in (base, late))
        ratios[name] = late_s / least
        say(f"{how}\n  whole run {ms(late_s)}, ratio to the chain {late_s / least:.2f}; without delay {ms(base_s)}, "
            f"ratio to chain and that {late_s / (least + base_s):.2f}")
        say(f"  {span(late)}; processor {ms(median([each.cpu_seconds for each in late]))}")
        if replay:
            say(f"  answers that came one after another in a run: {median([chain.longest_in_a_row(each.intervals) for each in late]):.0f}; "
                f"not replayed: {sum(each.passed_on for each in base + late)}")
    return [Figure(f"whole run / longest chain, {name}", ratio, "×", 1.3) for name, ratio in ratios.items()]


def up_the_ladder(options, bench):
    least = ladder.least(DELAY)
    say(f"\nfrom SYN to query: {len(ladder.LINKS)} answers of {DELAY} ms in a row = {ms(least)}\n{wrapped(' → '.join(ladder.LINKS))}")
    climbing, took = ladder.Ladder(bench, DELAY), {}
    for addresses in (2, 6, 50):
        runs = climbing.many(options.runs, addresses)
        took[addresses] = median(runs)
        say(f"  {addresses} addresses: {ms(took[addresses])}, ratio to the chain {took[addresses] / least:.2f}; "
            f"fastest {ms(min(runs))}, slowest {ms(max(runs))} of {len(runs)}")
    return [
        Figure("from SYN to query / its chain, 2 addresses", took[2] / least, "×", 1.2),
        Figure("from SYN to query, 6 addresses / 2", took[6] / took[2], "×", 1),
        Figure("from SYN to query, 50 addresses / 2", took[50] / took[2], "×", 1),
    ]


def span(runs):
    seconds = sorted(each.seconds for each in runs)
    return f"fastest {ms(seconds[0])}, slowest {ms(seconds[-1])} of {len(seconds)}"


def against_by_hand(options, bench):
    runs = bench.many(options.runs)
    own, calls = median([each.seconds for each in runs]), runs[-1].calls
    hand = median([bench.by_hand(calls) for _ in range(options.by_hand)])
    names = sorted({f"{each['service']}:{each['action']}" for each in calls})
    say(f"\nby hand: the same {len(calls)} calls by the `aws` command in a row {hand:.2f} s, a whole run {ms(own)} "
        f"(DNS, TCP, TLS and login included), both without delay\n{wrapped(' '.join(names))}")
    memory = max(each.max_rss_kb for each in runs) * 1024 / 1e6
    return [
        Figure("times faster than `aws` in a row", hand / own, "×", 60, more_is_better=True),
        Figure("API calls of a healthy run", len(calls)),
        Figure("peak memory", memory, "MB", 32),
    ]


# -- outside of it


def brain():
    text = program.brain()
    say(f"\ncargo bench -p pldoctor-checks --bench path\n{indented(text)}")
    found = program.read_brain(text)
    growth = found["growth"] or [None] * 3
    return [
        Figure("judging a recorded world", found["judge_ms"], "ms", 5),
        Figure("path, 1,000 interfaces, cold", found["cold_ms"], "ms", 20),
        Figure("path questions a second, loaded", found["per_second"], "", 100_000, more_is_better=True),
        Figure("10 to 10,000 interfaces: bytes", growth[0], "×"),
        Figure("10 to 10,000 interfaces: reading", growth[1], "×", growth[0]),
        Figure("10 to 10,000 interfaces: a question", growth[2], "×", 1),
    ]


def indented(text):
    return "\n".join(f"  {line}" for line in text.splitlines())


def wrapped(text):
    return textwrap.fill(text, 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def size(binary):
    return Figure("binary", os.path.getsize(binary) / 1e6, "MB", 25)


def build(options):
    if not options.build:
        return Figure("clean release build", None, "min", 8, note="not timed (--build)")
    return Figure("clean release build", program.clean_build() / 60, "min", 8)
