"""The two forms of learning circles: a call, and signing up for one."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from alliance.circle_calls import LANGUAGES, CallDraft, PlaceDraft
from alliance.circle_guides import GUIDES
from alliance.errors import Invalid
from alliance.models import MOST_CIRCLE_SLOTS, CircleCall, CirclePlace
from alliance.times import is_zone, moment_at
from web.forms import words

ROWS = range(1, 7)
WISHES = ("topic1", "topic2", "topic3")
CALL_FIELDS = {
    "title": 200, "about": 5000, "guide": 3, "guide_title": 200, "guide_url": 500, "guide_licence": 100,
    "topics": 600, "de": 3, "en": 3, "starts_on": 10, "until_day": 10, "until_time": 5, "minutes": 3,
    "smallest": 1, "largest": 1, "alliance": 3,
} | {f"{part}{row}": 5 for row in ROWS for part in ("day", "time")}  # fmt: skip
PLACE_FIELDS = {
    **dict.fromkeys(WISHES, 60),
    **{f"slot{number}": 3 for number in range(MOST_CIRCLE_SLOTS)},
    "de": 3, "en": 3, "partner": 101, "avoids": 1200,
}  # fmt: skip


def call_draft(values: Mapping[str, str], zone: str, companies: Collection[int]) -> CallDraft:
    """The call that was typed; what can't be read is left out, and `open_call` says so."""
    guide = values["guide"]
    known = GUIDES[int(guide)] if guide.isascii() and guide.isdigit() and int(guide) < len(GUIDES) else None
    rows = [(values[f"day{row}"], values[f"time{row}"]) for row in ROWS]
    return CallDraft(
        title=values["title"],
        about=values["about"],
        guide_title=known.title if known else values["guide_title"],
        guide_url=known.url if known else values["guide_url"],
        guide_licence=known.licence if known else values["guide_licence"],
        topics=tuple(words(values["topics"], 20)),
        slots=tuple((_whole(day, -1), time) for day, time in rows if day or time),
        languages=tuple(word for word in LANGUAGES if values[word]),
        starts_on=_day(values["starts_on"]),
        sign_up_until=_moment(values["until_day"], values["until_time"], zone),
        timezone=zone if is_zone(zone) else "UTC",
        minutes=_whole(values["minutes"], 0),
        smallest=_whole(values["smallest"], 0),
        largest=_whole(values["largest"], 0),
        audience="alliance" if values["alliance"] else "company",
        companies=tuple(companies),
    )


def place_draft(values: Mapping[str, str], zone: str) -> PlaceDraft:
    """The sign-up that was typed."""
    return PlaceDraft(
        topics=tuple(values[name] for name in WISHES if values[name]),
        languages=tuple(word for word in LANGUAGES if values[word]),
        slots=tuple(number for number in range(MOST_CIRCLE_SLOTS) if values[f"slot{number}"]),
        timezone=zone,
        partner=values["partner"],
        avoids=tuple(words(values["avoids"], 30)),
    )


def place_values(call: CircleCall, place: CirclePlace | None, avoids: list[str]) -> dict[str, str]:
    """The form as it was left, or empty; with one language there is nothing to choose."""
    values = dict.fromkeys(PLACE_FIELDS, "")
    if place is None:
        return values | {word: "yes" for word in call.languages if len(call.languages) == 1}
    values |= dict(zip(WISHES, place.topics, strict=False))
    values |= {f"slot{number}": "yes" for number in place.slots} | dict.fromkeys(place.languages, "yes")
    partner = place.partner.username if place.partner is not None else place.pair_code
    return values | {"partner": partner, "avoids": ", ".join(avoids)}


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(day: str, time: str, zone: str) -> datetime | None:
    try:
        return moment_at(datetime.fromisoformat(f"{day}T{time}"), zone)
    except (ValueError, Invalid):
        return None
