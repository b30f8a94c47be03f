"""What was measured, against what was promised and against the floor measured beside it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """One promise: `target` is the least (or, with `less_is_better`, the most) that it may be."""

    name: str
    value: float
    unit: str
    target: float
    floor: float | None = None
    """The same without bookkeeping, measured in the same run."""
    least_ratio: float | None = None
    less_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How much of the floor remains."""
        return self.value / self.floor if self.floor else None

    @property
    def is_kept(self) -> bool:
        """Whether both the target and the ratio are reached."""
        reached = self.value <= self.target if self.less_is_better else self.value >= self.target
        return reached and (self.ratio is None or self.ratio >= (self.least_ratio or 0))


def show(figures: list[Figure], machine: dict[str, Any], console: Console) -> None:
    """A table for people."""
    table = Table(title=f"{machine['processor']}, {machine['cores']} cores, load {machine['load']:.1f}")
    for heading in ("", "measured", "target", "floor", "ratio", "least ratio", "kept"):
        table.add_column(heading, justify="left" if not heading else "right")
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.value:,.2f} {figure.unit}"
            if figure.value < 100
            else f"{figure.value:,.0f} {figure.unit}",
            f"{'<' if figure.less_is_better else '>='} {figure.target:,g}",
            "" if figure.floor is None else f"{figure.floor:,.0f}",
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            "" if figure.least_ratio is None else f"{figure.least_ratio:.2f}",
            "[green]yes[/]" if figure.is_kept else "[red]no[/]",
        )
    console.print(table)


def write(figures: list[Figure], machine: dict[str, Any], now: datetime) -> Path:
    """The same for machines, one file per day."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%d}.json"
    shown = [asdict(figure) | {"ratio": figure.ratio, "is_kept": figure.is_kept} for figure in figures]
    document = {"measured_at": now.isoformat(timespec="seconds"), "machine": machine, "figures": shown}
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    return path
