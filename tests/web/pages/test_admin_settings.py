"""What concerns privacy needs two administrators, counts everywhere in seconds, and is told to employees."""

import httpx
import pytest
from sqlalchemy import select

from alliance.acts import COMMAND_LINE
from alliance.employing import add_employee, disable_employee
from alliance.instance import Instance
from alliance.models import AuditEntry, SettingProposal
from alliance.run_time_settings import CHOICES, overlaid, propose, refresh, refresh_when_stale
from alliance.settings import Settings
from federation.wiring import Federation
from tests.support.client import main_of
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.pages.conftest import as_employee

pytestmark = pytest.mark.anyio

HERE = "/admin/settings"


@pytest.fixture
async def lena(federation: Federation, founded: Founded) -> httpx.AsyncClient:
    """Another administrator's browser."""
    async with founded.instance.unit_of_work() as uow:
        lena = await add_employee(uow, "lena@nordlicht.example", "Lena Vogt", ["admin"])
    return await as_employee(federation, lena)


async def proposal(instance: Instance) -> SettingProposal:
    async with instance.reading() as db:
        return (await db.scalars(select(SettingProposal).order_by(SettingProposal.id.desc()))).first() or (
            SettingProposal()
        )


async def acts(instance: Instance) -> list[str]:
    async with instance.reading() as db:
        return list(await db.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))


async def test_what_concerns_privacy_counts_when_another_administrator_has_confirmed(
    ada: httpx.AsyncClient, lena: httpx.AsyncClient, jonas: httpx.AsyncClient, founded: Founded
) -> None:
    instance = founded.instance
    await refresh(instance)
    before = (await jonas.get("/llms.txt")).status_code

    await ada.post(f"{HERE}/ai", data={"value": "on"})
    number = (await proposal(instance)).id
    own = await ada.post(f"{HERE}/proposals/{number}/confirm")
    meanwhile = (await jonas.get("/llms.txt")).status_code
    shown = main_of((await lena.get(HERE)).text)
    answer = await lena.post(f"{HERE}/proposals/{number}/confirm")

    assert (before, meanwhile, own.status_code, answer.status_code) == (404, 404, 403, 303)
    assert ("Ada Petersen" in shown, "From “Off” to “On”." in shown) == (True, True)
    assert (await jonas.get("/llms.txt")).status_code == 200
    assert await acts(instance) == ["setting.proposed", "setting.confirmed"]
    assert "What concerns your privacy was changed" in (await jonas.get("/")).text
    assert "AI tools may read" in main_of((await jonas.get("/about")).text)


async def test_strangers_are_not_told(
    ada: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    async with founded.instance.unit_of_work(COMMAND_LINE) as uow:
        await propose(uow, "ai", "on", None)
    await refresh(founded.instance)

    assert "What concerns your privacy" in (await ada.get("/")).text
    assert "What concerns your privacy" not in (await stranger.get("/")).text
    assert "AI tools may read" not in (await stranger.get("/about")).text
    assert await acts(founded.instance) == ["setting.changed"]


async def test_it_counts_in_other_processes_within_seconds(
    founded: Founded, settings: Settings, clock: FrozenClock
) -> None:
    other = Instance(settings, clock=clock)
    await refresh(other)
    async with founded.instance.unit_of_work(COMMAND_LINE) as uow:
        await propose(uow, "retention.mails", "7", None)

    await refresh_when_stale(other)
    early = dict(other.settings.retention).get("mails")
    clock.advance(seconds=6)
    await refresh_when_stale(other)

    assert (early, dict(other.settings.retention)["mails"]) == (None, 7)
    await other.close()


async def test_what_does_not_concern_privacy_counts_at_once(ada: httpx.AsyncClient, founded: Founded) -> None:
    answer = await ada.post(f"{HERE}/announce_again", data={"value": "on"})

    assert (answer.status_code, founded.instance.settings.announce_again) == (303, True)
    assert (await proposal(founded.instance)).id is None
    assert await acts(founded.instance) == ["setting.changed"]


async def test_a_proposal_is_decided_once_and_only_one_waits(
    ada: httpx.AsyncClient, lena: httpx.AsyncClient, founded: Founded, clock: FrozenClock
) -> None:
    await ada.post(f"{HERE}/ai", data={"value": "on"})
    number = (await proposal(founded.instance)).id
    again = await lena.post(f"{HERE}/ai", data={"value": "on"})
    rejected = await lena.post(f"{HERE}/proposals/{number}/reject")
    late = [await lena.post(f"{HERE}/proposals/{number}/{verb}") for verb in ("confirm", "reject")]
    await ada.post(f"{HERE}/ai", data={"value": "on"})
    clock.advance(days=31)

    old = (await proposal(founded.instance)).id
    assert (again.status_code, rejected.status_code) == (409, 303)
    assert [one.status_code for one in late] == [409, 409]
    async with founded.instance.unit_of_work() as uow:
        assert (await uow.db.get_one(SettingProposal, old)).state == "open"
    assert founded.instance.settings.ai is False


async def test_whoever_leaves_takes_their_proposals_with_them(
    ada: httpx.AsyncClient, lena: httpx.AsyncClient, founded: Founded
) -> None:
    await ada.post(f"{HERE}/ai", data={"value": "on"})
    async with founded.instance.unit_of_work() as uow:
        await disable_employee(uow, founded.admin.id)

    answer = await lena.post(f"{HERE}/proposals/{(await proposal(founded.instance)).id}/confirm")

    assert (answer.status_code, "Please propose it anew" in answer.text) == (409, True)


@pytest.mark.parametrize("value", ["", "ON", "yes", "-1", "0", "31", "9" * 9, "٣", "7; DROP"])
async def test_values_that_there_are_not_are_refused(
    ada: httpx.AsyncClient, founded: Founded, value: str
) -> None:
    answers = [await ada.post(f"{HERE}/{name}", data={"value": value}) for name in ("ai", "retention.mails")]

    assert {one.status_code for one in answers} <= {413, 422}
    assert await acts(founded.instance) == []


async def test_nobody_else_changes_settings_and_forged_names_lead_nowhere(
    ada: httpx.AsyncClient, jonas: httpx.AsyncClient, founded: Founded
) -> None:
    async with founded.instance.unit_of_work() as uow:
        await propose(uow, "ai", "on", founded.admin)
        (await uow.db.get_one(type(founded.employee), founded.employee.id)).roles = ["employee", "council"]
    number = (await proposal(founded.instance)).id

    read = await jonas.get(HERE)
    tried = [
        await jonas.post(f"{HERE}/ai", data={"value": "off"}),
        await jonas.post(f"{HERE}/proposals/{number}/confirm"),
        await jonas.post(f"{HERE}/proposals/{number}/reject"),
        await ada.post(f"{HERE}/origin", data={"value": "on"}),
        await ada.post(f"{HERE}/proposals/1/confirm"),
        await ada.post(f"{HERE}/proposals/{number}/forge"),
    ]

    assert (read.status_code, "Ada" in main_of(read.text)) == (200, False)
    assert 'method="post"' not in main_of(read.text)
    assert [one.status_code for one in tried] == [404] * 6
    assert (await proposal(founded.instance)).state == "open"


async def test_no_password_or_key_is_shown(ada: httpx.AsyncClient) -> None:
    page = main_of((await ada.get(HERE)).text)

    assert "ALLIANCE_DATABASE" in page
    assert ("alliance.secret" in page, ".db" in page) == (False, False)


def test_what_is_stored_and_unknown_or_beyond_its_bounds_is_passed_over() -> None:
    given = Settings(origin="https://nordlicht.example")

    found = overlaid(given, {"ai": "maybe", "gone": "1", "retention.mails": "9999", "announce_again": "on"})

    assert (found.ai, found.retention, found.announce_again) == (False, (), True)
    assert all(choice.write(given, choice.read(given)) for choice in CHOICES.values())


async def test_that_hosts_confirm_who_was_there_needs_four_eyes_too(
    ada: httpx.AsyncClient, lena: httpx.AsyncClient, founded: Founded
) -> None:
    async def counts() -> str:
        async with founded.instance.reading() as db:
            return await CHOICES["hosts_confirm"].now(db, founded.instance.settings)

    await ada.post("/admin/learning/hosts", data={"hosts_confirm": "yes"})
    proposed = await counts()
    await lena.post(f"{HERE}/proposals/{(await proposal(founded.instance)).id}/confirm")

    assert (proposed, await counts()) == ("off", "on")
