"""A first matching: whoever has the fewest possibilities is seated first, each table in the best way."""

from collections.abc import Sequence

from alliance.matching.circles import Candidate, TooManyCircles, possible_circles
from alliance.matching.forms import Rules
from alliance.matching.kinds import kinds_of
from alliance.matching.units import Unit

MOST_CIRCLES = 6_000
"""So many circles are looked at in one step."""
_AT_TABLE = 11


def seat(units: Sequence[Unit], rules: Rules) -> list[Candidate]:
    """Circles of people who share a topic, a language and hours; some may be left without one."""
    kinds = kinds_of(units, rules)
    of_unit: dict[int, list[int]] = {}
    for kind, members in enumerate(kinds):
        for unit in members:
            of_unit.setdefault(unit.number, []).append(kind)
    rarity = {number: 1.0 / sum(len(kinds[kind]) for kind in own) for number, own in of_unit.items()}
    waiting = set(of_unit)
    circles: list[Candidate] = []
    for unit_number in sorted(of_unit, key=lambda number: (-rarity[number], number)):
        if unit_number in waiting:
            tables = [kinds[kind] for kind in of_unit[unit_number]]
            circle = _circle_with(unit_number, tables, waiting, rarity, rules)
            if circle is not None:
                circles.append(circle)
                waiting -= set(circle.units)
    return circles


def _circle_with(
    number: int,
    kinds: Sequence[Sequence[Unit]],
    waiting: set[int],
    rarity: dict[int, float],
    rules: Rules,
) -> Candidate | None:
    """The circle with this unit that takes in those for whom there is least else, or None."""
    tables = []
    for members in kinds:
        there = [unit for unit in members if unit.number in waiting]
        there.sort(key=lambda unit: (unit.number != number, -rarity[unit.number], unit.number))
        tables.append(there[:_AT_TABLE])
    best: tuple[float, int, Candidate] | None = None
    for table in sorted(tables, key=lambda table: -sum(rarity[u.number] for u in table[: rules.largest]))[:3]:
        try:
            possible = possible_circles(sorted(table, key=lambda unit: unit.number), rules, MOST_CIRCLES)
        except TooManyCircles:
            continue
        for candidate in possible:
            if number in candidate.units:
                gain = sum(rarity[other] for other in candidate.units) / len(candidate.units)
                if best is None or (gain, candidate.value) > best[:2]:
                    best = (gain, candidate.value, candidate)
    return best[2] if best else None
