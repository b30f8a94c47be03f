"""Timelines: home, public, of a topic, of a list."""

from typing import Any

from sqlalchemy import Connection, select

from alliance.errors import NotFound
from alliance.models import AppList, Topic
from alliance.queries.timelines import Placed, Wanted, home, of_list, public, tagged
from alliance.text import slug_of
from web.mastodon.door import Call, Endpoint
from web.mastodon.paging import page_of
from web.mastodon.spans import Page, Span

_MOST_TOPICS = 20


async def at_home(call: Call) -> Page:
    """GET /api/v1/timelines/home."""
    me, now = call.me.id, call.instance.clock.now()
    return await page_of(call, lambda db, span: home(db, me, span, now))


async def in_public(call: Call) -> Page:
    """GET /api/v1/timelines/public: strangers see what is public, employees what they may."""
    wanted, viewer, now = _wanted(call), call.viewer, call.instance.clock.now()
    return await page_of(call, lambda db, span: public(db, viewer, span, now, wanted))


async def of_topic(call: Call) -> Page:
    """GET /api/v1/timelines/tag/{hashtag}: with `any`, `all` and `none` of others."""
    slugs = {
        "any": [call.path["hashtag"], *call.params.texts("any")],
        "all": call.params.texts("all"),
        "none": call.params.texts("none"),
    }
    named = {name: [slug_of(text) for text in texts[:_MOST_TOPICS]] for name, texts in slugs.items()}
    viewer, now = call.viewer, call.instance.clock.now()
    topics: dict[str, int] = {}

    def find(db: Connection, span: Span) -> Any:
        if not topics:
            topics.update(_numbers(db, {slug for some in named.values() for slug in some}))
        # Under a topic that nobody has used there is nothing.
        if any(slug not in topics for slug in named["all"]):
            return []
        wanted = _wanted(call, **{f"{name}_of": _known(topics, some) for name, some in named.items()})
        return tagged(db, viewer, span, now, wanted) if wanted.any_of else []

    return await page_of(call, find)


async def from_list(call: Call) -> Page:
    """GET /api/v1/timelines/list/{list_id}."""
    me, now, list_id = call.me.id, call.instance.clock.now(), call.id("list_id")

    def find(db: Connection, span: Span) -> list[Placed] | Any:
        query = select(AppList.replies_policy).where(AppList.id == list_id, AppList.person_id == me)
        policy = db.scalar(query)
        if policy is None:
            raise NotFound
        return of_list(db, me, list_id, policy, span, now)

    return await page_of(call, find)


async def about_link(call: Call) -> list[Any]:
    """GET /api/v1/timelines/link: links are nobody's business here, so none of them trends."""
    return []


def _wanted(call: Call, **topics: tuple[int, ...]) -> Wanted:
    params = call.params
    return Wanted(
        local=params.flag("local"),
        remote=params.flag("remote"),
        only_media=params.flag("only_media"),
        **topics,
    )


def _numbers(db: Connection, slugs: set[str]) -> dict[str, int]:
    rows = db.execute(select(Topic.slug, Topic.id).where(Topic.slug.in_(slugs)))
    return {row.slug: row.id for row in rows}


def _known(topics: dict[str, int], slugs: list[str]) -> tuple[int, ...]:
    return tuple(topics[slug] for slug in dict.fromkeys(slugs) if slug in topics)


_READ = ("read:statuses",)
ENDPOINTS = (
    Endpoint("GET", "/api/v1/timelines/home", at_home, "user", _READ, looks_once=True),
    Endpoint("GET", "/api/v1/timelines/public", in_public, "user-optional", _READ, looks_once=True),
    Endpoint("GET", "/api/v1/timelines/tag/{hashtag}", of_topic, "user-optional", _READ, looks_once=True),
    Endpoint("GET", "/api/v1/timelines/link", about_link, "user-optional", _READ),
    Endpoint("GET", "/api/v1/timelines/list/{list_id}", from_list, "user", ("read:lists",), looks_once=True),
)
