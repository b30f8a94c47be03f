"""Sessions answer requests: whoever asked is invited by their own company, and joins only if they want to."""

from datetime import timedelta

from sqlalchemy import func, select

from alliance.errors import Conflict, Forbidden, NotFound
from alliance.facts import Fact, SessionPublished, SessionReceived
from alliance.mailing import Recipient, tell
from alliance.models import Employee, Session, Wish, WishAnswer, WishVoice
from alliance.queries.sessions import find
from alliance.queries.wishes import is_open, wish_to_read
from alliance.unit_of_work import Listener, UnitOfWork
from alliance.upserts import insert
from alliance.visibility import employee_viewer, hosts_of
from alliance.wish_facts import WishAnswered
from alliance.wishing import wish_with

MOST_ANSWERS = 10
MOST_INVITED_A_DAY = 20
"""Invitations to one person: what partners answer can't become a flood."""


async def answer_with(uow: UnitOfWork, wish_id: int, session_id: int, by: Employee) -> Wish:
    """One of our people answers a request with a session that they hold; everybody who asked is invited.

    Raises NotFound for what they don't see, Forbidden for somebody else's session, Conflict for what is
    closed, over, or answered often enough.
    """
    await wish_to_read(uow.db, employee_viewer(by.id), wish_id)
    session = await find(uow.db, employee_viewer(by.id), session_id)
    if session.uri is not None or by.id not in hosts_of(session):
        raise Forbidden
    if session.status == "draft":
        raise NotFound
    if session.status == "cancelled" or session.ends_at <= uow.now:
        raise Conflict("This session is already over.")
    wish = await wish_with(uow, wish_id)
    if wish is None or not is_open(wish, uow.now):
        raise Conflict("This request is closed.")
    address = f"{uow.settings.origin}/sessions/{session.id}"
    if not await note_answer(uow, wish, address, session):
        return wish
    uow.record(WishAnswered(wish, session))
    return wish


async def note_answer(uow: UnitOfWork, wish: Wish, address: str, session: Session | None) -> bool:
    """Remembers that the session with this address answers a request, and invites whoever asked here.

    Once for each; False when it was known. Raises Conflict when there are enough answers.
    """
    known = select(func.count()).where(WishAnswer.wish_id == wish.id, WishAnswer.session_uri != address)
    if (await uow.db.scalar(known) or 0) >= MOST_ANSWERS:
        raise Conflict("This request has enough answers.")
    row = insert(uow.db, WishAnswer).values(
        wish_id=wish.id,
        session_uri=address,
        session_id=session.id if session is not None else None,
        is_invited=False,
        since=uow.now,
    )
    once = row.on_conflict_do_nothing(index_elements=["wish_id", "session_uri"])
    made = (await uow.db.execute(once.returning(WishAnswer.wish_id))).scalar() is not None
    if made and wish.state == "open":
        wish.state = "answered"
        await uow.db.flush()
    if made and session is not None:
        await _invite(uow, wish, session, address)
    return made


async def on_session(uow: UnitOfWork, fact: SessionPublished | SessionReceived) -> None:
    """A session has become known that was said before to answer a request."""
    session = fact.session
    if session.uri is None or (isinstance(fact, SessionReceived) and not fact.is_new):
        return
    waiting = await uow.db.scalars(
        select(WishAnswer).where(WishAnswer.session_uri == session.uri, WishAnswer.session_id.is_(None))
    )
    for answer in waiting.all():
        answer.session_id = session.id
        await uow.db.flush()
        wish = await wish_with(uow, answer.wish_id)
        if wish is not None:
            await _invite(uow, wish, session, session.uri)


async def _invite(uow: UnitOfWork, wish: Wish, session: Session, address: str) -> None:
    """Tells those of our people who asked, in the ways that they chose, once; nobody joins by that."""
    answer = await uow.db.get(WishAnswer, (wish.id, address))
    if answer is None or answer.is_invited:
        return
    answer.is_invited = True
    await uow.db.flush()
    if session.starts_at <= uow.now or session.status != "scheduled" or session.withdrawn_at is not None:
        return
    if session.uri is not None and session.audience == "company":
        return
    asked = set(await uow.db.scalars(select(WishVoice.person_id).where(WishVoice.wish_id == wish.id)))
    if wish.author.uri is None and wish.author.gone_at is None:
        asked.add(wish.author_id)
    asked -= set(hosts_of(session))
    recipients = [Recipient(id_) for id_ in sorted(asked) if await _is_calm(uow, id_)]
    await tell(uow, "wished", recipients, session)


async def _is_calm(uow: UnitOfWork, person_id: int) -> bool:
    """Whether this person was not invited too often already within a day."""
    lately = (
        select(func.count())
        .select_from(WishAnswer)
        .join(WishVoice, WishVoice.wish_id == WishAnswer.wish_id)
        .where(
            WishVoice.person_id == person_id,
            WishAnswer.is_invited,
            WishAnswer.since > uow.now - timedelta(days=1),
        )
    )
    return (await uow.db.scalar(lately) or 0) <= MOST_INVITED_A_DAY


LISTENERS: dict[type[Fact], list[Listener]] = {SessionReceived: [on_session]}
