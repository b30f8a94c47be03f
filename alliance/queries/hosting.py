"""Who holds sessions together: those of one session, what one person holds too, and who can be asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.models import CoHost, Company, Employee, ExpertProfile, Partner, Person, Session
from alliance.queries.search import question_of, search
from alliance.queries.session_filters import EVERYTHING
from alliance.visibility import Viewer, is_co_hosted_by, visible_profiles, visible_sessions
from alliance.words import words_of

MOST_FOUND = 12
_MOST_ALIKE = 200
# Letters that folding changes, leaves out, or makes of others (`ß`, `ae`, `ç`).
_FOLDED = frozenset("aeiouyscnz")
LONGEST_NAME = 200


async def co_hosts_of(db: AsyncSession, session_id: int) -> Sequence[CoHost]:
    """Everybody who was asked and has not been left out again, as they stand, for those who decide."""
    rows = await db.scalars(
        select(CoHost)
        .where(CoHost.session_id == session_id, CoHost.state != "over")
        .order_by(CoHost.id)
        .options(joinedload(CoHost.person).joinedload(Person.company))
    )
    return rows.all()


async def own_hosting(db: AsyncSession, person_id: int, session_id: int) -> CoHost | None:
    """What this person was asked about this session, with the session. One query."""
    return await db.scalar(
        select(CoHost)
        .where(CoHost.session_id == session_id, CoHost.person_id == person_id)
        .options(joinedload(CoHost.session))
    )


async def own_hostings(db: AsyncSession, viewer: Viewer, sessions: Sequence[Session]) -> dict[int, CoHost]:
    """What the viewer holds of these sessions without being their host, by session id. One query."""
    held = [session.id for session in sessions if viewer.person_id in (session.co_host_ids or ())]
    if viewer.person_id is None or not held:
        return {}
    rows = await db.scalars(
        select(CoHost)
        .where(CoHost.person_id == viewer.person_id, CoHost.session_id.in_(held), CoHost.state == "yes")
        .options(joinedload(CoHost.session))
    )
    return {row.session_id: row for row in rows.all()}


async def co_hosted(
    db: AsyncSession, viewer: Viewer, person_id: int, *, now: datetime, past: bool = False, limit: int = 20
) -> list[Session]:
    """What this person holds with others, as far as `viewer` may see it, loaded for a list. Two queries."""
    query = (
        select(Session)
        .where(visible_sessions(viewer), is_co_hosted_by(person_id))
        .options(
            joinedload(Session.company),
            joinedload(Session.host).joinedload(Person.company),
            selectinload(Session.topics),
        )
    )
    if past:
        query = query.where(Session.ends_at <= now).order_by(Session.starts_at.desc(), Session.id.desc())
    else:
        query = query.where(Session.ends_at > now).order_by(Session.starts_at, Session.id)
    return list((await db.scalars(query.limit(limit))).all())


async def questions_to(db: AsyncSession, viewer: Viewer, *, now: datetime) -> list[Session]:
    """Sessions to come that wait for the viewer's yes, loaded for a list. Two queries."""
    asked = select(CoHost.session_id).where(CoHost.person_id == viewer.person_id, CoHost.state == "asked")
    found = await db.scalars(
        select(Session)
        .where(visible_sessions(viewer), Session.id.in_(asked), Session.ends_at > now)
        .order_by(Session.starts_at, Session.id)
        .options(
            joinedload(Session.company),
            joinedload(Session.host).joinedload(Person.company),
            selectinload(Session.topics),
        )
        .limit(20)
    )
    return list(found.all())


@dataclass(frozen=True)
class Named:
    """What somebody typed, and whom it can mean."""

    typed: str
    people: tuple[Person, ...]


async def people_found(db: AsyncSession, viewer: Viewer, text: str, *, now: datetime) -> list[Person]:
    """People to hold a session with: experts that the viewer sees, and colleagues named in full.

    Colleagues who show no profile are not listed for a part of their name: nobody browses the staff here.
    """
    exact = (await people_named(db, viewer, [text]))[0].people
    found = await search(db, viewer, question_of(text), EVERYTHING, now=now, sessions=0, experts=MOST_FOUND)
    people = {person.id: person for person in (*exact, *found.experts) if person.id != viewer.person_id}
    return list(people.values())[:MOST_FOUND]


async def people_named(db: AsyncSession, viewer: Viewer, names: Sequence[str]) -> list[Named]:
    """Who is meant by each of these names or handles (`@ada`, `@ada@host`, `Ada Ahrens`)."""
    return [Named(name, tuple(await _named(db, viewer, name[:LONGEST_NAME].strip()))) for name in names]


async def _named(db: AsyncSession, viewer: Viewer, name: str) -> Sequence[Person]:
    username, _, host = name.removeprefix("@").lower().partition("@")
    meant: ColumnElement[bool]
    if name.startswith("@") or host:
        meant = (Person.username == username) & (Person.host == host if host else Person.host.is_(None))
        if host:
            home = select(Company.id).where(Company.is_home, Company.host == host)
            meant |= (Person.username == username) & Person.host.is_(None) & home.exists()
    else:
        meant = func.lower(Person.name).like(_likeness(name))
    found = await db.scalars(
        select(Person)
        .where(meant, Person.gone_at.is_(None), can_be_asked(viewer), Person.id != viewer.person_id)
        .order_by((Person.name == name).desc(), Person.id)
        .options(joinedload(Person.company), joinedload(Person.profile).selectinload(ExpertProfile.topics))
        .limit(_MOST_ALIKE)
    )
    people = found.unique().all()
    if name.startswith("@") or host:
        return people
    return [person for person in people if _folded(person.name) == _folded(name)][:MOST_FOUND]


def _likeness(name: str) -> str:
    """What all spellings of a name are like: whatever folding changes may be anything.

    SQLite's `lower` knows no umlauts, so the database only makes the choice small.
    """
    likeness = (c if c.isascii() and c.isalnum() and c not in _FOLDED else "%" for c in name.lower())
    return re.sub("%+", "%", "".join(likeness)) or "%"


def _folded(name: str) -> list[str]:
    """A name as the search compares words: `Jürgen MÜLLER` and `Juergen Muller` are the same."""
    return [word.folded for word in words_of(name)]


def can_be_asked(viewer: Viewer) -> ColumnElement[bool]:
    """People whom `viewer` may ask, as a condition on Person: colleagues, and experts of allies seen here."""
    account = select(Employee.id).where(Employee.id == Person.id, Employee.disabled_at.is_(None)).exists()
    # With Person in its own FROM: what `visibility` asks about the company would else be asked of anybody's.
    seen = Person.id.in_(
        select(ExpertProfile.person_id)
        .join(Person, Person.id == ExpertProfile.person_id)
        .where(visible_profiles(viewer))
        .correlate(None)
    )
    allied = select(Partner.company_id).where(
        Partner.company_id == Person.company_id, Partner.state == "allied"
    )
    theirs = Person.uri.is_not(None) & allied.exists() & seen
    return Person.gone_at.is_(None) & ((Person.uri.is_(None) & account) | theirs)
