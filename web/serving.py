"""One serving process: application, embedded worker and what opens before and closes after them."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from uvicorn.supervisors.multiprocess import Multiprocess

from alliance.settings import Settings
from federation.chores import CHORES
from federation.series_chores import SERIES_CHORES
from federation.wiring import Federation, open_instance
from federation.worker import Worker
from web.app import Alliance, Lifespan, create_app
from web.inner_listener import listening
from web.logs import set_up_logs
from web.mail.sending import MAIL_CHORES
from web.mastodon.app_chores import APP_CHORES
from web.operations import for_inside
from web.patience import WEBSOCKETS, HeadsInTime
from web.process_memory import give_back_what_is_large, spare_collector, staying_small
from web.webhooks.sending import WEBHOOK_CHORES

GRACE_SECONDS = 10
# Longer than other servers keep a connection that they may want again, so that they close it first.
KEEP_ALIVE_SECONDS = 75
# A process that has not answered its parent for this long is ended and begun anew. The 5 seconds of uvicorn
# are less than a start takes where there is much to do (24 s, two cores, fifteen waiting): it never began.
START_SECONDS = 60


class Served:
    """The application, made when the server starts: only then is there a loop to open connections in.

    Can be pickled before, so that further processes can be started with it.
    """

    def __init__(self, settings: Settings, *, with_worker: bool) -> None:
        self.settings = settings
        self.with_worker = with_worker
        self.app: Alliance | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.app is None:
            self.app = await self._opened()
        await self.app(scope, receive, send)

    async def _opened(self) -> Alliance:
        give_back_what_is_large()
        set_up_logs(self.settings.log)
        _, federation = await open_instance(self.settings)
        app = create_app(federation, _with_worker(federation) if self.with_worker else _alone(federation))
        spare_collector()
        return app


def serve(settings: Settings, listener: socket.socket, *, with_worker: bool, processes: int = 1) -> None:
    """Serves on `listener` until SIGINT or SIGTERM; what is being answered or worked on is finished first."""
    config = configured(settings, with_worker=with_worker, processes=processes)
    if processes > 1:
        # Only here is it told that a process has ended and another one was started.
        set_up_logs(settings.log)
        logging.getLogger("uvicorn").setLevel(logging.INFO)
        Multiprocess(config, [listener]).run()
    else:
        uvicorn.Server(config).run([listener])


def configured(settings: Settings, *, with_worker: bool, processes: int) -> uvicorn.Config:
    """How uvicorn serves us."""
    return uvicorn.Config(
        Served(settings, with_worker=with_worker),
        workers=processes,
        loop="uvloop",
        http=HeadsInTime,
        **WEBSOCKETS,
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=START_SECONDS,
    )


def _alone(federation: Federation) -> Lifespan:
    """Closes the instance after the last answer."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        log = structlog.get_logger("alliance.serving")
        settings = federation.instance.settings
        if settings.danger_private_networks:
            log.warning("ALLIANCE_DANGER_PRIVATE_NETWORKS is on: for development, never on the internet")
        log.info("ready", origin=settings.origin, bind="{}:{}".format(*settings.bind))
        try:
            inside = for_inside(federation.instance, app.state.metrics)
            async with listening(settings.metrics_bind, inside), staying_small():
                yield
        finally:
            if app.state.tracing is not None:
                await asyncio.to_thread(app.state.tracing.close)
            await federation.close()
            await federation.instance.close()

    return lifespan


def _with_worker(federation: Federation) -> Lifespan:
    """The same, with a worker beside; it finishes what it has begun."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with _alone(federation)(app):
            worker = Worker(
                federation, chores=(*CHORES, *SERIES_CHORES, *MAIL_CHORES, *APP_CHORES, *WEBHOOK_CHORES)
            )
            task = asyncio.create_task(worker.run())
            task.add_done_callback(_end_without_worker)
            try:
                yield
            finally:
                worker.stop()
                await task

    return lifespan


def _end_without_worker(task: asyncio.Task[None]) -> None:
    """A worker that fails takes the server with it: whoever watches the process starts both again."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        structlog.get_logger("alliance.serving").critical("the worker has failed", exc_info=error)
        signal.raise_signal(signal.SIGTERM)
