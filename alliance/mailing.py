"""Puts mail to our employees into the queue, and what stands on their page of notifications."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.mail_queue import waiting_mail
from alliance.models import Comment, Employee, Letter, Mail, Notification, NotificationChoice, Session
from alliance.notice_kinds import CHOICES, Defaults, choice_of_kind
from alliance.queries.distances import is_kept_away
from alliance.queries.newsletter import KIND, is_for_everybody
from alliance.unit_of_work import UnitOfWork

SEALED = "mail.sealed"
"""The purpose with which the Vault seals what only the reader of a mail may have."""
CALM = timedelta(hours=1)
"""Whoever was told of one thing five times in a day hears of it once in this time at most."""
MOST_A_DAY = 5
_AT_ONCE = 500


@dataclass(frozen=True)
class Recipient:
    """One of our people, and what their calendar is to hear."""

    employee_id: int
    attendance_id: int | None = None
    method: str | None = None
    sequence: int | None = None


async def tell(
    uow: UnitOfWork,
    kind: str,
    recipients: Sequence[Recipient],
    session: Session,
    *,
    comment: Comment | None = None,
    data: dict[str, Any] | None = None,
    in_app: bool = True,
    by_mail: bool = True,
) -> None:
    """Tells each recipient in the ways that they chose; accounts that are closed or gone are told nothing.

    What waits for the same place in a session, or asks the same host, is replaced by what is newer.
    """
    for first in range(0, len(recipients), _AT_ONCE):
        some = recipients[first : first + _AT_ONCE]
        wishes = await wishes_of(uow.db, kind, [one.employee_id for one in some])
        if in_app and comment is None:
            await show(uow, kind, [id_ for id_, wish in wishes.items() if wish.in_app], session)
        if uow.settings.smtp is None or not by_mail:
            continue
        for one in some:
            wish = wishes.get(one.employee_id)
            if wish is not None and wish.by_mail:
                await _queue(uow, kind, one, session, comment, data or {})


async def post_secret(uow: UnitOfWork, kind: str, employee_id: int, address: str) -> None:
    """Mails an address that only this employee may have, such as one to choose a new password at.

    It is sealed while it waits and forgotten once it is sent. `kind`: `invitation` or `reset`; nobody can
    switch these off, the latest replaces the one before, and after five in a day one an hour is sent: anybody
    can ask for them.
    """
    same = and_(Mail.employee_id == employee_id, Mail.kind == kind)
    due_at = await _calm_moment(uow, same)
    await uow.db.execute(
        delete(Mail).where(same, _is_replaceable(uow.now)).execution_options(synchronize_session=False)
    )
    sealed = uow.vault.seal(address, SEALED)
    uow.db.add(_mail(uow, kind, Recipient(employee_id), sealed=sealed, due_at=due_at))
    await uow.db.flush()


async def post_letter(uow: UnitOfWork, letter: Letter) -> None:
    """Mails what somebody was written, where they want that; after five in a day one an hour goes out.

    Whoever wrote and what, the letter itself says when the mail is written: it may be gone or read by then.
    """
    wish = (await wishes_of(uow.db, "letter", [letter.receiver_id])).get(letter.receiver_id)
    if uow.settings.smtp is None or wish is None or not wish.by_mail:
        return
    away = is_kept_away(letter.receiver_id, Letter.sender_id, uow.now, notifications=True)
    if await uow.db.scalar(select(Letter.id).where(Letter.id == letter.id, away)) is not None:
        return
    same = and_(Mail.employee_id == letter.receiver_id, Mail.kind == "letter")
    due_at = await _calm_moment(uow, same)
    uow.db.add(_mail(uow, "letter", Recipient(letter.receiver_id), due_at=due_at, data={"letter": letter.id}))
    await uow.db.flush()


async def post_circle(
    uow: UnitOfWork, kind: str, person_ids: Sequence[int], *, title: str, path: str, circle: int | None
) -> None:
    """Mails our people about their learning circle, where they want that: what, and where to look."""
    if uow.settings.smtp is None:
        return
    wishes = await wishes_of(uow.db, kind, person_ids)
    for person_id in sorted(id_ for id_, wish in wishes.items() if wish.by_mail):
        data = {"title": title, "path": path, "circle": circle}
        uow.db.add(_mail(uow, kind, Recipient(person_id), due_at=uow.now, data=data))
    await uow.db.flush()


async def wishes_of(db: AsyncSession, kind: str, employee_ids: Iterable[int]) -> dict[int, Defaults]:
    """How each of these employees wants to hear of `kind`; who has no open account is not among them."""
    choice = choice_of_kind(kind)
    rows = await db.execute(
        select(Employee.id, NotificationChoice.by_mail, NotificationChoice.in_app)
        .outerjoin(
            NotificationChoice,
            and_(NotificationChoice.employee_id == Employee.id, NotificationChoice.kind == choice),
        )
        .where(Employee.id.in_(list(employee_ids)), Employee.disabled_at.is_(None))
    )
    usual = CHOICES.get(choice or "", Defaults(by_mail=True, in_app=False))
    if choice == KIND:
        usual = Defaults(by_mail=await is_for_everybody(db), in_app=False)
    found: list[tuple[int, bool | None, bool | None]] = [(row[0], row[1], row[2]) for row in rows]
    return {
        id_: usual if by_mail is None or in_app is None else Defaults(by_mail=by_mail, in_app=in_app)
        for id_, by_mail, in_app in found
    }


async def show(uow: UnitOfWork, kind: str, employee_ids: Sequence[int], session: Session) -> None:
    """On the page of notifications; what is still unread there of this kind and session is said once."""
    known = await uow.db.scalars(
        select(Notification.person_id).where(
            Notification.person_id.in_(employee_ids),
            Notification.session_id == session.id,
            Notification.kind == kind,
            Notification.read_at.is_(None),
        )
    )
    for employee_id in sorted(set(employee_ids) - set(known.all())):
        uow.db.add(
            Notification(
                id=uow.new_id(),
                kind=kind,
                person_id=employee_id,
                session_id=session.id,
                created_at=uow.now,
            )
        )
    await uow.db.flush()


async def _queue(
    uow: UnitOfWork,
    kind: str,
    one: Recipient,
    session: Session,
    comment: Comment | None,
    data: dict[str, Any],
) -> None:
    same = _about_the_same(kind, one, session)
    due_at = uow.now
    if same is not None:
        due_at = await _calm_moment(uow, same)
        await uow.db.execute(
            delete(Mail).where(same, _is_replaceable(uow.now)).execution_options(synchronize_session=False)
        )
    mail = _mail(uow, kind, one, due_at=due_at, data=data)
    mail.session_id, mail.comment_id = session.id, comment.id if comment else None
    uow.db.add(mail)
    await uow.db.flush()


def _about_the_same(kind: str, one: Recipient, session: Session) -> ColumnElement[bool] | None:
    """Mails of which the latest says all: about one place in a session, or that somebody asks for one.

    What is for the calendar is replaced only by what is for the calendar as well.
    """
    if one.attendance_id is not None:
        about = Mail.attendance_id == one.attendance_id
        return about if one.method is not None else and_(about, Mail.method.is_(None))
    if kind == "request":
        return and_(Mail.employee_id == one.employee_id, Mail.kind == kind, Mail.session_id == session.id)
    return None


async def _calm_moment(uow: UnitOfWork, same: ColumnElement[bool]) -> datetime:
    """Now; after much of the same in an hour, or when what is replaced would have been sent."""
    lately = and_(Mail.state == "sent", Mail.finished_at > uow.now - timedelta(days=1))
    sent = await uow.db.scalar(select(func.count()).select_from(Mail).where(same, lately)) or 0
    if sent < MOST_A_DAY:
        return uow.now
    waiting = await uow.db.scalar(
        select(func.min(Mail.due_at)).where(same, _is_replaceable(uow.now), Mail.attempts == 0)
    )
    return waiting or uow.now + CALM


def _is_replaceable(now: datetime) -> ColumnElement[bool]:
    """What waits, and no worker is about to send."""
    free = or_(Mail.leased_until.is_(None), Mail.leased_until < now)
    return and_(Mail.state == "waiting", free)


def _mail(
    uow: UnitOfWork,
    kind: str,
    one: Recipient,
    *,
    due_at: datetime,
    data: dict[str, Any] | None = None,
    sealed: bytes | None = None,
) -> Mail:
    mail = waiting_mail(uow, kind, employee_id=one.employee_id, data=data, due_at=due_at)
    mail.attendance_id, mail.method, mail.sequence = one.attendance_id, one.method, one.sequence
    mail.sealed = sealed
    return mail
