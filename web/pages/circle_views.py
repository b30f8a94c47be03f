"""Learning circles in words: hours of the week in the reader's zone, why these people, what would help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from alliance.circle_calls import slot_start
from alliance.matching import Formed, Hint
from alliance.models import Circle, CircleCall, CirclePlace
from web.pages.rows import face_of
from web.pages.views import Badge, Face
from web.pages.visit import Visit
from web.texts import language_name
from web.times import Reader


@dataclass(frozen=True)
class CallRow:
    """A call in a list."""

    url: str
    title: str
    company: Badge
    topics: tuple[str, ...]
    first_week: str
    until: str
    guide: str
    standing: str = ""


@dataclass(frozen=True)
class CircleRow:
    """A circle in one's own list."""

    url: str
    title: str
    topic: str
    words: str
    is_question: bool
    held: int
    weeks: int


def slot_name(call: CircleCall, slot: int, reader: Reader) -> str:
    """One weekly hour as the reader's clocks show it in the first week: "Dienstag, 12:00–13:00"."""
    start = slot_start(call, slot, 1)
    span = reader.span(start, start + timedelta(minutes=call.minutes))
    return f"{reader.weekday(reader.here(start).date())}, {span}"


def first_week(call: CircleCall, reader: Reader) -> str:
    """When it begins: "week of 5 October"."""
    return reader.texts.gettext("Week of %(day)s", day=reader.date_of(call.starts_on))


def why_these(
    circle: Circle | Formed, slots: Sequence[int], people: int, call: CircleCall, reader: Reader
) -> str:
    """Why they are together, in one sentence."""
    texts = reader.texts
    hours = texts.gettext(" and ").join(slot_name(call, slot, reader) for slot in slots[:2])
    if circle.companies > 1:
        return texts.gettext(
            "The %(people)s of you want to learn about %(topic)s, speak %(language)s, have time on %(hours)s "
            "and come from %(companies)s companies.",
            people=people, topic=circle.topic, language=language_name(circle.language, reader.language),
            hours=hours, companies=circle.companies,
        )  # fmt: skip
    return texts.gettext(
        "The %(people)s of you want to learn about %(topic)s, speak %(language)s and have time on %(hours)s.",
        people=people, topic=circle.topic, language=language_name(circle.language, reader.language),
        hours=hours,
    )  # fmt: skip


def hint_words(hint: Hint, call: CircleCall, reader: Reader) -> str:
    """What somebody without a circle could change."""
    texts = reader.texts
    match hint.kind:
        case "slot":
            return texts.gettext(
                "With %(hour)s as well, %(people)s people would fit.",
                hour=slot_name(call, int(hint.what), reader), people=hint.people,
            )  # fmt: skip
        case "topic":
            return texts.gettext(
                "With %(topic)s as another topic, %(people)s people would fit.",
                topic=hint.what,
                people=hint.people,
            )
        case "language":
            return texts.gettext(
                "In %(language)s as well, %(people)s people would fit.",
                language=language_name(hint.what, reader.language), people=hint.people,
            )  # fmt: skip
        case "pair":
            return texts.gettext("The two of you share too few times or topics to be in one circle.")
        case "avoids":
            return texts.gettext("Those who would fit are people whom you would rather not meet.")
        case _:
            return texts.gettext("There were too few people with your topic and your times.")


def somebody(visit: Visit, place: CirclePlace | None) -> Face:
    """Somebody in the reader's circle; of another company what it has told, while we are allied with it."""
    if place is not None and place.person is not None:
        return face_of(place.person)
    name = place.name if place is not None and _is_allied(place) else ""
    return Face(name or visit.texts.gettext("Somebody"))


def handle_of(place: CirclePlace) -> str:
    """How somebody of another company is found there; empty for our own people."""
    if place.person is not None or not place.handle or not _is_allied(place):
        return ""
    return f"@{place.handle}@{place.company.host}"


def _is_allied(place: CirclePlace) -> bool:
    partner = place.company.partner
    return partner is not None and partner.state == "allied"
