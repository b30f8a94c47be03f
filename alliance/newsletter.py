"""The newsletter: when it goes out, what the editor adds, and how an edition comes into the queue."""

from datetime import datetime, time, timedelta

from sqlalchemy import func, select, update

from alliance.errors import Conflict, Forbidden, Invalid, Unavailable
from alliance.mail_queue import is_first_try, waiting_mail
from alliance.models import EDITION_NOTE_LIMIT, NOTE_AUDIENCES, Edition, Employee, Mail, NewsletterPlan
from alliance.queries.companies import home_company
from alliance.queries.newsletter import (
    KIND,
    count_of_readers,
    edition_of_week,
    guests_after,
    mails_of,
    newsletter_plan,
    next_edition,
    readers_after,
)
from alliance.recurrence import moment_on
from alliance.text import clean_text
from alliance.times import wall_time
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

TEST_KIND = "digest_test"
LATE = timedelta(hours=24)
"""What was due longer ago, while nobody worked, is left out: the next one is near."""


def next_time(plan: NewsletterPlan, zone: str) -> datetime:
    """When it goes out next by clocks in `zone`; an hour that a clock change skips is taken an hour later."""
    before = wall_time(plan.looked_at, zone).date() - timedelta(days=1)
    days = (before + timedelta(days=ahead) for ahead in range(10))
    moments = (moment_on(day, time(plan.hour), zone) for day in days if day.weekday() == plan.weekday)
    return next(moment for moment in moments if moment > plan.looked_at)


def week_of(moment: datetime, zone: str) -> str:
    """The week of a moment by ISO 8601: "2026-W48"."""
    year, week, _ = wall_time(moment, zone).isocalendar()
    return f"{year:04}-W{week:02}"


async def change_plan(
    uow: UnitOfWork, by: Employee, *, is_on: bool, weekday: int, hour: int, for_everybody: bool
) -> NewsletterPlan:
    """When it goes out from now on, and whether colleagues who chose nothing get it. Raises Invalid."""
    _check(by)
    if not 0 <= weekday <= 6 or not 0 <= hour <= 23:
        raise Invalid("Please choose one of the options.", field="weekday")
    plan = await _some_plan(uow)
    if (plan.is_on, plan.weekday, plan.hour) != (is_on, weekday, hour):
        # What would have been due by the new hour is past; what is due by an hour that stays, stays due.
        plan.looked_at = uow.now
    plan.is_on, plan.weekday, plan.hour, plan.is_for_everybody = is_on, weekday, hour, for_everybody
    await uow.db.flush()
    uow.audit("newsletter.changed", by=by, is_on=is_on, weekday=weekday, hour=hour, everybody=for_everybody)
    return plan


async def write_note(uow: UnitOfWork, by: Employee, note_de: str, note_en: str, audience: str) -> Edition:
    """What stands first in the next edition, in Markdown; both empty for nothing. Raises Invalid."""
    _check(by)
    for field, note in (("note_de", note_de), ("note_en", note_en)):
        if len(note) > EDITION_NOTE_LIMIT:
            raise Invalid("At most {limit} characters.", field=field, limit=EDITION_NOTE_LIMIT)
    if audience not in NOTE_AUDIENCES:
        raise Invalid("Please choose one of the options.", field="note_audience")
    # Whoever begins the edition meanwhile has this lock: a note never gets into mails that are on their way.
    await _some_plan(uow)
    draft = await _draft(uow)
    draft.note_de, draft.note_en, draft.note_audience = clean_text(note_de), clean_text(note_en), audience
    await uow.db.flush()
    return draft


async def send_test(uow: UnitOfWork, by: Employee) -> None:
    """Mails the next edition to whoever asks, as it would be now. Raises Unavailable without mail server."""
    _check(by)
    _check_mail(uow)
    uow.db.add(waiting_mail(uow, TEST_KIND, employee_id=by.id))
    await uow.db.flush()


async def send_now(uow: UnitOfWork, by: Employee) -> Edition:
    """Begins this week's edition at once. Raises Conflict if there was one, Unavailable."""
    _check(by)
    edition = await begin_at_once(uow)
    uow.audit("newsletter.sent", by=by, week=edition.week)
    return edition


async def begin_at_once(uow: UnitOfWork) -> Edition:
    """The same, whoever asks for it."""
    _check_mail(uow)
    plan = await _locked_plan(uow)
    if plan is None or not plan.is_on:
        raise Conflict("There is no newsletter yet. Please switch it on first.")
    zone = (await home_company(uow.db)).timezone
    week = week_of(uow.now, zone)
    if await edition_of_week(uow.db, week) is not None:
        raise Conflict("This week's newsletter has gone out already.")
    return await _begin(uow, plan, week)


async def begin_when_due(uow: UnitOfWork) -> Edition | None:
    """Begins the edition that is due; None if none is, this week had one, or it was due long ago."""
    plan = await _locked_plan(uow)
    if plan is None or not plan.is_on:
        return None
    zone = (await home_company(uow.db)).timezone
    due = next_time(plan, zone)
    if due > uow.now:
        return None
    plan.looked_at = uow.now
    week = week_of(due, zone)
    if uow.now - due > LATE or await edition_of_week(uow.db, week) is not None:
        return None
    return await _begin(uow, plan, week)


async def stop(uow: UnitOfWork, by: Employee, edition_id: int) -> None:
    """Whoever has not got it yet does not get it any more; twice is the same as once."""
    _check(by)
    edition = await uow.db.get(Edition, edition_id, with_for_update=True)
    if edition is None or edition.state != "sending":
        return
    waiting = update(Mail).where(Mail.edition_id == edition_id, Mail.state == "waiting")
    dropped = waiting.values(state="dropped", finished_at=uow.now)
    await uow.db.execute(dropped.execution_options(synchronize_session=False))
    await _end(uow, edition, "stopped")
    uow.audit("newsletter.stopped", by=by, week=edition.week)


async def fill_queue(uow: UnitOfWork, portion: int) -> int:
    """Puts the next readers of an edition into the queue, until `portion` wait there; how many it put.

    Who stands there and how far we are is written in one transaction, so that whoever is killed anywhere goes
    on where it stopped. In portions, because other mail is more urgent and must not stand behind thousands.
    """
    edition = await uow.db.scalar(
        select(Edition)
        .where(Edition.state == "sending", Edition.is_queued.is_(False))
        .order_by(Edition.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    room = portion - await _waiting(uow)
    if edition is None or room <= 0:
        return 0
    plan = await newsletter_plan(uow.db)
    for_everybody = plan is not None and plan.is_for_everybody
    employees = await readers_after(uow.db, edition.employees_until, room, for_everybody=for_everybody)
    guests = await guests_after(uow.db, edition.guests_until, room - len(employees))
    for number in employees:
        uow.db.add(waiting_mail(uow, KIND, employee_id=number, edition_id=edition.id))
    for number in guests:
        uow.db.add(waiting_mail(uow, KIND, guest_id=number, edition_id=edition.id))
    edition.employees_until = max((edition.employees_until, *employees))
    edition.guests_until = max((edition.guests_until, *guests))
    edition.is_queued = len(employees) + len(guests) < room
    await uow.db.flush()
    return len(employees) + len(guests)


async def end_editions(uow: UnitOfWork) -> None:
    """Writes down what became of editions of which nothing waits any more."""
    ending = select(Edition).where(Edition.state == "sending", Edition.is_queued).order_by(Edition.id)
    for edition in (await uow.db.scalars(ending.with_for_update(skip_locked=True))).all():
        if not (await mails_of(uow.db, edition.id)).get("waiting"):
            await _end(uow, edition, "sent")


async def _begin(uow: UnitOfWork, plan: NewsletterPlan, week: str) -> Edition:
    edition = await _draft(uow)
    readers = await count_of_readers(uow.db, for_everybody=plan.is_for_everybody)
    edition.state, edition.week, edition.starts_at = "sending", week, uow.now
    edition.expected = sum(readers)
    await uow.db.flush()
    return edition


async def _end(uow: UnitOfWork, edition: Edition, state: str) -> None:
    counts = await mails_of(uow.db, edition.id)
    edition.sent, edition.failed, edition.dropped = (
        counts.get(one, 0) for one in ("sent", "failed", "dropped")
    )
    edition.state, edition.finished_at = state, uow.now
    await uow.db.flush()


async def _draft(uow: UnitOfWork) -> Edition:
    draft = await next_edition(uow.db)
    if draft is None:
        draft = Edition(id=uow.new_id(), state="draft")
        uow.db.add(draft)
        await uow.db.flush()
    return draft


async def _waiting(uow: UnitOfWork) -> int:
    """How many of all editions wait for their first try: who has to be tried again holds nobody up."""
    first = select(func.count()).select_from(Mail).where(Mail.edition_id.is_not(None), is_first_try())
    return await uow.db.scalar(first) or 0


async def _some_plan(uow: UnitOfWork) -> NewsletterPlan:
    nothing = {"id": 1, "is_on": False, "weekday": 0, "hour": 8, "is_for_everybody": False}
    row = insert(uow.db, NewsletterPlan).values({**nothing, "looked_at": uow.now})
    await uow.db.execute(row.on_conflict_do_nothing(index_elements=["id"]))
    return await uow.db.get_one(NewsletterPlan, 1, with_for_update=True)


async def _locked_plan(uow: UnitOfWork) -> NewsletterPlan | None:
    return await uow.db.get(NewsletterPlan, 1, with_for_update=True)


def _check(by: Employee) -> None:
    if not by.has_role("admin"):
        raise Forbidden


def _check_mail(uow: UnitOfWork) -> None:
    if uow.settings.smtp is None:
        raise Unavailable("This instance sends no mail at the moment.")
