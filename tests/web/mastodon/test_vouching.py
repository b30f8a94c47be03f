"""What apps hold lasts as long as somebody vouches for their owner, and not an answer longer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import delete, update

from alliance.app_scopes import LEVELS
from alliance.apps import PROVED_FOR, forget_apps
from alliance.identities import Proven, end_provider_session, link_identity, sign_in_proven
from alliance.models import AppToken, Employee
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.client import client_of
from tests.support.clock import FrozenClock
from tests.web.mastodon.conftest import Allow

ISSUER, SUBJECT = "https://login.nordlicht.example", "jonas"
HOME, NAME = "/api/v1/timelines/home", "/api/v1/accounts/verify_credentials"


async def statuses(api: AsyncClient) -> set[int]:
    """What an app is answered, by ways that look the token up apart and on the way."""
    return {(await api.get(address)).status_code for address in (HOME, NAME, HOME)}


@pytest.fixture
async def proven_api(stage: Stage, federation: Federation, allow: Allow) -> AsyncIterator[AsyncClient]:
    """An app of Jonas's, who signs in with the company's provider."""
    stage.instance.settings = replace(stage.instance.settings, oidc_issuer=ISSUER)
    async with stage.instance.unit_of_work() as uow:
        jonas = await uow.db.get_one(Employee, stage.host.id)
        await link_identity(uow, jonas, ISSUER, SUBJECT)
    async with client_of(federation) as opened:
        opened.headers["Authorization"] = f"Bearer {await allow(stage.host, *LEVELS)}"
        yield opened


async def test_a_token_ends_thirty_days_after_the_provider_has_vouched(
    proven_api: AsyncClient, stage: Stage, clock: FrozenClock
) -> None:
    clock.advance(seconds=PROVED_FOR.total_seconds() - 1)
    assert await statuses(proven_api) == {200}

    clock.advance(seconds=1)

    assert await statuses(proven_api) == {401}
    async with stage.instance.unit_of_work() as uow:
        await forget_apps(uow)
        assert (await uow.db.execute(delete(AppToken).returning(AppToken.id))).all() == []


async def test_signing_in_with_the_provider_lets_apps_last_again_as_long(
    proven_api: AsyncClient, stage: Stage, clock: FrozenClock
) -> None:
    clock.advance(days=29)
    async with stage.instance.unit_of_work() as uow:
        await sign_in_proven(uow, Proven(issuer=ISSUER, subject=SUBJECT))
    clock.advance(days=29)
    assert await statuses(proven_api) == {200}

    clock.advance(days=1)

    assert await statuses(proven_api) == {401}


async def test_whoever_signs_in_with_a_password_is_vouched_for_by_nobody(
    api: AsyncClient, clock: FrozenClock
) -> None:
    clock.advance(days=400)

    assert await statuses(api) == {200}


async def test_the_end_of_a_whole_account_ends_its_apps(proven_api: AsyncClient, stage: Stage) -> None:
    assert await statuses(proven_api) == {200}

    async with stage.instance.unit_of_work() as uow:
        now = uow.now
        await end_provider_session(uow, ISSUER, subject=SUBJECT, provider_session=None, said_at=now)

    assert await statuses(proven_api) == {401}


@pytest.mark.parametrize("whose", ["another account", "one browser", "an earlier time", "another provider"])
async def test_other_ends_leave_apps_alone(
    proven_api: AsyncClient, stage: Stage, clock: FrozenClock, whose: str
) -> None:
    clock.advance(days=1)
    async with stage.instance.unit_of_work() as uow:
        await end_provider_session(
            uow,
            "https://login.elsewhere.example" if whose == "another provider" else ISSUER,
            subject="lena" if whose == "another account" else SUBJECT,
            provider_session="abc" if whose == "one browser" else None,
            said_at=uow.now - timedelta(days=2) if whose == "an earlier time" else uow.now,
        )

    assert await statuses(proven_api) == {200}


@pytest.mark.parametrize("what", ["token revoked", "account closed", "fewer scopes", "other language"])
async def test_a_token_is_what_it_is_now_and_not_what_it_was(
    api: AsyncClient, stage: Stage, what: str
) -> None:
    assert await statuses(api) == {200}

    # As another process would do it: this one hears of nothing.
    changes = {
        "token revoked": delete(AppToken),
        "account closed": update(Employee)
        .where(Employee.id == stage.host.id)
        .values(disabled_at=stage.instance.clock.now()),
        "fewer scopes": update(AppToken).values(scopes=["write"]),
        "other language": update(Employee).values(language="de"),
    }
    async with stage.instance.unit_of_work() as uow:
        await uow.db.execute(changes[what], execution_options={"synchronize_session": False})

    expected = {"fewer scopes": {403}, "other language": {200}}
    assert await statuses(api) == expected.get(what, {401})
    if what == "fewer scopes":
        answer = await api.get(HOME)
        assert answer.json() == {"error": "This action is outside the authorized scopes"}
