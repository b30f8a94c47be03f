"""Mastodon.py, as it is on PyPI: it registers, signs Jonas in, and makes every call that it has."""

import asyncio
import inspect
from datetime import UTC, datetime, timedelta

import pytest
from mastodon import Mastodon, MastodonUnauthorizedError

from tests.apps.python_calls import CALLS, NOT_CALLED, There
from tests.apps.serving import Served
from tests.apps.signing_in import copied_code
from tests.web.pages.scenes import offered
from tests.web.pages.test_in_browser import drawing

pytestmark = pytest.mark.anyio
SCOPES = ["read", "write", "follow", "push", "profile"]


def methods() -> set[str]:
    """What a program can call."""
    found = inspect.getmembers(Mastodon, inspect.isfunction)
    return {name for name, _ in found if not name.startswith(("_", "admin_"))}


def test_every_call_is_made_or_says_why_not() -> None:
    assert methods() - set(CALLS) - set(NOT_CALLED) == set()
    assert set(CALLS) & set(NOT_CALLED) == set()
    assert (set(CALLS) | set(NOT_CALLED)) - methods() == set()


async def signed_in(served: Served) -> Mastodon:
    """The library with a token of Jonas's, got as its documentation says."""
    client_id, secret = await asyncio.to_thread(
        Mastodon.create_app, "Kiebitz", api_base_url=served.origin, scopes=SCOPES
    )
    library = await asyncio.to_thread(
        Mastodon, client_id, secret, api_base_url=served.origin, ratelimit_method="throw"
    )
    address = await asyncio.to_thread(library.auth_request_url, scopes=SCOPES, allow_http=True)
    code = await copied_code(served.origin, address)
    await asyncio.to_thread(library.log_in, code=code, scopes=SCOPES, allow_http=True)
    return library


async def there_in(served: Served, library: Mastodon) -> There:
    """A public session of Ada's and a status of Jonas's."""
    instance, founded = served.federation.instance, served.founded
    await offered(instance, founded.admin, "Licht messen", audience="public", topics=("optik",))
    said = await asyncio.to_thread(library.status_post, "Guten Morgen")
    local = await asyncio.to_thread(library.timeline_local)
    sessions = [status for status in local if status["poll"] is not None]
    return There(
        me=str(founded.employee.id),
        ada=str(founded.admin.id),
        company=str(founded.company.id),
        session=str(sessions[0]["id"]),
        said=str(said["id"]),
        picture=drawing((300, 200)),
        later=datetime.now(UTC) + timedelta(days=1),
        made={},
    )


async def test_every_call_is_answered(served: Served) -> None:
    library = await signed_in(served)
    there = await there_in(served, library)

    wrong: dict[str, str] = {}
    for name, call in CALLS.items():
        try:
            await asyncio.to_thread(call, library, there)
        except Exception as error:
            wrong[name] = f"{type(error).__name__}: {error}"[:200]

    assert not wrong, "\n".join(f"{name}: {said}" for name, said in wrong.items())
    held = library.access_token
    await asyncio.to_thread(library.revoke_access_token, allow_http=True)
    again = Mastodon(access_token=held, api_base_url=served.origin)
    with pytest.raises(MastodonUnauthorizedError):
        await asyncio.to_thread(again.me)
