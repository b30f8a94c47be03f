"""Puts pictures beside people and sessions and takes them away again; they lie on the instance's shelf.

A picture gets a name that nobody guesses and never changes; whoever asks for it still has to be allowed to
see what it belongs to.
"""

import logging
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from alliance.errors import Invalid
from alliance.facts import SessionChanged
from alliance.instance import Instance
from alliance.models import Employee, ExpertProfile, Session
from alliance.profiling import change_portrait
from alliance.publishing import session_to_change
from alliance.queries.pictures import used_pictures
from alliance.shelves import SETTLED, Shelf, ShelfAway
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork

ALT_LIMIT = 500
MOST_SWEPT = 5000

log = logging.getLogger("alliance.pictures")


@dataclass(frozen=True)
class StoredPicture:
    """A picture on the shelf: its name, width and height in pixels."""

    name: str
    width: int
    height: int


async def set_portrait(
    uow: UnitOfWork, employee_id: int, picture: StoredPicture, *, shared: bool
) -> ExpertProfile:
    """Puts a portrait beside a profile, published or not; `shared` lets it leave the company with it."""
    return await _portrait(uow, employee_id, picture.name, shared=shared)


async def share_portrait(uow: UnitOfWork, employee_id: int, *, shared: bool) -> ExpertProfile:
    """Decides whether the portrait that is there leaves the company."""
    kept = await uow.db.scalar(select(ExpertProfile.picture).where(ExpertProfile.person_id == employee_id))
    return await change_portrait(uow, employee_id, kept, shared=shared and kept is not None)


async def remove_portrait(uow: UnitOfWork, employee_id: int) -> ExpertProfile:
    """Takes the portrait away everywhere."""
    return await _portrait(uow, employee_id, None, shared=False)


async def set_banner(
    uow: UnitOfWork, session_id: int, picture: StoredPicture, alt: str, by: Employee | None
) -> Session:
    """Puts a picture over a session; `alt` says in words what it shows.

    Raises Invalid without words, NotFound, Gone, Forbidden.
    """
    words = words_for(alt)
    session = await session_to_change(uow, session_id, by)
    discard_afterwards(uow, session.image)
    session.image, session.image_alt = picture.name, words
    session.image_width, session.image_height = picture.width, picture.height
    return await _changed(uow, session)


def words_for(alt: str) -> str:
    """What a picture shows, in words. Raises Invalid for none or too many."""
    words = clean_line(alt)
    if not 1 <= len(words) <= ALT_LIMIT:
        raise Invalid(
            "Please say in a few words what the picture shows, for people who don't see it.",
            field="image_alt",
        )
    return words


async def remove_banner(uow: UnitOfWork, session_id: int, by: Employee | None) -> Session:
    """Takes the picture of a session away. Raises NotFound, Gone, Forbidden."""
    session = await session_to_change(uow, session_id, by)
    if session.image is None:
        return session
    discard_afterwards(uow, session.image)
    session.image, session.image_alt = None, ""
    session.image_width = session.image_height = None
    return await _changed(uow, session)


async def sweep_pictures(instance: Instance) -> int:
    """Throws away what nothing names any more: of withdrawn sessions, and what a crash left behind.

    What is younger than an hour may be on its way into a transaction. Tells how many went; of a shelf that
    can't be reached, or is another instance's, nothing goes.
    """
    try:
        return await _sweep(instance, instance.shelf)
    except ShelfAway as error:
        log.warning("pictures that nothing names are left for later: %s", error.detail)
        return 0


async def _sweep(instance: Instance, shelf: Shelf) -> int:
    await shelf.tidy()
    there = {one.name async for one in shelf.stored() if one.age >= SETTLED}
    if not there:
        return 0
    async with instance.reading() as db:
        lost = there - await used_pictures(db)
    if not lost:
        return 0
    if (owner := await shelf.owner(instance.settings.origin)) != instance.settings.origin:
        log.error("the pictures in %s are those of %s: nothing is thrown away", shelf.place, owner)
        return 0
    going = sorted(lost)[:MOST_SWEPT]
    for name in going:
        await shelf.discard(name)
    return len(going)


def discard_afterwards(uow: UnitOfWork, name: str | None) -> None:
    """Throws a picture away once nothing names it any more."""
    if name is not None:
        uow.after_commit(partial(uow.shelf.discard_soon, name))


async def _portrait(uow: UnitOfWork, employee_id: int, name: str | None, *, shared: bool) -> ExpertProfile:
    former = await uow.db.scalar(select(ExpertProfile.picture).where(ExpertProfile.person_id == employee_id))
    profile = await change_portrait(uow, employee_id, name, shared=shared)
    discard_afterwards(uow, former)
    return profile


async def _changed(uow: UnitOfWork, session: Session) -> Session:
    session.updated_at = uow.now
    await uow.db.flush()
    uow.record(SessionChanged(session, previous_audience=session.audience))
    return session
