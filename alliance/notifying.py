"""Tells our employees of comments: on their sessions, as answers, with their name in it, or of thanks."""

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import delete, func, select, update

from alliance.mailing import Recipient, tell, wishes_of
from alliance.models import Comment, Mail, Notification, Person, Session
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.visibility import hosts_of

MOST_MENTIONS = 10
_MENTION = re.compile(r"(?<![\w@/])@([a-z0-9][a-z0-9._-]{0,99})(?![\w@])", re.IGNORECASE)


async def notify(
    uow: UnitOfWork, comment: Comment, session: Session, parent: Comment | None, mentioned: Iterable[int] = ()
) -> None:
    """One notification for each of our employees whom the comment concerns; what concerns them most counts.

    What waits is told to those who hold the session, who decide about it. Telling twice is the same as once.
    """
    people: dict[int, str] = {}
    if session.uri is None:
        people |= dict.fromkeys(hosts_of(session), "comment")
    if comment.state == "shown" and not comment.is_private:
        people |= dict.fromkeys(mentioned, "mention")
        people |= {parent.author_id: "reply"} if parent is not None else {}
    await notify_people(uow, people, comment, session)


async def notify_people(
    uow: UnitOfWork, people: Mapping[int, str], comment: Comment, session: Session
) -> None:
    """Tells those of our employees among `people` (kind by id) of a comment, in the ways that they chose."""
    people = {id_: kind for id_, kind in people.items() if id_ != comment.author_id}
    for kind in sorted(set(people.values())):
        wishes = await wishes_of(uow.db, kind, [id_ for id_, word in people.items() if word == kind])
        mailed = [
            Recipient(person_id)
            for person_id, wish in sorted(wishes.items())
            if await _is_news(uow, kind, person_id, comment, in_app=wish.in_app) and wish.by_mail
        ]
        await tell(uow, kind, mailed, session, comment=comment)


async def _is_news(uow: UnitOfWork, kind: str, person_id: int, comment: Comment, *, in_app: bool) -> bool:
    """Notes it for the page of notifications, where the person wants that; False if they know already."""
    if not in_app:
        told = select(Mail.id).where(Mail.employee_id == person_id, Mail.comment_id == comment.id).limit(1)
        return await uow.db.scalar(told) is None
    row = insert(uow.db, Notification).values(
        id=uow.new_id(),
        kind=kind,
        person_id=person_id,
        session_id=comment.session_id,
        comment_id=comment.id,
        created_at=uow.now,
    )
    once = row.on_conflict_do_nothing(index_elements=["person_id", "comment_id"])
    return (await uow.db.execute(once.returning(Notification.id))).scalar() is not None


async def mentioned_in(uow: UnitOfWork, text: str) -> list[int]:
    """Those of our people whose names stand in a text behind an @, at most ten."""
    names = list(dict.fromkeys(name.lower().rstrip(".-_") for name in _MENTION.findall(text)))[:MOST_MENTIONS]
    if not names:
        return []
    found = select(Person.id).where(
        Person.uri.is_(None), Person.gone_at.is_(None), func.lower(Person.username).in_(names)
    )
    return list((await uow.db.scalars(found)).all())


async def read_notification(uow: UnitOfWork, notification_id: int, person_id: int) -> None:
    """The person has seen it; nothing happens for somebody else's."""
    await _read(uow, person_id, Notification.id == notification_id)


async def read_all(uow: UnitOfWork, person_id: int) -> None:
    """The person has seen everything."""
    await _read(uow, person_id, Notification.person_id == person_id)


async def forget_notifications(uow: UnitOfWork, comment_id: int) -> None:
    """Nobody needs to hear of this comment any more."""
    await uow.db.execute(delete(Notification).where(Notification.comment_id == comment_id))


async def _read(uow: UnitOfWork, person_id: int, which: object) -> None:
    await uow.db.execute(
        update(Notification)
        .where(Notification.person_id == person_id, Notification.read_at.is_(None), which)  # type: ignore[arg-type]
        .values(read_at=uow.now)
        .execution_options(synchronize_session=False)
    )
