"""What a person types about a session, and every rule that it has to follow."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alliance.errors import Invalid
from alliance.languages import known_languages
from alliance.meeting_links import checked_meeting_link, gives_away
from alliance.models import AUDIENCES, JOIN_MODES, PLACES
from alliance.problems import Problems
from alliance.text import clean_line, clean_text, slug_of
from alliance.times import is_zone, moment_at
from alliance.topics import MOST_TOPICS, topic_names

TITLE_LENGTH = (3, 200)
DESCRIPTION_LENGTH = 10_000
LONGEST = timedelta(hours=24)
FARTHEST = timedelta(days=731)
MOST_PEOPLE = 100_000
MOST_TRANSLATIONS = 3
# A form that was opened at ten for "ten o'clock" is sent a little later.
_LATE = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Translation:
    """Title and description of a session in another language than its own."""

    language: str
    title: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionDraft:
    """A session as typed. A naive time is what clocks in `timezone` show; an aware one is taken as it is.

    `meeting_link` None keeps the link that is stored. `topics` are names, such as "Künstliche Intelligenz".
    """

    title: str = ""
    description: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    timezone: str = "Europe/Berlin"
    meeting_link: str | None = None
    audience: str = "alliance"
    capacity: int | None = None
    join_mode: str = "free"
    language: str = "de"
    topics: tuple[str, ...] = ()
    place: str = "online"
    place_name: str = ""
    place_address: str = ""
    host_shown: bool = True
    is_leaders: bool = False
    """Wanted as one of those in which leaders share; see `alliance.leaders`."""
    translations: tuple[Translation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Details:
    """A draft that follows every rule. Times are aware and in UTC; `topics` are names by slug."""

    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    meeting_link: str | None
    audience: str
    capacity: int | None
    join_mode: str
    language: str
    topics: dict[str, str]
    place: str
    place_name: str
    place_address: str
    host_shown: bool
    is_leaders: bool
    translations: tuple[Translation, ...]


@dataclass(frozen=True, kw_only=True)
class Before:
    """What holds already when a session is edited."""

    starts_at: datetime | None = None
    meeting_link: str | None = None
    going: int = 0


def checked(draft: SessionDraft, now: datetime, before: Before | None = None) -> Details:
    """The draft, cleaned. Raises Invalid with a problem for every field that breaks a rule."""
    before = before or Before()
    problems = Problems()
    title = clean_line(draft.title)
    description = clean_text(draft.description)
    place_name, place_address = clean_line(draft.place_name), clean_line(draft.place_address)
    _check_texts(problems, title, description, place_name, place_address)
    _check_words(problems, draft)
    starts_at, ends_at = _check_times(problems, draft, now, before)
    _check_capacity(problems, draft.capacity, before.going)
    topics = _check_topics(problems, draft.topics)
    link = _check_link(problems, draft, before)
    _check_place(problems, draft.place, place_name)
    translations = _checked_translations(problems, draft)
    if link is not None:
        texts = {"title": title, "description": description}
        texts |= {"place_name": place_name, "place_address": place_address, "topics": " ".join(draft.topics)}
        texts |= {"translated_title": " ".join(t.title for t in translations)}
        texts |= {"translated_description": " ".join(t.description for t in translations)}
        _check_secrecy(problems, texts, link)
    problems.raise_if_any()
    assert starts_at is not None  # noqa: S101 - a missing time is a problem above
    assert ends_at is not None  # noqa: S101
    return Details(
        title=title,
        description=description,
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=draft.timezone,
        meeting_link=link,
        audience=draft.audience,
        capacity=draft.capacity,
        join_mode=draft.join_mode,
        language=draft.language,
        topics=topics,
        place=draft.place,
        place_name=place_name,
        place_address=place_address,
        host_shown=draft.host_shown,
        is_leaders=draft.is_leaders,
        translations=translations,
    )


def _check_texts(problems: Problems, title: str, description: str, name: str, address: str) -> None:
    shortest, longest = TITLE_LENGTH
    if not title:
        problems.add("title", "Please give your session a title.")
    elif len(title) < shortest:
        problems.add("title", "The title needs at least {limit} characters.", limit=shortest)
    elif len(title) > longest:
        problems.add("title", "The title is longer than {limit} characters.", limit=longest)
    if not description:
        problems.add("description", "Please say in a sentence or two what it is about.")
    elif len(description) > DESCRIPTION_LENGTH:
        problems.add(
            "description", "The description is longer than {limit} characters.", limit=DESCRIPTION_LENGTH
        )
    for field, value, limit in (("place_name", name, 200), ("place_address", address, 500)):
        if len(value) > limit:
            problems.add(field, "This is longer than {limit} characters.", limit=limit)


def _checked_translations(problems: Problems, draft: SessionDraft) -> tuple[Translation, ...]:
    """Translations that say something, one for each language, cleaned."""
    found: dict[str, Translation] = {}
    for given in draft.translations:
        title, description = clean_line(given.title), clean_text(given.description)
        if not title and not description:
            continue
        if given.language not in known_languages() or given.language == draft.language:
            problems.add("translated_title", "Please choose a language from the list.")
        _check_translation(problems, title, description)
        found[given.language] = Translation(language=given.language, title=title, description=description)
    if len(found) > MOST_TRANSLATIONS:
        problems.add("translated_title", "Please choose one of the options.")
    return tuple(found[language] for language in sorted(found))


def _check_translation(problems: Problems, title: str, description: str) -> None:
    shortest, longest = TITLE_LENGTH
    if not title:
        problems.add("translated_title", "Please give your session a title.")
    elif len(title) < shortest:
        problems.add("translated_title", "The title needs at least {limit} characters.", limit=shortest)
    elif len(title) > longest:
        problems.add("translated_title", "The title is longer than {limit} characters.", limit=longest)
    if len(description) > DESCRIPTION_LENGTH:
        problems.add(
            "translated_description",
            "The description is longer than {limit} characters.",
            limit=DESCRIPTION_LENGTH,
        )


def _check_words(problems: Problems, draft: SessionDraft) -> None:
    choices = {"audience": AUDIENCES, "join_mode": JOIN_MODES, "place": PLACES}
    for field, words in choices.items():
        if getattr(draft, field) not in words:
            problems.add(field, "Please choose one of the options.")
    if draft.language not in known_languages():
        problems.add("language", "Please choose a language from the list.")


def _check_times(
    problems: Problems, draft: SessionDraft, now: datetime, before: Before
) -> tuple[datetime | None, datetime | None]:
    if not is_zone(draft.timezone):
        problems.add("timezone", "There is no time zone “{zone}”.", zone=draft.timezone[:64])
        return None, None
    starts_at = _moment(problems, "starts_at", draft.starts_at, draft.timezone)
    ends_at = _moment(problems, "ends_at", draft.ends_at, draft.timezone)
    if starts_at is not None and starts_at != before.starts_at:
        if starts_at < now - _LATE:
            problems.add("starts_at", "The start lies in the past.")
        elif starts_at > now + FARTHEST:
            problems.add("starts_at", "The start is more than two years away.")
    if starts_at is not None and ends_at is not None:
        if ends_at <= starts_at:
            problems.add("ends_at", "The end must be after the start.")
        elif ends_at - starts_at > LONGEST:
            problems.add("ends_at", "A session can last 24 hours at most.")
    return starts_at, ends_at


def _moment(problems: Problems, field: str, given: datetime | None, zone: str) -> datetime | None:
    if given is None:
        missing = "Please say when it begins." if field == "starts_at" else "Please say when it ends."
        problems.add(field, missing)
        return None
    try:
        return given.astimezone(UTC) if given.tzinfo is not None else moment_at(given, zone)
    except OverflowError:
        problems.add(field, "This date is outside of the calendar.")
    except Invalid as error:
        problems.take(field, error)
    return None


def _check_capacity(problems: Problems, capacity: int | None, going: int) -> None:
    if capacity is None:
        return
    if not 1 <= capacity <= MOST_PEOPLE:
        problems.add("capacity", "There must be between 1 and {limit} places.", limit=MOST_PEOPLE)
    elif capacity < going:
        problems.add(
            "capacity", "{going} people are going already; there can't be fewer places.", going=going
        )


def _check_topics(problems: Problems, given: tuple[str, ...]) -> dict[str, str]:
    if len(given) > MOST_TOPICS * 4:
        problems.add("topics", "Please choose at most {limit} topics.", limit=MOST_TOPICS)
        return {}
    names = topic_names(given)
    for name in given:
        if name.strip() and not slug_of(name):
            problems.add(
                "topics", "“{topic}” can't be a topic: it has no letters.", topic=clean_line(name, 60)
            )
    if len(names) > MOST_TOPICS:
        problems.add("topics", "Please choose at most {limit} topics.", limit=MOST_TOPICS)
    return names


def _check_link(problems: Problems, draft: SessionDraft, before: Before) -> str | None:
    given = before.meeting_link if draft.meeting_link is None else draft.meeting_link.strip()
    if given:
        try:
            return checked_meeting_link(given)
        except Invalid as error:
            problems.take("meeting_link", error)
    elif draft.place != "on_site":
        problems.add("meeting_link", "Please paste the link of your meeting.")
    return None


def _check_place(problems: Problems, place: str, name: str) -> None:
    if place in ("on_site", "hybrid") and not name:
        problems.add("place_name", "Please say where people meet.")


def _check_secrecy(problems: Problems, texts: dict[str, str], link: str) -> None:
    for field, text in texts.items():
        if gives_away(text[:DESCRIPTION_LENGTH], link):
            problems.add(
                field,
                "This text contains the meeting link or its passcode. Please take it out: "
                "everybody who is going gets the link by itself.",
            )
