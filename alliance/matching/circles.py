"""Which people make a circle, what it is worth, and all circles that some people could make."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.matching.forms import Formed, Rules
from alliance.matching.units import Field, Unit

A_PERSON = 10_000
"""Nothing that makes a circle nicer outweighs a person who would have none."""
_MIXED = (0, 0, 24, 40, 50, 56, 60, 62, 63)
_MET_BEFORE = 200
_MORE_SLOTS = 2


class TooManyCircles(Exception):
    """More circles are possible than are to be looked at."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A circle that could be: numbers of units, and what it is worth."""

    units: tuple[int, ...]
    value: int


def is_alone(companies: Sequence[int]) -> bool:
    """Whether somebody is the only one of a company while another one has more than half the seats."""
    counts = {company: companies.count(company) for company in companies}
    return max(counts.values()) * 2 > len(companies) and 1 in counts.values()


def value_of(units: Sequence[Unit], slots: int, topics: int) -> int:
    """What a circle of these is worth; they must be able to make one."""
    people = sum(unit.size for unit in units)
    companies = {company for unit in units for company in unit.companies}
    numbers = {unit.number for unit in units}
    # Either of two may say that they have met, or both do.
    met = sum(count for unit in units for other, count in unit.met if other in numbers)
    offsets = [offset for unit in units for offset in unit.offsets]
    return (
        people * A_PERSON
        + _MIXED[len(companies)]
        + best_topic(units, topics)[1]
        + _MORE_SLOTS * min(slots.bit_count() - 2, 3)
        - _MET_BEFORE * met
        - (max(offsets) - min(offsets)) // 60
    )


def best_topic(units: Sequence[Unit], topics: int) -> tuple[int, int]:
    """The topic that these wish most among `topics` (bits), and how much; the first by name wins a tie."""
    wishes = (
        (sum(unit.wishes[number] for unit in units), -number)
        for number in range(topics.bit_length())
        if topics >> number & 1
    )
    wish, number = max(wishes)
    return -number, wish


def possible_circles(units: Sequence[Unit], rules: Rules, most: int) -> list[Candidate]:
    """Every circle that these could make. Raises TooManyCircles beyond `most`."""
    found: list[Candidate] = []
    ordered = [unit for unit in units if unit.number not in unit.avoids]
    steps = [0]

    def extend(
        start: int, chosen: tuple[Unit, ...], size: int, topics: int, languages: int, slots: int
    ) -> None:
        if size >= rules.smallest and not is_alone([c for unit in chosen for c in unit.companies]):
            found.append(Candidate(tuple(unit.number for unit in chosen), value_of(chosen, slots, topics)))
        if size >= rules.largest:
            return
        for place in range(start, len(ordered)):
            unit = ordered[place]
            common = slots & unit.slots
            if (
                size + unit.size > rules.largest
                or common.bit_count() < rules.slots_in_common
                or not topics & unit.topics
                or not languages & unit.languages
                or any(other.number in unit.avoids for other in chosen)
            ):
                continue
            steps[0] += 1
            if steps[0] > most * 4 or len(found) > most:
                raise TooManyCircles
            extend(
                place + 1, (*chosen, unit), size + unit.size,
                topics & unit.topics, languages & unit.languages, common,
            )  # fmt: skip

    extend(0, (), 0, -1, -1, -1)
    return found


def formed(field: Field, numbers: Sequence[int]) -> Formed:
    """A circle as it is told: topic, language and hours chosen."""
    units = [field.units[number] for number in numbers]
    topics, languages, slots = -1, -1, -1
    for unit in units:
        topics, languages, slots = topics & unit.topics, languages & unit.languages, slots & unit.slots
    topic = field.topics[best_topic(units, topics)[0]]
    people = sorted((person for unit in units for person in unit.people), key=lambda person: person.key)
    keys = {person.key for person in people}
    return Formed(
        members=tuple(person.key for person in people),
        topic=topic,
        language=max(
            (word for n, word in enumerate(field.languages) if languages >> n & 1),
            key=lambda word: (sum(person.languages[0] == word for person in people), word),
        ),
        slots=tuple(slot for n, slot in enumerate(field.slots) if slots >> n & 1),
        companies=len({person.company for person in people}),
        wished=sum(person.topics[0] == topic for person in people),
        met=len({frozenset((person.key, key)) for person in people for key in person.met if key in keys}),
    )
