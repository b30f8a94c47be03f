"""What those without a circle could change: tried out against everybody, and counted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from alliance.matching.forms import Formed, Hint, HintKind, SignUp, Unmatched
from alliance.matching.units import Field, Unit, is_torn

MOST_HINTS = 3
_ASKED = 400
"""With so many others a change is tried out; those without a circle come first."""


def explain(field: Field, circles: Sequence[Formed]) -> tuple[Unmatched, ...]:
    """Everybody who is in none of the circles, with what would bring them together with others."""
    seated = {key for circle in circles for key in circle.members}
    people = [person for unit in field.units for person in unit.people]
    others = sorted(people, key=lambda person: (person.key in seated, person.key))[:_ASKED]
    return tuple(
        Unmatched(person.key, _hints(field, unit, person, others))
        for unit in field.units
        for person in unit.people
        if person.key not in seated
    )


def _hints(field: Field, unit: Unit, person: SignUp, others: Sequence[SignUp]) -> tuple[Hint, ...]:
    rules = field.question.rules
    if is_torn(unit.people) or not unit.topics or not unit.languages:
        return (Hint("pair"),)
    if unit.slots.bit_count() < rules.slots_in_common and len(unit.people) > 1:
        return (Hint("pair"),)
    strangers = [other for other in others if other.key != person.key]
    before = _company(person, strangers, rules.slots_in_common)
    tried = sorted(
        (
            Hint(kind, what, found)
            for kind, what, changed in _changes(field, person)
            if (found := _company(changed, strangers, rules.slots_in_common)) > before
            and found >= rules.smallest - 1
        ),
        key=lambda hint: (-hint.people, hint.kind, hint.what),
    )
    return tuple(tried[:MOST_HINTS]) or (Hint("none", "", before),)


def _changes(field: Field, person: SignUp) -> Iterator[tuple[HintKind, str, SignUp]]:
    for slot in field.slots:
        if slot not in person.slots:
            yield "slot", str(slot), replace(person, slots=person.slots | {slot})
    for topic in field.topics:
        if topic not in person.topics:
            yield "topic", topic, replace(person, topics=(*person.topics, topic))
    for language in field.languages:
        if language not in person.languages:
            yield "language", language, replace(person, languages=(*person.languages, language))
    if person.avoids or person.avoids_companies:
        yield "avoids", "", replace(person, avoids=frozenset(), avoids_companies=frozenset())


def _company(person: SignUp, others: Sequence[SignUp], slots: int) -> int:
    """How many people share one topic, language and hours with this person, at best."""
    able: dict[tuple[str, str, tuple[int, ...]], int] = {}
    for other in others:
        common = person.slots & other.slots
        if len(common) < slots or other.key in person.avoids or other.company in person.avoids_companies:
            continue
        hours = sorted(common)
        for topic in person.topics:
            for language in person.languages:
                if topic in other.topics and language in other.languages:
                    for place, first in enumerate(hours):
                        # Two hours stand for all that are shared; more only narrow it down.
                        for second in hours[place + 1 :] if slots > 1 else (first,):
                            key = (topic, language, (first, second))
                            able[key] = able.get(key, 0) + 1
    return max(able.values(), default=0)
