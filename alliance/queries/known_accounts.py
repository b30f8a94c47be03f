"""Of whom a viewer may know that they are there: people and companies, as apps list them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from alliance.models import (
    Comment,
    Company,
    Distance,
    ExpertProfile,
    Letter,
    Notification,
    Partner,
    Person,
    Session,
    Source,
    Story,
)
from alliance.models.domain_policy import is_treated
from alliance.models.message import HELPER_ID
from alliance.visibility import (
    Viewer,
    visible_comments,
    visible_profiles,
    visible_sessions,
    visible_stories,
)


async def known_accounts(db: AsyncSession, viewer: Viewer, ids: Iterable[int]) -> set[int]:
    """Those of these identifiers that `viewer` may know. Two queries."""
    wanted = list(ids)
    if not wanted:
        return set()
    people = known_people(viewer, wanted)
    companies = select(Company.id).where(Company.id.in_(wanted), is_known_company(viewer))
    helper = {HELPER_ID} if viewer.kind == "employee" and HELPER_ID in wanted else set()
    return {*(await db.scalars(people)), *(await db.scalars(companies)), *helper}


def is_known_company(viewer: Viewer) -> ColumnElement[bool]:
    """Ours, our allies, and for employees the external sources, as a condition on `Company`."""
    allied = exists().where(Partner.company_id == Company.id, Partner.state == "allied")
    if viewer.kind != "employee":
        return or_(Company.is_home, and_(allied, not_(is_treated(Company.host, "silence", "suspend"))))
    followed = exists().where(
        Source.company_id == Company.id, Source.state == "following", Source.is_paused.is_(False)
    )
    return or_(Company.is_home, allied, followed)


def known_people(viewer: Viewer, ids: Any) -> Select[int]:
    """Those of these identifiers (a list, or a parameter that stands for one) that are of people whom
    `viewer` may know: who shows them a profile, holds a session that they see under their name, or has said
    something there. Employees also know colleagues, whom they were told of as followers, who wrote to them,
    and whom they keep away.

    Each way is asked of one person after the other, until one is found. It has everything in its own FROM:
    what `visibility` asks about a person would else be asked of anybody (SQLAlchemy correlates with the next
    query outside alone).
    """
    them = aliased(Person, name="them")
    ways: list[Any] = [
        _of(them).join(ExpertProfile, ExpertProfile.person_id == Person.id).where(visible_profiles(viewer)),
        _of(them)
        .join(Session, Session.host_id == Person.id)
        .where(Session.host_shown, Session.status != "draft", visible_sessions(viewer)),
        _of(them)
        .join(Comment, Comment.author_id == Person.id)
        .join(Session, Session.id == Comment.session_id)
        .where(visible_sessions(viewer), visible_comments(viewer)),
        _of(them).join(Story, Story.author_id == Person.id).where(visible_stories(viewer)),
    ]
    near: list[ColumnElement[bool]] = []
    if viewer.kind == "employee":
        near = [
            them.uri.is_(None),
            exists().where(Notification.person_id == viewer.person_id, Notification.account_id == them.id),
            exists().where(Distance.person_id == viewer.person_id, Distance.account_id == them.id),
            exists().where(Letter.receiver_id == viewer.person_id, Letter.sender_id == them.id),
        ]
    known = or_(*near, *(way.exists() for way in ways))
    return select(them.id).where(them.id.in_(ids), them.gone_at.is_(None), known)


def _of(them: Any) -> Select[int]:
    return select(Person.id).where(Person.id == them.id).correlate(them)
