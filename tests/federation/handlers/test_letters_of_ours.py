"""Letters of ours to people of allied companies: sealed, to one person, taken back where they went."""

import orjson
import pytest
from sqlalchemy import select

from alliance.contacting import take_back_letter, write_letter
from alliance.errors import NotFound
from alliance.keeping_away import block
from alliance.models import ActorBlock, DomainPolicy
from alliance.visibility import STRANGER, partner_viewer
from federation.documents import activity_document, person_document
from federation.models import OutboxActivity
from federation.sealing import is_sealed, opened
from tests.alliance.stage import Stage
from tests.federation.handlers.arriving import OURS, Arriving
from tests.federation.handlers.lettering import MIRA, letters, mira


async def ours(stage: Stage) -> OutboxActivity:
    async with stage.instance.reading() as db:
        found = select(OutboxActivity).where(OutboxActivity.type == "Create")
        return (await db.scalars(found)).one()


async def test_ours_goes_to_one_person_sealed_and_without_an_address(
    arriving: Arriving, stage: Stage
) -> None:
    person = await mira(stage)
    async with stage.instance.unit_of_work() as uow:
        written = await write_letter(uow, stage.host.id, person.id, "Hast du <Zeit>?\n\nJonas")

    sent = await ours(stage)
    body = orjson.loads(opened(stage.instance.vault, sent.body))

    assert is_sealed(sent.body)
    assert (body["to"], body["cc"]) == ([MIRA], [])
    note = body["object"]
    assert (note["id"], note["to"], note["cc"]) == (f"{OURS}/letters/{written.id}", [MIRA], [])
    assert note["content"] == "<p>Hast du &lt;Zeit&gt;?<br><br>Jonas</p>"
    assert stage.host.email not in opened(stage.instance.vault, sent.body).decode()
    assert note["tag"][0] == {"type": "Mention", "href": MIRA, "name": "@mira@alpenwerk.example"}
    company = await stage.know()
    for viewer in (STRANGER, partner_viewer(company.id)):
        with pytest.raises(NotFound):
            async with stage.instance.reading() as db:
                await activity_document(db, viewer, stage.instance.settings, sent.id)


async def test_the_name_of_who_writes_is_shown_to_that_company_alone(
    arriving: Arriving, stage: Stage
) -> None:
    person = await mira(stage)
    alpenwerk, other = await stage.know(), await stage.ally("hansewerft.example")

    async def names() -> list[str | None]:
        async with stage.instance.reading() as db:
            viewers = (partner_viewer(alpenwerk.id), partner_viewer(other.id), STRANGER)
            found = [
                await person_document(db, viewer, stage.instance.settings, stage.host.id)
                for viewer in viewers
            ]
        return [one.body.get("name") for one in found]

    before = await names()
    async with stage.instance.unit_of_work() as uow:
        await write_letter(uow, stage.host.id, person.id, "Darf ich fragen?")

    assert (before, await names()) == ([None] * 3, ["Jonas Brandt", None, None])


async def test_taking_ours_back_reaches_where_it_went(arriving: Arriving, stage: Stage) -> None:
    person = await mira(stage)
    async with stage.instance.unit_of_work() as uow:
        written = await write_letter(uow, stage.host.id, person.id, "Darf ich fragen?")

    async with stage.instance.unit_of_work() as uow:
        await take_back_letter(uow, written.id, stage.admin.id)
    untouched = await letters(stage)
    async with stage.instance.unit_of_work() as uow:
        await take_back_letter(uow, written.id, stage.host.id)

    async with stage.instance.reading() as db:
        stored = await db.scalar(select(OutboxActivity).where(OutboxActivity.type == "Delete"))
    assert stored is not None
    body = orjson.loads(opened(stage.instance.vault, stored.body))
    assert (untouched, await letters(stage)) == (["Darf ich fragen?"], [])
    assert (body["to"], body["object"]["id"]) == ([MIRA], f"{OURS}/letters/{written.id}")


@pytest.mark.parametrize(
    "why", ["says nothing about letters", "blocks us", "is blocked by us", "is silenced"]
)
async def test_nobody_is_written_to_who_would_not_get_it(arriving: Arriving, stage: Stage, why: str) -> None:
    person = await mira(stage, takes_letters=why != "says nothing about letters")
    async with stage.instance.unit_of_work() as uow:
        if why == "blocks us":
            theirs = {"by_them": True, "ours": f"person:{stage.host.id}"}
            uow.db.add(ActorBlock(id=uow.new_id(), actor_uri=MIRA, created_at=uow.now, **theirs))
        if why == "is blocked by us":
            await block(uow, stage.host.id, person.id)
        if why == "is silenced":
            uow.db.add(
                DomainPolicy(
                    domain="alpenwerk.example", severity="silence", created_at=uow.now, updated_at=uow.now
                )
            )

    with pytest.raises(NotFound):
        async with stage.instance.unit_of_work() as uow:
            await write_letter(uow, stage.host.id, person.id, "Darf ich fragen?")
