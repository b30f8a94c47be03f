"""What the company's record store is told of somebody, as long as they want that.

A statement is a row in the transaction that it tells of; sending is the worker's. Who changes their mind
takes back everything that may have arrived, and is unknown to the store from then on.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict
from alliance.facts import AttendanceAnswered, AttendanceChanged, AttendanceLeft, Fact
from alliance.learning_settings import learning_setting
from alliance.learning_statements import Told, statement, voiding
from alliance.models import (
    Attendance,
    Confirmation,
    Employee,
    RecordChoice,
    RecordStatement,
    Session,
)
from alliance.unit_of_work import Listener, UnitOfWork
from alliance.upserts import insert

_SILENT: Mapping[str, Any] = {"synchronize_session": False}


async def choice_of(db: AsyncSession, person_id: int) -> RecordChoice | None:
    """What somebody has agreed to; None for nothing."""
    return await db.scalar(select(RecordChoice).where(RecordChoice.person_id == person_id))


async def agree(uow: UnitOfWork, by: Employee) -> RecordChoice:
    """From now on the record store is told; of what was before it learns nothing. Twice is once.

    Raises Conflict while the company has no record store.
    """
    if not (await learning_setting(uow.db)).is_on:
        raise Conflict("Your company has no record store that could be told.")
    choice = insert(uow.db, RecordChoice).values(person_id=by.id, account=str(uuid.uuid4()), since=uow.now)
    await uow.db.execute(choice.on_conflict_do_nothing(index_elements=["person_id"]))
    return await uow.db.get_one(RecordChoice, by.id)


async def disagree(uow: UnitOfWork, person_id: int) -> None:
    """Takes everything back that the store was told; from now on it is told nothing. Twice is once."""
    choice = await _locked_choice(uow, person_id)
    if choice is None:
        return
    await _take_back(uow, choice, RecordStatement.person_id == person_id)
    # What is on its way belongs to nobody here any more: the name in it dies with the choice.
    nobody = update(RecordStatement).where(RecordStatement.person_id == person_id)
    await uow.db.execute(nobody.values(person_id=None), execution_options=_SILENT)
    await uow.db.delete(choice)
    await uow.db.flush()


async def tell_attended(uow: UnitOfWork, confirmation: Confirmation, session: Session) -> None:
    """A confirmation counts from now on."""
    await _tell(uow, "attended", confirmation.person_id, session, session.ends_at)


async def take_back_attended(uow: UnitOfWork, confirmation: Confirmation) -> None:
    """A confirmation was taken back."""
    choice = await choice_of(uow.db, confirmation.person_id)
    if choice is not None and confirmation.session_id is not None:
        await _take_back(uow, choice, *_about(confirmation.person_id, confirmation.session_id, "attended"))


async def hear_place(uow: UnitOfWork, fact: AttendanceChanged | AttendanceAnswered | AttendanceLeft) -> None:
    """One of our people got a place, or no longer has it."""
    if fact.person.uri is not None:
        return
    attendance: Attendance = fact.attendance
    if attendance.state == "going":
        if not isinstance(fact, AttendanceLeft) and fact.previous != "going":
            await _tell(uow, "registered", fact.person.id, fact.session, uow.now)
        return
    choice = await choice_of(uow.db, fact.person.id)
    if choice is not None:
        await _take_back(uow, choice, *_about(fact.person.id, fact.session.id, "registered"))


LISTENERS: Mapping[type[Fact], Sequence[Listener]] = {
    AttendanceChanged: (hear_place,),
    AttendanceAnswered: (hear_place,),
    AttendanceLeft: (hear_place,),
}


async def _tell(uow: UnitOfWork, verb: str, person_id: int, session: Session, moment: datetime) -> None:
    choice = await _locked_choice(uow, person_id)
    if choice is None or session.author_uri is not None or not (await learning_setting(uow.db)).is_on:
        return
    if await uow.db.scalar(select(RecordStatement.id).where(*_about(person_id, session.id, verb)).limit(1)):
        return
    origin, number = uow.settings.origin, str(uuid.uuid4())
    page = f"{origin}/sessions/{session.id}"
    told = Told(
        uri=session.uri or page,
        url=page,
        title=session.title,
        language=session.language,
        starts_at=session.starts_at,
    )
    body = statement(verb, number, choice.account, origin, told, moment)
    await _queue(uow, verb, number, body, person_id, session.id)


async def _locked_choice(uow: UnitOfWork, person_id: int) -> RecordChoice | None:
    """What somebody has agreed to, so that nothing is told while they change their mind."""
    return await uow.db.scalar(
        select(RecordChoice).where(RecordChoice.person_id == person_id).with_for_update()
    )


async def _take_back(uow: UnitOfWork, choice: RecordChoice, *which: ColumnElement[bool]) -> None:
    """What surely never left is dropped; of the rest the store is told that it is void."""
    rows = await uow.db.scalars(
        select(RecordStatement)
        .where(RecordStatement.verb != "voided", RecordStatement.is_void.is_(False), *which)
        .order_by(RecordStatement.id)
        .with_for_update()
    )
    for row in rows.all():
        row.is_void = True
        may_have_arrived = row.attempts > 0 and not _was_refused(row)
        if row.state != "sent":
            row.state, row.body, row.finished_at = "dropped", None, uow.now
        if may_have_arrived:
            number = str(uuid.uuid4())
            body = voiding(number, row.statement_id, choice.account, uow.settings.origin, uow.now)
            await _queue(uow, "voided", number, body, row.person_id, row.session_id)
    await uow.db.flush()


def _was_refused(row: RecordStatement) -> bool:
    """The last word on it was no: had it arrived before, that would have been a conflict."""
    return row.state == "dead" and row.last_status is not None and 400 <= row.last_status < 500


async def _queue(
    uow: UnitOfWork, verb: str, number: str, body: bytes, person_id: int | None, session_id: int | None
) -> None:
    uow.db.add(
        RecordStatement(
            id=uow.new_id(),
            statement_id=number,
            person_id=person_id,
            session_id=session_id,
            verb=verb,
            is_void=False,
            body=body,
            state="waiting",
            attempts=0,
            last_error="",
            created_at=uow.now,
        )
    )
    await uow.db.flush()


def _about(person_id: int, session_id: int, verb: str) -> tuple[ColumnElement[bool], ...]:
    return (
        RecordStatement.person_id == person_id,
        RecordStatement.session_id == session_id,
        RecordStatement.verb == verb,
        RecordStatement.is_void.is_(False),
    )
