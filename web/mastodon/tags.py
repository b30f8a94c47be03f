"""Topics as hashtags: looked at, followed, shown on one's own profile, and what is said most of."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from alliance.choosing_for_apps import feature_topic, unfeature_topic, unfeature_topic_named
from alliance.errors import NotFound
from alliance.following import follow, unfollow
from alliance.models import FeaturedTopic, Interest, Topic
from alliance.queries.app_choices import featured_topics
from alliance.queries.known_accounts import known_accounts
from alliance.queries.people import person_with_id
from alliance.queries.topics import trending_topics, uses_of
from alliance.text import slug_of
from web.mastodon.door import Call, Endpoint
from web.mastodon.entities.tag import tag
from web.mastodon.params import unusable
from web.mastodon.showing import page_of_rows, place_of
from web.mastodon.spans import Page

JSON = dict[str, Any]


async def show(call: Call) -> Any:
    """GET /api/v1/tags/{name}: also one under which nothing was ever said."""
    return await _tag(call, _slug(call.path["name"]))


async def begin_following(call: Call) -> Any:
    """POST /api/v1/tags/{name}/follow."""
    slug = _slug(call.path["name"])
    async with call.unit_of_work() as uow:
        await follow(uow, call.me.id, "topic", call.path["name"])
    return await _tag(call, slug)


async def end_following(call: Call) -> Any:
    """POST /api/v1/tags/{name}/unfollow."""
    slug = _slug(call.path["name"])
    async with call.unit_of_work() as uow:
        await unfollow(uow, call.me.id, "topic", slug)
    return await _tag(call, slug)


async def feature(call: Call) -> Any:
    """POST /api/v1/tags/{name}/feature."""
    slug = _slug(call.path["name"])
    async with call.unit_of_work() as uow:
        await feature_topic(uow, call.me.id, call.path["name"])
    return await _tag(call, slug)


async def unfeature(call: Call) -> Any:
    """POST /api/v1/tags/{name}/unfeature."""
    slug = _slug(call.path["name"])
    async with call.unit_of_work() as uow:
        await unfeature_topic_named(uow, call.me.id, slug)
    return await _tag(call, slug)


async def followed(call: Call) -> Any:
    """GET /api/v1/followed_tags."""
    rows = (
        select(Interest.id, Topic.slug)
        .join(Topic, Topic.id == Interest.topic_id)
        .where(Interest.person_id == call.me.id)
    )
    found, newest, oldest = await page_of_rows(call, rows, default=100, most=200)
    return Page(await show_tags(call, [slug for _, slug in found]), newest, oldest)


async def featured(call: Call) -> Any:
    """GET /api/v1/featured_tags."""
    async with call.reading() as db:
        return [featured_tag(call, row) for row in await featured_topics(db, call.me.id)]


async def featured_by(call: Call) -> Any:
    """GET /api/v1/accounts/{id}/featured_tags: one's own; those of others are for them alone."""
    async with call.reading() as db:
        if not await known_accounts(db, call.viewer, [call.id()]):
            raise NotFound
        if call.employee is not None and call.employee.id == call.id():
            return [featured_tag(call, row) for row in await featured_topics(db, call.id())]
    return []


async def add_featured(call: Call) -> Any:
    """POST /api/v1/featured_tags."""
    name = call.params.needed("name", most=200)
    if not slug_of(name):
        raise unusable("name")
    async with call.unit_of_work() as uow:
        row, topic = await feature_topic(uow, call.me.id, name)
        return _feature(call, row.id, topic.slug)


async def drop_featured(call: Call) -> Any:
    """DELETE /api/v1/featured_tags/{id}."""
    async with call.unit_of_work() as uow:
        await unfeature_topic(uow, call.me.id, call.id())
    return {}


async def suggested(call: Call) -> Any:
    """GET /api/v1/featured_tags/suggestions: what one's own profile is about."""
    async with call.reading() as db:
        person = await person_with_id(db, call.me.id)
        own = person.profile.topics if person is not None and person.profile is not None else []
        shown = {row.topic_id for row in await featured_topics(db, call.me.id)}
    return await show_tags(call, [topic.slug for topic in own if topic.id not in shown])


async def trends(call: Call) -> Any:
    """GET /api/v1/trends/tags (and /api/v1/trends)."""
    limit = call.params.number("limit", 10, least=1, most=20)
    offset = call.params.number("offset", 0, most=1000)
    async with call.reading() as db:
        now = call.instance.clock.now()
        found = await trending_topics(db, call.viewer, now, limit=limit, offset=offset)
    return await show_tags(call, [trend.slug for trend in found])


async def show_tags(call: Call, slugs: Sequence[str]) -> list[JSON]:
    """Tags in this order, with whether the one who asks follows and shows them. Three queries at most."""
    now, place = call.instance.clock.now(), place_of(call)
    async with call.reading() as db:
        uses = await uses_of(db, call.viewer, slugs, now)
        if call.employee is None:
            return [tag(_number(slug), slug, place, now, uses=uses.get(slug)) for slug in slugs]
        mine = (Topic.slug.in_(slugs),)
        follows = set(
            await db.scalars(
                select(Topic.slug)
                .join(Interest, Interest.topic_id == Topic.id)
                .where(Interest.person_id == call.employee.id, *mine)
            )
        )
        shows = set(
            await db.scalars(
                select(Topic.slug)
                .join(FeaturedTopic, FeaturedTopic.topic_id == Topic.id)
                .where(FeaturedTopic.person_id == call.employee.id, *mine)
            )
        )
    return [
        tag(_number(slug), slug, place, now, following=slug in follows, uses=uses.get(slug))
        | {"featuring": slug in shows}
        for slug in slugs
    ]


async def _tag(call: Call, slug: str) -> JSON:
    return (await show_tags(call, [slug]))[0]


def _slug(name: str) -> str:
    slug = slug_of(name[:200])
    if not slug:
        raise NotFound
    return slug


def _number(slug: str) -> int:
    """An identifier that anybody could work out, so that it does not tell whether a topic exists here."""
    return int.from_bytes(sha256(slug.encode()).digest()[:8], "big") >> 1


def featured_tag(call: Call, row: FeaturedTopic) -> JSON:
    """FeaturedTag of a row with its topic."""
    return _feature(call, row.id, row.topic.slug)


def _feature(call: Call, number: int, slug: str) -> JSON:
    """FeaturedTag; how often somebody wrote about it is not counted for people."""
    page = place_of(call).topic(slug)
    return {"id": str(number), "name": slug, "url": page, "statuses_count": "0", "last_status_at": None}


_ONE, _FEATURED = "/api/v1/tags/{name}", "/api/v1/featured_tags"
_FOLLOWS, _ACCOUNTS = ("write:follows",), ("write:accounts",)
ENDPOINTS = (
    Endpoint("GET", _ONE, show, "user-optional"),
    Endpoint("POST", f"{_ONE}/follow", begin_following, "user", _FOLLOWS),
    Endpoint("POST", f"{_ONE}/unfollow", end_following, "user", _FOLLOWS),
    Endpoint("POST", f"{_ONE}/feature", feature, "user", _ACCOUNTS),
    Endpoint("POST", f"{_ONE}/unfeature", unfeature, "user", _ACCOUNTS),
    Endpoint("GET", "/api/v1/followed_tags", followed, "user", ("read:follows",)),
    Endpoint("GET", _FEATURED, featured, "user", ("read:accounts",)),
    Endpoint("POST", _FEATURED, add_featured, "user", _ACCOUNTS),
    Endpoint("GET", f"{_FEATURED}/suggestions", suggested, "user", ("read:accounts",)),
    Endpoint("DELETE", f"{_FEATURED}/{{id}}", drop_featured, "user", _ACCOUNTS),
    Endpoint("GET", "/api/v1/accounts/{id}/featured_tags", featured_by, "user-optional"),
    Endpoint("GET", "/api/v1/trends/tags", trends, "user-optional"),
    Endpoint("GET", "/api/v1/trends", trends, "user-optional"),
)
