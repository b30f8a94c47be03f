"""Types the handbook on a bare Debian and writes what came of it to docs/operator/rehearsal.md.

    sudo .venv/bin/python -m tools.rehearsal [FOLDER]

Needs root, debootstrap and slirp4netns, and 2 GB in FOLDER (default: build/rehearsal).
Exit code 1 if a command failed.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tools.rehearsal.handbook import PAGES, commands_under
from tools.rehearsal.machine import Answer, Machine, machine, missing
from tools.rehearsal.tale import (
    BEFORE,
    FROM_BEFORE,
    INSTALL,
    TELLS_BY_CODE,
    WHOLE,
    Besides,
    Looked,
    Step,
    Typed,
)
from tools.rehearsal.transcript import Line, Part, table, told

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "https://lernen.nordlicht.example"
REPLACED = {"https://code.nordlicht.example/alliance.git": "/srv/alliance.git"}
HEAD = """# Rehearsal on a bare Debian

Written by `python -m tools.rehearsal` on {day} from revision {revision}; do not edit. The commands are
those of these pages, taken out of them and typed one by one; only the end of each answer is shown.
{cores} cores, load {load} when it began.

**Real:** Debian 12 as `debootstrap --variant=minbase` makes it, with systemd, D-Bus and certificates and
nothing else; its systemd is process 1 in namespaces of its own, so the units run with all that shuts them in;
Caddy, PostgreSQL, Git and Python from Debian, everything else from the lock. pip has nothing cached.

**Instead of what you have:** the name leads to the machine by `/etc/hosts` and Caddy vouches for it itself
([inside](install.md#inside-without-a-public-name)); the repository is a folder (`{instead}`); the kernel is
that of the machine around, and the network goes through slirp4netns. Who signs in, publishes and looks is a
program with cookies that trusts whom the machine trusts. Lines in round brackets are of no page.

**Installed, on SQLite behind Caddy: {commands} commands, {minutes}.**"""


def main(folder: Path) -> int:
    if os.geteuid() != 0 or missing():
        names = " ".join(missing()) or "nothing more"
        print(f"This needs root and, from Debian's packages: {names}.", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    load, revision = os.getloadavg()[0], git("rev-parse", "--short", "HEAD")
    whole = play(folder, WHOLE, None)
    before = play(folder, FROM_BEFORE, BEFORE)
    (PAGES / "rehearsal.md").write_text(page(whole, before, load, revision), encoding="utf-8")
    failed = [part.title for part in whole + before if part.failures]
    print("\n".join(["Failed:", *failed] if failed else ["Everything went as the handbook says."]))
    return 1 if failed else 0


def page(whole: list[Part], before: list[Part], load: float, revision: str) -> str:
    installed = whole[: len(INSTALL)]
    seconds = sum(part.seconds for part in installed)
    head = HEAD.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        revision=revision,
        cores=os.cpu_count(),
        load=f"{load:.1f}",
        instead=", ".join(REPLACED.values()),
        commands=sum(part.commands for part in installed),
        minutes=f"{seconds // 60:.0f} min {seconds % 60:.0f} s",
    )
    parts = [
        head,
        "## Installed, moved, backed up, destroyed, restored, upgraded",
        table(whole),
        *map(told, whole),
    ]
    parts += [
        "## From the release before",
        f"There is no tag yet; the release before is {BEFORE[:7]}.",
        table(before),
    ]
    return "\n\n".join([*parts, *map(told, before)]) + "\n"


def play(folder: Path, steps: tuple[Step, ...], revision: str | None) -> list[Part]:
    """Each step in its order on a new machine; stops at one that failed, since the next ones stand on it."""
    parts: list[Part] = []
    with machine(folder, ROOT) as bare:
        git("-C", str(bare.root / "srv/alliance.git"), "tag", "today", "HEAD")
        if revision:
            git("-C", str(bare.root / "srv/alliance.git"), "update-ref", "refs/heads/main", revision)
        known: dict[str, str] = {}
        for step in steps:
            parts.append(part := done(bare, step, known))
            print(f"{part.seconds:6.1f} s  {part.title}", flush=True)
            if part.failures:
                print(
                    "\n".join(f"{line.command}\n{line.said}" for line in part.lines if line.code), flush=True
                )
                break
    return parts


def done(bare: Machine, step: Step, known: dict[str, str]) -> Part:
    """One step; `known` keeps what a person would: the password, and what the first look showed."""
    if isinstance(step, Typed):
        part = Part(f"[{step.heading}]({step.page})", True)
        part.lines += typed(bare, commands_under(step.page, step.heading), known)
    elif isinstance(step, Besides):
        part = Part(step.title, False, list(typed(bare, list(step.commands), known)))
    else:
        part = Part(step.title, False, [seen(bare, step, known)])
    return part


def typed(bare: Machine, commands: list[str], known: dict[str, str]) -> Iterator[Line]:
    for command in commands:
        meant = command
        for here, instead in REPLACED.items():
            meant = meant.replace(here, instead)
        answer = bare.type(meant)
        if password := re.search(r"with the password (\S+)", answer.said):
            known["password"] = password[1]
        code = 0 if answer.code == expected(command) else answer.code or 1
        yield Line(command, answer.said, code, answer.seconds)
        if code:
            return


def expected(command: str) -> int:
    """With which exit code a command ends when all is well."""
    return next((code for words, code in TELLS_BY_CODE.items() if command.endswith(words)), 0)


def seen(bare: Machine, step: Looked, known: dict[str, str]) -> Line:
    """What the person sees; other than at first is a failure."""
    script = (Path(__file__).parent / "visitor.py").read_text("utf-8")
    (bare.root / "root/visitor.py").write_text(script, encoding="utf-8")
    act = f"first '{known.get('password')}'" if step.first else "look"
    answer = bare.type(f"python3 /root/visitor.py {ORIGIN} {act}")
    if step.first:
        known["seen"] = answer.said
    is_same = answer.said == known["seen"]
    return Line(f"{ORIGIN} in a browser", as_words(answer), answer.code or int(not is_same), answer.seconds)


def as_words(answer: Answer) -> str:
    """One line for each thing that was seen."""
    try:
        return "\n".join(f"{name}: {value}" for name, value in json.loads(answer.said).items())
    except ValueError:
        return answer.said


def git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build/rehearsal"))
