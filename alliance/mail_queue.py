"""The queue of mails: taking what is due, noting what came of it, forgetting what is old."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.identifiers import first_identifier_of
from alliance.models import Attendance, Comment, Employee, Mail, MailTrouble, Person, Session
from alliance.pausing import pause_of
from alliance.retention import kept_for
from alliance.unit_of_work import UnitOfWork

LEASE = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=3)
MOST_BOUNCES = 3
_PAUSES = (1, 5, 15, 60, 180)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: a minute first, three hours in the end, a little by chance."""
    return pause_of(_PAUSES, attempts)


def waiting_mail(
    uow: UnitOfWork,
    kind: str,
    *,
    employee_id: int | None = None,
    guest_id: int | None = None,
    edition_id: int | None = None,
    data: dict[str, Any] | None = None,
    due_at: datetime | None = None,
) -> Mail:
    """A mail to an employee or to a guest, due at once if nothing else is said; not added yet."""
    return Mail(
        id=uow.new_id(),
        kind=kind,
        employee_id=employee_id,
        guest_id=guest_id,
        edition_id=edition_id,
        data=data or {},
        state="waiting",
        due_at=due_at or uow.now,
        attempts=0,
        last_error="",
    )


def is_first_try() -> ColumnElement[bool]:
    """A mail that waits and has not been tried, as a condition on `Mail`."""
    return and_(Mail.state == "waiting", Mail.attempts == 0)


async def lease_mails(uow: UnitOfWork, limit: int) -> list[int]:
    """Takes what is due, oldest first; nobody else gets it before the lease ends."""
    free = or_(Mail.leased_until.is_(None), Mail.leased_until < uow.now)
    due = (
        select(Mail.id)
        .where(Mail.state == "waiting", Mail.due_at <= uow.now, free)
        .order_by(Mail.due_at, Mail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list((await uow.db.scalars(due)).all())
    if ids:
        taken = update(Mail).where(Mail.id.in_(ids)).values(leased_until=uow.now + LEASE)
        await uow.db.execute(taken.execution_options(synchronize_session=False))
    return sorted(ids)


async def mail_with(db: AsyncSession, mail_id: int) -> Mail | None:
    """One mail with everything that it may speak of."""
    return await db.scalar(
        select(Mail)
        .where(Mail.id == mail_id)
        .options(
            joinedload(Mail.employee).joinedload(Employee.person),
            joinedload(Mail.guest),
            joinedload(Mail.edition),
            joinedload(Mail.attendance).joinedload(Attendance.session),
            joinedload(Mail.comment).joinedload(Comment.author).joinedload(Person.company),
            joinedload(Mail.session).options(
                joinedload(Session.company),
                joinedload(Session.host).joinedload(Person.company),
                selectinload(Session.topics),
            ),
        )
    )


async def finish(uow: UnitOfWork, mail_id: int, state: str, error: str = "") -> None:
    """It was `sent`, has `failed`, or is to be `dropped`; a secret in it is forgotten."""
    await _write(uow, mail_id, state=state, finished_at=uow.now, last_error=error[:300], sealed=None)


async def reopen(uow: UnitOfWork, mail_id: int) -> None:
    """What was called sent beforehand has not been."""
    await _write(uow, mail_id, state="waiting", finished_at=None)


async def put_back(uow: UnitOfWork, mail: Mail, error: str, *, counts: bool = True) -> None:
    """Tries again later, for three days; `counts` is False where this mail is not to blame."""
    attempts = mail.attempts + counts
    due_at = uow.now + pause_after(attempts)
    if mail.id < first_identifier_of(due_at - GIVE_UP_AFTER):
        await finish(uow, mail.id, "failed", error)
        return
    await _write(uow, mail.id, attempts=attempts, due_at=due_at, last_error=error[:300])


async def release(uow: UnitOfWork, ids: Sequence[int]) -> None:
    """Gives back what was taken and not tried."""
    free = update(Mail).where(Mail.id.in_(ids)).values(leased_until=None)
    await uow.db.execute(free.execution_options(synchronize_session=False))


async def note_bounce(uow: UnitOfWork, employee_id: int, error: str) -> int:
    """Counts one more mail that came back; how many there were."""
    trouble = await uow.db.get(MailTrouble, employee_id)
    if trouble is None:
        trouble = MailTrouble(employee_id=employee_id, bounces=0)
        uow.db.add(trouble)
    trouble.bounces += 1
    trouble.last_at, trouble.last_error = uow.now, error[:300]
    await uow.db.flush()
    return trouble.bounces


async def forgive_bounces(uow: UnitOfWork, employee_id: int) -> None:
    """The address works again, or somebody says so."""
    await uow.db.execute(delete(MailTrouble).where(MailTrouble.employee_id == employee_id))


async def trouble_of(db: AsyncSession, employee_id: int) -> MailTrouble | None:
    """What came back from this employee's address."""
    return await db.scalar(select(MailTrouble).where(MailTrouble.employee_id == employee_id))


async def forget_mails(uow: UnitOfWork, limit: int = 500) -> int:
    """What is done with is forgotten; how many rows that were."""
    oldest = first_identifier_of(uow.now - kept_for(uow.settings.retention, "mails"))
    old = select(Mail.id).where(Mail.state != "waiting", Mail.id < oldest).order_by(Mail.id).limit(limit)
    ids: Sequence[int] = (await uow.db.scalars(old)).all()
    if ids:
        gone = delete(Mail).where(Mail.id.in_(ids))
        await uow.db.execute(gone.execution_options(synchronize_session=False))
    return len(ids)


async def _write(uow: UnitOfWork, mail_id: int, **values: object) -> None:
    change = update(Mail).where(Mail.id == mail_id).values(leased_until=None, **values)
    await uow.db.execute(change.execution_options(synchronize_session=False))
