"""Runs every test on SQLite and PostgreSQL, on the oldest and the newest Python that this machine has.

    .venv/bin/python tools/run_tests.py [--full] [pytest's own arguments]

Of two Pythons the first runs what touches a database on SQLite and the second on PostgreSQL, with --full each
on both and with examples that were not tried before; a Python that is alone runs both. Without --full the
browser's journeys and what runs programs of others (marked `browser` and `once`) are for the first alone, and
of what touches a database the second runs enough to ask PostgreSQL every statement that SQLite was asked
(tests/support/asked.py).

Ends with one line for people and machines: `812 passed, 0 failed`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.11", "3.13")
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock", ROOT / "pyproject.toml"]
BOTH = "sqlite,postgresql"


def main(arguments: list[str]) -> int:
    is_full = "--full" in arguments
    arguments = [argument for argument in arguments if argument != "--full"]
    total: Counter[str] = Counter()
    found = list(interpreters())
    is_whole = is_full or len(found) == 1
    if is_full:
        arguments.insert(0, "--hypothesis-profile=looking")
    shares = [BOTH] * len(found) if is_whole else BOTH.split(",")
    with tempfile.TemporaryDirectory() as asked:
        first = [] if is_whole else [f"--note-asked={asked}"]
        further = [] if is_whole else ["-m", "not browser and not once", f"--asked-already={asked}"]
        for number, ((version, python), databases) in enumerate(zip(found, shares, strict=True)):
            say(f"Python {version}, {databases.replace(',', ' and ')}")
            started = time.monotonic()
            counts = run(python, databases, [*(further if number else first), *arguments])
            total.update(counts)
            say(f"Python {version}: {sentence(counts)} in {time.monotonic() - started:.0f} s")
    print(sentence(total), flush=True)
    return 0 if total["passed"] and not total["failed"] else 1


def interpreters() -> Iterator[tuple[str, Path]]:
    """The environment that make has set up, then one more for each supported Python that can be found."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    yield own, ROOT / ".venv" / "bin" / "python"
    for version in SUPPORTED:
        if version == own:
            continue
        if (found := find(version)) is None:
            say(f"Python {version} is not on this machine; the tests do not run on it")
        else:
            yield version, environment(version, found)


def find(version: str) -> str | None:
    """A Python of this version that really starts: on the PATH, or where pyenv keeps its own."""
    candidates = [shutil.which(f"python{version}")]
    candidates += sorted(map(str, Path("~/.pyenv/versions").expanduser().glob(f"{version}*/bin/python3")))
    for candidate in candidates:
        if (
            candidate
            and subprocess.run([candidate, "-c", ""], check=False, capture_output=True).returncode == 0
        ):
            return candidate
    return None


def environment(version: str, python: str) -> Path:
    """`.venv-<version>/` with the packages of the lock, made anew when a lock has changed."""
    folder = ROOT / f".venv-{version}"
    stamp = folder / "developing"
    if not stamp.exists() or any(lock.stat().st_mtime > stamp.stat().st_mtime for lock in LOCKS):
        set_up = [python, str(ROOT / "tools" / "set_up.py"), folder.name, LOCKS[1].name]
        subprocess.run(set_up, check=True, cwd=ROOT)
        stamp.touch()
    return folder / "bin" / "python"


def run(python: Path, databases: str, arguments: list[str]) -> Counter[str]:
    """How many tests passed and failed; a run that breaks off counts as one failure more."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [str(python), "-m", "pytest", "--quiet", "--numprocesses", str(processes()), "--dist"]
        command += ["worksteal", f"--junitxml={report}", *arguments]
        environ = {**os.environ, "ALLIANCE_TEST_DATABASE": databases}
        # Hundreds of processes load the same modules; compiled once is a quarter of each one's start.
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(command, check=False, cwd=ROOT, env=environ)
        counts = outcome(report) if report.exists() else Counter()
    if done.returncode != 0 and not counts["failed"]:
        counts["failed"] = 1
    return counts


def outcome(report: Path) -> Counter[str]:
    """What pytest's JUnit report says."""
    suite = next(ElementTree.parse(report).iter("testsuite"))  # noqa: S314 - pytest wrote it just now
    failed = int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
    skipped = int(suite.get("skipped", "0"))
    passed = int(suite.get("tests", "0")) - failed - skipped
    return Counter(passed=passed, failed=failed, skipped=skipped)


def processes() -> int:
    return max(2, min((os.cpu_count() or 1) + 1, 4))


def sentence(counts: Counter[str]) -> str:
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{counts['passed']} passed, {counts['failed']} failed{skipped}"


def say(what: str) -> None:
    print(f"  - {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
