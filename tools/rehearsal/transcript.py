"""What was typed, answered and seen, as a page of the handbook."""

import re
from dataclasses import dataclass, field

MOST_LINES, WIDEST = 14, 170
# Addresses of registries are those of one network; passwords are nobody's, and still no example to give.
NOT_SHOWN = re.compile(
    r"https?://(?![\w.-]*\.example|127\.0\.0\.1)|file://|━|^\s*$"
    r"|^\s*(Looking in|Stored in directory)"
    r"|^(WARNING: Location|Ignoring |Processing /|Updating files|Unpacking |Preparing )"
)
NEVER = {
    r"with the password \S+": "with the password …",
    r"token=[\w-]+": "token=…",
    r"(/choose-password|/sign-in/link)/[\w-]+": r"\1/…",
}


@dataclass(frozen=True)
class Line:
    """One command with what came of it."""

    command: str
    said: str
    code: int
    seconds: float


@dataclass
class Part:
    """One step: its lines, and how many of them are commands of the handbook."""

    title: str
    is_typed: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return sum(line.seconds for line in self.lines)

    @property
    def commands(self) -> int:
        return len(self.lines) if self.is_typed else 0

    @property
    def failures(self) -> int:
        return sum(line.code != 0 for line in self.lines)

    @property
    def outcome(self) -> str:
        return "**failed**" if self.failures else ""


def table(parts: list[Part]) -> str:
    rows = [
        f"| {part.title} | {part.commands or ''} | {part.seconds:.0f} s | {part.outcome} |" for part in parts
    ]
    commands, seconds = sum(part.commands for part in parts), sum(part.seconds for part in parts)
    total = f"| together | {commands} | {seconds:.0f} s | |"
    return "\n".join(["| step | commands | took | |", "|---|--:|--:|---|", *rows, total])


def told(part: Part) -> str:
    """A step with each command, the end of its answer, and its exit code where that is not 0."""
    shown = []
    for line in part.lines:
        shown.append(f"# {line.command}" if part.is_typed else f"({line.command})")
        shown += shortened(line.said)
        shown.append(f"[{f'exit code {line.code}, ' if line.code else ''}{line.seconds:.1f} s]")
    return f"### {part.title}\n\n```text\n" + "\n".join(shown) + "\n```"


def shortened(said: str) -> list[str]:
    """The last lines of an answer that are of use to somebody elsewhere."""
    for pattern, instead in NEVER.items():
        said = re.sub(pattern, instead, said)
    lines = [
        line.rstrip()[:WIDEST] for line in said.replace("\r", "\n").splitlines() if not NOT_SHOWN.search(line)
    ]
    is_noise = any(
        line.startswith(("Setting up ", "Collecting ", "Processing triggers", "Get:", "Hit:"))
        for line in lines
    )
    most = 2 if is_noise else MOST_LINES
    return [f"… {len(lines) - most} lines", *lines[-most:]] if len(lines) > most else lines
