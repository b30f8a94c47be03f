"""Tells what happens on the demo's stage: with bars at a terminal, line by line elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

Advance = Callable[[int], None]


class Storyteller:
    """Says one line for each thing that happened, with the seconds since the beginning."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._began = time.monotonic()
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    @property
    def seconds(self) -> float:
        """How long the story has been going on."""
        return time.monotonic() - self._began

    def says(self, line: str) -> None:
        """Something has happened."""
        self._console.print(f"[dim]{self.seconds:5.1f} s[/dim]  {line}")

    def shows(self, line: str = "") -> None:
        """A line of its own, without time."""
        self._console.print(line)

    @contextmanager
    def counting(self, label: str, total: int) -> Iterator[Advance]:
        """A bar while something is counted up to `total`; the function it gives takes the count so far."""
        task = self._bars.add_task(label, total=total)
        try:
            yield lambda done: self._bars.update(task, completed=done)
        finally:
            self._bars.remove_task(task)
