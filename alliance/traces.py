"""The smaller things that are held about one of our people: what is handed out, and what is forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from alliance.models import (
    FeedAddress,
    Identity,
    Interest,
    Letter,
    Mail,
    MailTrouble,
    Notification,
    NotificationChoice,
    Passkey,
    SavedSession,
    SignIn,
)

Row = Any
Shown = dict[str, Any]


@dataclass(frozen=True)
class Trace:
    """Rows of one table that name a person in `column`; `show` says what of them is handed out."""

    name: str
    column: InstrumentedAttribute[Any]
    show: Callable[[Row], Shown]
    along: tuple[InstrumentedAttribute[Any], ...] = ()
    """What `show` reads besides the row."""


def iso(moment: datetime | None) -> str | None:
    """A moment as files carry it (ISO 8601), None for none."""
    return moment.isoformat() if moment is not None else None


def _sign_in(row: SignIn) -> Shown:
    return {"since": iso(row.created_at), "until": iso(row.expires_at), "device": row.device}


def _identity(row: Identity) -> Shown:
    return {"issuer": row.issuer, "subject": row.subject, "since": iso(row.created_at)}


def _passkey(row: Passkey) -> Shown:
    return {"name": row.name, "since": iso(row.created_at)}


def _interest(row: Interest) -> Shown:
    followed = row.topic or row.expert or row.company
    return {"name": followed.name if followed else "", "since": iso(row.since)}


def _letter(row: Letter) -> Shown:
    return {"text": row.text, "created_at": iso(row.created_at)}


def _notification(row: Notification) -> Shown:
    return {
        "kind": row.kind,
        "session": row.session.title if row.session else None,
        "created_at": iso(row.created_at),
    }


def _choice(row: NotificationChoice) -> Shown:
    return {"kind": row.kind, "by_mail": row.by_mail, "in_app": row.in_app}


def _mail(row: Mail) -> Shown:
    return {
        "kind": row.kind,
        "session": row.session.title if row.session else None,
        "state": row.state,
        "created_at": iso(row.finished_at or row.due_at),
    }


def _trouble(row: MailTrouble) -> Shown:
    return {"bounces": row.bounces, "last_at": iso(row.last_at)}


def _feed(row: FeedAddress) -> Shown:
    return {"is_open": row.is_open, "since": iso(row.changed_at)}


def _saved(row: SavedSession) -> Shown:
    return {"session": str(row.session_id), "since": iso(row.since)}


TRACES = (
    Trace("sign_ins", SignIn.employee_id, _sign_in),
    Trace("identities", Identity.employee_id, _identity),
    Trace("passkeys", Passkey.employee_id, _passkey),
    Trace("follows", Interest.person_id, _interest, (Interest.topic, Interest.expert, Interest.company)),
    Trace("saved_sessions", SavedSession.person_id, _saved),
    Trace("letters_written", Letter.sender_id, _letter),
    Trace("letters_received", Letter.receiver_id, _letter),
    Trace("notifications", Notification.person_id, _notification, (Notification.session,)),
    Trace("notification_choices", NotificationChoice.employee_id, _choice),
    Trace("mails", Mail.employee_id, _mail, (Mail.session,)),
    Trace("mail_troubles", MailTrouble.employee_id, _trouble),
    Trace("feed_addresses", FeedAddress.employee_id, _feed),
)


async def traces_of(db: AsyncSession, person_id: int) -> dict[str, list[Shown]]:
    """Everything of TRACES that is held about this person, by name, oldest first; one query for each."""
    return {trace.name: await _shown(db, trace, person_id) for trace in TRACES}


async def _shown(db: AsyncSession, trace: Trace, person_id: int) -> list[Shown]:
    model = trace.column.class_
    query = select(model).where(trace.column == person_id).order_by(*model.__table__.primary_key.columns)
    rows = await db.scalars(query.options(*(joinedload(other) for other in trace.along)))
    return [trace.show(row) for row in rows.all()]


async def forget_traces(db: AsyncSession, person_id: int) -> None:
    """Deletes all of it, and what others follow of this person."""
    for column in (*(trace.column for trace in TRACES), Interest.expert_id):
        await db.execute(
            delete(column.class_).where(column == person_id), execution_options={"synchronize_session": False}
        )
