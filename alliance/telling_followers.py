"""Tells our people of new sessions about what they follow: a topic, an expert, a company.

Quiet: nothing of what an ally had published before we learned of it, and at most twenty unread at a time.
"""

from datetime import timedelta

from sqlalchemy import func, or_, select

from alliance.facts import SessionPublished, SessionReceived
from alliance.mailing import Recipient, tell
from alliance.models import Interest, Mail, Notification, Session
from alliance.queries.interests import is_wanted_in
from alliance.unit_of_work import UnitOfWork

NEW_FOR = timedelta(days=1)
MOST_UNREAD = 20
MOST_MAILS_A_DAY = 5
MOST_FOLLOWERS = 5000


async def on_new(uow: UnitOfWork, fact: SessionPublished | SessionReceived) -> None:
    """There is a session that was not there before."""
    session = fact.session
    if isinstance(fact, SessionReceived) and not fact.is_new:
        return
    published = session.published_at
    if published is None or published < uow.now - NEW_FOR or session.starts_at <= uow.now:
        return
    # What external sources list is nothing that anybody here offers.
    if session.author_uri is not None or session.status != "scheduled":
        return
    if await _is_known_series(uow, session):
        return
    followers = await _followers(uow, session)
    for by_mail in (True, False):
        some = [Recipient(id_) for id_, mailed in followers if (mailed < MOST_MAILS_A_DAY) is by_mail]
        await tell(uow, "topic", some, session, by_mail=by_mail)


async def _is_known_series(uow: UnitOfWork, session: Session) -> bool:
    """Whether this is one more date of a series: whoever follows its topics has heard of the first."""
    if session.series_id is None:
        return False
    earlier = select(Session.id).where(
        Session.series_id == session.series_id, Session.starts_at < session.starts_at
    )
    return bool(await uow.db.scalar(select(earlier.exists())))


async def _followers(uow: UnitOfWork, session: Session) -> list[tuple[int, int]]:
    """Who follows something about it, with how many mails of this kind they were sent in a day."""
    about = [Interest.company_id == session.company_id]
    if session.topics:
        about.append(Interest.topic_id.in_([topic.id for topic in session.topics]))
    if session.host is not None and session.host_shown:
        about.append(Interest.expert_id == session.host.id)
    unread = (
        select(func.count())
        .select_from(Notification)
        .where(
            Notification.person_id == Interest.person_id,
            Notification.kind == "topic",
            Notification.read_at.is_(None),
        )
        .correlate(Interest)
        .scalar_subquery()
    )
    mailed = (
        select(func.count())
        .select_from(Mail)
        .where(
            Mail.employee_id == Interest.person_id,
            Mail.kind == "topic",
            Mail.due_at > uow.now - timedelta(days=1),
        )
        .correlate(Interest)
        .scalar_subquery()
    )
    found = (
        select(Interest.person_id, mailed)
        .distinct()
        .where(or_(*about), Interest.notifies, is_wanted_in(session.language), unread < MOST_UNREAD)
        .order_by(Interest.person_id)
        .limit(MOST_FOLLOWERS)
    )
    if session.host_id is not None:
        found = found.where(Interest.person_id != session.host_id)
    return [(row[0], row[1]) for row in await uow.db.execute(found)]
