"""The form with which people offer a session: from what they typed to a draft, and back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alliance.drafting import SessionDraft, Translation, checked
from alliance.errors import Invalid
from alliance.invitations import INVITATION_LIMIT
from alliance.natural_time import USUAL_LENGTH, Timing, timing, understand, written
from alliance.problems import Problems
from alliance.times import is_zone, zone_named
from web.forms import words
from web.pages.repeating import FIELDS as REPEATING_FIELDS

# In the order in which they stand on the page; the numbers are the most characters that are read.
FIELDS = {
    "invitation": INVITATION_LIMIT,
    "title": 300,
    "description": 10_001,
    "when": 200,
    "date": 10,
    "time": 8,
    "length": 5,
    "meeting_link": 2001,
    "audience": 20,
    "capacity": 12,
    "join_mode": 20,
    "topics": 500,
    "language": 10,
    "timezone": 64,
    "place_name": 300,
    "co_hosts": 500,
    "communities": 200,
    "host_shown": 5,
    "wish": 20,
    "translated_title": 300,
    "translated_description": 10_001,
    **REPEATING_FIELDS,
}
_TRANSLATED = ("translated_title", "translated_description")
_FOLDED = (
    "audience",
    "capacity",
    "join_mode",
    "topics",
    "language",
    "timezone",
    "place_name",
    "co_hosts",
    "communities",
)
# Errors of the draft stand beside the one field in which people type both.
_ON_THE_FORM = {"starts_at": "when", "ends_at": "when", "place_address": "place_name"}


def empty_values(language: str, zone: str) -> dict[str, str]:
    """The form before anything was typed."""
    given = {"length": "60", "audience": "alliance", "join_mode": "free"}
    given |= {"language": language, "timezone": zone, "host_shown": "yes"}
    return {name: given.get(name, "") for name in FIELDS}


def values_of(draft: SessionDraft) -> dict[str, str]:
    """The form filled with a session as it is; what is written under `when` is understood again as it is."""
    zone = ZoneInfo(draft.timezone)
    when = written(draft.starts_at, draft.ends_at, zone) if draft.starts_at and draft.ends_at else ""
    given = {
        "when": when,
        "capacity": str(draft.capacity or ""),
        "topics": ", ".join(draft.topics),
        "meeting_link": draft.meeting_link or "",
        "host_shown": "yes" if draft.host_shown else "",
        "is_leaders": "yes" if draft.is_leaders else "",
        "length": "60",
        "date": "",
        "time": "",
        **_values_of_translation(draft),
    }
    return {name: given.get(name, getattr(draft, name, "")) for name in FIELDS}


def timing_of(values: Mapping[str, str], now: datetime) -> Timing:
    """When the session takes place: by the typed text, else by the picker. Raises Invalid."""
    zone = zone_named(values["timezone"])
    minutes = int(values["length"]) if values["length"].isdecimal() else 60
    length = timedelta(minutes=minutes) if 0 < minutes <= 1440 else USUAL_LENGTH
    if values["when"] or not values["date"]:
        return understand(values["when"], now=now, zone=zone, length=length)
    try:
        day = date.fromisoformat(values["date"])
        start = time.fromisoformat(values["time"])
    except ValueError as error:
        raise Invalid("Please pick both a date and a time.", field="when") from error
    return timing(day, start.replace(tzinfo=None), length, zone)


def draft_from(values: Mapping[str, str], now: datetime) -> SessionDraft:
    """The draft that the form describes. Raises Invalid with every problem at once, by field of the form."""
    problems = Problems()
    draft = SessionDraft(
        title=values["title"],
        description=values["description"],
        timezone=values["timezone"],
        meeting_link=values["meeting_link"],
        audience=values["audience"],
        capacity=_capacity(values["capacity"], problems),
        join_mode=values["join_mode"],
        language=values["language"],
        topics=tuple(words(values["topics"], 20)),
        place=_place(values),
        place_name=values["place_name"],
        host_shown=bool(values["host_shown"]),
        is_leaders=bool(values["is_leaders"]),
        translations=_translations(values),
    )
    try:
        when = timing_of(values, now)
        draft = replace(draft, starts_at=when.starts_at, ends_at=when.ends_at)
    except Invalid as error:
        problems.take("timezone" if not is_zone(values["timezone"]) else "when", error)
    if problems.found:
        _add_rules(problems, draft, now)
        problems.raise_if_any()
    return draft


def gist_of(values: Mapping[str, str], now: datetime) -> SessionDraft:
    """What lists show of a form that is not finished; whatever makes no sense yet is left out."""
    draft = SessionDraft(
        title=values["title"],
        timezone=values["timezone"],
        audience=values["audience"],
        language=values["language"],
    )
    try:
        when = timing_of(values, now)
    except Invalid:
        return draft
    return replace(draft, starts_at=when.starts_at, ends_at=when.ends_at)


def on_the_form(error: Invalid) -> Invalid:
    """The same problems, named by the fields of the form."""
    named = Invalid(
        error.sentence,
        problems={_ON_THE_FORM.get(name, name): wrong for name, wrong in error.problems.items()},
        detail=error.detail,
    )
    named.parameters = dict(error.parameters)
    return named


def has_to_be_unfolded(values: Mapping[str, str], error: Invalid | None) -> bool:
    """Whether something in the folded part is wrong or was changed, so that it must be seen."""
    folded = (*_FOLDED, *REPEATING_FIELDS)
    wrong = error is not None and any(name in error.problems for name in folded)
    usual = {"audience": "alliance", "join_mode": "free", "capacity": "", "place_name": "", "topics": ""}
    usual |= {"co_hosts": "", "repeats": "", "is_leaders": "", "communities": ""}
    return wrong or any(values[name] != value for name, value in usual.items())


def other_language(language: str) -> str:
    """The language in which a session may also be described here: English, or German for an English one."""
    return "de" if language == "en" else "en"


def _translations(values: Mapping[str, str]) -> tuple[Translation, ...]:
    title, description = values["translated_title"], values["translated_description"]
    if not title and not description:
        return ()
    language = other_language(values["language"])
    return (Translation(language=language, title=title, description=description),)


def _values_of_translation(draft: SessionDraft) -> dict[str, str]:
    wanted = other_language(draft.language)
    said = next((text for text in draft.translations if text.language == wanted), None)
    if said is None:
        return dict.fromkeys(_TRANSLATED, "")
    return {"translated_title": said.title, "translated_description": said.description}


def _add_rules(problems: Problems, draft: SessionDraft, now: datetime) -> None:
    """What the draft's own rules say besides; the time has been complained about already."""
    try:
        checked(draft, now)
    except Invalid as error:
        for name, wrong in on_the_form(error).problems.items():
            if name != "when":
                problems.take(name, wrong)


def _capacity(text: str, problems: Problems) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        problems.add("capacity", "Please write the number of places in digits.")
        return None
    return int(text)


def _place(values: Mapping[str, str]) -> str:
    """On site when a place is named and no link, both when there are both."""
    if not values["place_name"]:
        return "online"
    return "hybrid" if values["meeting_link"] else "on_site"
