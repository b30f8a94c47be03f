"""A link from a mail sets a password once; asking for one tells nobody who has an account."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import func, select

from alliance.employing import disable_employee
from alliance.errors import Conflict
from alliance.inviting import invite_employee, send_link, use_link
from alliance.mailing import SEALED
from alliance.models import Employee, Mail, SignInLink
from alliance.settings import MailServer
from alliance.signing_in import hash_password
from federation.wiring import Federation
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from web.middleware import without_secrets

pytestmark = pytest.mark.anyio

PASSWORD = "ein neuer langer Satz"


@pytest.fixture
def mail_server(federation: Federation) -> None:
    """There is one; what is queued for it can be looked at."""
    instance = federation.instance
    instance.settings = replace(instance.settings, smtp=MailServer("mail.nordlicht.example", 587, "starttls"))


async def link_for(federation: Federation, employee_id: int, purpose: str = "reset") -> str:
    async with federation.instance.unit_of_work() as uow:
        return await send_link(uow, await uow.db.get_one(Employee, employee_id), purpose)


def path_of(address: str) -> str:
    return address.removeprefix("https://nordlicht.example")


async def links(federation: Federation) -> int:
    async with federation.instance.reading() as db:
        return await db.scalar(select(func.count()).select_from(SignInLink)) or 0


async def test_an_invitation_leads_in(federation: Federation, stranger: httpx.AsyncClient) -> None:
    async with federation.instance.unit_of_work() as uow:
        _, address = await invite_employee(uow, "mara@nordlicht.example", "Mara Jensen")

    page = await stranger.get(path_of(address))
    answer = await stranger.post(path_of(address), data={"password": PASSWORD})

    assert (page.status_code, page.headers["referrer-policy"]) == (200, "no-referrer")
    assert "mara@nordlicht.example" in page.text
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await stranger.get("/settings")).status_code == 200
    async with federation.instance.reading() as db:
        assert await db.scalar(select(SignInLink)) is None


async def test_a_link_is_good_once_and_looking_uses_nothing_up(
    federation: Federation, founded: Founded, stranger: httpx.AsyncClient
) -> None:
    path = path_of(await link_for(federation, founded.employee.id))

    looks = [(await stranger.get(path)).status_code for _ in range(3)]
    short = await stranger.post(path, data={"password": "kurz"})
    first = await stranger.post(path, data={"password": PASSWORD})
    again = await stranger.post(path, data={"password": "ein anderer langer Satz"})

    assert (looks, short.status_code, first.status_code, again.status_code) == ([200] * 3, 422, 303, 409)
    assert (await stranger.get(path)).status_code == 409


@pytest.mark.parametrize(("purpose", "hours"), [("reset", 1), ("invitation", 24)])
async def test_a_link_grows_old(
    federation: Federation,
    founded: Founded,
    stranger: httpx.AsyncClient,
    clock: FrozenClock,
    purpose: str,
    hours: int,
) -> None:
    path = path_of(await link_for(federation, founded.employee.id, purpose))

    clock.advance(hours=hours, seconds=-1)
    before = (await stranger.get(path)).status_code
    clock.advance(seconds=1)

    assert (before, (await stranger.get(path)).status_code) == (200, 409)
    assert (await stranger.post(path, data={"password": PASSWORD})).status_code == 409


async def test_two_who_use_it_at_once_do_not_both_get_in(federation: Federation, founded: Founded) -> None:
    token = (await link_for(federation, founded.employee.id)).rpartition("/")[2]
    hashed = hash_password(PASSWORD)

    async def use() -> bool:
        try:
            async with federation.instance.unit_of_work() as uow:
                await use_link(uow, token, hashed)
        except Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(use(), use())) == [False, True]


async def test_a_newer_link_replaces_the_one_before_and_a_closed_account_has_none(
    federation: Federation, founded: Founded, stranger: httpx.AsyncClient
) -> None:
    former = path_of(await link_for(federation, founded.employee.id))
    latest = path_of(await link_for(federation, founded.employee.id))
    statuses = [(await stranger.get(path)).status_code for path in (former, latest)]

    async with federation.instance.unit_of_work() as uow:
        await disable_employee(uow, founded.employee.id)

    assert (statuses, (await stranger.get(latest)).status_code) == ([409, 200], 409)
    with pytest.raises(Conflict):
        await link_for(federation, founded.employee.id)


@pytest.mark.parametrize("token", ["x", "x" * 5000, "%00", "..%2f..", "%F0%9F%98%80"])
async def test_made_up_links_lead_nowhere(stranger: httpx.AsyncClient, token: str) -> None:
    answer = await stranger.get(f"/sign-in/link/{token}")

    assert answer.status_code in (400, 404, 409, 414)


async def test_who_asks_for_a_link_learns_nothing(
    federation: Federation, founded: Founded, stranger: httpx.AsyncClient, mail_server: None
) -> None:
    known = await stranger.post("/sign-in/forgotten", data={"email": founded.employee.email.upper()})
    unknown = await stranger.post("/sign-in/forgotten", data={"email": "niemand@nordlicht.example"})

    assert (known.status_code, known.text) == (200, unknown.text)
    async with federation.instance.reading() as db:
        mail = (await db.scalars(select(Mail))).one()
    assert (mail.kind, mail.employee_id) == ("reset", founded.employee.id)
    assert mail.sealed is not None
    address = federation.instance.vault.open(mail.sealed, SEALED)
    assert (await stranger.get(path_of(address))).status_code == 200


async def test_a_mailbox_is_not_flooded(
    federation: Federation,
    founded: Founded,
    stranger: httpx.AsyncClient,
    clock: FrozenClock,
    mail_server: None,
) -> None:
    asked = [
        (await stranger.post("/sign-in/forgotten", data={"email": founded.employee.email})).status_code
        for _ in range(7)
    ]

    async with federation.instance.reading() as db:
        mails = await db.scalar(select(func.count()).select_from(Mail))
    assert (asked, mails) == ([200] * 5 + [429] * 2, 1)


async def test_a_new_password_by_link_signs_out_everywhere_else(
    federation: Federation, founded: Founded, jonas: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    path = path_of(await link_for(federation, founded.employee.id))

    await stranger.post(path, data={"password": PASSWORD})

    assert (await jonas.get("/settings")).status_code == 303
    assert await links(federation) == 0


def test_no_link_stands_in_a_log() -> None:
    assert without_secrets("/sign-in/link/abcDEF123") == "/sign-in/link/…"
