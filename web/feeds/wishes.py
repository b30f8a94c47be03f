"""Feeds of requests and offers that are for everybody, the same for whoever asks."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from alliance.models import Wish
from alliance.queries.wishes import WishFilter, wishes_page
from alliance.text import slug_of
from alliance.visibility import STRANGER
from web.addresses import address_of_wish
from web.feeds.answers import feed
from web.feeds.doors import channel_of, house_reader
from web.feeds.formats import Channel, Item, atom_of, json_feed_of
from web.pages.visit import Visit, visiting
from web.pages.wish_views import KIND_TEXTS
from web.times import Reader

MOST = 100


async def as_atom(request: Request) -> Response:
    """GET /requests.atom; `topic` narrows it."""
    async with visiting(request) as visit:
        channel, wishes = await _open(visit)
        body = atom_of(channel, [_item(channel, wish, house_reader(visit)) for wish in wishes])
        changes = [wish.updated_at for wish in wishes]
        return feed(request, body, "application/atom+xml; charset=utf-8", changes, is_public=True)


async def as_json(request: Request) -> Response:
    """GET /requests.json; `topic` narrows it."""
    async with visiting(request) as visit:
        channel, wishes = await _open(visit)
        body = json_feed_of(channel, [_item(channel, wish, house_reader(visit)) for wish in wishes])
        changes = [wish.updated_at for wish in wishes]
        return feed(request, body, "application/feed+json; charset=utf-8", changes, is_public=True)


async def _open(visit: Visit) -> tuple[Channel, list[Wish]]:
    topic = slug_of(visit.request.query_params.get("topic", "")[:100]) or None
    found = await wishes_page(visit.db, STRANGER, WishFilter(topic=topic), limit=MOST)
    made = channel_of(visit)
    named = house_reader(visit).texts.gettext("Requests and offers")
    channel = replace(made, title=f"{made.title}: {named}", home=f"{made.origin}/requests")
    return channel, [wish for wish in found.wishes if wish.state != "closed"]


def _item(channel: Channel, wish: Wish, reader: Reader) -> Item:
    author, kind = wish.author, reader.texts.gettext(KIND_TEXTS[wish.kind])
    page = f"{channel.origin}{address_of_wish(wish)}"
    return Item(
        id=wish.uri or page,
        url=page,
        title=f"{kind}: {wish.title}",
        summary=f"{kind}: {wish.title}",
        html=wish.html,
        published_at=wish.created_at,
        updated_at=wish.updated_at,
        language=wish.language,
        author=f"{author.name}, {author.company.name}" if author.company else author.name,
        tags=tuple((topic.slug, topic.name) for topic in wish.topics),
    )
