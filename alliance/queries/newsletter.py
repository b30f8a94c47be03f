"""The newsletter as administrators and readers of the archive see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Edition, Employee, Guest, Mail, NewsletterPlan, NotificationChoice

KIND = "digest"
"""The kind of mail, and the choice that decides about it."""
PER_PAGE = 20


@dataclass(frozen=True)
class Progress:
    """How far an edition is: mails by what became of them. `dropped`: there was nothing to tell."""

    expected: int
    waiting: int
    sent: int
    failed: int
    dropped: int

    @property
    def done(self) -> int:
        """With how many we are through."""
        return self.sent + self.failed + self.dropped


async def newsletter_plan(db: AsyncSession) -> NewsletterPlan | None:
    """When it goes out; None where nobody has ever said."""
    return await db.get(NewsletterPlan, 1)


async def is_for_everybody(db: AsyncSession) -> bool:
    """Whether colleagues who have chosen nothing get it."""
    wanted = select(NewsletterPlan.is_for_everybody).where(NewsletterPlan.is_on)
    return bool(await db.scalar(wanted))


async def next_edition(db: AsyncSession) -> Edition | None:
    """The draft, if something has been written for it."""
    return await db.scalar(select(Edition).where(Edition.state == "draft").order_by(Edition.id).limit(1))


async def edition_of_week(db: AsyncSession, week: str) -> Edition | None:
    """The edition of a week such as "2026-W48"."""
    return await db.scalar(select(Edition).where(Edition.week == week))


async def editions(db: AsyncSession, *, before: str | None = None) -> list[Edition]:
    """Those that went out, the latest first: one more than PER_PAGE where there are earlier ones."""
    query = select(Edition).where(Edition.state.in_(("sending", "sent")))
    if before is not None:
        query = query.where(Edition.week < before)
    return list(await db.scalars(query.order_by(Edition.week.desc()).limit(PER_PAGE + 1)))


async def latest_editions(db: AsyncSession, limit: int) -> list[Edition]:
    """Those that were begun, also those that were stopped, the latest first."""
    begun = select(Edition).where(Edition.state != "draft").order_by(Edition.week.desc())
    return list(await db.scalars(begun.limit(limit)))


async def is_sending(db: AsyncSession) -> bool:
    """Whether an edition is on its way."""
    return await db.scalar(select(Edition.id).where(Edition.state == "sending").limit(1)) is not None


async def progress_of(db: AsyncSession, edition: Edition) -> Progress:
    """How far it is. One query while it is being sent, none afterwards."""
    if edition.finished_at is not None:
        return Progress(edition.expected, 0, edition.sent, edition.failed, edition.dropped)
    counts = await mails_of(db, edition.id)
    states = ("waiting", "sent", "failed", "dropped")
    return Progress(edition.expected, *(counts.get(state, 0) for state in states))


async def mails_of(db: AsyncSession, edition_id: int) -> dict[str, int]:
    """How many mails of an edition are in which state."""
    query = select(Mail.state, func.count()).where(Mail.edition_id == edition_id).group_by(Mail.state)
    return {row[0]: row[1] for row in await db.execute(query)}


async def count_of_readers(db: AsyncSession, *, for_everybody: bool) -> tuple[int, int]:
    """How many employees and how many guests get it."""
    return (
        await db.scalar(select(func.count()).select_from(Employee).where(gets_it(for_everybody))) or 0,
        await db.scalar(select(func.count()).select_from(Guest).where(is_subscribed())) or 0,
    )


async def readers_after(db: AsyncSession, number: int, limit: int, *, for_everybody: bool) -> Sequence[int]:
    """The next employees who get it, by their numbers."""
    query = select(Employee.id).where(Employee.id > number, gets_it(for_everybody))
    return (await db.scalars(query.order_by(Employee.id).limit(limit))).all()


async def guests_after(db: AsyncSession, number: int, limit: int) -> Sequence[int]:
    """The next guests, by their numbers."""
    query = select(Guest.id).where(Guest.id > number, is_subscribed())
    return (await db.scalars(query.order_by(Guest.id).limit(limit))).all()


def gets_it(for_everybody: bool) -> ColumnElement[bool]:
    """An employee who wants the newsletter by mail, as a condition on `Employee`."""
    chosen = and_(NotificationChoice.employee_id == Employee.id, NotificationChoice.kind == KIND)
    yes = select(NotificationChoice.employee_id).where(chosen, NotificationChoice.by_mail).exists()
    no_choice = ~select(NotificationChoice.employee_id).where(chosen).exists()
    return and_(Employee.disabled_at.is_(None), or_(yes, no_choice) if for_everybody else yes)


def is_subscribed() -> ColumnElement[bool]:
    """A guest who has said yes, as a condition on `Guest`."""
    return Guest.confirmed_at.is_not(None)
