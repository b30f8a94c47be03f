"""Adds what people can see or read again after a session, and takes it away."""

from urllib.parse import urlsplit

from alliance.errors import Conflict, Invalid, NotFound
from alliance.facts import SessionChanged
from alliance.meeting_links import MEETING_LINK_PURPOSE, checked_meeting_link, gives_away
from alliance.models import MATERIAL_KINDS, MOST_MATERIALS, Employee, Material, Session
from alliance.problems import Problems
from alliance.publishing import session_to_change
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork


def in_order(session: Session) -> list[Material]:
    """The recordings first, then in the order in which they were added; `materials` must be loaded."""
    return sorted(session.materials, key=lambda one: (one.kind != "recording", one.id))


async def add_material(
    uow: UnitOfWork, session_id: int, kind: str, title: str, url: str, by: Employee | None = None
) -> Material:
    """Adds an address with a title to a session of ours; whoever sees the session sees it.

    Raises Invalid with a problem per field, NotFound, Gone, Forbidden, and Conflict for more than 20.
    """
    session = await session_to_change(uow, session_id, by)
    title, url = clean_line(title), url.strip()
    _check(uow, session, kind, title, url)
    if len(session.materials) >= MOST_MATERIALS:
        raise Conflict("There are {limit} materials already.", limit=MOST_MATERIALS)
    material = Material(
        id=uow.new_id(), session_id=session.id, kind=kind, title=title, url=url, added_at=uow.now
    )
    session.materials.append(material)
    await _changed(uow, session)
    return material


async def remove_material(
    uow: UnitOfWork, session_id: int, material_id: int, by: Employee | None = None
) -> None:
    """Takes a material away again. Raises NotFound, Gone, Forbidden."""
    session = await session_to_change(uow, session_id, by)
    material = next((one for one in session.materials if one.id == material_id), None)
    if material is None:
        raise NotFound
    session.materials.remove(material)
    await _changed(uow, session)


def _check(uow: UnitOfWork, session: Session, kind: str, title: str, url: str) -> None:
    problems = Problems()
    if kind not in MATERIAL_KINDS:
        problems.add("kind", "Please choose one of the options.")
    if not title:
        problems.add("material_title", "Please give it a title.")
    elif len(title) > 200:
        problems.add("material_title", "The title is longer than {limit} characters.", limit=200)
    if not is_address(url):
        problems.add("url", "The address must begin with https:// and be a web address.")
    for field, text in (("material_title", title), ("url", url)):
        if _gives_away(uow, session, text[:4000]):
            problems.add(field, "This is the link to the meeting, or gives it away.")
    problems.raise_if_any()


def is_address(url: str) -> bool:
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
