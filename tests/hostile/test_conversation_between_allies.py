"""What is said about sessions travels between allies, and only there."""

from sqlalchemy import select

from alliance.commenting import delete_comment, say
from alliance.models import Notification
from tests.federation.announcements.outgoing import sent
from tests.hostile.siege import OURS, Siege, Verdict, company_of
from tests.hostile.talking import (
    PUBLIC,
    comments,
    note,
    page,
    person_of,
    said,
    served,
    shown_to,
    to_allies,
)


async def test_a_comment_of_ours_is_read_by_allies_and_answered(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    async with under.federation.instance.unit_of_work() as uow:
        ours = await say(uow, session.id, under.stage.host, "Bring a **mug**.")
    (announce,) = await sent(under.federation.instance, "Announce")
    address = announce.body["object"]["id"]
    path = address.removeprefix(OURS)

    read = await under.get(path, under.b)
    assert read.json()["content"] == "<p>Bring a <strong>mug</strong>.</p>"
    assert read.json()["inReplyTo"] == page(session)
    assert (await under.get(path)).status_code == 404
    assert (await under.get(path, under.x)).status_code == 404
    guessed = f"/comments/{ours.id}-AAAAAAAAAAAAAAAA"
    assert (await under.get(guessed, under.b)).status_code == 404
    author = await under.get(f"/people/{under.stage.host.id}", under.b)
    assert author.json()["name"] == "Jonas Brandt"
    assert "name" not in (await under.get(f"/people/{under.stage.host.id}")).json()

    await under.attack(
        under.b,
        under.says(under.b, "Create", to_allies(under.b, address, "<p>Will do</p>"), person_of(under.b)),
    )
    _, answer = await comments(under)
    assert answer.parent_id == ours.id
    async with under.federation.instance.reading() as db:
        kinds = [(row.person_id, row.kind) for row in await db.scalars(select(Notification))]
    assert kinds == [(under.stage.host.id, "reply")]

    async with under.federation.instance.unit_of_work() as uow:
        await delete_comment(uow, ours.id, under.stage.host)
    gone = await under.get(path, under.b)
    assert (gone.status_code, gone.json()["type"]) == (410, "Tombstone")


async def test_replies_are_counted_for_those_who_may_read_them(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    async with under.federation.instance.unit_of_work() as uow:
        await say(uow, session.id, under.stage.host, "Bring a mug.")

    read = await under.get(f"/sessions/{session.id}/replies", under.b)

    assert read.json()["totalItems"] == 1
    assert len(read.json()["first"]["orderedItems"]) == 1
    assert (await under.get(f"/sessions/{session.id}/replies")).status_code == 404
    assert (await under.get(f"/sessions/{session.id}/replies", under.x)).status_code == 404


async def test_a_session_that_becomes_wider_takes_nothing_along_that_was_said_before(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    async with under.federation.instance.unit_of_work() as uow:
        ours = await say(uow, session.id, under.stage.host, "Between us.")
    await under.attack(
        under.b, under.says(under.b, "Create", to_allies(under.b, page(session)), person_of(under.b))
    )

    await under.stage.edit(session, audience="public")

    seen = await shown_to(under, session)
    assert "Between us" not in seen
    assert "coffee" not in seen
    assert (await under.get(f"/sessions/{session.id}/replies")).json()["totalItems"] == 0
    assert (await under.get(f"/comments/{ours.id}-{ours.token}")).status_code == 404
    assert "Between us" in await shown_to(under, session, under.stage.host)


async def test_a_comment_of_a_company_session_never_leaves(under: Siege) -> None:
    session = await under.stage.publish(audience="company")

    async with under.federation.instance.unit_of_work() as uow:
        ours = await say(uow, session.id, under.stage.host, "Between us.")

    assert await sent(under.federation.instance, "Announce", "Create") == []
    assert (await under.get(f"/comments/{ours.id}-{ours.token}", under.b)).status_code == 404


async def test_our_comment_on_an_allys_session_goes_to_that_company_alone(under: Siege) -> None:
    await under.attack(under.b, under.says(under.b, "Create", under.event(under.b)))
    session = await under.session(f"{under.b.origin}/sessions/5")
    assert session is not None

    async with under.federation.instance.unit_of_work() as uow:
        ours = await say(uow, session.id, under.stage.host, "Is there a recording?")

    (create,) = [one for one in await sent(under.federation.instance, "Create") if one.actor != "company"]
    assert create.inboxes == (f"{company_of(under.b)}/inbox",)
    assert create.body["object"]["to"] == [company_of(under.b), f"{under.b.origin}/partners"]
    assert PUBLIC not in str(create.body)
    path = f"/comments/{ours.id}-{ours.token}"
    assert (await under.get(path, under.b)).status_code == 200
    assert (await under.get(path, under.c)).status_code == 200
    assert (await under.get(path)).status_code == 404


async def test_an_ally_passes_on_what_was_said_about_its_session(under: Siege) -> None:
    await under.attack(under.b, under.says(under.b, "Create", under.event(under.b)))
    about = f"{under.b.origin}/sessions/5"
    theirs = note(under.c, about, to=[f"{under.b.origin}/partners"], cc=[])
    await served(under.c, "/notes/1", theirs)
    stub = {"id": theirs["id"], "type": "Note", "inReplyTo": about, "content": "Forged words"}

    verdict = await under.attack(under.b, under.says(under.b, "Announce", stub))

    assert verdict == Verdict(202, "processed")
    assert await said(under) == [("shown", "<p>Is there coffee?</p>")]
    undo = {"type": "Announce", "actor": company_of(under.b), "object": theirs["id"]}
    await under.attack(under.b, under.says(under.b, "Undo", {"id": f"{under.b.origin}/activities/x", **undo}))
    assert [state for state, _ in await said(under)] == ["retracted"]
    await under.attack(under.b, under.says(under.b, "Announce", stub))
    assert [state for state, _ in await said(under)] == ["shown"]
