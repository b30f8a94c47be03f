"""Every error is told in the form that whoever asked can read, and never more than they may know."""

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from alliance.database import OutcomeUnknown
from alliance.errors import (
    AllianceError,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    NotSignedIn,
    TooMany,
    Unavailable,
    WrongConfiguration,
)
from federation.wiring import Federation
from tests.support.founding import Founded
from web.app import create_app

LEAVES = (
    Invalid("{zone} is no zone.", field="timezone", zone="Mars"),
    NotSignedIn(),
    Forbidden(detail="not the host"),
    NotFound(),
    Gone(),
    Conflict(),
    TooMany(retry_after=7),
    Unavailable(),
    WrongConfiguration("The secret file does not fit."),
)


async def answers(federation: Federation, error: Exception, path: str, **headers: str) -> httpx.Response:
    """What the application answers when a page raises `error`."""

    async def broken(request: Request) -> Response:
        raise error

    app = create_app(federation)
    app.router.routes.insert(0, Route(path, broken))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    origin = federation.instance.settings.origin
    async with httpx.AsyncClient(transport=transport, base_url=origin, headers=headers) as client:
        return await client.get(path)


async def test_nobody_is_told_that_nothing_changed_when_that_is_unknown(
    federation: Federation, founded: Founded
) -> None:
    lost = OutcomeUnknown(OperationalError("COMMIT", None, ConnectionError()))

    answer = await answers(federation, lost, "/broken", Accept="text/html")

    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert "Please look whether it is there" in answer.text
    assert "Nothing has been changed" not in answer.text


async def test_who_goes_away_while_sending_is_no_defect(federation: Federation, founded: Founded) -> None:
    with capture_logs() as lines:
        answer = await answers(federation, ClientDisconnect(), "/broken", Accept="text/html")

    assert answer.status_code == 408
    assert [line for line in lines if line["log_level"] == "error"] == []


@pytest.mark.parametrize("error", LEAVES, ids=lambda error: type(error).__name__)
async def test_a_problem_has_status_title_and_sentence(
    federation: Federation, founded: Founded, error: AllianceError
) -> None:
    answer = await answers(federation, error, "/broken", Accept="application/activity+json")

    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == problem["status"] == error.status
    assert problem["detail"]
    assert problem["instance"] == f"urn:alliance:request:{answer.headers['x-request-id']}"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("error", LEAVES, ids=lambda error: type(error).__name__)
async def test_an_api_gets_mastodons_shape(
    federation: Federation, founded: Founded, error: AllianceError
) -> None:
    answer = await answers(federation, error, "/api/v1/broken")

    assert answer.status_code == error.status
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "error", [leaf for leaf in LEAVES if not isinstance(leaf, NotSignedIn)], ids=lambda e: type(e).__name__
)
async def test_people_get_a_page(federation: Federation, founded: Founded, error: AllianceError) -> None:
    answer = await answers(federation, error, "/broken", Accept="text/html")

    assert answer.status_code == error.status
    assert answer.text.startswith("<!doctype html>")


async def test_who_is_not_signed_in_is_asked_to_and_comes_back(
    federation: Federation, founded: Founded
) -> None:
    answer = await answers(federation, NotSignedIn(), "/broken", Accept="text/html")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/broken")


async def test_fields_are_named(federation: Federation, founded: Founded) -> None:
    answer = await answers(federation, LEAVES[0], "/broken", Accept="application/json")

    assert answer.json()["errors"] == {"timezone": "Mars is no zone."}


async def test_when_to_come_again_is_told(federation: Federation, founded: Founded) -> None:
    answer = await answers(federation, TooMany(retry_after=7), "/broken")

    assert answer.headers["retry-after"] == "7"


async def test_sentences_are_in_the_readers_language(federation: Federation, founded: Founded) -> None:
    german = await answers(
        federation,
        NotFound(),
        "/broken",
        **{"Accept": "application/json", "Accept-Language": "de-AT,en;q=0.5"},
    )
    english = await answers(federation, NotFound(), "/broken", Accept="application/json")

    assert english.json()["detail"] == "There is nothing at this address."
    assert german.json()["detail"] != english.json()["detail"]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_the_unforeseen_is_500_with_a_number_and_without_details(
    federation: Federation, founded: Founded, accept: str
) -> None:
    with capture_logs() as lines:
        answer = await answers(federation, RuntimeError("password is hunter2"), "/broken", Accept=accept)

    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    failed = [line for line in lines if line["event"] == "request failed"]
    assert len(failed) == 1


async def test_a_configuration_that_broke_meanwhile_tells_strangers_nothing(
    federation: Federation, founded: Founded
) -> None:
    error = WrongConfiguration("The secret file /srv/secret does not fit.")

    answer = await answers(federation, error, "/broken", Accept="application/json")

    assert "/srv" not in answer.text


async def test_a_method_that_is_not_there_is_405(client: httpx.AsyncClient, founded: Founded) -> None:
    answer = await client.request("DELETE", "/actor", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
