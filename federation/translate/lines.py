"""The few lines that say all about a session to somebody who reads it in a timeline."""

from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from alliance.models import Session
from federation.translate.phrases import GERMAN, Phrases, phrases_in


def zone_of(session: Session) -> ZoneInfo:
    """The zone in which the host lives."""
    return ZoneInfo(session.timezone)


def summary_html(session: Session, page: str, language: str, more: str = "") -> str:
    """One paragraph: what has changed, when (host's zone and UTC), who and for which company, how to join.

    Mastodon shows the title, this and the link, and nothing else of an Event. `company` and, when a name is
    to be shown, `host` must be loaded. `page` is the address of the session for people; the line is German
    when `language` is, else English. `more` is a line of HTML below the others.
    """
    words = phrases_in(language)
    lines = [
        *_notices(session, words),
        f"🗓️ {when(session, words)}",
        f"👤 {escape(words.host.format(_who(session)))}",
        f"{_where(session, words)}",
        f"🎟️ {_how(session, words, page)}",
        *([more] if more else []),
    ]
    return f"<p>{'<br>'.join(lines)}</p>"


def headline_html(title: str) -> str:
    """The title as the first paragraph of a content: GoToSocial shows summary and content, never the name."""
    return f"<p><strong>{escape(title)}</strong></p>"


def when(session: Session, words: Phrases) -> str:
    """Date and time in the host's zone, then in UTC: `Thu 10 Sep 2026, 16:00–17:00 Europe/Zurich (…)`."""
    zone = zone_of(session)
    here = _span(session.starts_at.astimezone(zone), session.ends_at.astimezone(zone), words)
    if zone.key in ("UTC", "Etc/UTC"):
        return f"{here} UTC"
    there = _span(session.starts_at.astimezone(UTC), session.ends_at.astimezone(UTC), words)
    is_same_day = there.rsplit(", ", 1)[0] == here.rsplit(", ", 1)[0]
    return f"{here} {zone.key} ({there.rsplit(', ', 1)[1] if is_same_day else there} UTC)"


def _span(start: datetime, end: datetime, words: Phrases) -> str:
    if start.date() == end.date():
        return f"{_day(start, words)}, {start:%H:%M}–{end:%H:%M}"
    return f"{_day(start, words)}, {start:%H:%M} – {_day(end, words)}, {end:%H:%M}"


def _day(moment: datetime, words: Phrases) -> str:
    locale = "de" if words is GERMAN else "en"
    return format_datetime(moment.replace(tzinfo=None), words.day, locale=locale)


def _notices(session: Session, words: Phrases) -> list[str]:
    note = f": {escape(session.status_note)}" if session.status_note else ""
    if session.status == "cancelled":
        return [f"❌ <strong>{words.cancelled}</strong>{note}"]
    if session.status == "postponed":
        return [f"⏸️ <strong>{words.postponed}</strong>{note}"]
    notices = [f"❔ {words.tentative}{note}"] if session.status == "tentative" else []
    if session.previous_starts_at is not None:
        before = session.previous_starts_at.astimezone(zone_of(session))
        notices.append(f"🔁 {words.moved.format(f'{_day(before, words)}, {before:%H:%M}')}")
    return notices


def _who(session: Session) -> str:
    shown = session.host if session.host_shown else None
    return f"{shown.name}, {session.company.name}" if shown else session.company.name


def _where(session: Session, words: Phrases) -> str:
    place = escape(", ".join(part for part in (session.place_name, session.place_address) if part))
    if session.place == "online":
        return f"💻 {words.online}"
    return f"📍 {(words.hybrid if session.place == 'hybrid' else words.on_site).format(place)}"


def _how(session: Session, words: Phrases, page: str) -> str:
    link = f'<a href="{escape(page)}">{escape(page.removeprefix("https://"))}</a>'
    if session.status in ("cancelled", "postponed"):
        return words.none.format(link)
    if is_full(session) and session.join_mode in ("free", "restricted"):
        return words.full.format(link)
    by_mode = {"free": words.free, "restricted": words.restricted, "external": words.external}
    return by_mode.get(session.join_mode, words.none).format(link)


def is_full(session: Session) -> bool:
    """Whether nobody can get a place at once."""
    return session.capacity is not None and session.going_count >= session.capacity
