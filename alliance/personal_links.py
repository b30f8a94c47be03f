"""Personal links to meetings: derived, never stored, void as soon as somebody no longer goes."""

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.errors import Gone, NotFound
from alliance.meeting_links import MEETING_LINK_PURPOSE
from alliance.models import Attendance, CoHost
from alliance.vault import Vault
from alliance.visibility import may_open_meeting

PERSONAL_LINK_PURPOSE = "attendance.personal_link"
_TOKEN = re.compile(r"([0-9]{1,19})-([A-Za-z0-9_-]{32})")
_LARGEST_ID = (1 << 63) - 1
# How many revoked links of one person are still told apart from invented ones.
_REMEMBERED = 16


def personal_token(vault: Vault, place: Attendance | CoHost) -> str:
    """What the personal link of a place at one of our sessions ends in: `{origin}/meet/<token>`."""
    if isinstance(place, CoHost):
        return f"{place.id}-{vault.mark(_of_co_host(place))}"
    return f"{place.id}-{vault.mark(_message(place, place.pass_version))}"


def personal_link(origin: str, vault: Vault, attendance: Attendance | CoHost) -> str | None:
    """The link that leads this person into the meeting, or None while there is none; `session` is loaded.

    For a partner's session it is what the partner gave; for our own, one that this instance answers.
    """
    session = attendance.session
    if not may_open_meeting(session, attendance):
        return None
    if session.uri is not None:
        sealed = attendance.personal_link
        return vault.open(sealed, PERSONAL_LINK_PURPOSE) if sealed else None
    return f"{origin}/meet/{personal_token(vault, attendance)}" if session.meeting_link else None


async def open_meeting(db: AsyncSession, vault: Vault, token: str) -> str:
    """The meeting link behind a personal link's token.

    Raises NotFound for a token that we never gave out, Gone for one that no longer opens: revoked, place
    given back, session cancelled or withdrawn.
    """
    match = _TOKEN.fullmatch(token)
    if match is None or int(match[1]) > _LARGEST_ID:
        raise NotFound
    attendance = await db.scalar(
        select(Attendance)
        .where(Attendance.id == int(match[1]))
        .options(joinedload(Attendance.session))
        .execution_options(populate_existing=True)
    )
    if attendance is None:
        return await _open_as_co_host(db, vault, int(match[1]), match[2])
    if not _was_given_out(vault, attendance, match[2]):
        raise NotFound
    session = attendance.session
    is_current = vault.is_mark(_message(attendance, attendance.pass_version), match[2])
    if not is_current or not may_open_meeting(session, attendance) or session.meeting_link is None:
        raise Gone("This personal link no longer opens the meeting.")
    return vault.open(session.meeting_link, MEETING_LINK_PURPOSE)


async def _open_as_co_host(db: AsyncSession, vault: Vault, co_host_id: int, mark: str) -> str:
    """The same for somebody of another company who holds the session too. Raises NotFound, Gone."""
    co_host = await db.scalar(
        select(CoHost)
        .where(CoHost.id == co_host_id)
        .options(joinedload(CoHost.session))
        .execution_options(populate_existing=True)
    )
    if co_host is None or not vault.is_mark(_of_co_host(co_host), mark):
        raise NotFound
    session = co_host.session
    if not may_open_meeting(session, co_host) or session.meeting_link is None:
        raise Gone("This personal link no longer opens the meeting.")
    return vault.open(session.meeting_link, MEETING_LINK_PURPOSE)


def _of_co_host(co_host: CoHost) -> str:
    """Of this one invitation: when it is taken back and another one follows, the link is another one."""
    return f"meet-co-host:{co_host.id}:{co_host.request_uri}"


def _message(attendance: Attendance, version: int) -> str:
    return f"meet:{attendance.id}:{version}"


def _was_given_out(vault: Vault, attendance: Attendance, mark: str) -> bool:
    oldest = max(0, attendance.pass_version - _REMEMBERED)
    versions = range(oldest, attendance.pass_version + 1)
    return any(vault.is_mark(_message(attendance, version), mark) for version in versions)
