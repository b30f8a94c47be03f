"""People as the search sees them: one or two who stay together, with everything as bits."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.matching.forms import Question, SignUp


@dataclass(frozen=True)
class Unit:
    """Somebody alone, or a pair. `topics`, `languages` and `slots` are bits of what all of them share."""

    number: int
    people: tuple[SignUp, ...]
    topics: int
    languages: int
    slots: int
    companies: tuple[int, ...]
    offsets: tuple[int, ...]
    avoids: frozenset[int]
    """Numbers of units that can't be in one circle with this one, in whichever direction."""
    met: tuple[tuple[int, int], ...]
    """How many pairs of earlier circles there are with which unit."""
    wishes: tuple[int, ...]
    """For each topic, how much this unit wishes it: 6 for a first, 3 for a second wish of each person."""

    @property
    def size(self) -> int:
        return len(self.people)


@dataclass(frozen=True)
class Field:
    """The whole question, numbered: everything stands in an order that depends on keys alone."""

    question: Question
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    slots: tuple[int, ...]
    units: tuple[Unit, ...]


def field_of(question: Question) -> Field:
    """Numbers people, topics, hours and companies. Raises ValueError for a key that is there twice."""
    people = {person.key: person for person in sorted(question.people, key=lambda person: person.key)}
    if len(people) != len(question.people):
        raise ValueError("two people have the same key")
    topics = tuple(sorted({topic for person in people.values() for topic in person.topics}))
    languages = tuple(sorted({word for person in people.values() for word in person.languages}))
    slots = tuple(sorted({slot for person in people.values() for slot in person.slots}))
    groups = _groups(people)
    unit_of = {person.key: number for number, group in enumerate(groups) for person in group}
    companies = {name: n for n, name in enumerate(sorted({person.company for person in people.values()}))}
    apart = _apart(groups, unit_of)
    units = tuple(
        Unit(
            number,
            group,
            _bits(topics, [person.topics for person in group]),
            _bits(languages, [person.languages for person in group]),
            _bits(slots, [tuple(person.slots) for person in group]),
            tuple(companies[person.company] for person in group),
            tuple(person.utc_offset for person in group),
            frozenset(apart[number]),
            _met(number, group, people, unit_of),
            tuple(sum(_wish(person, topic) for person in group) for topic in topics),
        )
        for number, group in enumerate(groups)
    )
    return Field(question, topics, languages, slots, units)


def is_torn(group: Sequence[SignUp]) -> bool:
    """Whether the two of a pair keep each other away."""
    first, last = group[0], group[-1]
    return first is not last and (_keeps_away(first, last) or _keeps_away(last, first))


def _groups(people: dict[str, SignUp]) -> list[tuple[SignUp, ...]]:
    groups: list[tuple[SignUp, ...]] = []
    seen: set[str] = set()
    for person in people.values():
        if person.key in seen:
            continue
        other = people.get(person.partner or "")
        is_pair = other is not None and other.partner == person.key and other.key != person.key
        group = (person, other) if is_pair and other is not None else (person,)
        seen |= {one.key for one in group}
        groups.append(group)
    return groups


def _keeps_away(one: SignUp, other: SignUp) -> bool:
    return other.key in one.avoids or other.company in one.avoids_companies


def _apart(groups: Sequence[tuple[SignUp, ...]], unit_of: dict[str, int]) -> list[set[int]]:
    apart: list[set[int]] = [set() for _ in groups]
    of_company: dict[str, set[int]] = {}
    for number, group in enumerate(groups):
        for person in group:
            of_company.setdefault(person.company, set()).add(number)
    for number, group in enumerate(groups):
        others = {unit_of[key] for person in group for key in person.avoids if key in unit_of}
        for name in {name for person in group for name in person.avoids_companies}:
            others |= of_company.get(name, set())
        for other in others - {number}:
            apart[number].add(other)
            apart[other].add(number)
        if is_torn(group):
            apart[number].add(number)
    return apart


def _met(
    number: int, group: Sequence[SignUp], people: dict[str, SignUp], unit_of: dict[str, int]
) -> tuple[tuple[int, int], ...]:
    pairs: dict[int, int] = {}
    for person in group:
        for key in person.met:
            if key in people and unit_of[key] != number:
                pairs[unit_of[key]] = pairs.get(unit_of[key], 0) + 1
    return tuple(sorted(pairs.items()))


def _bits(names: Sequence[object], of_people: Sequence[Sequence[object]]) -> int:
    shared = [name for name in names if all(name in own for own in of_people)]
    return sum(1 << names.index(name) for name in shared)


def _wish(person: SignUp, topic: str) -> int:
    return {0: 6, 1: 3}.get(person.topics.index(topic), 0) if topic in person.topics else 0
