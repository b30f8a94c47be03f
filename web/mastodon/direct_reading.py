"""Reads what messages say, for the one person whose they are: in one thread, for as many as a page has."""

from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session as Handle
from sqlalchemy.orm import joinedload

from alliance.messaging import opened
from alliance.models import Attendance, Message, Session
from alliance.personal_links import personal_link
from alliance.times import is_zone
from alliance.visibility import visible_sessions
from web.mastodon.direct_words import has_question, question, words_of
from web.mastodon.door import Call
from web.times import Reader

JSON = dict[str, Any]
Said = dict[int, tuple[str, JSON | None]]
"""By message: its content as HTML, and the poll that belongs to it."""
Sayer = Callable[[Connection, dict[int, int]], Said]


def sayer_of(call: Call) -> Sayer:
    """What reads messages for whoever asks: given their postings' identifiers by message."""
    instance, viewer = call.instance, call.viewer

    def say(db: Connection, postings: dict[int, int]) -> Said:
        reader = _reader(call)
        with Handle(bind=db) as handle:
            mine = Message.person_id == viewer.person_id
            messages = handle.scalars(select(Message).where(Message.id.in_(postings), mine)).all()
            sessions = _sessions(handle, call, messages)
            links = _links(handle, call, messages)
            return {
                one.id: (
                    words_of(
                        one,
                        reader,
                        origin=instance.settings.origin,
                        session=sessions.get(one.session_id or 0),
                        link=links.get(one.session_id or 0),
                        sealed=opened(instance.vault, one),
                    ),
                    question(one, reader, postings[one.id]) if has_question(one) else None,
                )
                for one in messages
            }

    return say


def _sessions(handle: Handle, call: Call, messages: Iterable[Message]) -> dict[int, Session]:
    wanted = {one.session_id for one in messages if one.session_id is not None}
    if not wanted:
        return {}
    rows = handle.scalars(
        select(Session)
        .where(Session.id.in_(wanted), visible_sessions(call.viewer))
        .options(joinedload(Session.company))
    )
    return {one.id: one for one in rows}


def _links(handle: Handle, call: Call, messages: Iterable[Message]) -> dict[int, str]:
    """Their own ways into meetings, by session, as long as they are going."""
    wanted = {one.session_id for one in messages if one.about == "joined" and one.session_id is not None}
    if not wanted:
        return {}
    rows = handle.scalars(
        select(Attendance)
        .where(Attendance.session_id.in_(wanted), Attendance.person_id == call.viewer.person_id)
        .options(joinedload(Attendance.session))
    )
    settings, vault = call.instance.settings, call.instance.vault
    found = {row.session_id: personal_link(settings.origin, vault, row) for row in rows}
    return {session_id: link for session_id, link in found.items() if link}


def _reader(call: Call) -> Reader:
    zone = (call.employee.timezone if call.employee else None) or "Europe/Berlin"
    return Reader(call.texts, ZoneInfo(zone if is_zone(zone) else "Europe/Berlin"), call.instance.clock.now())
