"""The checker of others (scim2-tester) finds nothing that RFC 7643 and RFC 7644 would not have."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import anyio.from_thread
import anyio.to_thread
import httpx
import pytest

from federation.wiring import Federation
from tests.web.scim.directory import Directory
from web.app import create_app


def waiting(app: httpx.ASGITransport) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The application for a client that waits in a thread."""

    async def ask(request: httpx.Request) -> tuple[httpx.Response, bytes]:
        answer = await app.handle_async_request(request)
        return answer, await answer.aread()

    def called(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        address = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{environ['PATH_INFO']}"
        request = httpx.Request(
            environ["REQUEST_METHOD"],
            httpx.URL(address, query=environ.get("QUERY_STRING", "").encode()),
            headers={
                "Authorization": environ.get("HTTP_AUTHORIZATION", ""),
                "Content-Type": environ.get("CONTENT_TYPE", ""),
            },
            content=environ["wsgi.input"].read(),
        )
        answer, body = anyio.from_thread.run(ask, request)
        phrase = HTTPStatus(answer.status_code).phrase
        start_response(f"{answer.status_code} {phrase}", list(answer.headers.items()))
        return [body]

    return called


@pytest.mark.once
async def test_nothing_is_found(directory: Directory, federation: Federation) -> None:
    # Two seconds to load: only where it is run, not wherever tests are collected.
    from scim2_client.engines.wsgi import WSGISCIMClient
    from scim2_models import ScimProvider
    from scim2_tester import Status, check_server

    from web.scim.resources import Group, User

    app = waiting(httpx.ASGITransport(create_app(federation)))
    address = f"{federation.instance.settings.origin}/scim/v2"
    provider = ScimProvider(models=[User, Group])
    client = WSGISCIMClient(app, address, directory.headers, provider=provider)
    results = await anyio.to_thread.run_sync(check_server, client)
    fine = (Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE, Status.SKIPPED)
    wrong = [f"{one.title}: {one.reason}" for one in results if one.status not in fine]
    assert not wrong, "\n".join(wrong)
    assert sum(one.status == Status.SUCCESS for one in results) > 30
