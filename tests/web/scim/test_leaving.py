"""Whoever leaves has nothing left that opens, at once."""

import httpx
from sqlalchemy import select

from alliance.apps import token_by_operator
from alliance.feed_addresses import feed_token, open_feeds
from alliance.identities import Entered, Proven, Refusal, sign_in_proven
from alliance.models import Employee, Person, ProvisionedUser
from alliance.provisioning import ERASED_AFTER
from alliance.signing_in import start_sign_in
from federation.chores import tidy
from federation.wiring import Federation
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.scim.directory import Directory
from web.viewer import cookie_name

JONAS = "jonas@nordlicht.example"


async def test_nothing_opens_after_active_false(
    directory: Directory, founded: Founded, client: httpx.AsyncClient
) -> None:
    instance = founded.instance
    async with instance.unit_of_work() as uow:
        jonas = await uow.db.scalar(select(Employee).where(Employee.email == JONAS))
        assert jonas is not None
        browser = (await start_sign_in(uow, jonas)).token
        app = await token_by_operator(uow, JONAS, ("read",))
        await open_feeds(uow, jonas.id)
        feed = await feed_token(uow.db, uow.vault, jonas.id)
    cookie = f"{cookie_name(instance.settings)}={browser}"

    async def opened() -> list[int]:
        page = await client.get("/settings", headers={"Accept": "text/html", "Cookie": cookie})
        api = await client.get(
            "/api/v1/accounts/verify_credentials", headers={"Authorization": f"Bearer {app}"}
        )
        calendar = await client.get(f"/feeds/{feed}/calendar.ics")
        return [page.status_code, api.status_code, calendar.status_code]

    assert await opened() == [200, 200, 200]
    answer = await directory.patch(f"/Users/{jonas.id}", {"op": "replace", "value": {"active": False}})
    assert answer.status_code == 200
    assert await opened() == [303, 401, 404]


async def test_who_was_deleted_is_erased_a_month_later(
    directory: Directory, federation: Federation, clock: FrozenClock
) -> None:
    instance = federation.instance
    made = await directory.user("ruth")
    assert (await directory.ask("DELETE", f"/Users/{made['id']}")).status_code == 204
    assert (await directory.ask("GET", f"/Users/{made['id']}")).status_code == 404
    assert (await directory.ask("DELETE", f"/Users/{made['id']}")).status_code == 404
    await tidy(federation)
    async with instance.reading() as db:
        assert (await db.get_one(Employee, int(made["id"]))).disabled_at is not None
    clock.advance(days=ERASED_AFTER.days, minutes=1)
    await tidy(federation)
    async with instance.reading() as db:
        assert await db.get(Employee, int(made["id"])) is None
        assert (await db.get_one(Person, int(made["id"]))).name == "Former colleague"


async def test_the_same_key_brings_somebody_back_another_one_does_not(directory: Directory) -> None:
    made = await directory.user("ruth")
    await directory.ask("DELETE", f"/Users/{made['id']}")
    back = await directory.user("ruth")
    assert (back["id"], back["active"]) == (made["id"], True)
    await directory.ask("DELETE", f"/Users/{made['id']}")
    somebody_else = await directory.user("ruth", externalId="another-key")
    assert somebody_else["id"] != made["id"]


async def test_a_sign_in_finds_whom_the_directory_sent_ahead(directory: Directory, founded: Founded) -> None:
    made = await directory.user("ruth")
    await directory.user("bo", externalId="key-bo")
    proven = Proven(
        issuer="https://login.example",
        subject="pairwise",
        object_id="key-ruth",
        email="ruth@nordlicht.example",
    )
    async with founded.instance.unit_of_work() as uow:
        entered = await sign_in_proven(uow, proven)
        assert isinstance(entered, Entered)
        again = Proven(issuer="https://login.example", subject="stranger", email="bo@nordlicht.example")
        assert await sign_in_proven(uow, again) is Refusal.HAS_ACCOUNT
    await directory.patch(f"/Users/{made['id']}", {"op": "replace", "value": {"active": False}})
    async with founded.instance.unit_of_work() as uow:
        assert await sign_in_proven(uow, proven) is Refusal.CLOSED
    async with founded.instance.reading() as db:
        assert (
            await db.scalar(
                select(ProvisionedUser.external_id).where(ProvisionedUser.employee_id == int(made["id"]))
            )
            == "key-ruth"
        )
