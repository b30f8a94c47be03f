"""What is held about one person as a ZIP: for programs (JSON), for calendars (ICS) and for reading (HTML)."""

import asyncio
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any

from alliance.shelves import Shelf, is_name
from web.takeaway_labels import FIELD_LABELS, SECTION_LABELS
from web.templating import fill
from web.texts import Texts

Everything = Mapping[str, Any]
Fields = list[tuple[str, str]]
_IN_MEMORY = 8_000_000
_NAMING = ("picture", "pictures")

_READ_ME_TEXT = (
    "This is what %(company)s's learning alliance holds about you, as of %(moment)s. "
    "Open index.html to read it. everything.json holds the same for programs, calendar.ics your sessions "
    "for a calendar, pictures the ones you gave. Nothing about other people is in it. "
    "Keep it to yourself: links in it are yours alone."
)


async def takeaway(
    everything: Everything, language: str, *, company: str, host: str, now: datetime, shelf: Shelf
) -> IO[bytes]:
    """The ZIP, ready to be read and closed; `everything` comes from `alliance.exporting.everything_about`.

    Every picture that it names lies beside it, one after the other from the shelf: a small ZIP is in memory,
    a larger one in a file that goes with it. `now` is aware. Raises ShelfAway rather than leave one out.
    """
    held = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by whoever hands it out
    try:
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            texts = Texts(language)
            await asyncio.to_thread(_write_texts, archive, everything, texts, company, host, now)
            for name in dict.fromkeys(_pictures(everything)):
                if content := await shelf.take(name):
                    path = f"pictures/{name}"
                    await asyncio.to_thread(archive.writestr, path, content, zipfile.ZIP_STORED)
    except BaseException:
        held.close()
        raise
    held.seek(0)
    return held


def _write_texts(
    archive: zipfile.ZipFile, everything: Everything, texts: Texts, company: str, host: str, now: datetime
) -> None:
    about = texts.gettext(_READ_ME_TEXT, company=company, moment=f"{now:%Y-%m-%d %H:%M} UTC")
    told = sections(everything, texts)
    page = fill("takeaway.html", texts.language, company=company, about=about, sections=told)
    archive.writestr("README.txt", f"{about}\n")
    archive.writestr("index.html", page)
    archive.writestr("everything.json", json.dumps(everything, indent=1, ensure_ascii=False))
    archive.writestr("calendar.ics", calendar(everything, company, host, now))


def _pictures(held: Any) -> Iterator[str]:
    """One's portrait, and those of one's stories.

    Only where we wrote the name ourselves: in a text of theirs somebody could name a picture of others.
    """
    if isinstance(held, list):
        for part in held:
            yield from _pictures(part)
    elif isinstance(held, Mapping):
        for key, part in held.items():
            if key in _NAMING:
                yield from filter(is_name, [part] if isinstance(part, str) else part or [])
            else:
                yield from _pictures(part)


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
