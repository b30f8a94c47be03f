"""Of whom a viewer may know that they are there: people and companies, as apps list them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import (
    Comment,
    Company,
    Distance,
    ExpertProfile,
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
    people = select(Person.id).where(Person.id.in_(wanted), is_known_person(viewer))
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


def is_known_person(viewer: Viewer) -> ColumnElement[bool]:
    """As a condition on `Person`: whoever shows a profile to the viewer, holds a session that the viewer
    sees under their name, or has said something there. Employees also know colleagues, whom they were told
    of as followers, and whom they keep away.
    """
    shows_profile = exists().where(ExpertProfile.person_id == Person.id, visible_profiles(viewer))
    holds = exists().where(
        Session.host_id == Person.id,
        Session.host_shown,
        Session.status != "draft",
        visible_sessions(viewer),
    )
    said = exists().where(
        Comment.author_id == Person.id,
        Comment.session_id == Session.id,
        visible_sessions(viewer),
        visible_comments(viewer),
    )
    tells = exists().where(Story.author_id == Person.id, visible_stories(viewer))
    known: list[ColumnElement[bool]] = [shows_profile, holds, said, tells]
    if viewer.kind == "employee":
        known.append(Person.uri.is_(None))
        mine = viewer.person_id
        told = (Notification.person_id == mine, Notification.account_id == Person.id)
        kept_away = (Distance.person_id == mine, Distance.account_id == Person.id)
        known += [exists().where(*told), exists().where(*kept_away)]
    return and_(Person.gone_at.is_(None), or_(*known))
