"""Reads an invitation that was copied out of a mail, a calendar or a chat: labelled lines and free text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from alliance.errors import Invalid
from alliance.invitations.frames import is_frame
from alliance.invitations.invitation import Invitation, Span
from alliance.invitations.labels import labelled
from alliance.invitations.links import is_usable, meeting_link_in, other_link_in, provider_of
from alliance.invitations.moments import placed
from alliance.invitations.places import place_without_meeting
from alliance.invitations.spans import span_in
from alliance.invitations.trimming import public_text
from alliance.invitations.zones import is_label, without_labels, zone_in
from alliance.natural_time import understand
from alliance.text import clean_line

_PREFIX = re.compile(
    r"^\s*(?:(?:wg|fw|fwd|aw|re|(?:webex |zoom )?meeting invitation|einladung|invitation|updated invitation"
    r"|aktualisierte einladung|besprechung|update|meeting|canceled|cancelled|abgesagt|accepted|zugesagt"
    r"|forwarded|weitergeleitet|erinnerung|reminder)\s*:\s*)+",
    re.IGNORECASE,
)
_CANCELLED = re.compile(r"^\s*(?:(?:wg|fw|fwd)\s*:\s*)*(?:canceled|cancelled|abgesagt)\s*:", re.IGNORECASE)
_SUBJECT_TAIL = re.compile(r"\s(?:@|[-–—])\s(?P<tail>.{0,60}\d{4}.{0,80})$")
_AGAIN = re.compile(
    r"\b(?:jede[nrs]?\s+(?:\d\.\s*|zweiten?\s+)?(?:tag|woche|monat|montag|dienstag|mittwoch|donnerstag"
    r"|freitag|samstag)"
    r"|occurs (?:every|the)|findet (?:jeden|jede|alle)|every (?:day|week|month|other|\d|monday|tuesday"
    r"|wednesday|thursday|friday)|weekly|monthly|wöchentlich|monatlich|alle (?:zwei|\d+) wochen"
    r"|serientermin)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\s*(?:hallo|hi|hey|liebe[rs]?|dear|hello|guten (?:tag|morgen)|moin|servus|sehr geehrte[rs]?"
    r"|good morning)\b",
    re.IGNORECASE,
)
_MOST_LINES = 2000


@dataclass
class _Parts:
    """A text, taken apart: what stands beside labels by kind, and the lines that remain."""

    said: dict[str, list[str]] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)

    def first(self, *kinds: str) -> str:
        return next((value for kind in kinds for value in self.said.get(kind, ()) if value), "")


def read_mail(text: str, now: datetime, zone: str) -> Invitation:
    """What a text says, read at `now` (aware) by somebody in `zone`; never raises for any text."""
    parts = _taken_apart(text)
    subject = parts.first("title")
    title, tail = _subject(subject)
    wall = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    span, when = _span(parts, tail, wall, now, zone)
    start, end, name, remarks = placed(span, _zone(parts, when, span, zone), zone)
    if _AGAIN.search(" ".join((when, *parts.said.get("again", ()), *parts.rest[:5])[:20])):
        remarks |= {"recurring"}
    if _CANCELLED.match(subject):
        remarks |= {"cancelled"}
    if is_label(when) and not _zone(parts, when, span, zone):
        remarks |= {"unknown_zone"}
    place = parts.first("where")
    link = _link(parts, place, text)
    return Invitation(
        title=title or _title_of_text(parts),
        description=_description(parts, link, title, subject),
        starts_at=start,
        ends_at=end,
        day=span.day,
        timezone=name or zone,
        meeting_link=link,
        provider=provider_of(link) if link else "",
        place_name=place_without_meeting(place),
        remarks=frozenset(remarks | span.remarks),
    )


def _taken_apart(text: str) -> _Parts:
    parts, lines = _Parts(), text.splitlines()[:_MOST_LINES]
    number = 0
    while number < len(lines):
        line = lines[number][:4000]
        number += 1
        found = labelled(line)
        if found is None:
            parts.rest.append(line)
            continue
        kind, value = found
        if not value and number < len(lines) and kind != "other" and labelled(lines[number]) is None:
            value = lines[number][:4000].strip()
            number += 1
        # A zone may follow on the next line, as mails of Google have it.
        if (
            kind == "when"
            and number < len(lines)
            and zone_in(lines[number][:200], None, "")
            and not re.search(r"\d:\d\d", lines[number])
        ):
            value = f"{value} {lines[number][:200].strip()}"
            number += 1
        parts.said.setdefault(kind, []).append(value)
    return parts


def _subject(subject: str) -> tuple[str, str]:
    """The title in a subject, and the time that calendars append to it."""
    title = _PREFIX.sub("", subject[:500])
    match = _SUBJECT_TAIL.search(title)
    if match and span_in(match["tail"], datetime(2000, 1, 1)).day:  # noqa: DTZ001 - a wall's
        return clean_line(title[: match.start()], 200), match["tail"]
    return clean_line(title, 200), ""


def _span(parts: _Parts, tail: str, wall: datetime, now: datetime, zone: str) -> tuple[Span, str]:
    """From when to when, with the words that say so."""
    for when in _candidates(parts, tail):
        span = span_in(without_labels(when), wall)
        if span.start or "all_day" in span.remarks:
            return span, when
    said = parts.first("when", "start")
    if said and (spoken := _spoken(without_labels(said), now, zone)):
        return spoken, said
    for line in parts.rest[:200]:
        span = span_in(without_labels(line), wall)
        if span.start:
            return span, line
    day = next((span.day for when in _candidates(parts, tail) if (span := span_in(when, wall)).day), None)
    return Span(day=day, remarks=frozenset({"all_day"} if day else ())), said


def _candidates(parts: _Parts, tail: str) -> Iterable[str]:
    start, end, day, when = (parts.first(kind) for kind in ("start", "end", "day", "when"))
    if start and end:
        yield f"{start} - {end}"
        yield f"{day} {start} - {end}"
    if when:
        yield from parts.said.get("when", ())
        yield f"{day} {' '.join(parts.said.get('when', ()))}"
    yield from (f"{day} {start}", start, tail, day, *parts.said.get("again", ()))


def _spoken(text: str, now: datetime, zone: str) -> Span | None:
    """A time as people say it: "Thursday 4pm", "morgen 16 Uhr"."""
    try:
        timing = understand(text[:120], now=now, zone=ZoneInfo(zone))
    except Invalid:
        return None
    start, end = (
        m.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for m in (timing.starts_at, timing.ends_at)
    )
    return Span(start=start, end=end, day=start.date())


def _zone(parts: _Parts, when: str, span: Span, reader: str) -> str:
    texts = (parts.first("zone"), when, *parts.said.get("when", ()), *parts.said.get("start", ()))
    return next((zone for text in texts if text and (zone := zone_in(text[:400], span.start, reader))), "")


def _link(parts: _Parts, place: str, text: str) -> str:
    known = meeting_link_in(parts.first("link"), place, text)
    if known:
        return known
    beside_label = other_link_in(parts.first("link"), place)
    if beside_label or place_without_meeting(place):
        return beside_label
    return next((url for url in (other_link_in(text),) if url and is_usable(url)), "")


def _title_of_text(parts: _Parts) -> str:
    """The first line of a text without a subject, if it can be a title."""
    for line in parts.rest[:30]:
        candidate = clean_line(line.strip(" *#>_-"))
        if not candidate or is_frame(candidate):
            continue
        fits = 3 <= len(candidate) <= 120 and not _GREETING.match(candidate) and "://" not in candidate
        return candidate if fits and not re.search(r"\d[:.]\d\d", candidate) else ""
    return ""


def _description(parts: _Parts, link: str, title: str, subject: str) -> str:
    text = public_text("\n".join(line for line in parts.rest if not subject or line.strip() != subject), link)
    first, _, rest = text.partition("\n")
    if not title and clean_line(first.strip(" *#>_-")) == _title_of_text(parts):
        return rest.strip()
    return text
