"""What people show of themselves reaches those who may see it, and is taken back from all others."""

import json

from sqlalchemy import select

from alliance.employing import add_employee, erase_employee, found_company
from alliance.instance import Instance
from alliance.models import Employee
from alliance.profiling import ProfileDraft, edit_profile, publish_profile, withdraw_profile
from federation.announcements import LISTENERS
from federation.models import SigningKey
from federation.uris import PUBLIC
from tests.alliance.stage import Stage
from tests.federation.announcements.outgoing import MASTODON, Sent, follower, sent

ALLY = "https://alpenwerk.example/inbox"
MASTODON_INBOX = f"{MASTODON}/inbox"


async def test_whoever_begins_here_gets_keys(instance: Instance) -> None:
    instance.listeners = LISTENERS
    async with instance.unit_of_work() as uow:
        await found_company(uow, "Nordlicht")
        lena = await add_employee(uow, "lena@nordlicht.example", "Lena Vogt")

    async with instance.reading() as db:
        keys = [(row.actor, row.kind) for row in await db.scalars(select(SigningKey).order_by(SigningKey.id))]
    assert keys == [
        (actor, kind) for actor in ("instance", "company", f"person:{lena.id}") for kind in ("rsa", "ed25519")
    ]


async def test_a_profile_for_allies_goes_to_allies(stage: Stage) -> None:
    await stage.ally()
    lena = await stage.colleague("Lena Vogt")
    await follower(stage, "kim", followed=f"people/{lena.id}")

    await show(stage, lena, "alliance")

    (update,) = await updates(stage, lena)
    assert update.short == ("Update", f"person:{lena.id}", (ALLY,))
    assert update.body["object"]["headline"] == "Bends light"
    assert PUBLIC not in update.body["to"]
    assert update.is_public is False


async def test_a_public_profile_goes_to_followers_too(stage: Stage) -> None:
    await stage.ally()
    lena = await stage.colleague("Lena Vogt")
    await follower(stage, "kim", followed=f"people/{lena.id}")

    await show(stage, lena, "public")

    assert (await updates(stage, lena))[-1].inboxes == (ALLY, MASTODON_INBOX)


async def test_a_profile_that_nobody_has_seen_is_withdrawn_in_silence(stage: Stage) -> None:
    await stage.ally()
    lena = await stage.colleague("Lena Vogt")
    await show(stage, lena, "company")
    async with stage.instance.unit_of_work() as uow:
        await withdraw_profile(uow, lena.id)

    assert await updates(stage, lena) == []


async def test_a_narrower_profile_shows_those_who_lose_it_only_a_number(stage: Stage) -> None:
    await stage.ally()
    lena = await stage.colleague("Lena Vogt")
    await follower(stage, "kim", followed=f"people/{lena.id}")
    await show(stage, lena, "public")

    await show(stage, lena, "alliance")

    allied, rest = (await updates(stage, lena))[-2:]
    assert (allied.inboxes, rest.inboxes) == ((ALLY,), (MASTODON_INBOX,))
    assert "Lena" in json.dumps(allied.body)
    assert "Lena" not in json.dumps(rest.body)


async def test_a_withdrawn_profile_leaves_a_host_their_name_at_allies(stage: Stage) -> None:
    await stage.ally()
    lena = await stage.colleague("Lena Vogt")
    await stage.publish(lena, audience="alliance")
    await show(stage, lena, "alliance")

    async with stage.instance.unit_of_work() as uow:
        await withdraw_profile(uow, lena.id)

    update = (await updates(stage, lena))[-1]
    assert update.body["object"]["name"] == "Lena Vogt"
    assert "headline" not in update.body["object"]


async def test_somebody_who_is_erased_is_deleted_everywhere(stage: Stage) -> None:
    await stage.ally()
    lena = await stage.colleague("Lena Vogt")
    await follower(stage, "kim", followed=f"people/{lena.id}")
    await show(stage, lena, "public")

    async with stage.instance.unit_of_work() as uow:
        await erase_employee(uow, lena.id)

    (delete,) = await sent(stage.instance, "Delete")
    actor = f"https://nordlicht.example/people/{lena.id}"
    assert (delete.body["actor"], delete.body["object"]) == (actor, actor)
    assert delete.inboxes == (ALLY, MASTODON_INBOX)


async def show(stage: Stage, employee: Employee, audience: str) -> None:
    async with stage.instance.unit_of_work() as uow:
        draft = ProfileDraft(name="Lena Vogt", audience=audience, headline="Bends light", languages=("de",))
        await edit_profile(uow, employee.id, draft)
    async with stage.instance.unit_of_work() as uow:
        await publish_profile(uow, employee.id)


async def updates(stage: Stage, employee: Employee) -> list[Sent]:
    found = await sent(stage.instance, "Update")
    return [one for one in found if one.actor == f"person:{employee.id}"]
