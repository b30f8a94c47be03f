"""Whoever tries to come in by the company's door without having been at the company."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from alliance.employing import add_employee
from alliance.errors import Conflict, WrongConfiguration
from alliance.identities import (
    Entered,
    Proven,
    Refusal,
    connect,
    end_provider_session,
    sign_in_proven,
)
from alliance.models import Employee, Identity, SignIn
from alliance.settings import Settings
from federation.wiring import Federation
from tests.support.client import client_of
from tests.support.clock import FrozenClock
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio

ISSUER = "https://login.nordlicht.example"
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"}
MARA = Proven(issuer=ISSUER, subject="mara-1", email="Mara@Nordlicht.example", name="Mara Jensen")


@pytest.fixture
async def browser_of_nobody(federation: Federation, founded: Founded) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a company whose provider is named and can't be reached."""
    instance = federation.instance
    instance.settings = replace(instance.settings, oidc_issuer=ISSUER)
    async with client_of(federation) as client:
        client.headers.update({"Accept": "text/html", "Accept-Language": "en"})
        yield client


@pytest.mark.parametrize(
    "query",
    ["", "code=stolen", "code=stolen&state=guessed", "error=access_denied", "code=&state=", "state=%F0%9F"],
)
async def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(
    browser_of_nobody: httpx.AsyncClient, query: str
) -> None:
    """Login CSRF: somebody else's code, put into a link."""
    answer = await browser_of_nobody.get(f"/sign-in/company/back?{query}")

    assert (answer.status_code, "Please start again" in answer.text) == (403, True)
    assert "__Host-sign-in=" not in "".join(answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("cookie", ["x", "A" * 5000, "====", "bm90IHNlYWxlZA=="])
async def test_a_cookie_that_we_did_not_seal_is_none(
    browser_of_nobody: httpx.AsyncClient, cookie: str
) -> None:
    names = ("__Host-company-sign-in", "__Host-company-account", "__Host-passkey", "__Host-renew-sign-in")
    jar = {"Cookie": "; ".join(f"{name}={cookie}" for name in names)}

    back = await browser_of_nobody.get("/sign-in/company/back?code=a&state=b", headers=jar)
    joined = await browser_of_nobody.get("/sign-in/company/connect", headers=jar)
    posted = await browser_of_nobody.post("/sign-in/company/connect", headers=jar, data={"password": "x"})
    passkey = await browser_of_nobody.post("/sign-in/passkey", headers=jar, data={"credential": "{}"})

    assert [answer.status_code for answer in (back, joined, posted, passkey)] == [403, 409, 409, 422]


async def test_a_provider_that_does_not_answer_is_said_so(browser_of_nobody: httpx.AsyncClient) -> None:
    answer = await browser_of_nobody.get("/sign-in/company?next=/alliance")

    assert (answer.status_code, "does not answer at the moment" in answer.text) == (503, True)


@pytest.mark.parametrize("onwards", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil:1"])
async def test_no_way_leads_elsewhere(browser_of_nobody: httpx.AsyncClient, onwards: str) -> None:
    quietly = await browser_of_nobody.get("/sign-in/company", params={"next": onwards, "silent": "yes"})
    loudly = await browser_of_nobody.get("/sign-in/company", params={"next": onwards})

    assert (quietly.status_code, quietly.headers["location"]) == (303, "/")
    assert '<a class="button main large wide" href="/sign-in?next=/">' in loudly.text


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 30_000])
async def test_nobody_but_the_provider_signs_people_out(
    browser_of_nobody: httpx.AsyncClient, token: str
) -> None:
    answer = await browser_of_nobody.post("/sign-in/company/ended", data={"logout_token": token})

    assert answer.status_code in (400, 503)


async def test_a_sign_in_is_renewed_only_for_a_person_who_opens_a_page_once(
    browser_of_nobody: httpx.AsyncClient, clock: FrozenClock
) -> None:
    due = {"Cookie": f"__Host-renew-sign-in={int(clock.now().timestamp())}"}
    later = {"Cookie": f"__Host-renew-sign-in={int((clock.now() + timedelta(hours=1)).timestamp())}"}

    page = await browser_of_nobody.get("/experts?topic=x", headers={**NAVIGATION, **due})
    others = [
        await browser_of_nobody.get("/experts", headers={**NAVIGATION, **later}),
        await browser_of_nobody.get("/experts", headers=due),
        await browser_of_nobody.get("/experts", headers={**NAVIGATION, **due, "Sec-Fetch-Dest": "iframe"}),
        await browser_of_nobody.get("/sign-in", headers={**NAVIGATION, **due}),
    ]

    assert page.headers["location"] == "/sign-in/company?silent=yes&next=/experts%3Ftopic%3Dx"
    assert "__Host-renew-sign-in=" in page.headers["set-cookie"]
    assert [answer.status_code for answer in others] == [200] * 4


async def test_an_address_alone_opens_no_account(federation: Federation, founded: Founded) -> None:
    ada = replace(MARA, email=founded.admin.email)

    async with federation.instance.unit_of_work() as uow:
        assert await sign_in_proven(uow, ada) is Refusal.HAS_ACCOUNT

    async with federation.instance.reading() as db:
        assert (await db.scalars(select(Identity))).all() == []
        assert (await db.scalars(select(SignIn))).all() == []


async def test_a_subject_keeps_its_account_when_its_address_goes_to_somebody_else(
    federation: Federation, founded: Founded
) -> None:
    async with federation.instance.unit_of_work() as uow:
        first = await sign_in_proven(uow, MARA)
    async with federation.instance.unit_of_work() as uow:
        moved = await sign_in_proven(uow, replace(MARA, email="m.jensen@nordlicht.example"))
        successor = await sign_in_proven(uow, replace(MARA, subject="mara-2", name="Mara Berg"))

    assert isinstance(first, Entered)
    assert isinstance(moved, Entered)
    assert isinstance(successor, Entered)
    assert moved.made.employee.id == first.made.employee.id != successor.made.employee.id
    assert moved.made.employee.email == "m.jensen@nordlicht.example"


async def test_the_same_subject_of_another_issuer_is_somebody_else(
    federation: Federation, founded: Founded
) -> None:
    async with federation.instance.unit_of_work() as uow:
        await sign_in_proven(uow, MARA)
        other = await sign_in_proven(uow, replace(MARA, issuer="https://login.evil.example"))

    assert other is Refusal.HAS_ACCOUNT


@pytest.mark.parametrize("email", ["", "not an address", "a@b", "x" * 400 + "@nordlicht.example"])
async def test_without_an_address_there_is_no_account(
    federation: Federation, founded: Founded, email: str
) -> None:
    async with federation.instance.unit_of_work() as uow:
        outcome = await sign_in_proven(uow, replace(MARA, email=email, name=""))

    assert outcome is Refusal.WITHOUT_EMAIL or email == "a@b"


async def test_one_identity_is_connected_once(federation: Federation, founded: Founded) -> None:
    async with federation.instance.unit_of_work() as uow:
        await connect(uow, founded.employee.id, MARA)
        other = await add_employee(uow, "tarek@nordlicht.example", "Tarek Aziz")

    for employee_id, proven in ((other.id, MARA), (founded.employee.id, replace(MARA, subject="mara-2"))):
        with pytest.raises(Conflict):
            async with federation.instance.unit_of_work() as uow:
                await connect(uow, employee_id, proven)


async def test_a_notice_that_is_played_again_ends_nothing_new(
    federation: Federation, founded: Founded, clock: FrozenClock
) -> None:
    async with federation.instance.unit_of_work() as uow:
        await sign_in_proven(uow, replace(MARA, provider_session="s1"))
        await sign_in_proven(uow, replace(MARA, provider_session="s2"))
    said_at = clock.now()

    async def end(session: str | None, subject: str | None = "mara-1") -> int:
        async with federation.instance.unit_of_work() as uow:
            return await end_provider_session(
                uow, ISSUER, subject=subject, provider_session=session, said_at=said_at
            )

    assert [await end("s1", None), await end("s1", None), await end(None, "somebody else")] == [1, 0, 0]
    clock.advance(minutes=5)
    async with federation.instance.unit_of_work() as uow:
        await sign_in_proven(uow, replace(MARA, provider_session="s3"))
    assert [await end(None), await end(None)] == [1, 0]


async def test_groups_give_and_take_roles_and_none_are_given_where_no_groups_are_named(
    federation: Federation, founded: Founded
) -> None:
    instance = federation.instance
    async with instance.unit_of_work() as uow:
        await connect(uow, founded.admin.id, MARA)
    async with instance.reading() as db:
        assert (await db.get_one(Employee, founded.admin.id)).roles == ["employee", "admin"]

    instance.settings = replace(instance.settings, oidc_moderator_groups=("team",))
    async with instance.unit_of_work() as uow:
        entered = await sign_in_proven(uow, replace(MARA, groups=("team", "other")))

    assert isinstance(entered, Entered)
    assert (entered.former_roles, entered.made.employee.roles) == (
        ("employee", "admin"),
        ["employee", "moderator"],
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLIANCE_PASSWORDS", "off"),
        ("ALLIANCE_OIDC_ISSUER", "http://login.example"),
        ("ALLIANCE_OIDC_ISSUER", "login.example"),
        ("ALLIANCE_OIDC_ISSUER", "https://user:secret@login.example"),
    ],
)
def test_settings_that_would_lock_out_or_let_in_everybody_stop_the_start(name: str, value: str) -> None:
    with pytest.raises(WrongConfiguration, match=name):
        Settings.from_env({"ALLIANCE_ORIGIN": "https://nordlicht.example", name: value})
