"""The best choice among circles that don't share anybody: exact, for as many as can be listed."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.matching.circles import Candidate
from alliance.matching.solving import Row, maximise


@dataclass(frozen=True)
class Packed:
    """Circles of which no two share anybody; `is_best`: none other are worth more."""

    circles: tuple[Candidate, ...]
    is_best: bool
    is_timed_out: bool

    @property
    def value(self) -> int:
        return sum(circle.value for circle in self.circles)


def pack(candidates: Sequence[Candidate], *, nodes: int = 2_000) -> Packed:
    """The most valuable set of circles in which nobody is twice."""
    if not candidates:
        return Packed((), is_best=True, is_timed_out=False)
    taken: dict[int, list[tuple[int, float]]] = {}
    for column, candidate in enumerate(candidates):
        for number in candidate.units:
            taken.setdefault(number, []).append((column, 1.0))
    rows = [Row(0.0, 1.0, tuple(terms)) for _, terms in sorted(taken.items())]
    worth = [float(candidate.value) for candidate in candidates]
    solved = maximise(worth, [1] * len(candidates), rows, nodes=nodes)
    chosen = tuple(candidate for candidate, many in zip(candidates, solved.values, strict=True) if many)
    return Packed(chosen, solved.is_best, solved.is_timed_out)
