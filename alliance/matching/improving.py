"""Makes a matching better: opens circles, with whoever has none, and closes them again in the best way."""

from collections.abc import Iterator, Sequence

from alliance.matching.circles import Candidate, TooManyCircles, possible_circles
from alliance.matching.packing import pack
from alliance.matching.units import Field, Unit

_AT_ONCE = 1_500
"""So many possible circles are looked at in one step."""
_WIDTHS = (8, 6, 4, 3, 2, 1, 0)
_ROUNDS = 4


class Table:
    """Who sits where at present, and how much may still be looked at (`effort`, possible circles)."""

    def __init__(self, field: Field, circles: Sequence[Candidate], effort: int) -> None:
        self.field = field
        self.effort = effort
        self.is_repeatable = True
        self.circles: dict[int, Candidate] = dict(enumerate(circles))
        self.seat = {number: n for n, circle in self.circles.items() for number in circle.units}
        self._tried: set[tuple[int, ...]] = set()
        self._next = len(self.circles)

    def loners(self) -> list[Unit]:
        """Those without a circle who could be in one."""
        units = self.field.units
        return [unit for unit in units if unit.number not in self.seat and unit.number not in unit.avoids]

    def members(self, circle: int) -> list[Unit]:
        """Who sits there."""
        return [self.field.units[number] for number in self.circles[circle].units]

    def reseat(self, circles: Sequence[int], loners: Sequence[Unit]) -> bool:
        """Opens these circles and closes them in the best way, with those who had none; True if better.

        Raises TooManyCircles where that is too much to look at.
        """
        people = [*(unit for circle in circles for unit in self.members(circle)), *loners]
        people.sort(key=lambda unit: unit.number)
        numbers = tuple(unit.number for unit in people)
        if numbers in self._tried or self.effort <= 0:
            return False
        candidates = possible_circles(people, self.field.question.rules, _AT_ONCE)
        self._tried.add(numbers)
        self.effort -= len(candidates) + 50
        packed = pack(candidates, nodes=50)
        self.is_repeatable = self.is_repeatable and not packed.is_timed_out
        if packed.value <= sum(self.circles[circle].value for circle in circles):
            return False
        for circle in circles:
            for number in self.circles.pop(circle).units:
                del self.seat[number]
        for candidate in packed.circles:
            self.circles[self._next] = candidate
            self.seat |= dict.fromkeys(candidate.units, self._next)
            self._next += 1
        return True


def improve(field: Field, circles: Sequence[Candidate], effort: int) -> tuple[list[Candidate], bool]:
    """The same matching or a better one, and whether no clock ended a step."""
    table = Table(field, circles, effort)
    for _ in range(_ROUNDS):
        seated = _seat_loners(table)
        mixed = _mix(table)
        if not (seated or mixed) or table.effort <= 0:
            break
    return [table.circles[number] for number in sorted(table.circles)], table.is_repeatable


def _seat_loners(table: Table) -> bool:
    better = False
    for unit in table.loners():
        if unit.number not in table.seat and table.effort > 0:
            better = any(_widest(table, *window) for window in _windows_for(table, unit)) or better
    return better


def _widest(table: Table, unit: Unit, near: Sequence[int], friends: Sequence[Unit]) -> bool:
    """As many circles at once as can be looked at."""
    for width in _WIDTHS:
        if width <= len(near):
            try:
                return table.reseat(near[:width], [unit, *friends[: max(width, 2) * 2]])
            except TooManyCircles:
                continue
    return False


def _windows_for(table: Table, unit: Unit) -> Iterator[tuple[Unit, list[int], list[Unit]]]:
    friends = sorted(
        (other for other in table.loners() if other is not unit and _fits(unit, other)),
        key=lambda other: (-(other.slots & unit.slots).bit_count(), other.number),
    )
    common = {number: _common(table, unit, number) for number in table.circles}
    near = sorted((number for number, people in common.items() if people), key=lambda n: (-common[n], n))
    yield unit, near, friends
    yield unit, near[1:], friends[:2]
    yield unit, near[2:], []


def _fits(unit: Unit, other: Unit) -> bool:
    return bool(
        unit.topics & other.topics
        and unit.languages & other.languages
        and unit.slots & other.slots
        and other.number not in unit.avoids
    )


def _common(table: Table, unit: Unit, circle: int) -> int:
    """How many people of a circle could sit with this unit as far as two of them are concerned."""
    return sum(other.size for other in table.members(circle) if _fits(unit, other))


def _mix(table: Table) -> bool:
    """Two circles exchange people where that makes both together better."""
    better = False
    for number in sorted(table.circles, key=lambda n: (_each(table, n), n)):
        if number not in table.circles or table.effort <= 0:
            continue
        first = table.members(number)[0]
        common = {other: _common(table, first, other) for other in table.circles if other != number}
        near = sorted((n for n, people in common.items() if people), key=lambda n: (-common[n], n))
        for other in near[:2]:
            try:
                if table.reseat([number, other], []):
                    better = True
                    break
            except TooManyCircles:
                continue
    return better


def _each(table: Table, circle: int) -> float:
    return table.circles[circle].value / sum(unit.size for unit in table.members(circle))
