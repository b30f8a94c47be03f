"""Tells our people of new sessions in the communities in which they are members, once for each session."""

from datetime import timedelta

from sqlalchemy import exists, func, select

from alliance.community_facts import CommunityPosted
from alliance.mailing import Recipient, tell
from alliance.models import CommunityMember, Employee, Mail, Notification, Session
from alliance.telling_followers import MOST_FOLLOWERS, MOST_MAILS_A_DAY, MOST_UNREAD
from alliance.unit_of_work import UnitOfWork

_KIND = "topic"
"""What members want to hear of is what they follow: one switch for both."""


async def on_posted(uow: UnitOfWork, fact: CommunityPosted) -> None:
    """Something stands in a community; of sessions to come its members hear, as far as they may see them."""
    if fact.post.kind != "session" or fact.post.state != "shown":
        return
    session = await uow.db.get(Session, fact.post.subject_id)
    if session is None or session.withdrawn_at is not None or session.status != "scheduled":
        return
    if session.starts_at <= uow.now:
        return
    members = await _members(uow, fact.community.id, session)
    for by_mail in (True, False):
        some = [Recipient(id_) for id_, mailed in members if (mailed < MOST_MAILS_A_DAY) is by_mail]
        await tell(uow, _KIND, some, session, by_mail=by_mail)


async def _members(uow: UnitOfWork, community_id: int, session: Session) -> list[tuple[int, int]]:
    """Our people there who were not told of it yet, with how many mails of this kind they had in a day."""
    person = CommunityMember.person_id
    unread = (
        select(func.count())
        .select_from(Notification)
        .where(Notification.person_id == person, Notification.kind == _KIND, Notification.read_at.is_(None))
        .correlate(CommunityMember)
        .scalar_subquery()
    )
    mailed = (
        select(func.count())
        .select_from(Mail)
        .where(Mail.employee_id == person, Mail.kind == _KIND, Mail.due_at > uow.now - timedelta(days=1))
        .correlate(CommunityMember)
        .scalar_subquery()
    )
    told = exists().where(
        Notification.person_id == person,
        Notification.kind == _KIND,
        Notification.session_id == session.id,
    )
    found = (
        select(person, mailed)
        .join(Employee, Employee.id == person)
        .where(CommunityMember.community_id == community_id, ~told, unread < MOST_UNREAD)
        .where(person.is_distinct_from(session.host_id))
        .order_by(person)
        .limit(MOST_FOLLOWERS)
    )
    return [(row[0], row[1]) for row in await uow.db.execute(found)]
