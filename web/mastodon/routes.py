"""The addresses of the API for apps, found by their parts; one door for all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from web.mastodon import (
    accounts_reading,
    avatars,
    bookmarks,
    circles,
    closed,
    conversations,
    filters,
    getting_to_know,
    grouped_notifications,
    instance,
    instance_about,
    instance_neighbours,
    kept_away,
    lists,
    markers,
    marking,
    media,
    notification_policy,
    notifications,
    oembed,
    own_account,
    polls,
    push,
    relations,
    reports,
    scheduled,
    search,
    statuses_reading,
    statuses_writing,
    tags,
    timelines,
    trends,
)
from web.mastodon.door import Call, Endpoint, answer
from web.mastodon.oauth import consent, metadata, registration, tokens
from web.mastodon.openapi import described
from web.mastodon.streaming import events, websocket

GROUPS: tuple[tuple[Endpoint, ...], ...] = (
    registration.ENDPOINTS,
    tokens.ENDPOINTS,
    metadata.ENDPOINTS,
    instance.ENDPOINTS,
    instance_about.ENDPOINTS,
    instance_neighbours.ENDPOINTS,
    oembed.ENDPOINTS,
    push.ENDPOINTS,
    events.ENDPOINTS,
    closed.ENDPOINTS,
    filters.ENDPOINTS,
    markers.ENDPOINTS,
    relations.ENDPOINTS,
    circles.ENDPOINTS,
    getting_to_know.ENDPOINTS,
    grouped_notifications.ENDPOINTS,
    kept_away.ENDPOINTS,
    lists.ENDPOINTS,
    notification_policy.ENDPOINTS,
    notifications.ENDPOINTS,
    own_account.ENDPOINTS,
    reports.ENDPOINTS,
    search.ENDPOINTS,
    tags.ENDPOINTS,
    trends.ENDPOINTS,
    timelines.ENDPOINTS,
    statuses_reading.ENDPOINTS,
    accounts_reading.ENDPOINTS,
    bookmarks.ENDPOINTS,
    media.ENDPOINTS,
    statuses_writing.ENDPOINTS,
    marking.ENDPOINTS,
    polls.ENDPOINTS,
    conversations.ENDPOINTS,
    scheduled.ENDPOINTS,
)
"""What each module of this folder answers."""

ANSWERED: tuple[Endpoint, ...] = tuple(endpoint for group in GROUPS for endpoint in group)


async def description(call: Call) -> dict[str, Any]:
    """GET /api/openapi.json."""
    return described(ANSWERED)


ENDPOINTS = (*ANSWERED, Endpoint("GET", "/api/openapi.json", description, "none"))


@dataclass
class _Place:
    """A part of an address: the parts that may follow, and the methods that end here."""

    names: dict[str, "_Place"] = field(default_factory=dict)
    any: "_Place | None" = None
    methods: dict[str, Endpoint] = field(default_factory=dict)


class Api:
    """Finds the endpoint for an address; a name counts before a variable."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._root = _Place()
        for endpoint in endpoints:
            self._add(endpoint)

    def _add(self, endpoint: Endpoint) -> None:
        place = self._root
        for part in endpoint.path.strip("/").split("/"):
            if part.startswith("{"):
                place.any = place.any or _Place()
                place = place.any
            else:
                place = place.names.setdefault(part, _Place())
        if endpoint.method in place.methods:
            raise ValueError(f"{endpoint.method} {endpoint.path} is there twice")
        place.methods[endpoint.method] = endpoint

    def methods_at(self, path: str) -> tuple[dict[str, Endpoint], tuple[str, ...]]:
        """The endpoints at an address by method, and what stands in place of its variables."""
        # Mastodon forgives a slash at the end; Mastodon.py 2.3 sends one to instance and conversations.
        return _find(self._root, path[1:].removesuffix("/").split("/"), ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        methods, values = self.methods_at(scope["path"])
        if not methods:
            raise HTTPException(404)
        method: str = scope["method"]
        endpoint = methods.get("GET" if method == "HEAD" else method)
        if endpoint is None:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
        response = await answer(endpoint, Request(scope, receive), _named(endpoint.path, values))
        await response(scope, receive, send)


def _find(
    place: _Place, parts: list[str], values: tuple[str, ...]
) -> tuple[dict[str, Endpoint], tuple[str, ...]]:
    if not parts:
        return place.methods, values
    if (named := place.names.get(parts[0])) is not None:
        found = _find(named, parts[1:], values)
        if found[0]:
            return found
    if place.any is not None and parts[0]:
        return _find(place.any, parts[1:], (*values, parts[0]))
    return {}, ()


def _named(path: str, values: tuple[str, ...]) -> dict[str, str]:
    if not values:
        return {}
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return dict(zip(names, values, strict=True))


def api_routes() -> list[BaseRoute]:
    """What the application's table of addresses holds of it; the page that asks for consent is for people."""
    api = Api(ENDPOINTS)
    return [
        WebSocketRoute("/api/v1/streaming", websocket.listen),
        WebSocketRoute("/api/v1/streaming/", websocket.listen),
        Route("/api/{path:path}", api),
        Route("/oauth/authorize", consent.ask, methods=["GET"]),
        Route("/oauth/authorize/", consent.ask, methods=["GET"]),  # as toot 0.52 asks
        Route(consent.ADDRESS, consent.show, methods=["GET"]),
        Route(consent.ADDRESS, consent.answer, methods=["POST"]),
        Route("/oauth/{path:path}", api),
        Route("/.well-known/oauth-authorization-server", api),
        Route("/health", api),
        Route("/avatars/{hue:int}.png", avatars.show, methods=["GET"]),
    ]
