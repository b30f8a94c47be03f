"""What a fault cost, in figures, and the table of them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """One fault: `sent` activities, of which so many were `lost`, or counted twice by the receiver."""

    fault: str
    sent: int
    attempts: int
    """Requests that were made, the successful ones included."""
    lost: int
    doubled: int
    """How many the receiver applied more than once."""
    notes: str = ""

    @property
    def retried(self) -> int:
        """Attempts beyond one for each activity."""
        return max(self.attempts - self.sent, 0)


def table(rows: Sequence[Figures]) -> str:
    """Markdown."""
    head = "| fault | activities | requests | retried | lost | doubled | and |"
    cells = [
        (row.fault, row.sent, row.attempts, row.retried, row.lost, row.doubled, row.notes) for row in rows
    ]
    lines = [f"| {' | '.join(map(str, row))} |" for row in cells]
    return "\n".join([head, "|---|--:|--:|--:|--:|--:|---|", *lines])
