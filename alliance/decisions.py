"""Tells people what moderators decided about their words, and keeps the one answer that they may give."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.errors import Conflict, Invalid, NotFound
from alliance.models import Decision, Employee, Notification
from alliance.text import clean_text
from alliance.unit_of_work import UnitOfWork

ANSWERED_WITHIN = timedelta(days=30)
MOST_WORDS = 1000
MOST_LISTED = 50


async def tell_decision(
    uow: UnitOfWork,
    kind: str,
    thing_id: int,
    person_id: int | None,
    by: Employee,
    reason: str,
    session_id: int | None = None,
) -> None:
    """One of our people learns that moderators took something of theirs away; not from themselves."""
    if person_id is None or person_id == by.id or await uow.db.get(Employee, person_id) is None:
        return
    uow.db.add(
        Decision(
            id=uow.new_id(),
            person_id=person_id,
            kind=kind,
            thing_id=thing_id,
            session_id=session_id,
            reason=reason,
            by_id=by.id,
            at=uow.now,
            state="told",
            words="",
            note="",
        )
    )
    await _notify(uow, person_id, session_id)


async def lift_decisions(uow: UnitOfWork, kind: str, thing_id: int) -> None:
    """It is shown again, so there is nothing left to answer."""
    standing = update(Decision).where(
        Decision.kind == kind, Decision.thing_id == thing_id, Decision.state.in_(("told", "answered"))
    )
    await uow.db.execute(
        standing.values(state="lifted", closed_at=uow.now), execution_options={"synchronize_session": False}
    )


async def answer_decision(uow: UnitOfWork, decision_id: int, by: Employee, words: str) -> Decision:
    """Whoever it concerns says why it should be otherwise, once. Raises NotFound, Conflict, Invalid."""
    decision = await uow.db.scalar(
        select(Decision).where(Decision.id == decision_id, Decision.person_id == by.id).with_for_update()
    )
    if decision is None:
        raise NotFound
    if decision.state != "told" or decision.at < uow.now - ANSWERED_WITHIN:
        raise Conflict("You have answered already, or it is too long ago.")
    said = clean_text(words)
    if not said:
        raise Invalid("Please write in a sentence why it should be otherwise.", field="words")
    if len(said) > MOST_WORDS:
        raise Invalid("That is too long: {limit} characters at most.", field="words", limit=MOST_WORDS)
    decision.state, decision.words, decision.answered_at = "answered", said, uow.now
    await uow.db.flush()
    return decision


async def answered_decision(uow: UnitOfWork, decision_id: int, by: Employee) -> Decision:
    """An answer that waits, for somebody else than who decided first. Raises NotFound, Conflict."""
    decision = await uow.db.scalar(select(Decision).where(Decision.id == decision_id).with_for_update())
    if decision is None:
        raise NotFound
    if decision.state != "answered":
        raise Conflict("Somebody has decided about this already.")
    if by.id in (decision.by_id, decision.person_id):
        raise Conflict("Somebody else has to decide about this.")
    return decision


async def close_decision(uow: UnitOfWork, decision: Decision, by: Employee, outcome: str, note: str) -> None:
    """`kept` or `lifted`; whoever it concerns learns of it."""
    decision.state, decision.note = outcome, note
    decision.closed_by_id, decision.closed_at = by.id, uow.now
    await uow.db.flush()
    await _notify(uow, decision.person_id, decision.session_id)


async def decisions_about(db: AsyncSession, person_id: int) -> list[Decision]:
    """What was decided about somebody's words, the latest first."""
    rows = await db.scalars(
        select(Decision)
        .where(Decision.person_id == person_id)
        .order_by(Decision.id.desc())
        .limit(MOST_LISTED)
    )
    return list(rows.all())


async def answers_waiting(db: AsyncSession) -> list[Decision]:
    """Answers that wait for a second moderator, the oldest first, with whom they are from."""
    rows = await db.scalars(
        select(Decision)
        .where(Decision.state == "answered")
        .order_by(Decision.id)
        .limit(MOST_LISTED)
        .options(joinedload(Decision.person))
    )
    return list(rows.all())


async def forget_deciding(db: AsyncSession, person_id: int) -> None:
    """Who decided is forgotten; the decision stands."""
    for column in (Decision.by_id, Decision.closed_by_id):
        change = update(Decision).where(column == person_id).values({column.key: None})
        await db.execute(change, execution_options={"synchronize_session": False})


async def _notify(uow: UnitOfWork, person_id: int, session_id: int | None) -> None:
    """On the page of notifications, where there is a session to name; all of it has a page of its own."""
    if session_id is None:
        return
    uow.db.add(
        Notification(
            id=uow.new_id(),
            kind="decided",
            person_id=person_id,
            session_id=session_id,
            created_at=uow.now,
        )
    )
    await uow.db.flush()
