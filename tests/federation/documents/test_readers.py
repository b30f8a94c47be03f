"""Who gets which document: strangers, allies, and companies that once were."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from alliance.errors import NotFound
from alliance.models import Employee
from alliance.profiling import ProfileDraft, edit_profile, publish_profile, withdraw_profile
from alliance.settings import Settings
from alliance.visibility import STRANGER, Viewer, employee_viewer, partner_viewer
from federation.documents import (
    Document,
    activity_document,
    company_document,
    instance_document,
    person_document,
    session_document,
)
from federation.keys import generate_keys
from federation.listings import (
    experts_document,
    featured_document,
    followers_document,
    outbox_document,
    partners_document,
    upcoming_document,
)
from federation.uris import COMPANY, INSTANCE
from tests.alliance.stage import Stage
from tests.federation.announcements.outgoing import follower, sent

Ask = Callable[..., Awaitable[Document]]


async def ask(stage: Stage, function: Ask, *arguments: Any, **options: Any) -> Document:
    async with stage.instance.reading() as db:
        return await function(db, *arguments, **options)


async def session(stage: Stage, viewer: Viewer, number: int, settings: Settings | None = None) -> Document:
    return await ask(stage, session_document, viewer, settings or stage.instance.settings, number)


async def test_anybody_gets_a_public_session(stage: Stage) -> None:
    published = await stage.publish(audience="public")

    document = await session(stage, STRANGER, published.id)

    assert (document.status, document.is_public) == (200, True)
    assert document.body["@context"][0] == "https://www.w3.org/ns/activitystreams"


async def test_a_session_for_allies_is_for_allies_and_only_while_they_are(stage: Stage) -> None:
    ally, other = await stage.ally(), await stage.know("linde.example")
    published = await stage.publish(audience="alliance")

    document = await session(stage, partner_viewer(ally.id), published.id)

    assert (document.status, document.is_public) == (200, False)
    for viewer in (STRANGER, partner_viewer(other.id), employee_viewer(stage.host.id)):
        with pytest.raises(NotFound):
            await session(stage, viewer, published.id)
    for state in ("paused", "left", "blocked", "asking", "invited"):
        await stage.put(ally, state)
        with pytest.raises(NotFound):
            await session(stage, partner_viewer(ally.id), published.id)


async def test_a_session_for_colleagues_is_for_nobody_outside(stage: Stage) -> None:
    ally = await stage.ally()
    published = await stage.publish(audience="company")

    for viewer in (STRANGER, partner_viewer(ally.id), employee_viewer(stage.host.id)):
        with pytest.raises(NotFound):
            await session(stage, viewer, published.id)


async def test_sessions_of_others_are_not_ours_to_show(stage: Stage) -> None:
    theirs = await stage.theirs(await stage.ally(), audience="public")

    with pytest.raises(NotFound):
        await session(stage, STRANGER, theirs.id)


async def test_a_withdrawn_session_is_a_tombstone_for_those_who_could_see_it(stage: Stage) -> None:
    public, allied = await stage.publish(audience="public"), await stage.publish(audience="alliance")
    await stage.withdraw(public)
    await stage.withdraw(allied)

    document = await session(stage, STRANGER, public.id)

    assert (document.status, document.body["type"], document.body["formerType"]) == (
        410,
        "Tombstone",
        "Event",
    )
    assert "name" not in document.body
    with pytest.raises(NotFound):
        await session(stage, STRANGER, allied.id)


async def test_a_closed_instance_shows_its_sessions_to_allies_and_its_actors_to_everybody(
    stage: Stage,
) -> None:
    ally = await stage.ally()
    published = await stage.publish(audience="public")
    closed = replace(stage.instance.settings, federation="alliance-only")

    assert (await session(stage, partner_viewer(ally.id), published.id, closed)).status == 200
    with pytest.raises(NotFound):
        await session(stage, STRANGER, published.id, closed)
    with pytest.raises(NotFound):
        await ask(stage, outbox_document, STRANGER, closed, COMPANY, None)
    assert (await ask(stage, instance_document, closed)).body["type"] == "Application"
    assert (await ask(stage, company_document, closed)).body["discoverable"] is False


async def test_actors_of_the_house_carry_their_keys_and_name_each_other(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        await generate_keys(uow, INSTANCE)
        await generate_keys(uow, COMPANY)

    instance = (await ask(stage, instance_document, stage.instance.settings)).body
    company = (await ask(stage, company_document, stage.instance.settings)).body

    assert (instance["type"], instance["preferredUsername"]) == ("Application", "alliance")
    assert (company["type"], company["preferredUsername"]) == ("Group", "sessions")
    assert instance["company"] == company["company"] == company["id"]
    assert company["instance"] == instance["instance"] == instance["id"]
    for actor in (instance, company):
        assert actor["publicKey"]["id"] == f"{actor['id']}#main-key"
        assert actor["publicKey"]["owner"] == actor["id"]
        assert actor["publicKey"]["publicKeyPem"].startswith("-----BEGIN PUBLIC KEY-----")
        assert [key["controller"] for key in actor["assertionMethod"]] == [actor["id"]]
        assert actor["inbox"] == f"{actor['id']}/inbox"
        assert actor["endpoints"]["sharedInbox"] == "https://nordlicht.example/inbox"
        assert "private" not in json.dumps(actor).lower()


async def test_outboxes_hold_what_the_reader_may_see_now(stage: Stage) -> None:
    ally = await stage.ally()
    public = await stage.publish(audience="public", title="For all")
    await stage.publish(audience="alliance", title="For allies")
    await stage.publish(audience="company", title="For us")
    await stage.withdraw(await stage.publish(audience="public", title="Gone"))

    strangers = await outbox(stage, STRANGER, "true")
    allies = await outbox(stage, partner_viewer(ally.id), "true")
    announced = await outbox(stage, partner_viewer(ally.id), "true", INSTANCE)

    assert [item["object"]["name"] for item in strangers.body["orderedItems"]] == ["For all"]
    assert [item["object"]["name"] for item in allies.body["orderedItems"]] == ["For allies", "For all"]
    (create,) = strangers.body["orderedItems"]
    (original,) = [
        one for one in await sent(stage.instance, "Create") if one.object_uri.endswith(str(public.id))
    ]
    assert (create["type"], create["id"]) == ("Create", original.body["id"])
    assert [(item["type"], item["object"]) for item in announced.body["orderedItems"]] == [
        ("Announce", f"https://nordlicht.example/sessions/{public.id}")
    ]
    assert (await outbox(stage, STRANGER, None)).body["totalItems"] == 1


async def test_an_outbox_is_read_page_by_page(stage: Stage) -> None:
    titles = [f"Lens number {number}" for number in range(43)]
    for title in titles:
        await stage.publish(title=title)

    names: list[str] = []
    page: str | None = "true"
    while page is not None:
        body = (await outbox(stage, STRANGER, page)).body
        names += [item["object"]["name"] for item in body["orderedItems"]]
        page = body["next"].rpartition("page=")[2] if "next" in body else None

    assert names == titles[::-1]


async def test_upcoming_sessions_come_in_full_and_in_the_order_of_their_start(stage: Stage) -> None:
    long = "Light bends. " * 700
    titles = [f"Lens number {number}" for number in range(24)]
    for title in titles:
        await stage.publish(title=title, description=long)

    names: list[str] = []
    pages = 0
    page: str | None = "true"
    while page is not None:
        document = await ask(
            stage, upcoming_document, STRANGER, stage.instance.settings, page, now=stage.instance.clock.now()
        )
        assert len(json.dumps(document.body)) < 900_000
        names += [item["name"] for item in document.body["orderedItems"]]
        page = document.body["next"].rpartition("page=")[2] if "next" in document.body else None
        pages += 1

    assert names == titles
    assert pages > 1


@pytest.mark.parametrize("page", ["", "0x", "-1", "99999999999999999999", "1-", "-", "true-1", "9" * 400])
async def test_a_page_that_can_not_be_is_not_found(stage: Stage, page: str) -> None:
    with pytest.raises(NotFound):
        await outbox(stage, STRANGER, page)
    with pytest.raises(NotFound):
        await ask(
            stage, upcoming_document, STRANGER, stage.instance.settings, page, now=stage.instance.clock.now()
        )


async def test_totals_name_nobody(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")
    settings = stage.instance.settings

    followers = (await ask(stage, followers_document, settings, COMPANY)).body
    partners = (await ask(stage, partners_document, settings)).body
    featured = await ask(stage, featured_document, STRANGER, settings, now=stage.instance.clock.now())

    assert (followers["totalItems"], "orderedItems" in followers) == (1, False)
    assert (partners["totalItems"], "orderedItems" in partners) == (1, False)
    assert featured.body["orderedItems"] == []


async def test_a_place_is_nobodys_document(stage: Stage) -> None:
    ally = await stage.ally()
    published, mira = await stage.publish(audience="alliance"), await stage.person()
    await stage.join(published, mira, f"{mira.uri}#join")

    for one in await sent(stage.instance, "Accept", "Follow", "Reject", "TentativeAccept"):
        with pytest.raises(NotFound):
            await activity(stage, partner_viewer(ally.id), one.body["id"])


async def test_an_activity_shows_a_session_as_it_is_now(stage: Stage) -> None:
    published = await stage.publish(audience="public", title="The first title")
    await stage.edit(published, title="The second title")
    create = (await sent(stage.instance, "Create"))[0]

    document = await activity(stage, STRANGER, create.body["id"])

    assert document.body["object"]["name"] == "The second title"


async def test_an_activity_of_a_session_that_is_no_longer_public_is_gone(stage: Stage) -> None:
    ally = await stage.ally()
    published = await stage.publish(audience="public")
    create = (await sent(stage.instance, "Create"))[0]
    await stage.edit(published, audience="alliance")

    with pytest.raises(NotFound):
        await activity(stage, STRANGER, create.body["id"])
    assert (await activity(stage, partner_viewer(ally.id), create.body["id"])).status == 200


async def test_an_activity_for_allies_is_for_allies(stage: Stage) -> None:
    ally = await stage.ally()
    await stage.publish(audience="alliance")
    create = (await sent(stage.instance, "Create"))[0]

    assert (await activity(stage, partner_viewer(ally.id), create.body["id"])).is_public is False
    with pytest.raises(NotFound):
        await activity(stage, STRANGER, create.body["id"])


async def test_a_private_person_is_a_number(stage: Stage) -> None:
    ally, lena = await stage.ally(), await stage.colleague("Lena Vogt")

    for viewer in (STRANGER, partner_viewer(ally.id), employee_viewer(lena.id)):
        body = (await person(stage, viewer, lena)).body
        assert body["preferredUsername"] == f"person-{lena.id}"
        assert body["discoverable"] is False
        assert "lena" not in json.dumps(body).lower()
        assert "vogt" not in json.dumps(body).lower()


async def test_a_profile_for_allies_is_a_number_to_strangers(stage: Stage) -> None:
    ally, lena = await stage.ally(), await stage.colleague("Lena Vogt")
    await profile(stage, lena, audience="alliance")

    shown = (await person(stage, partner_viewer(ally.id), lena)).body

    assert (shown["name"], shown["headline"], shown["visibleTo"]) == ("Lena Vogt", "Bends light", "alliance")
    assert "Lena" not in json.dumps((await person(stage, STRANGER, lena)).body)
    assert await listed_experts(stage, STRANGER) == []
    assert await listed_experts(stage, partner_viewer(ally.id)) == ["Lena Vogt"]


async def test_a_withdrawn_profile_leaves_no_trace(stage: Stage) -> None:
    ally, lena = await stage.ally(), await stage.colleague("Lena Vogt")
    await profile(stage, lena, audience="public")
    assert "followers" in (await person(stage, STRANGER, lena)).body
    async with stage.instance.unit_of_work() as uow:
        await withdraw_profile(uow, lena.id)

    for viewer in (STRANGER, partner_viewer(ally.id)):
        assert "Lena" not in json.dumps((await person(stage, viewer, lena)).body)
    assert await listed_experts(stage, partner_viewer(ally.id)) == []
    withdrawn = (await sent(stage.instance, "Update"))[-1]
    assert "Lena" not in json.dumps(withdrawn.body)


async def test_a_host_is_known_by_name_to_those_who_see_the_session(stage: Stage) -> None:
    ally, lena = await stage.ally(), await stage.colleague("Lena Vogt")
    await stage.publish(lena, audience="alliance")

    assert (await person(stage, partner_viewer(ally.id), lena)).body["name"] == "Lena Vogt"
    assert "headline" not in (await person(stage, partner_viewer(ally.id), lena)).body
    assert "Lena" not in json.dumps((await person(stage, STRANGER, lena)).body)


async def test_who_asks_a_company_for_a_place_is_known_to_that_company_alone(stage: Stage) -> None:
    ally, third = await stage.ally(), await stage.ally("linde.example")
    lena = await stage.colleague("Lena Vogt")
    await stage.join(await stage.theirs(ally), lena)

    assert (await person(stage, partner_viewer(ally.id), lena)).body["name"] == "Lena Vogt"
    assert "name" not in (await person(stage, partner_viewer(third.id), lena)).body
    await stage.put(ally, "left")
    assert "name" not in (await person(stage, partner_viewer(ally.id), lena)).body


async def outbox(stage: Stage, viewer: Viewer, page: str | None, actor: str = COMPANY) -> Document:
    return await ask(stage, outbox_document, viewer, stage.instance.settings, actor, page)


async def person(stage: Stage, viewer: Viewer, employee: Employee) -> Document:
    return await ask(stage, person_document, viewer, stage.instance.settings, employee.id)


async def activity(stage: Stage, viewer: Viewer, uri: str) -> Document:
    number = int(uri.rpartition("/")[2])
    return await ask(stage, activity_document, viewer, stage.instance.settings, number)


async def profile(stage: Stage, employee: Employee, *, audience: str) -> None:
    async with stage.instance.unit_of_work() as uow:
        draft = ProfileDraft(name="Lena Vogt", audience=audience, headline="Bends light", languages=("de",))
        await edit_profile(uow, employee.id, draft)
        await publish_profile(uow, employee.id)


async def listed_experts(stage: Stage, viewer: Viewer) -> list[str]:
    document = await ask(stage, experts_document, viewer, stage.instance.settings, "true")
    return [item["name"] for item in document.body["orderedItems"]]
