"""Adds what people can see or read again after a session, and says thank you to those who were there."""

from urllib.parse import urlsplit

from sqlalchemy import func, select

from alliance.errors import Conflict, Invalid, NotFound
from alliance.facts import SessionChanged, SessionThanked
from alliance.meeting_links import MEETING_LINK_PURPOSE, checked_meeting_link, gives_away
from alliance.models import MATERIAL_KINDS, MOST_MATERIALS, Employee, Material, Session
from alliance.problems import Problems
from alliance.publishing import session_to_change
from alliance.text import clean_line, clean_text
from alliance.unit_of_work import UnitOfWork

LONGEST_THANKS = 1000


async def add_material(
    uow: UnitOfWork, session_id: int, kind: str, title: str, url: str, by: Employee | None = None
) -> Material:
    """Adds an address with a title to a session of ours; whoever sees the session sees it.

    Raises Invalid with a problem per field, NotFound, Gone, Forbidden, and Conflict for more than 20.
    """
    session = await session_to_change(uow, session_id, by)
    title, url = clean_line(title), url.strip()
    _check(uow, session, kind, title, url)
    count = select(func.count()).where(Material.session_id == session.id)
    if (await uow.db.scalar(count) or 0) >= MOST_MATERIALS:
        raise Conflict("There are {limit} materials already.", limit=MOST_MATERIALS)
    material = Material(
        id=uow.new_id(), session_id=session.id, kind=kind, title=title, url=url, added_at=uow.now
    )
    uow.db.add(material)
    await _changed(uow, session)
    return material


async def remove_material(
    uow: UnitOfWork, session_id: int, material_id: int, by: Employee | None = None
) -> None:
    """Takes a material away again. Raises NotFound, Gone, Forbidden."""
    session = await session_to_change(uow, session_id, by)
    material = await uow.db.get(Material, material_id)
    if material is None or material.session_id != session.id:
        raise NotFound
    await uow.db.delete(material)
    await _changed(uow, session)


async def thank(uow: UnitOfWork, session_id: int, words: str, by: Employee | None = None) -> Session:
    """Says thank you to everybody who was going, once, after the end.

    Raises Invalid, NotFound, Gone, Forbidden, and Conflict before the end, after a first time, and for a
    session that did not take place.
    """
    session = await session_to_change(uow, session_id, by)
    if session.thanked_at is not None:
        raise Conflict("You have said thank you already.")
    if session.ends_at > uow.now or session.status == "cancelled":
        raise Conflict("The session is not over yet.")
    words = clean_text(words)
    if not words:
        raise Invalid("Please write a word of thanks.", field="words")
    if len(words) > LONGEST_THANKS:
        raise Invalid("This is longer than {limit} characters.", field="words", limit=LONGEST_THANKS)
    if _gives_away(uow, session, words):
        raise Invalid("This is the link to the meeting, or gives it away.", field="words")
    session.thanked_at = uow.now
    await uow.db.flush()
    uow.record(SessionThanked(session, words))
    return session


def _check(uow: UnitOfWork, session: Session, kind: str, title: str, url: str) -> None:
    problems = Problems()
    if kind not in MATERIAL_KINDS:
        problems.add("kind", "Please choose one of the options.")
    if not title:
        problems.add("material_title", "Please give it a title.")
    elif len(title) > 200:
        problems.add("material_title", "The title is longer than {limit} characters.", limit=200)
    if not _is_address(url):
        problems.add("url", "The address must begin with https:// and be a web address.")
    for field, text in (("material_title", title), ("url", url)):
        if _gives_away(uow, session, text[:4000]):
            problems.add(field, "This is the link to the meeting, or gives it away.")
    problems.raise_if_any()


def _is_address(url: str) -> bool:
    """An https address with a name of a host in it, by the rules that hold for links to meetings."""
    try:
        return "." in (urlsplit(checked_meeting_link(url)).hostname or "")
    except Invalid:
        return False


def _gives_away(uow: UnitOfWork, session: Session, text: str) -> bool:
    if session.meeting_link is None:
        return False
    return gives_away(text, uow.vault.open(session.meeting_link, MEETING_LINK_PURPOSE))


async def _changed(uow: UnitOfWork, session: Session) -> None:
    session.updated_at = uow.now
    await uow.db.flush()
    uow.record(SessionChanged(session, previous_audience=session.audience))
