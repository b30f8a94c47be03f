"""`python -m tests.fuzz [INPUTS] [REQUESTS]`: the long form, with its figures; 1 when something was found."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.door import ANSWER_SECONDS, Seen, fuzz_door
from tests.fuzz.guided import is_available
from tests.fuzz.targets import TARGETS
from tests.fuzz.test_readers import LONGEST_SECONDS
from tests.hostile.figures import write_figures

INPUTS, REQUESTS = 500_000, 20_000
# hypothesis makes documents with a structure, the coverage-guided fuzzer makes many.
SHARE_OF_PROPERTIES = 10
MOST_GROWTH_MB = 48
"""Caches are filled when a fifth is done; what a process holds afterwards must stay."""


@dataclass
class Run:
    """What came of one reader under one fuzzer."""

    target: str
    fuzzer: str
    inputs: int
    slowest: float
    warm_mb: float
    end_mb: float
    findings: list[str] = field(default_factory=list)


def run(target: str, fuzzer: str, wanted: int, folder: Path) -> Run:
    """One reader under one fuzzer, in a process of its own."""
    report = folder / f"{target}-{fuzzer}.json"
    module = {"hypothesis": "tests.fuzz.properties", "atheris": "tests.fuzz.guided"}[fuzzer]
    command = [sys.executable, "-W", "ignore", "-m", module, target, str(wanted), str(report)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(report.read_text(encoding="ascii")) if report.exists() else {}
    figures = {"inputs": 0, "slowest": 0.0, "warm_mb": 0.0, "end_mb": 0.0, **told}
    result = Run(target, fuzzer, **figures)
    if done.returncode != 0 or result.inputs < wanted:
        result.findings.append(f"ended with {done.returncode}\n{told_at_last(done)}")
    if result.slowest > LONGEST_SECONDS:
        result.findings.append(f"one input took {result.slowest:.1f} s")
    if result.end_mb - result.warm_mb > MOST_GROWTH_MB:
        result.findings.append(f"memory grew from {result.warm_mb} to {result.end_mb} MB")
    return result


def told_at_last(done: subprocess.CompletedProcess[str]) -> str:
    """The last lines of a process, without those that tell what is instrumented."""
    said = (done.stdout + "\n" + done.stderr).splitlines()
    return "\n".join([line for line in said if not line.startswith(("INFO", "WARNING"))][-40:])


def read(inputs: int) -> list[Run]:
    """Every reader under every fuzzer that there is; told as it goes on."""
    runs, fuzzers = [], ["hypothesis"]
    if is_available():
        fuzzers.append("atheris")
    else:
        say("atheris is not there (Linux on x86-64 alone): hypothesis makes all inputs")
    for fuzzer in fuzzers:
        share = (
            inputs // SHARE_OF_PROPERTIES
            if fuzzer == "hypothesis"
            else inputs - inputs // SHARE_OF_PROPERTIES
        )
        each = -(-(share if len(fuzzers) > 1 else inputs) // len(TARGETS))
        for target in TARGETS:
            with tempfile.TemporaryDirectory() as folder:
                done = run(target, fuzzer, each, Path(folder))
            runs.append(done)
            say(
                f"{fuzzer:<10} {target:<18} {done.inputs:>7} inputs, slowest {done.slowest * 1000:7.1f} ms, "
                f"{done.warm_mb:6.1f} -> {done.end_mb:6.1f} MB"
            )
            for finding in done.findings:
                say(f"  FOUND: {finding}")
    return runs


def knock(requests: int) -> tuple[Seen, list[str]]:
    """Mutated requests at a running instance, and what is wrong with how they were taken."""
    with tempfile.TemporaryDirectory() as folder:
        seen = asyncio.run(fuzz_door(Path(folder), requests))
        log = (Path(folder) / "log").read_text(encoding="utf-8", errors="replace")
    findings = []
    if seen.errors:
        findings.append(f"answers of 5xx: {seen.errors}\n{log[-3000:]}")
    if not seen.is_alive:
        findings.append(f"the instance is gone\n{log[-3000:]}")
    if seen.slowest > ANSWER_SECONDS:
        findings.append(f"one answer took {seen.slowest:.1f} s")
    if seen.end_mb - seen.warm_mb > MOST_GROWTH_MB:
        findings.append(f"memory grew from {seen.warm_mb:.0f} to {seen.end_mb:.0f} MB")
    return seen, findings


def told_of_readers(runs: list[Run], seconds: float) -> str:
    """One line about all readers."""
    by_fuzzer: Counter[str] = Counter()
    for done in runs:
        by_fuzzer[done.fuzzer] += done.inputs
    shares = ", ".join(f"{number:,} by {fuzzer}" for fuzzer, number in by_fuzzer.items())
    findings = sum(len(done.findings) for done in runs)
    slowest = max((done.slowest for done in runs), default=0) * 1000
    growth = max((done.end_mb - done.warm_mb for done in runs), default=0)
    return (
        f"Readers: {by_fuzzer.total():,} inputs ({shares}) to {len(TARGETS)} readers in {seconds:.0f} s: "
        f"{findings} findings; the slowest input took {slowest:.0f} ms; resident memory grew by at most "
        f"{growth:.1f} MB after the first fifth of a process's inputs."
    )


def told_of_door(seen: Seen) -> str:
    """One line about the running instance."""
    answers = ", ".join(f"{number:,} times {status}" for status, number in sorted(seen.statuses.items()))
    return (
        f"Door: {sum(seen.statuses.values()) + seen.silent:,} mutated signed requests at a running instance: "
        f"{sum(seen.errors.values())} answers of 5xx ({answers}; {seen.silent:,} never ended, so were not "
        f"answered); the slowest answer took {seen.slowest * 1000:.0f} ms; memory {seen.warm_mb:.0f} MB "
        f"after a fifth, {seen.end_mb:.0f} MB at the end; {'alive' if seen.is_alive else 'gone'} afterwards."
    )


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Runs both, writes the figures into docs/hostile.md; 1 when something was found."""
    inputs = int(arguments[0]) if arguments else INPUTS
    requests = int(arguments[1]) if len(arguments) > 1 else REQUESTS
    began = time.monotonic()
    runs = read(inputs)
    read_seconds = time.monotonic() - began
    seen, findings = knock(requests)
    findings += [finding for done in runs for finding in done.findings]
    lines = [told_of_readers(runs, read_seconds), told_of_door(seen)]
    for line in [*lines, *(f"FOUND: {finding}" for finding in findings)]:
        say(line)
    write_figures(f"make fuzz INPUTS={inputs} REQUESTS={requests}", lines)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
