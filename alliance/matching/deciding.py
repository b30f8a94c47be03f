"""The matching as a whole: exact for few people, in steps that are exact for many."""

from collections.abc import Sequence

from alliance.matching.circles import Candidate, TooManyCircles, formed, possible_circles
from alliance.matching.explaining import explain
from alliance.matching.forms import Matching, Question
from alliance.matching.improving import improve
from alliance.matching.kinds import kinds_of
from alliance.matching.packing import pack
from alliance.matching.parting import seat
from alliance.matching.units import Field, Unit, field_of

MOST_LISTED = 3_000
"""Up to so many possible circles are all listed, and the best of all matchings is found."""
AT_ONCE = 600
"""People who are looked at together; more are parted by language, topic and zone first."""
EFFORT = 90
"""Possible circles that are looked at to make a first matching better, for each person."""


def match(question: Question) -> Matching:
    """Forms the circles. Raises ValueError for two people with the same key."""
    field = field_of(question)
    try:
        candidates = possible_circles(field.units, question.rules, MOST_LISTED)
    except TooManyCircles:
        return _in_steps(field)
    packed = pack(candidates)
    could = {number for candidate in candidates for number in candidate.units}
    at_most = sum(field.units[number].size for number in could)
    if packed.is_best:
        at_most = sum(field.units[number].size for circle in packed.circles for number in circle.units)
    return _told(field, packed.circles, at_most, packed.is_best, not packed.is_timed_out)


def _in_steps(field: Field) -> Matching:
    """A good matching of many; then whoever has no circle is looked at together with everybody."""
    circles: list[Candidate] = []
    is_repeatable = True
    for block in _blocks(field.units):
        circles += seat(block, field.question.rules)
    effort = EFFORT * min(len(field.units), 2 * AT_ONCE)
    circles, is_repeatable = improve(field, circles, effort)
    return _told(field, circles, _at_most(field), False, is_repeatable)


def _at_most(field: Field) -> int:
    """How many share topic, language and hours with enough others, whoever these sit with."""
    able = {unit.number for kind in kinds_of(field.units, field.question.rules) for unit in kind}
    return sum(field.units[number].size for number in able)


def _blocks(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units by language, first topic and zone, in blocks of about the same size."""
    ordered = sorted(units, key=lambda unit: (unit.languages, _first(unit), unit.offsets[0], unit.number))
    people = sum(unit.size for unit in ordered)
    count = -(-people // AT_ONCE)
    blocks: list[list[Unit]] = [[] for _ in range(count)]
    seen = 0
    for unit in ordered:
        blocks[min(seen * count // people, count - 1)].append(unit)
        seen += unit.size
    return blocks


def _first(unit: Unit) -> int:
    return max(range(len(unit.wishes)), key=lambda topic: (unit.wishes[topic], -topic), default=0)


def _told(
    field: Field, circles: Sequence[Candidate], at_most: int, is_best: bool, is_repeatable: bool
) -> Matching:
    told = sorted((formed(field, circle.units) for circle in circles), key=lambda circle: circle.members)
    value = sum(circle.value for circle in circles)
    return Matching(tuple(told), explain(field, told), at_most, value, is_best, is_repeatable)
