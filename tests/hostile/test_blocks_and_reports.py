"""Single actors who are blocked, those who block ours, and reports in and out."""

from sqlalchemy import select

from alliance.commenting import say
from alliance.models import Report
from tests.federation.announcements.outgoing import sent
from tests.hostile.siege import OURS, Siege, Verdict
from tests.hostile.talking import comments, note, page, person_of, shown_to, to_allies


async def test_a_blocked_actor_is_refused_and_their_words_are_hidden(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    for number in (7, 8):
        mine = to_allies(under.b, page(session), f"<p>Word {number}</p>", number)
        mine["attributedTo"] = person_of(under.b, number)
        await under.attack(under.b, under.says(under.b, "Create", mine, person_of(under.b, number)))
    comment = (await comments(under))[0]
    async with await under.browser(under.stage.host) as browser:
        form = {"comment": str(comment.id), "reason": "Advertising"}
        assert (await browser.post("/report", data=form, headers={"Origin": OURS})).status_code == 303
    async with under.federation.instance.reading() as db:
        report = (await db.scalars(select(Report))).one()
    async with await under.browser(under.stage.admin) as browser:
        address = f"/admin/moderation/{report.id}/decide"
        await browser.post(address, data={"outcome": "blocked", "note": "Twice"}, headers={"Origin": OURS})

    assert "Word 7" not in await shown_to(under, session, under.stage.host)
    assert "Word 8" in await shown_to(under, session, under.stage.host)
    for kind in ("Like", "Undo", "Delete", "Update"):
        assert (
            await under.attack(under.b, under.says(under.b, kind, f"{OURS}/sessions/1", person_of(under.b)))
        ).status == 403
    other = under.says(under.b, "Like", page(session), person_of(under.b, 8))
    assert (await under.attack(under.b, other)).status == 202


async def test_whoever_blocks_one_of_ours_hears_nothing_of_them(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    async with under.federation.instance.unit_of_work() as uow:
        ours = await say(uow, session.id, under.stage.host, "Bring a mug.")
    await under.attack(
        under.x, under.says(under.x, "Create", note(under.x, page(session)), person_of(under.x))
    )
    theirs = (await comments(under))[-1]
    async with await under.browser(under.stage.host) as browser:
        await browser.post(f"/comments/{theirs.id}/show", headers={"Origin": OURS})
    block = under.says(under.x, "Block", f"{OURS}/people/{under.stage.host.id}", person_of(under.x))

    assert (await under.attack(under.x, block)).state == "processed"
    async with under.federation.instance.unit_of_work() as uow:
        await say(uow, session.id, under.stage.host, "There is.", parent_id=theirs.id)
    assert [one for one in await sent(under.federation.instance, "Create") if one.actor != "company"] == []

    await under.attack(under.x, under.says(under.x, "Undo", block, person_of(under.x)))
    async with under.federation.instance.unit_of_work() as uow:
        await say(uow, session.id, under.stage.host, "There is, really.", parent_id=theirs.id)
    (create,) = [one for one in await sent(under.federation.instance, "Create") if one.actor != "company"]
    assert create.body["cc"][-1] == person_of(under.x)
    assert ours.id


async def test_a_block_does_not_end_an_alliance(under: Siege) -> None:
    block = under.says(under.b, "Block", f"{OURS}/actor", under.b.actor)

    async with under.unchanged():
        verdict = await under.attack(under.b, block)

    assert verdict == Verdict(202, "ignored", "companies leave instead")


async def test_a_report_of_another_server_is_on_the_moderators_list_without_names(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    async with under.federation.instance.unit_of_work() as uow:
        ours = await say(uow, session.id, under.stage.host, "Bring a mug.")
    address = f"{OURS}/comments/{ours.id}-{ours.token}"
    flag = under.says(under.x, "Flag", [f"{OURS}/people/{under.stage.host.id}", address], person_of(under.x))

    assert (await under.attack(under.x, {**flag, "content": "<b>Rude</b>"})).state == "processed"

    async with under.federation.instance.reading() as db:
        report = (await db.scalars(select(Report))).one()
    assert (report.comment_id, report.reporter_host, report.reason) == (ours.id, under.x.authority, "Rude")
    for _ in range(55):
        more = under.says(under.x, "Flag", [address], person_of(under.x))
        last = await under.attack(under.x, more)
    assert (last.state, last.reason) == ("refused", "too many open reports")


async def test_a_report_about_nothing_of_ours_is_ignored(under: Siege) -> None:
    hidden = await under.stage.publish(audience="company")
    async with under.unchanged():
        for about in ([f"{under.c.origin}/x"], [page(hidden)], [f"{OURS}/comments/1-guess"]):
            verdict = await under.attack(under.x, under.says(under.x, "Flag", about, person_of(under.x)))
            assert verdict == Verdict(202, "ignored", "nothing of ours")


async def test_a_report_is_passed_on_without_the_reporter(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    await under.attack(
        under.b, under.says(under.b, "Create", to_allies(under.b, page(session)), person_of(under.b))
    )
    (comment,) = await comments(under)
    async with await under.browser(under.stage.host) as browser:
        form = {"comment": str(comment.id), "reason": "Advertising"}
        await browser.post("/report", data=form, headers={"Origin": OURS})
    async with under.federation.instance.reading() as db:
        report = (await db.scalars(select(Report))).one()
    async with await under.browser(under.stage.admin) as browser:
        await browser.post(f"/admin/moderation/{report.id}/forward", headers={"Origin": OURS})

    (flag,) = await sent(under.federation.instance, "Flag")
    assert flag.actor == "instance"
    assert flag.body["object"] == [person_of(under.b), comment.uri]
    assert flag.inboxes == (under.b.inbox,)
    assert "Jonas" not in str(flag.body)
    assert str(under.stage.host.id) not in str(flag.body)
