"""Employees follow topics, experts and companies, and no longer do."""

from sqlalchemy import delete, func, select

from alliance.errors import Conflict, Invalid, NotFound
from alliance.languages import known_languages
from alliance.models import MOST_INTERESTS, Company, ExpertProfile, Interest, Partner, Person
from alliance.queries.interests import is_about
from alliance.text import slug_of
from alliance.topics import topics_named
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.visibility import employee_viewer, visible_profiles

KINDS = ("topic", "expert", "company")
_LARGEST_ID = (1 << 63) - 1


async def follow(uow: UnitOfWork, employee_id: int, kind: str, key: str) -> None:
    """Follows a topic (by name or slug), an expert or a company (by id). Twice is the same as once.

    Only what the employee may see can be followed. A topic need not exist yet, so that nobody learns by
    following whether it does. Raises NotFound, and Conflict for more than 200.
    """
    what = await _what(uow, employee_id, kind, key)
    count = select(func.count()).select_from(Interest).where(Interest.person_id == employee_id)
    if (await uow.db.scalar(count) or 0) >= MOST_INTERESTS:
        raise Conflict("You follow {limit} things already. Please let go of one first.", limit=MOST_INTERESTS)
    row = {"id": uow.new_id(), "person_id": employee_id, "since": uow.now, **what}
    await uow.db.execute(insert(uow.db, Interest).values(row).on_conflict_do_nothing())


async def unfollow(uow: UnitOfWork, employee_id: int, kind: str, key: str) -> None:
    """No longer follows it, whether it was followed or is still there or not. Raises NotFound."""
    _check(kind, key)
    await uow.db.execute(
        delete(Interest)
        .where(Interest.person_id == employee_id, is_about(kind, slug_of(key) if kind == "topic" else key))
        .execution_options(synchronize_session=False)
    )


async def choose_follow(
    uow: UnitOfWork,
    employee_id: int,
    account_id: int,
    *,
    shows_boosts: bool | None = None,
    notifies: bool | None = None,
    languages: list[str] | None = None,
) -> None:
    """What of an expert or a company that is followed is wanted; None leaves it. Nothing where none is."""
    if languages is not None and (len(languages) > 50 or set(languages) - known_languages()):
        raise Invalid("Please choose languages from the list.", field="languages")
    either = (Interest.expert_id == account_id) | (Interest.company_id == account_id)
    found = await uow.db.scalar(select(Interest).where(Interest.person_id == employee_id, either))
    if found is not None:
        found.shows_boosts = found.shows_boosts if shows_boosts is None else shows_boosts
        found.notifies = found.notifies if notifies is None else notifies
        found.languages = found.languages if languages is None else languages or None
        await uow.db.flush()


async def _what(uow: UnitOfWork, employee_id: int, kind: str, key: str) -> dict[str, int]:
    _check(kind, key)
    if kind == "topic":
        return {"topic_id": (await topics_named(uow, [key]))[0].id}
    if kind == "expert":
        seen = visible_profiles(employee_viewer(employee_id))
        query = select(Person.id).join(ExpertProfile, ExpertProfile.person_id == Person.id)
        found = await uow.db.scalar(query.where(Person.id == int(key), seen))
    else:
        query = select(Company.id).outerjoin(Partner, Partner.company_id == Company.id)
        taking_part = Company.is_home | (Partner.state == "allied")
        found = await uow.db.scalar(query.where(Company.id == int(key), taking_part))
    if found is None:
        raise NotFound
    return {f"{kind}_id": found}


def _check(kind: str, key: str) -> None:
    if kind not in KINDS:
        raise NotFound
    is_key = (
        bool(slug_of(key[:200])) if kind == "topic" else key.isascii() and key.isdigit() and len(key) < 20
    )
    if not is_key or (kind != "topic" and int(key) > _LARGEST_ID):
        raise NotFound
