"""The handshake on the wire, from our side."""

from sqlalchemy import select

from alliance.partnering import (
    accept_company,
    decline_company,
    invite_company,
    leave_company,
    pause_company,
    resume_company,
)
from alliance.receiving import partner_asked
from federation.models import CatchUp, Follow
from tests.alliance.stage import Stage, introduction
from tests.federation.announcements.outgoing import sent

OURS = "https://nordlicht.example/actor"
THEIRS = "https://alpenwerk.example/actor"
INBOX = ("https://alpenwerk.example/inbox",)


async def test_an_invitation_is_a_follow_of_their_instance(stage: Stage) -> None:
    await invited(stage)

    (follow,) = await sent(stage.instance)
    assert follow.short == ("Follow", "instance", INBOX)
    assert (follow.body["actor"], follow.body["object"], follow.body["to"]) == (OURS, THEIRS, [THEIRS])
    assert [(row.follower_uri, row.state, row.activity_uri) for row in await follows(stage)] == [
        (OURS, "asked", follow.body["id"])
    ]


async def test_saying_yes_is_an_accept_and_a_follow_in_return(stage: Stage) -> None:
    company_id = await asking(stage)

    async with stage.instance.unit_of_work() as uow:
        await accept_company(uow, company_id)

    accept, follow = await sent(stage.instance)
    assert [accept.short, follow.short] == [("Accept", "instance", INBOX), ("Follow", "instance", INBOX)]
    assert accept.body["object"] == {
        "id": f"{THEIRS}#follow-1",
        "type": "Follow",
        "actor": THEIRS,
        "object": OURS,
    }


async def test_saying_no_is_a_reject_and_leaves_nothing(stage: Stage) -> None:
    company_id = await asking(stage)

    async with stage.instance.unit_of_work() as uow:
        await decline_company(uow, company_id)

    (reject,) = await sent(stage.instance)
    assert reject.short == ("Reject", "instance", INBOX)
    assert reject.body["object"]["id"] == f"{THEIRS}#follow-1"
    assert await follows(stage) == []


async def test_leaving_takes_back_both_follows(stage: Stage) -> None:
    company_id = await asking(stage)
    async with stage.instance.unit_of_work() as uow:
        await accept_company(uow, company_id)

    async with stage.instance.unit_of_work() as uow:
        await leave_company(uow, company_id)

    undo, reject = (await sent(stage.instance))[-2:]
    assert [undo.type, reject.type] == ["Undo", "Reject"]
    assert undo.body["object"]["actor"] == OURS
    assert await follows(stage) == []


async def test_a_new_ally_is_told_who_we_are_and_is_fetched_from(stage: Stage) -> None:
    company = await stage.ally()

    update = (await sent(stage.instance))[-1]
    assert update.short == ("Update", "instance", INBOX)
    assert (update.body["object"]["id"], update.body["object"]["type"]) == (OURS, "Application")
    assert await to_fetch(stage) == [company.id]


async def test_pausing_says_nothing(stage: Stage) -> None:
    company = await stage.ally()
    before = len(await sent(stage.instance))

    async with stage.instance.unit_of_work() as uow:
        await pause_company(uow, company.id)

    assert len(await sent(stage.instance)) == before


async def test_after_a_pause_they_hear_what_is_gone_and_where_their_people_stand(stage: Stage) -> None:
    company = await stage.ally()
    mira = await stage.person()
    kept = await stage.publish(audience="alliance", join_mode="restricted", title="Kept")
    gone = await stage.publish(audience="alliance", title="Gone")
    for_us = await stage.publish(audience="company", title="For us")
    await stage.join(kept, mira, f"{mira.uri}#join")
    async with stage.instance.unit_of_work() as uow:
        await pause_company(uow, company.id)
    await stage.withdraw(gone)
    await stage.withdraw(for_us)
    await stage.approve(kept, mira)
    before = len(await sent(stage.instance))

    async with stage.instance.unit_of_work() as uow:
        await resume_company(uow, company.id)

    delete, accept, update = (await sent(stage.instance))[before:]
    assert delete.object_uri == f"https://nordlicht.example/sessions/{gone.id}"
    assert (accept.type, accept.body["to"]) == ("Accept", [mira.uri])
    assert (update.type, update.body["object"]["type"]) == ("Update", "Application")
    assert {one.inboxes for one in (delete, accept, update)} == {INBOX}
    assert await to_fetch(stage) == [company.id]


async def invited(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        await invite_company(uow, introduction())


async def asking(stage: Stage) -> int:
    """Alpenwerk asks; its Follow is stored as the handler stores it."""
    async with stage.instance.unit_of_work() as uow:
        partner = await partner_asked(uow, introduction())
        uow.db.add(
            Follow(
                id=uow.new_id(),
                follower_uri=THEIRS,
                followed_uri=OURS,
                state="asked",
                activity_uri=f"{THEIRS}#follow-1",
                inbox=f"{THEIRS}/inbox",
                created_at=uow.now,
            )
        )
        return partner.company_id


async def follows(stage: Stage) -> list[Follow]:
    async with stage.instance.reading() as db:
        return list(await db.scalars(select(Follow)))


async def to_fetch(stage: Stage) -> list[int]:
    async with stage.instance.reading() as db:
        return list(await db.scalars(select(CatchUp.company_id)))
