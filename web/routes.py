"""Every address of an instance, on one page."""

from collections.abc import Iterator

from starlette.routing import BaseRoute, Mount, Route

from web import operations
from web.activitypub import (
    actors,
    badges,
    collections,
    communities,
    nodeinfo,
    objects,
    synchronisation,
    webfinger,
)
from web.activitypub.answers import Negotiated
from web.ai import library
from web.ai.door import McpDoor
from web.feeds import catalogue, doors
from web.feeds import communities as community_feeds
from web.feeds import series as series_feeds
from web.feeds import wishes as wish_feeds
from web.feeds.circles import circle_calendar
from web.mastodon.routes import api_routes
from web.media import previews, serving
from web.pages import comments
from web.pages.routes import PAGE_ROUTES
from web.scim.routes import SCIM_ROUTES
from web.static_files import Static

# Inboxes (/inbox, <actor>/inbox) are not here: web/app.py hands them to the inbox door before anything else.

# A page for people and, at the same address, a document for machines.
DOCUMENTS = {
    "/sessions/{id:int}": objects.session,
    "/stories/{key}": objects.story,
    "/requests/{key}": objects.wish,
    "/series/{id:int}": objects.series,
    "/communities/{id:int}": communities.community,
}

FOR_MACHINES: list[BaseRoute] = [
    Route("/.well-known/webfinger", webfinger.webfinger),
    Route("/.well-known/host-meta", webfinger.host_meta),
    Route("/.well-known/host-meta.json", webfinger.host_meta_json),
    Route("/.well-known/nodeinfo", nodeinfo.nodeinfo_links),
    Route("/nodeinfo/2.1", nodeinfo.nodeinfo),
    Route("/actor", Negotiated(actors.home_page, actors.instance_actor), methods=["GET"]),
    Route("/actor/outbox", collections.instance_outbox),
    Route("/actor/followers", collections.instance_followers),
    Route("/actor/following", collections.instance_following),
    Route("/actor/followers_synchronization", synchronisation.instance_part),
    Route("/company", Negotiated(actors.home_page, actors.company_actor), methods=["GET"]),
    Route("/company/outbox", collections.company_outbox),
    Route("/company/followers", collections.company_followers),
    Route("/company/following", collections.company_following),
    Route("/company/followers_synchronization", synchronisation.company_part),
    Route("/company/featured", collections.featured),
    Route("/company/upcoming", collections.upcoming),
    Route("/company/experts", collections.experts),
    Route("/people/{id:int}", Negotiated(actors.person_page, actors.person_actor), methods=["GET"]),
    Route("/people/{id:int}/outbox", collections.person_outbox),
    Route("/people/{id:int}/followers", collections.person_followers),
    Route("/people/{id:int}/following", collections.person_following),
    Route("/people/{id:int}/followers_synchronization", synchronisation.person_part),
    Route("/company/communities", communities.of_company),
    Route("/communities/{id:int}/outbox", communities.outbox),
    Route("/communities/{id:int}/followers", communities.followers),
    Route("/communities/{id:int}/featured", communities.featured),
    Route("/communities/{id:int}/followers_synchronization", communities.part),
    Route("/partners", collections.partners),
    Route("/activities/{id:int}", objects.activity),
    Route("/comments/{key}", Negotiated(comments.comment_page, objects.comment), methods=["GET"]),
    Route("/badges/issuer", badges.issuer),
    Route("/badges/revoked", badges.revoked),
    Route("/sessions/{id:int}/replies", objects.replies),
    Route("/notes/{id:int}", objects.note),
    Route("/authorize_interaction", objects.interaction),
]

FEEDS: list[BaseRoute] = [
    Route("/calendar.ics", doors.public_calendar),
    Route("/sessions.atom", doors.public_atom),
    Route("/feed.atom", doors.public_atom),
    Route("/sessions.json", doors.public_json),
    Route("/catalogue.json", catalogue.as_json),
    Route("/catalogue.csv", catalogue.as_csv),
    Route("/feed.json", doors.public_json),
    Route("/sessions/{id:int}.ics", doors.session_file),
    Route("/series/{id:int}.ics", series_feeds.calendar),
    Route("/series/{id:int}.atom", series_feeds.as_atom),
    Route("/series/{id:int}.json", series_feeds.as_json),
    Route("/requests.atom", wish_feeds.as_atom),
    Route("/requests.json", wish_feeds.as_json),
    Route("/communities/{id:int}.ics", community_feeds.community_calendar),
    Route("/communities/{id:int}.atom", community_feeds.community_atom),
    Route("/communities/{id:int}.json", community_feeds.community_json),
    Route("/feeds/circles/{token}.ics", circle_calendar),
    Route("/feeds/{token}/calendar.ics", doors.own_calendar),
    Route("/feeds/{token}/sessions.ics", doors.own_list),
]

FOR_OPERATORS: list[BaseRoute] = [
    Route("/healthz", operations.healthz),
    Route("/readyz", operations.readyz),
    Route("/metrics", operations.metrics),
    Route("/robots.txt", operations.robots),
    Route("/.well-known/security.txt", operations.security_txt),
    Mount("/static", Static()),
    Route("/media/{name}", serving.picture),
    Route("/sessions/{id:int}/preview.png", previews.cover),
]


FOR_AI: list[BaseRoute] = [
    Route("/library.md", library.library),
    Route("/llms.txt", library.llms),
    Route("/mcp", McpDoor()),
]


def routes() -> list[BaseRoute]:
    """The whole table; pages that are documents as well answer by what the reader accepts."""
    return [*api_routes(), *FOR_OPERATORS, *FEEDS, *FOR_AI, *SCIM_ROUTES, *FOR_MACHINES, *_pages()]


def _pages() -> Iterator[BaseRoute]:
    for route in PAGE_ROUTES:
        document = DOCUMENTS.get(route.path)
        if document is None or "GET" not in (route.methods or ()):
            yield route
        else:
            yield Route(route.path, Negotiated(route.endpoint, document), methods=["GET"], name=route.name)
