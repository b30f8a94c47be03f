"""The web application of one instance."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import Receive, Scope, Send

from alliance.instance import Instance
from federation.rates import Windows
from federation.wiring import Federation
from web.activitypub.inbox_door import InboxDoor
from web.activitypub.nodeinfo import Usage
from web.errors import Errors, answer_error
from web.fresh_settings import FreshSettings
from web.mastodon.headers import AppHeaders
from web.mastodon.kept import Kept
from web.mastodon.known_holders import KnownHolders
from web.mastodon.limits import Limits
from web.mastodon.streaming.hub import Hub
from web.middleware import AccessLog, AddressLimit, BodyLimit, OnlyOurHost, SameOrigin, SecurityHeaders
from web.pages.experts_offer import ExpertsOffer
from web.requests import real_client
from web.routes import routes
from web.sign_in.renewal import Renewal
from web.watching import watch

if TYPE_CHECKING:
    from web.sign_in.provider import Provider

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


class Alliance(Starlette):
    """The application; what arrives at an inbox does not pass through the middleware for pages."""

    inbox_door: InboxDoor
    instance: Instance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            settings = self.instance.settings
            # Behind a proxy the connection is plain; what people and signatures mean is the origin's scheme.
            kind = "http" if scope["type"] == "http" else "ws"
            scope["scheme"] = f"{kind}s" if settings.is_https else kind
            if settings.trusted_proxies and (client := real_client(scope, settings.trusted_proxies)):
                scope["client"] = (client, 0)
            if kind == "http" and scope["method"] == "POST" and scope["path"].endswith("/inbox"):
                await self.inbox_door(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


@asynccontextmanager
async def nothing_beside(app: Starlette) -> AsyncIterator[None]:
    """The lifespan of an application whose surroundings are opened and closed by somebody else."""
    yield


def create_app(federation: Federation, lifespan: Lifespan = nothing_beside) -> Alliance:
    """The application of `federation.instance`, which is open already; `lifespan` may close it."""
    settings = federation.instance.settings
    metrics, tracing = watch(federation)
    app = Alliance(
        routes=routes(),
        lifespan=lifespan,
        exception_handlers={HTTPException: answer_error},
        middleware=[
            Middleware(
                AccessLog, observe=metrics.observe_request, tell=tracing.answered if tracing else None
            ),
            Middleware(SecurityHeaders, settings=settings),
            Middleware(AppHeaders),
            Middleware(Errors),
            Middleware(OnlyOurHost, settings=settings),
            Middleware(AddressLimit),
            Middleware(BodyLimit),
            Middleware(SameOrigin, settings=settings),
            Middleware(Renewal, settings=settings, clock=federation.instance.clock),
            Middleware(FreshSettings, instance=federation.instance),
        ],
    )
    app.state.instance = app.instance = federation.instance
    app.state.federation = federation
    app.state.metrics = metrics
    app.state.tracing = tracing
    app.state.provider = _provider(federation) if settings.oidc_issuer else None
    app.state.usage = Usage()
    app.state.experts_offer = ExpertsOffer()
    app.state.strangers_asking = Windows(10)
    app.state.employees_asking = Windows(30)
    app.state.resets_asked = Windows(5)
    app.state.signing_up = Windows(5)
    app.state.api_limits = Limits()
    app.state.kept_entities = Kept()
    app.state.known_holders = KnownHolders()
    app.state.streams = Hub(federation)
    app.state.at_pictures = asyncio.Semaphore(1)
    app.inbox_door = InboxDoor(federation)
    return app


def _provider(federation: Federation) -> "Provider":
    from web.sign_in.provider import Provider

    return Provider(federation.instance.settings, federation.instance.clock)
