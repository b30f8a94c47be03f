"""What is held about one person as a ZIP: for programs (JSON), for calendars (ICS) and for reading (HTML)."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alliance.pictures import Shelf
from web.takeaway_labels import FIELD_LABELS, SECTION_LABELS
from web.templating import fill
from web.texts import Texts

Everything = Mapping[str, Any]
Fields = list[tuple[str, str]]

_READ_ME_TEXT = (
    "This is what %(company)s's learning alliance holds about you, as of %(moment)s. "
    "Open index.html to read it. everything.json holds the same for programs, calendar.ics your sessions "
    "for a calendar, pictures the ones you gave. Nothing about other people is in it. "
    "Keep it to yourself: links in it are yours alone."
)


def takeaway(
    everything: Everything, language: str, *, company: str, host: str, now: datetime, media: Path
) -> bytes:
    """The ZIP, in memory; `everything` comes from `alliance.exporting.everything_about`. `now` is aware.

    Every picture that it names lies beside it, from the folder `media`.
    """
    held = io.BytesIO()
    texts = Texts(language)
    about = texts.gettext(_READ_ME_TEXT, company=company, moment=f"{now:%Y-%m-%d %H:%M} UTC")
    page = fill("takeaway.html", language, company=company, about=about, sections=sections(everything, texts))
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", f"{about}\n")
        archive.writestr("index.html", page)
        archive.writestr("everything.json", json.dumps(everything, indent=1, ensure_ascii=False))
        archive.writestr("calendar.ics", calendar(everything, company, host, now))
        for name, content in _pictures(everything, Shelf(media)):
            archive.writestr(f"pictures/{name}", content, zipfile.ZIP_STORED)
    return held.getvalue()


def _pictures(held: Any, shelf: Shelf) -> Iterator[tuple[str, bytes]]:
    """What lies on the shelf under the names that stand anywhere in it: one's portrait, one's stories."""
    if isinstance(held, str):
        if content := shelf.take(held):
            yield held, content
    elif isinstance(held, Mapping | list):
        for part in held.values() if isinstance(held, Mapping) else held:
            yield from _pictures(part, shelf)


def sections(everything: Everything, texts: Texts) -> list[tuple[str, list[Fields]]]:
    """For reading: headings with entries, each a list of labels and values; what is empty is left out."""
    found = []
    for name, held in everything.items():
        rows = held if isinstance(held, list) else [held] if held else []
        entries = [_fields(row, texts) for row in rows]
        if entries:
            found.append((texts.gettext(SECTION_LABELS[name]), entries))
    return found


def _fields(row: Any, texts: Texts) -> Fields:
    if not isinstance(row, dict):
        return [("", str(row))]
    said = ((texts.gettext(FIELD_LABELS[key]), _words(value, texts)) for key, value in row.items())
    return [(label, words) for label, words in said if words]


def _words(value: Any, texts: Texts) -> str:
    if isinstance(value, bool):
        return texts.gettext("yes") if value else texts.gettext("no")
    if isinstance(value, list):
        return ", ".join(_words(one, texts) for one in value)
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values())
    return "" if value is None else str(value)


def calendar(everything: Everything, company: str, host: str, now: datetime) -> bytes:
    """One's sessions, held and attended (RFC 5545); times in UTC, so no zone has to be described."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", f"-//Alliance//{host}//")
    made.add("version", "2.0")
    made.add("x-wr-calname", company)
    for session in _dated(everything):
        event = Event()
        event.add("uid", session["uid"])
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", datetime.fromisoformat(session["starts_at"]).astimezone(UTC))
        event.add("dtend", datetime.fromisoformat(session["ends_at"]).astimezone(UTC))
        event.add("summary", session.get("title") or session.get("session"))
        if link := session.get("personal_link") or session.get("meeting_link"):
            event.add("location", link)
        made.add_component(event)
    return bytes(made.to_ical())


def _dated(everything: Everything) -> Iterator[dict[str, Any]]:
    yield from (session for session in everything["sessions"] if session["status"] == "scheduled")
    yield from (place for place in everything["attendances"] if place["state"] == "going")
