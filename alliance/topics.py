"""Finds topics by name, and makes the ones that nobody has used before."""

from collections.abc import Iterable

from sqlalchemy import select

from alliance.models import Topic
from alliance.text import clean_line, slug_of
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

MOST_TOPICS = 5


def topic_names(given: Iterable[str]) -> dict[str, str]:
    """Names by slug, in the order given, without doubles and without what leaves no slug."""
    names: dict[str, str] = {}
    for name in given:
        slug = slug_of(name[:200])
        if slug:
            names.setdefault(slug, clean_line(name.lstrip("# "), limit=60))
    return names


async def topics_named(uow: UnitOfWork, given: Iterable[str]) -> list[Topic]:
    """The topics of these names, ordered by slug."""
    names = topic_names(given)
    if not names:
        return []
    wanted = select(Topic).where(Topic.slug.in_(names)).order_by(Topic.slug)
    known = list((await uow.db.scalars(wanted)).all())
    missing = sorted(set(names) - {topic.slug for topic in known})
    if not missing:
        return known
    # In the order of slugs, so that two transactions that make the same topics don't wait for each other.
    rows = [{"id": uow.new_id(), "slug": slug, "name": names[slug]} for slug in missing]
    await uow.db.execute(insert(uow.db, Topic).values(rows).on_conflict_do_nothing(index_elements=["slug"]))
    return list((await uow.db.scalars(wanted)).all())
