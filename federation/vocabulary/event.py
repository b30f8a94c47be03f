"""The Event of ActivityStreams with the terms of FEP-8a8e, Mobilizon and schema.org."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alliance.times import is_zone
from federation.vocabulary.hashtags import Hashtags, hashtags_json, parse_hashtags
from federation.vocabulary.materials import materials_as_json, parse_materials, parse_transcripts
from federation.vocabulary.places import Place, parse_place
from federation.vocabulary.series import SUPER_EVENT, SeriesTold, parse_series
from federation.vocabulary.values import (
    Json,
    Malformed,
    compact,
    day,
    flag,
    id_of,
    is_public,
    kind_of,
    line,
    link_of,
    listed,
    local_moment,
    moment,
    natural,
    one_of,
    recipients,
    text,
    uri,
    uri_or_none,
    whole,
    written,
)
from federation.vocabulary.wordings import Wording, parse_wordings, wordings_json

MAX_NAME = 200
MAX_HTML = 50_000
SCHEDULED, CANCELLED, POSTPONED = "EventScheduled", "EventCancelled", "EventPostponed"
RESCHEDULED, TENTATIVE, MOVED_ONLINE = "EventRescheduled", "EventTentative", "EventMovedOnline"
EVENT_STATES = (SCHEDULED, CANCELLED, RESCHEDULED, POSTPONED, MOVED_ONLINE, TENTATIVE)
JOIN_MODES = ("free", "restricted", "external", "none", "invite")
_ICAL = {CANCELLED: "CANCELLED", POSTPONED: "TENTATIVE", TENTATIVE: "TENTATIVE"}
_FROM_ICAL = {"CANCELLED": CANCELLED, "TENTATIVE": TENTATIVE}
# An hour, when a server does not say how long something takes.
_USUAL_LENGTH = timedelta(hours=1)
_WHOLE_DAY = timedelta(days=1)
_LONGEST = timedelta(days=366)
# RFC 8288 has no relation for what is to be read or seen again; whoever does not know ours sees a link.
# The prefix stands in our context already, so Events that nobody else holds are written as ever.
_APPROVED_BY = "alliance:approvedBy"
_LEADERS_SHARE = "alliance:leadersShare"


@dataclass(frozen=True)
class Organizer:
    """Somebody who holds an Event, by name."""

    id: str
    name: str
    approved_by: str | None = None
    """Of somebody who is not at home where the Event is: the Accept by which they said yes to holding it."""
    is_confirmed: bool = False
    """That Accept was seen where they are at home; nothing that is read from an Event says so."""


@dataclass(frozen=True)
class Picture:
    """The banner of an Event; `alt` is what it shows, in words, `size` its width and height in pixels."""

    url: str
    media_type: str
    alt: str = ""
    size: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """An Event on the wire. Times are aware; `summary` and `content` are HTML, not to be trusted."""

    id: str
    attributed_to: str
    name: str
    starts_at: datetime
    ends_at: datetime
    timezone: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    """The communities in which it stands (FEP-1b12)."""
    url: str | None = None
    uuid: str | None = None
    summary: str = ""
    content: str = ""
    language: str | None = None
    translations: tuple[Wording, ...] = ()
    """The same in other languages."""
    state: str = SCHEDULED
    previous_starts_at: datetime | None = None
    place: Place | None = None
    second_url: str | None = None
    """Hybrid: where the virtual half is announced."""
    is_online: bool = False
    join_mode: str = "free"
    participation_url: str | None = None
    capacity: int | None = None
    remaining: int | None = None
    going: int | None = None
    organizers: tuple[Organizer, ...] = ()
    topics: Hashtags = ()
    """Hashtags without the #, each with the address that lists it."""
    picture: Picture | None = None
    published: datetime | None = None
    updated: datetime | None = None
    sequence: int | None = None
    """Raised with every change that calendars have to hear of (RFC 5545); alliance instances only."""
    waiting: int | None = None
    conversation: str = "moderated"
    """Whether comments are `open`, `moderated` (those of strangers are looked at first) or `closed`."""
    replies: str | None = None
    """Address of the conversation."""
    materials: tuple[tuple[str, str, str], ...] = ()
    transcripts: tuple[tuple[str, str], ...] = ()
    """Language and address of each WebVTT of what was said."""
    """Recordings, slides and links: kind, title and https address."""
    status_note: str = ""
    """The host's words about a cancellation or a move; alliance instances only."""
    series: SeriesTold | None = None
    """What it is a date of."""
    leaders_share: bool = False
    """Somebody who leads people shares; alliance instances only."""

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it. Only Public in `to` or `cc` says so."""
        return is_public(self.to, self.cc)

    def as_json(self) -> Json:
        """The document without its context. What is absent is left out, except where null has a meaning."""
        body: Json = {
            "id": self.id,
            "type": "Event",
            "url": self.url,
            "uuid": self.uuid,
            "attributedTo": self.attributed_to,
            "actor": self.attributed_to,
            "to": list(self.to),
            "cc": list(self.cc),
            "audience": list(self.audience) or None,
            "name": self.name,
            "summary": self.summary,
            "content": self.content,
            "mediaType": "text/html",
            **self._in_language(),
            **self._times(),
            **self._where(),
            **self._joining(),
            "category": "LEARNING",
            "tag": hashtags_json(self.topics),
            "attachment": self._attachments(),
            "image": self._image(),
            "commentsEnabled": self.conversation != "closed",
            # That strangers wait for a yes is ours to know: Mobilizon hides its form for "moderated".
            "repliesModerationOption": "closed" if self.conversation == "closed" else "allow_all",
            "replies": self.replies,
            "published": written(self.published) if self.published else None,
            "updated": written(self.updated) if self.updated else None,
            "sequence": self.sequence,
            "waitingCount": self.waiting,
            "statusNote": self.status_note or None,
            SUPER_EVENT: self.series.as_json() if self.series else None,
            _LEADERS_SHARE: self.leaders_share or None,
        }
        # Null says that nobody is to be named; absent would make readers take attributedTo (FEP-8a8e).
        return compact(body) | {"organizers": self._organizers()}

    def _in_language(self) -> Json:
        if self.language is None:
            return {}
        own = Wording(self.language, self.name, self.summary, self.content)
        return wordings_json((own, *self.translations)) | {"inLanguage": self.language}

    def _times(self) -> Json:
        previous = self.previous_starts_at
        return {
            "startTime": self.starts_at.isoformat(),
            "endTime": self.ends_at.isoformat(),
            "timezone": self.timezone or None,
            "displayEndTime": True,
            "eventStatus": self.state,
            "previousStartTime": previous.isoformat() if previous else None,
            "status": _ICAL.get(self.state, "CONFIRMED"),
        }

    def _where(self) -> Json:
        place = self.place.as_json(f"{self.id}#location") if self.place else None
        return {"location": place, "isOnline": self.is_online}

    def _joining(self) -> Json:
        return {
            "joinMode": self.join_mode,
            "externalParticipationUrl": self.participation_url,
            "maximumAttendeeCapacity": self.capacity,
            "remainingAttendeeCapacity": self.remaining,
            "participantCount": self.going,
            "attendees": None if self.going is None else {"type": "Collection", "totalItems": self.going},
            "anonymousParticipationEnabled": False,
        }

    def _organizers(self) -> Json | None:
        if not self.organizers:
            return None
        people = [
            compact({"type": "Person", "id": one.id, "name": one.name, _APPROVED_BY: one.approved_by})
            for one in self.organizers
        ]
        return {"type": "OrganizersCollection", "totalItems": len(people), "items": people}

    def _image(self) -> Json | None:
        if self.picture is None:
            return None
        return {"type": "Image", "mediaType": self.picture.media_type, "url": self.picture.url}

    def _attachments(self) -> list[Json]:
        """The banner and the page; every entry has a mediaType, Gancio throws otherwise."""
        found: list[Json] = []
        if self.picture:
            banner = {"name": "Banner", "summary": self.picture.alt, "isBannerImage": True}
            width, height = self.picture.size or (None, None)
            size = compact({"width": width, "height": height})
            found.append({**(self._image() or {}), **banner, **size, "focalPoint": [0, 0]})
        for name, href in (("Website", self.url), ("Online", self.second_url)):
            if href:
                found.append({"type": "Link", "mediaType": "text/html", "name": name, "href": href})
        return found + materials_as_json(self.materials, self.transcripts)


def _conversation(value: Json) -> str:
    """`commentsEnabled` is PeerTube's, `repliesModerationOption` Mobilizon's; either may close it."""
    is_closed = value.get("repliesModerationOption") == "closed" or not flag(
        value.get("commentsEnabled"), True
    )
    return "closed" if is_closed else "moderated"


def parse_event(value: Json) -> Event:
    """Reads an Event of any server. Raises Malformed without id, author, name or start.

    A time without an offset is meant in the Event's own `timezone`, else in UTC. Without a usable end it
    takes an hour; a date alone is the whole day.
    """
    if kind_of(value) != "Event":
        raise Malformed("not an Event")
    zone = _zone(value)
    starts_at, ends_at = _times(value, zone)
    name = line(natural(value, "name", 1000), MAX_NAME)
    if not name:
        raise Malformed("name is missing")
    organizers = _parse_organizers(value.get("organizers"))
    return Event(
        id=uri(value.get("id"), "id"),
        attributed_to=_author(value),
        name=name,
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=text(value.get("timezone"), 64),
        to=recipients(value.get("to")),
        cc=recipients(value.get("cc")),
        url=link_of(value.get("url")),
        uuid=text(value.get("uuid"), 100) or None,
        summary=natural(value, "summary", MAX_HTML),
        content=natural(value, "content", MAX_HTML),
        language=_language(value),
        translations=parse_wordings(value, _language(value)),
        state=_state(value),
        previous_starts_at=local_moment(value.get("previousStartTime"), zone),
        place=parse_place(value.get("location")),
        second_url=_attached_link(value, "Online"),
        is_online=flag(value.get("isOnline"), False),
        join_mode=one_of(value.get("joinMode"), JOIN_MODES, "free"),
        participation_url=uri_or_none(value.get("externalParticipationUrl")),
        # Mobilizon writes 0 for "no limit".
        capacity=whole(value.get("maximumAttendeeCapacity")) or None,
        remaining=whole(value.get("remainingAttendeeCapacity")),
        going=whole(value.get("participantCount")),
        organizers=organizers,
        topics=parse_hashtags(value.get("tag")),
        picture=_parse_picture(value),
        published=moment(value.get("published")),
        updated=moment(value.get("updated")),
        sequence=whole(value.get("sequence")),
        waiting=whole(value.get("waitingCount")),
        conversation=_conversation(value),
        replies=uri_or_none(value.get("replies")),
        materials=parse_materials(value),
        transcripts=parse_transcripts(value),
        status_note=line(value.get("statusNote"), 500),
        series=parse_series(value.get(SUPER_EVENT, value.get("superEvent"))),
        leaders_share=flag(value.get(_LEADERS_SHARE), False),
    )


def _author(value: Json) -> str:
    authors = [id_of(item, "attributedTo") for item in listed(value.get("attributedTo"))]
    if not authors:
        return id_of(value.get("actor"), "attributedTo")
    return authors[0]


def _zone(value: Json) -> ZoneInfo | None:
    name = text(value.get("timezone"), 64)
    return ZoneInfo(name) if name and is_zone(name) else None


def _times(value: Json, zone: ZoneInfo | None) -> tuple[datetime, datetime]:
    """Start and end. Raises Malformed without a start."""
    whole_day = day(value.get("startTime"), zone)
    starts_at = whole_day or local_moment(value.get("startTime"), zone)
    if starts_at is None:
        raise Malformed("startTime is missing")
    last_day = day(value.get("endTime"), zone)
    found = last_day + _WHOLE_DAY if last_day else local_moment(value.get("endTime"), zone)
    if found is not None and starts_at < found <= starts_at + _LONGEST:
        return starts_at, found
    return starts_at, starts_at + (_WHOLE_DAY if whole_day else _USUAL_LENGTH)


def _language(value: Json) -> str | None:
    """`inLanguage`, or the only language that `contentMap` or `nameMap` has; at most 10 characters."""
    given = text(value.get("inLanguage"), 11)
    for name in ("contentMap", "nameMap"):
        entries = value.get(name)
        if not given and isinstance(entries, dict) and len(entries) == 1:
            given = text(next(iter(entries)), 11)
    return given if given and len(given) <= 10 and given.replace("-", "").isalnum() else None


def _state(value: Json) -> str:
    ical = value.get("status", value.get("ical:status"))
    fallback = _FROM_ICAL.get(ical, SCHEDULED) if isinstance(ical, str) else SCHEDULED
    return one_of(value.get("eventStatus"), EVENT_STATES, fallback)


def _parse_organizers(value: object) -> tuple[Organizer, ...]:
    """Named people with an identity; anything else in the collection is passed over."""
    items = value.get("items", value.get("orderedItems")) if isinstance(value, dict) else value
    found = []
    for item in listed(items):
        if isinstance(item, dict) and (id := uri_or_none(item.get("id"))):  # noqa: A001
            approved_by = uri_or_none(item.get(_APPROVED_BY))
            found.append(Organizer(id, line(item.get("name"), MAX_NAME), approved_by))
        elif isinstance(item, str) and (id := uri_or_none(item)):  # noqa: A001
            found.append(Organizer(id, ""))
    return tuple(found[:10])


def _attached_link(value: Json, name: str) -> str | None:
    for item in listed(value.get("attachment")):
        if isinstance(item, dict) and item.get("type") == "Link" and item.get("name") == name:
            return uri_or_none(item.get("href"))
    return None


def _parse_picture(value: Json) -> Picture | None:
    """The banner among the attachments, else the first picture there, else `image`."""
    pictures = [item for item in listed(value.get("attachment")) if _is_picture(item)]
    banners = [item for item in pictures if item.get("isBannerImage") is True or item.get("name") == "Banner"]
    for item in (*banners, *pictures, *filter(_is_picture, listed(value.get("image")))):
        if found := link_of(item.get("url") or item.get("href")):
            name = "" if item.get("name") == "Banner" else item.get("name")
            alt = line(item.get("summary") or name, 500)
            width, height = whole(item.get("width")), whole(item.get("height"))
            size = (width, height) if width and height else None
            return Picture(found, text(item.get("mediaType"), 60) or "image/jpeg", alt, size)
    return None


def _is_picture(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    kind, media_type = value.get("type"), value.get("mediaType")
    return kind == "Image" or (kind == "Document" and str(media_type).startswith("image/"))
