"""`python -m tests.soak [PLAN]...`: long runs with figures and a verdict.

Plans are kill, storm, both, two-workers, faults and failover; without a name it is all of them. What begins
with a dash and what follows it goes to the plan that takes options: `failover --minutes 2`.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from tests import two_workers
from tests.failover import __main__ as failover
from tests.faults import __main__ as faults
from tests.soak.chaos import STORM
from tests.soak.run import Plan, Report, soak

PLANS = {
    "kill": Plan(),
    "storm": replace(Plan(), weather=STORM, kills=0),
    "both": replace(Plan(), weather=STORM),
}
WORKERS = "two-workers"
FAULTS = "faults"
FAILOVER = "failover"


def _tell(name: str, report: Report, seconds: float, console: Console) -> None:
    console.print(f"[bold]{name}[/]: {report.acts} acts, {report.kills} kills, {seconds:.0f} s")
    console.print("  mishaps:", {k: n for k, n in sorted(report.mishaps.items()) if not k.startswith("no ")})
    console.print("  received:", dict(report.received), f"settled after {report.settled_after} s")
    verdict = report.verdict
    if verdict.is_good:
        console.print("  [green]nothing lost, nothing doubled, nothing overtaken[/]")
        return
    console.print(f"  [red]waiting {verdict.unfinished}, failed {verdict.failed}[/]")
    for wrong in (*verdict.missing, *verdict.left_over, *verdict.different, *verdict.out_of_order):
        console.print("  [red]wrong[/]", wrong)


def main(arguments: list[str]) -> int:
    """Runs the named plans (all without names); 1 when one of them found something wrong."""
    console = Console()
    good = True
    others = {WORKERS: two_workers.main, FAULTS: faults.main, FAILOVER: failover.main}
    first = next((n for n, word in enumerate(arguments) if word.startswith("-")), len(arguments))
    names, options = arguments[:first], arguments[first:]
    for name in names or [*PLANS, *others]:
        if name in others:
            good = others[name](options if name == FAILOVER else []) == 0 and good
            continue
        with tempfile.TemporaryDirectory(prefix="alliance-soak-") as folder:
            began = time.monotonic()
            report = asyncio.run(soak(PLANS[name], Path(folder)))
            _tell(name, report, time.monotonic() - began, console)
            good = good and report.verdict.is_good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
