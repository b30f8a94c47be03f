"""One tap after a session: it helped me, or not. Kept in sums alone, so that nobody learns who said what.

What the database holds is never one answer: five at a time become one batch with 0, 1 or 2 points (0 or 1 of
the five were helped, 2 or 3, 4 or 5), and what has not come to five yet is sealed, one value of fixed length
for each session. So what is shown stays true whichever way any one of the five answered. That somebody has
answered is a keyed digest without a moment. Batches are shown by a chore once an hour, not when the fifth
answer comes. After two weeks whatever has not come to five is thrown away, and so are the digests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.errors import Conflict, NotFound
from alliance.models import (
    Attendance,
    Employee,
    FeedbackFromAlly,
    FeedbackGiven,
    FeedbackTally,
    Partner,
    Person,
    Session,
)
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.vault import Vault
from alliance.visibility import hosts_of

BATCH = 5
"""So many answers become one number; there is no way to see fewer."""
OPEN_FOR = timedelta(days=14)
MOST_BATCHES = 1000
_AT_ONCE = 200
_PURPOSE = "feedback.tally"


@dataclass(frozen=True)
class Heard:
    """What is not shown yet: the answers that have not come to five, and batches that wait for the hour."""

    answers: int = 0
    helped: int = 0
    batches: int = 0
    points: int = 0

    def with_answer(self, helped: bool) -> "Heard":
        """With one more; the fifth turns them into a batch, in which the exact number is lost."""
        answers, yes = self.answers + 1, self.helped + helped
        if answers < BATCH:
            return Heard(answers, yes, self.batches, self.points)
        return Heard(0, 0, self.batches + 1, self.points + points_of(yes))

    def sealed(self, vault: Vault, session_id: int) -> bytes:
        """Encrypted, always the same length, different each time."""
        text = f"{self.answers:01d}{self.helped:01d}{self.batches:05d}{self.points:05d}"
        return vault.seal(text, f"{_PURPOSE}.{session_id}")


def points_of(helped: int) -> int:
    """What five answers come to: 0 for none or one of them, 1 for two or three, 2 for four or all.

    Two neighbours share each value, so of no single answer can be told which it was.
    """
    return helped // 2


async def give_feedback(uow: UnitOfWork, session_id: int, by: Employee, *, helped: bool) -> None:
    """One of our people who had a place in a session says whether it helped; once, and nobody can undo it.

    Raises NotFound for whoever had no place, Conflict before it is over, after two weeks, and when they have
    answered.
    """
    attendance = await may_answer(uow.db, session_id, by.id)
    session = attendance.session
    if session.ends_at > uow.now:
        raise Conflict("This session is not over yet.")
    if session.ends_at + OPEN_FOR <= uow.now:
        raise Conflict("Answers were taken for two weeks after the session.")
    heard = await _locked_tally(uow, session_id)
    row = insert(uow.db, FeedbackGiven).values(
        session_id=session_id, mark=_mark(uow.vault, session_id, by.id)
    )
    once = row.on_conflict_do_nothing(index_elements=["session_id", "mark"])
    if (await uow.db.execute(once.returning(FeedbackGiven.session_id))).scalar() is None:
        raise Conflict("You have answered already. Nobody can tell which answer was yours, so it stays.")
    said = opened(uow.vault, heard).with_answer(helped)
    heard.sealed = said.sealed(uow.vault, session_id)
    await uow.db.flush()


async def may_answer(db: AsyncSession, session_id: int, person_id: int) -> Attendance:
    """The place of somebody who was going, with its session. Raises NotFound for everybody else."""
    found = await db.scalar(
        select(Attendance)
        .join(Session, Session.id == Attendance.session_id)
        .where(
            Attendance.session_id == session_id,
            Attendance.person_id == person_id,
            Attendance.state == "going",
            Session.status == "scheduled",
            Session.withdrawn_at.is_(None),
            or_(Session.uri.is_(None), _of_ally()),
        )
        .options(joinedload(Attendance.session).joinedload(Session.company))
    )
    if found is None or person_id in hosts_of(found.session):
        raise NotFound
    return found


async def has_answered(db: AsyncSession, vault: Vault, session_id: int, person_id: int) -> bool:
    """Whether this person has, as their own page may say."""
    known = FeedbackGiven.session_id == session_id, FeedbackGiven.mark == _mark(vault, session_id, person_id)
    return bool(await db.scalar(select(exists().where(*known))))


async def show_batches(uow: UnitOfWork, after: int = 0) -> int | None:
    """Shows what has come to five since the last time, and closes what is over two weeks: 200 sessions.

    The number of the last session that was looked at; None when there were none behind `after`.
    """
    rows = await uow.db.execute(
        select(FeedbackTally, Session.ends_at)
        .join(Session, Session.id == FeedbackTally.session_id)
        .where(FeedbackTally.sealed != b"", FeedbackTally.session_id > after)
        .order_by(FeedbackTally.session_id)
        .limit(_AT_ONCE)
        .with_for_update(of=FeedbackTally)
    )
    last, closed = None, []
    for tally, ends_at in rows.all():
        last, heard = tally.session_id, opened(uow.vault, tally)
        tally.batches += heard.batches
        tally.points += heard.points
        if ends_at + OPEN_FOR <= uow.now:
            closed.append(tally.session_id)
            tally.sealed = b""
        else:
            # Written anew also where nothing has changed, so that no row stands out.
            tally.sealed = Heard(heard.answers, heard.helped).sealed(uow.vault, tally.session_id)
    await uow.db.flush()
    of_these = FeedbackGiven.session_id.in_(closed)
    await uow.db.execute(delete(FeedbackGiven).where(of_these), **_SILENT)
    nothing = FeedbackTally.session_id.in_(closed) & (FeedbackTally.batches == 0)
    await uow.db.execute(delete(FeedbackTally).where(nothing), **_SILENT)
    return last


async def receive_sums(uow: UnitOfWork, session: Session, company_id: int, batches: int, points: int) -> bool:
    """An allied company says what its people said about a session of ours; False for what can't be.

    No more answers than it had people there, and never fewer than it said before.
    """
    if not 0 < batches <= MOST_BATCHES or not 0 <= points <= 2 * batches:
        return False
    if session.ends_at > uow.now or session.ends_at + 2 * OPEN_FOR <= uow.now:
        return False
    there = (
        select(Attendance.id)
        .join(Person, Person.id == Attendance.person_id)
        .where(
            Attendance.session_id == session.id,
            Attendance.state == "going",
            Person.company_id == company_id,
        )
        .limit(batches * BATCH)
    )
    if len((await uow.db.scalars(there)).all()) < batches * BATCH:
        return False
    known = await uow.db.get(FeedbackFromAlly, (session.id, company_id))
    if known is None:
        row = FeedbackFromAlly(session_id=session.id, company_id=company_id, batches=batches, points=points)
        uow.db.add(row)
    elif known.batches < batches and 0 <= points - known.points <= 2 * (batches - known.batches):
        known.batches, known.points = batches, points
    else:
        return False
    await uow.db.flush()
    return True


async def sums_of(db: AsyncSession, session_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """What may be shown of these sessions: batches and points, of our people and of allies' together."""
    sums: dict[int, tuple[int, int]] = {}
    for table in (FeedbackTally, FeedbackFromAlly):
        rows = await db.execute(
            select(table.session_id, table.batches, table.points).where(table.session_id.in_(session_ids))
        )
        for session_id, batches, points in rows:
            before = sums.get(session_id, (0, 0))
            sums[session_id] = (before[0] + batches, before[1] + points)
    return {session_id: said for session_id, said in sums.items() if said[0]}


async def answered_sessions(db: AsyncSession, vault: Vault, person_id: int) -> list[int]:
    """About which sessions this person has answered within two weeks, for them to take away."""
    marks = await _own_marks(db, vault, person_id)
    found: list[int] = []
    for first in range(0, len(marks), 500):
        some = FeedbackGiven.mark.in_(marks[first : first + 500])
        found += await db.scalars(select(FeedbackGiven.session_id).where(some))
    return found


async def _own_marks(db: AsyncSession, vault: Vault, person_id: int) -> list[str]:
    been = select(Attendance.session_id).where(Attendance.person_id == person_id)
    return [_mark(vault, session_id, person_id) for session_id in await db.scalars(been)]


async def forget_answers_of(uow: UnitOfWork, person_id: int) -> None:
    """That somebody has answered is forgotten; what they answered is in no row that could be theirs."""
    marks = await _own_marks(uow.db, uow.vault, person_id)
    for first in range(0, len(marks), 500):
        some = FeedbackGiven.mark.in_(marks[first : first + 500])
        await uow.db.execute(delete(FeedbackGiven).where(some), **_SILENT)


def opened(vault: Vault, tally: FeedbackTally) -> Heard:
    """What a tally holds that is not shown."""
    if not tally.sealed:
        return Heard()
    text = vault.open(tally.sealed, f"{_PURPOSE}.{tally.session_id}")
    return Heard(int(text[0]), int(text[1]), int(text[2:7]), int(text[7:12]))


async def _locked_tally(uow: UnitOfWork, session_id: int) -> FeedbackTally:
    """The one row of a session, made if there is none; two answers at once come one after the other."""
    made = insert(uow.db, FeedbackTally).values(
        session_id=session_id,
        batches=0,
        points=0,
        told_batches=0,
        sealed=Heard().sealed(uow.vault, session_id),
    )
    await uow.db.execute(made.on_conflict_do_nothing(index_elements=["session_id"]))
    found = await uow.db.execute(
        select(FeedbackTally).where(FeedbackTally.session_id == session_id).with_for_update()
    )
    return found.scalar_one()


def _mark(vault: Vault, session_id: int, person_id: int) -> str:
    return vault.mark(f"feedback {session_id} {person_id}")


def _of_ally() -> ColumnElement[bool]:
    return exists().where(Partner.company_id == Session.company_id, Partner.state == "allied")


_SILENT: dict[str, Any] = {"execution_options": {"synchronize_session": False}}
