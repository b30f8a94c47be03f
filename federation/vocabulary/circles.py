"""What companies tell each other about learning circles, as JSON and back; see FEDERATION.md."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from alliance.circle_news import (
    MOST_PEOPLE,
    Address,
    CallNews,
    CircleNews,
    HintsNews,
    MeetingNews,
    MeetingWish,
    MemberNews,
    NoteNews,
    PlaceNews,
    WordNews,
)
from alliance.models import CIRCLE_ANSWERS, MOST_CIRCLE_SLOTS, WEEKS
from alliance.times import is_zone
from federation.uris import LARGEST_ID, Uris, host_of
from federation.vocabulary.contexts import ACTIVITYSTREAMS
from federation.vocabulary.values import (
    Json,
    Malformed,
    an_object,
    flag,
    id_of,
    line,
    listed,
    moment,
    text,
    uri_or_none,
    whole,
    written,
)

CALL, PLACE, HINTS = "CircleCall", "CirclePlace", "CircleHints"
CIRCLE, WORD, MEETING, NOTE = "Circle", "CircleWord", "CircleMeeting", "CircleNote"
TYPES = frozenset({CALL, PLACE, HINTS, CIRCLE, WORD, MEETING, NOTE})
_WORDS = (
    *("topics", "languages", "hours", "minutes", "guide", "licence", "smallest", "largest", "circleState"),
    *("version", "call", "circle", "utcOffset", "code", "with", "apart", "allies", "hints", "language"),
    *("wished", "hasEnded", "members", "answer", "meetings", "meetingLink", "linkSince", "asks", "number"),
    *("isHeld", "sequence", "day", "time", "timezone", "place"),
)
CIRCLE_CONTEXT: list[object] = [
    ACTIVITYSTREAMS,
    {"alliance": "urn:alliance:ns#", **{word: f"alliance:{word}" for word in (*sorted(TYPES), *_WORDS)}},
]
MOST_HINTS = 1000
_KINDS = frozenset({"slot", "topic", "language", "pair", "avoids", "none"})
_LANGUAGES = frozenset({"de", "en"})
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def call_json(news: CallNews) -> Json:
    """A call."""
    title, url, licence = news.guide
    return {
        "id": news.call.uri,
        "type": CALL,
        "version": news.version,
        "name": news.title,
        "content": news.about,
        "guide": {"type": "Link", "name": title, "href": url or None, "licence": licence},
        "topics": list(news.topics),
        "languages": list(news.languages),
        "hours": [{"day": day, "time": at} for day, at in news.slots],
        "timezone": news.timezone,
        "minutes": news.minutes,
        "startTime": news.starts_on.isoformat(),
        "endTime": written(news.sign_up_until),
        "smallest": news.smallest,
        "largest": news.largest,
        "circleState": news.state,
    }


def call_news(value: Json, name: Callable[[object], Address]) -> CallNews:
    """Reads a call. Raises Malformed for one by which nobody could meet."""
    guide = value.get("guide") if isinstance(value.get("guide"), dict) else {}
    slots = [_slot(item) for item in _some(value.get("hours"), MOST_CIRCLE_SLOTS)]
    until, topics = moment(value.get("endTime")), tuple(_lines(value.get("topics"), 8, 60))
    languages = tuple(word for word in _lines(value.get("languages"), 8, 10) if word in _LANGUAGES)
    title, zone = line(value.get("name"), 200), line(value.get("timezone"), 64)
    sizes = whole(value.get("smallest")) or 0, whole(value.get("largest")) or 0
    minutes, starts_on = whole(value.get("minutes")) or 0, _monday(value.get("startTime"))
    is_possible = 3 <= sizes[0] <= sizes[1] <= MOST_PEOPLE and 15 <= minutes <= 240 and is_zone(zone)
    if until is None or starts_on is None or not (title and topics and languages) or not is_possible:
        raise Malformed("a call for circles by which nobody could meet")
    if len(slots) < 2 or len(set(slots)) != len(slots):
        raise Malformed("a call for circles without hours")
    guide_url = uri_or_none((guide or {}).get("href")) or ""
    return CallNews(
        call=name(value.get("id")),
        version=version_of(value),
        title=title,
        about=text(value.get("content"), 5000),
        guide=(
            line((guide or {}).get("name"), 200),
            guide_url if guide_url.startswith("https://") else "",
            line((guide or {}).get("licence"), 100),
        ),
        topics=tuple(dict.fromkeys(topics)),
        languages=tuple(dict.fromkeys(languages)),
        slots=tuple(slots),
        timezone=zone,
        minutes=minutes,
        starts_on=starts_on,
        sign_up_until=until,
        smallest=sizes[0],
        largest=sizes[1],
        state="running" if value.get("circleState") == "running" else "open",
    )


def place_json(news: PlaceNews) -> Json:
    """A sign-up: a pseudonym."""
    return {
        "id": news.place.uri,
        "type": PLACE,
        "version": news.version,
        "call": news.call.uri,
        "topics": list(news.topics),
        "languages": list(news.languages),
        "hours": list(news.slots),
        "utcOffset": news.utc_offset,
        "code": news.code,
        "with": news.wanted,
        "apart": list(news.apart),
        "allies": list(news.allies),
    }


def place_news(value: Json, name: Callable[[object], Address]) -> PlaceNews:
    """Reads a sign-up. Raises Malformed."""
    offset = value.get("utcOffset")
    slots = [whole(item) for item in _some(value.get("hours"), MOST_CIRCLE_SLOTS)]
    if isinstance(offset, bool) or not isinstance(offset, int) or not -900 <= offset <= 900 or None in slots:
        raise Malformed("a place without hours or offset")
    return PlaceNews(
        place=name(value.get("id")),
        call=name(value.get("call")),
        version=version_of(value),
        topics=tuple(dict.fromkeys(_lines(value.get("topics"), 8, 60))),
        languages=tuple(dict.fromkeys(_lines(value.get("languages"), 8, 10))),
        slots=tuple(slot for slot in slots if slot is not None),
        utc_offset=offset,
        code=_token(value.get("code")),
        wanted=_token(value.get("with")),
        apart=tuple(_token(item) for item in _some(value.get("apart"), 200)),
        allies=tuple(_token(item) for item in _some(value.get("allies"), 100)),
    )


def hints_json(address: str, news: HintsNews) -> Json:
    """For those of one company without a circle."""
    return {
        "id": address,
        "type": HINTS,
        "call": news.call.uri,
        "hints": [
            {
                "place": place.uri,
                "hints": [{"name": kind, "content": what, "number": n} for kind, what, n in hints],
            }
            for place, hints in news.hints
        ],
    }


def hints_news(value: Json, name: Callable[[object], Address]) -> HintsNews:
    """Reads them. Raises Malformed."""
    found = value.get("hints")
    if not isinstance(found, list) or len(found) > MOST_HINTS:
        raise Malformed("hints for too many")
    rows = [an_object(item, "hints") for item in found]
    return HintsNews(
        name(value.get("call")),
        tuple((name(row.get("place")), tuple(map(_hint, _some(row.get("hints"), 3)))) for row in rows),
    )


def circle_json(news: CircleNews) -> Json:
    """A circle, without anybody's name or word."""
    return {
        "id": news.circle.uri,
        "type": CIRCLE,
        "version": news.version,
        "call": news.call.uri,
        "hasEnded": news.has_ended,
        "topics": [news.topic],
        "language": news.language,
        "hours": list(news.slots),
        "wished": news.wished,
        "members": [member.uri for member in news.members],
        "meetings": [
            {
                "number": meeting.number,
                "startTime": written(meeting.starts_at),
                "endTime": written(meeting.ends_at),
                "sequence": meeting.sequence,
                "isHeld": meeting.is_held,
            }
            for meeting in news.meetings
        ],
    }


def circle_news(value: Json, name: Callable[[object], Address]) -> CircleNews:
    """Reads a circle. Raises Malformed."""
    members = tuple(name(item) for item in _some(value.get("members"), MOST_PEOPLE))
    meetings = tuple(_meeting(an_object(item, "meetings")) for item in _some(value.get("meetings"), WEEKS))
    slots = [whole(item) for item in _some(value.get("hours"), MOST_CIRCLE_SLOTS)]
    topics, language = _lines(value.get("topics"), 1, 60), line(value.get("language"), 10)
    if len(set(members)) != len(members) or len({one.number for one in meetings}) != len(meetings):
        raise Malformed("somebody or something is twice in a circle")
    hours = tuple(slot for slot in slots if slot is not None and slot < MOST_CIRCLE_SLOTS)
    if not slots or not topics or language not in _LANGUAGES or len(hours) != len(slots):
        raise Malformed("a circle without topic, language or hours")
    return CircleNews(
        circle=name(value.get("id")),
        call=name(value.get("call")),
        version=version_of(value),
        has_ended=flag(value.get("hasEnded"), False),
        topic=topics[0],
        language=language,
        slots=hours,
        wished=min(whole(value.get("wished")) or 0, MOST_PEOPLE),
        members=members,
        meetings=meetings,
    )


def word_json(address: str, news: WordNews) -> Json:
    """What a company says of its own people in a circle."""
    members: list[Json] = [
        {"id": one.place.uri, "answer": one.answer}
        | ({"name": one.name, "preferredUsername": one.handle} if one.name else {})
        for one in news.members
    ]
    said: Json = {
        "id": address,
        "type": WORD,
        "version": news.version,
        "circle": news.circle.uri,
        "asks": news.asks,
        "members": members,
    }
    if news.link is not None and news.link_at is not None:
        said |= {"meetingLink": news.link, "linkSince": written(news.link_at)}
    return said


def word_news(value: Json, name: Callable[[object], Address]) -> WordNews:
    """Reads it. Raises Malformed."""
    rows = [an_object(item, "members") for item in _some(value.get("members"), 50)]
    members = tuple(
        MemberNews(
            name(row.get("id")),
            _answer(row.get("answer")),
            line(row.get("name"), 100),
            line(row.get("preferredUsername"), 60),
        )
        for row in rows
    )
    link, link_at = value.get("meetingLink"), moment(value.get("linkSince"))
    return WordNews(
        circle=name(value.get("circle")),
        version=version_of(value),
        asks=flag(value.get("asks"), False),
        members=members,
        link=text(link, 2000) if isinstance(link, str) and link_at is not None else None,
        link_at=link_at,
    )


def meeting_json(address: str, wish: MeetingWish) -> Json:
    """That a meeting takes place at another time, or has taken place."""
    said: Json = {"id": address, "type": MEETING, "circle": wish.circle.uri if wish.circle else ""}
    said["number"] = wish.number
    if wish.starts_at is not None:
        return said | {"startTime": written(wish.starts_at)}
    return said | {"isHeld": bool(wish.is_held)}


def meeting_wish(value: Json, name: Callable[[object], Address]) -> MeetingWish:
    """Reads it. Raises Malformed."""
    number, starts_at, held = whole(value.get("number")), moment(value.get("startTime")), value.get("isHeld")
    if number is None or not 1 <= number <= WEEKS or (starts_at is None and not isinstance(held, bool)):
        raise Malformed("a meeting without number, or nothing about it")
    is_held = held if isinstance(held, bool) and starts_at is None else None
    return MeetingWish(number, starts_at, is_held, name(value.get("circle")))


def note_json(news: NoteNews) -> Json:
    """A check-in."""
    place, circle = news.place.uri, news.circle.uri
    return {"id": news.uri, "type": NOTE, "circle": circle, "place": place, "content": news.text}


def note_news(value: Json, name: Callable[[object], Address]) -> NoteNews:
    """Reads it. Raises Malformed."""
    words = text(value.get("content"), 2001)
    if not words.strip() or len(words) > 2000:
        raise Malformed("a check-in of no words or too many")
    uri = id_of(value.get("id"), "id")
    return NoteNews(uri, name(value.get("circle")), name(value.get("place")), words)


def addresses_of(uris: Uris) -> Callable[[object], Address]:
    """Reads an address, and which call, circle or place of ours it is, if it is one."""

    def name(value: object) -> Address:
        found = id_of(value, "id")
        own = uris.circle_key(found) if uris.is_ours(found) else ""
        if own is None:
            raise Malformed("nothing of ours is called that")
        return Address(found, host_of(found), own)

    return name


def version_of(value: Json) -> int:
    """The number that grows with each change. Raises Malformed."""
    found = value.get("version")
    if isinstance(found, bool) or not isinstance(found, int) or not 0 < found <= LARGEST_ID:
        raise Malformed("no version")
    return found


def _some(value: object, most: int) -> list[object]:
    found = listed(value)
    if len(found) > most:
        raise Malformed("an array is too long")
    return found


def _lines(value: object, most: int, limit: int) -> list[str]:
    found = [line(item, limit) for item in _some(value, most)]
    return [item for item in found if item]


def _token(value: object) -> str:
    if value in ("", None):
        return ""
    if not isinstance(value, str) or _TOKEN.fullmatch(value) is None:
        raise Malformed("not a token")
    return value


def _slot(value: object) -> tuple[int, str]:
    slot = an_object(value, "hours")
    day, at = whole(slot.get("day")), slot.get("time")
    if day is None or day > 6 or not isinstance(at, str) or _TIME.fullmatch(at) is None:
        raise Malformed("not an hour of the week")
    return day, at


def _monday(value: object) -> date | None:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day is not None and day.weekday() == 0 and 2000 < day.year < 9000 else None


def _hint(value: object) -> tuple[str, str, int]:
    hint = an_object(value, "hints")
    kind = line(hint.get("name"), 10)
    if kind not in _KINDS:
        raise Malformed("not a hint")
    return kind, line(hint.get("content"), 60), whole(hint.get("number")) or 0


def _answer(value: object) -> str:
    if value not in CIRCLE_ANSWERS:
        raise Malformed("not an answer")
    return str(value)


def _meeting(value: Json) -> MeetingNews:
    number, starts_at, ends_at = (
        whole(value.get("number")),
        moment(value.get("startTime")),
        moment(value.get("endTime")),
    )
    if number is None or not 1 <= number <= WEEKS or starts_at is None or ends_at is None:
        raise Malformed("a meeting without number or time")
    if not timedelta(0) < ends_at - starts_at <= timedelta(hours=4):
        raise Malformed("a meeting of no length or too long")
    sequence = whole(value.get("sequence")) or 0
    return MeetingNews(number, starts_at, ends_at, sequence, flag(value.get("isHeld"), False))
