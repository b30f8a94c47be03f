"""What somebody follows, as far as they may still see it."""

from sqlalchemy import select

from alliance.models import ExpertProfile, Interest, Person
from alliance.queries.interests import interests
from alliance.visibility import visible_profiles
from web.pages.companies import companies_taking_part
from web.pages.frame import address_of, badge_of
from web.pages.views import FollowedThing
from web.pages.visit import Visit


async def followed_things(visit: Visit) -> tuple[FollowedThing, ...]:
    """Topics, people and companies, the newest first; who has withdrawn or parted is left out."""
    kept = await interests(visit.db, visit.employee.id)
    shown = await _shown_experts(visit, [row.expert_id for row in kept if row.expert_id is not None])
    companies = {company.id for company in await companies_taking_part(visit.db, visit.visitor)}
    return tuple(
        _thing(row)
        for row in kept
        if (row.expert_id is None or row.expert_id in shown)
        and (row.company_id is None or row.company_id in companies)
    )


async def _shown_experts(visit: Visit, ids: list[int]) -> frozenset[int]:
    if not ids:
        return frozenset()
    query = select(Person.id).join(ExpertProfile, ExpertProfile.person_id == Person.id)
    found = await visit.db.scalars(query.where(Person.id.in_(ids), visible_profiles(visit.viewer)))
    return frozenset(found.all())


def _thing(row: Interest) -> FollowedThing:
    if row.topic is not None:
        slug = row.topic.slug
        return FollowedThing(f"#{row.topic.name}", f"/sessions?topic={slug}", f"/unfollow/topic/{slug}")
    if row.expert is not None:
        return FollowedThing(row.expert.name, address_of(row.expert), f"/unfollow/expert/{row.expert_id}")
    assert row.company is not None  # noqa: S101 - the table holds exactly one of the three
    badge = badge_of(row.company)
    address = f"/sessions?company={badge.host}"
    return FollowedThing(badge.name, address, f"/unfollow/company/{row.company_id}", badge)
