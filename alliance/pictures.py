"""Puts pictures beside people and sessions and takes them away again; the files lie in the media folder.

A picture gets a name that nobody guesses and never changes; whoever asks for it still has to be allowed to
see what it belongs to.
"""

import asyncio
import contextlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from alliance.errors import Invalid
from alliance.facts import SessionChanged
from alliance.instance import Instance
from alliance.models import Employee, ExpertProfile, Session
from alliance.profiling import change_portrait
from alliance.publishing import session_to_change
from alliance.queries.pictures import used_pictures
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork

ALT_LIMIT = 500
SETTLED = 3600.0
"""Seconds."""
_NAME = re.compile(r"[A-Za-z0-9_-]{22}\.jpg")


@dataclass(frozen=True)
class StoredPicture:
    """A picture on the shelf: its name, width and height in pixels."""

    name: str
    width: int
    height: int


class Shelf:
    """The media folder: files under names that nobody guesses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keeps a JPEG and tells its name. Raises OSError."""
        name = f"{secrets.token_urlsafe(16)}.jpg"
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._folder / f".{name}"
        half.write_bytes(content)
        half.replace(self._folder / name)
        return name

    def take(self, name: str) -> bytes | None:
        """The content of a picture, None for what is not there."""
        if not is_name(name):
            return None
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def discard(self, name: str | None) -> None:
        """Throws a picture away; one that is not there is fine."""
        if name is not None and is_name(name):
            with contextlib.suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)

    def names(self, older_than: float = 0) -> set[str]:
        """Every picture that has been there for so many seconds."""
        if not self._folder.is_dir():
            return set()
        before = time.time() - older_than
        found = (path for path in self._folder.iterdir() if is_name(path.name))
        return {path.name for path in found if path.stat().st_mtime <= before}


def is_name(name: str) -> bool:
    """Whether this is how our pictures are called; nothing else is ever looked for."""
    return _NAME.fullmatch(name) is not None


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

    What is younger than an hour may be on its way into a transaction. Tells how many went.
    """
    shelf = Shelf(instance.settings.media)
    there = await asyncio.to_thread(shelf.names, SETTLED)
    if not there:
        return 0
    async with instance.reading() as db:
        lost = there - await used_pictures(db)
    for name in lost:
        shelf.discard(name)
    return len(lost)


def discard_afterwards(uow: UnitOfWork, name: str | None) -> None:
    """Throws a file away once nothing names it any more."""
    if name is not None:
        uow.after_commit(_discarding(Shelf(uow.settings.media), name))


def _discarding(shelf: Shelf, name: str) -> Callable[[], None]:
    def discard() -> None:
        shelf.discard(name)

    return discard


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
