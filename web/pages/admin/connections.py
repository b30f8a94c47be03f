"""The pages about other servers: whether everything reaches everyone, and what to do where it does not."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from federation import queue
from federation.hosts import HostRow, got_from, host_row, refused_requests, sent_to
from web.pages.admin.connections_page import host_page, overview_page
from web.pages.admin.console import admin_page, administering
from web.pages.visit import Visit

_HERE = "/admin/federation"


async def show(request: Request) -> Response:
    """GET /admin/federation?which=&q=&after=: every server that we have to do with."""
    async with administering(request) as visit:
        return await overview_page(visit)


async def show_host(request: Request) -> Response:
    """GET /admin/federation/hosts/<host>: one server, with what went there and came from there lately."""
    async with administering(request) as visit:
        row = await _row(visit)
        now = visit.reader.now
        return host_page(
            visit,
            row,
            sent=await sent_to(visit.db, row.host, now),
            dead=await sent_to(visit.db, row.host, now, dead=True) if row.dead else [],
            got=await got_from(visit.db, row.host, now),
            refused=await refused_requests(visit.db, row.host),
        )


async def try_now(request: Request) -> Response:
    """POST /admin/federation/hosts/<host>/now: ends the pause of a server that failed."""
    async with administering(request) as visit:
        row = await _row(visit)
        async with visit.acting() as uow:
            await queue.try_now(uow, row.host)
        return visit.go(_address(row), "trying")


async def send_again(request: Request) -> Response:
    """POST /admin/federation/hosts/<host>/again: puts what was given up back into the queues."""
    async with administering(request) as visit:
        row = await _row(visit)
        async with visit.acting() as uow:
            await queue.retry(uow, host=row.host)
            await queue.try_now(uow, row.host)
        return visit.go(_address(row), "trying")


async def ask_drop(request: Request) -> Response:
    """GET /admin/federation/hosts/<host>/drop: asks once."""
    async with administering(request) as visit:
        row = await _row(visit)
        texts = visit.texts
        return admin_page(
            visit,
            "confirm.html",
            title=texts.gettext("Put aside what was given up?"),
            sentence=texts.gettext(
                "What could not be delivered to %(host)s, or not be used from there, is not tried again.",
                host=row.host,
            ),
            submit=texts.gettext("Yes, put aside"),
            action=request.url.path,
            back_url=_address(row),
            back_label=row.host,
        )


async def drop(request: Request) -> Response:
    """POST /admin/federation/hosts/<host>/drop: puts dead letters aside for good."""
    async with administering(request) as visit:
        row = await _row(visit)
        async with visit.acting() as uow:
            await queue.drop(uow, host=row.host)
        return visit.go(_address(row), "put-aside")


async def _row(visit: Visit) -> HostRow:
    host: str = visit.request.path_params["host"]
    row = await host_row(visit.db, host, visit.reader.now) if len(host) <= 260 else None
    if row is None:
        raise NotFound
    return row


def _address(row: HostRow) -> str:
    return f"{_HERE}/hosts/{row.host}"
