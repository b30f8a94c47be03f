"""Kinds of circles: a topic, a language and hours, with everybody who could be in one."""

from collections.abc import Sequence
from itertools import combinations

from alliance.matching.forms import Rules
from alliance.matching.units import Unit


def kinds_of(units: Sequence[Unit], rules: Rules) -> list[tuple[Unit, ...]]:
    """The people of every kind for which there are enough, each set of people once, in a fixed order."""
    slots, topics, languages = 0, 0, 0
    for unit in units:
        slots, topics, languages = slots | unit.slots, topics | unit.topics, languages | unit.languages
    hours = [1 << n for n in bits(slots)]
    found: dict[tuple[int, ...], tuple[Unit, ...]] = {}
    for topic in bits(topics):
        for language in bits(languages):
            able = [unit for unit in units if unit.topics >> topic & 1 and unit.languages >> language & 1]
            for chosen in combinations(hours, rules.slots_in_common):
                needed = sum(chosen)
                members = tuple(
                    unit for unit in able if unit.slots & needed == needed and unit.number not in unit.avoids
                )
                if sum(unit.size for unit in members) >= rules.smallest:
                    found.setdefault(tuple(unit.number for unit in members), members)
    return list(found.values())


def bits(mask: int) -> list[int]:
    """The numbers of the bits that are set."""
    return [number for number in range(mask.bit_length()) if mask >> number & 1]
