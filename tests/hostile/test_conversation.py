"""Conversations: who may say what about which session, change it and take it back; all through the door."""

import pytest

from tests.federation.announcements.outgoing import sent
from tests.hostile.siege import OURS, Siege, Verdict
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

REFUSED = "refused"


async def test_an_allys_employee_comments_and_it_is_announced_to_all_allies(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")

    verdict = await under.attack(
        under.b, under.says(under.b, "Create", to_allies(under.b, page(session)), person_of(under.b))
    )

    assert verdict == Verdict(202, "processed")
    assert await said(under) == [("shown", "<p>Is there coffee?</p>")]
    (announce,) = await sent(under.federation.instance, "Announce")
    assert announce.actor == "company"
    assert announce.body["object"]["id"] == f"{under.b.origin}/notes/1"
    assert set(announce.inboxes) == {under.b.inbox, under.c.inbox}
    assert PUBLIC not in str(announce.body)


async def test_a_stranger_waits_for_a_yes_and_only_those_who_decide_see_it(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    lena = await under.stage.colleague()

    verdict = await under.attack(
        under.x, under.says(under.x, "Create", note(under.x, page(session)), person_of(under.x))
    )

    assert verdict == Verdict(202, "processed")
    assert [state for state, _ in await said(under)] == ["waiting"]
    assert "coffee" in await shown_to(under, session, under.stage.host)
    assert "coffee" in await shown_to(under, session, under.stage.admin)
    assert "coffee" not in await shown_to(under, session, lena)
    assert "coffee" not in await shown_to(under, session)
    assert await sent(under.federation.instance, "Announce") == [
        one for one in await sent(under.federation.instance, "Announce") if one.actor == "instance"
    ]


async def test_the_host_says_yes_and_everybody_reads_it(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    await under.attack(
        under.x, under.says(under.x, "Create", note(under.x, page(session)), person_of(under.x))
    )
    (comment,) = await comments(under)

    async with await under.browser(under.stage.host) as browser:
        answer = await browser.post(f"/comments/{comment.id}/show", headers={"Origin": OURS})

    assert answer.status_code == 303
    assert "coffee" in await shown_to(under, session)
    announced = [one for one in await sent(under.federation.instance, "Announce") if one.actor == "company"]
    assert [one.body["object"]["id"] for one in announced] == [f"{under.x.origin}/notes/1"]


@pytest.mark.parametrize("audience", ["company", "alliance"])
async def test_nobody_comments_on_what_they_may_not_see(under: Siege, audience: str) -> None:
    session = await under.stage.publish(audience=audience)

    async with under.unchanged():
        verdict = await under.attack(
            under.x, under.says(under.x, "Create", note(under.x, page(session)), person_of(under.x))
        )

    assert verdict == Verdict(202, "ignored", "no session that they may see")


async def test_a_note_of_somebody_else_is_refused(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    theirs = note(under.b, page(session), attributedTo=person_of(under.b, 8))
    elsewhere = note(under.c, page(session), attributedTo=person_of(under.b))

    async with under.unchanged():
        first = await under.attack(under.b, under.says(under.b, "Create", theirs, person_of(under.b)))
        second = await under.attack(under.b, under.says(under.b, "Create", elsewhere, person_of(under.b)))

    assert (first.state, first.reason) == (REFUSED, "somebody else wrote it")
    assert (second.state, second.reason) == (REFUSED, "the note is on another host than its author")
    assert under.c.asked == []


async def test_nobody_changes_or_deletes_what_a_colleague_said(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    mine = to_allies(under.b, page(session))
    await under.attack(under.b, under.says(under.b, "Create", mine, person_of(under.b)))

    for kind, about in (
        ("Update", {**mine, "content": "<p>Buy my coins</p>"}),
        ("Update", {**mine, "content": "<p>Buy my coins</p>", "attributedTo": person_of(under.b, 8)}),
        ("Delete", mine["id"]),
        ("Delete", {"id": mine["id"], "type": "Tombstone"}),
    ):
        verdict = await under.attack(under.b, under.says(under.b, kind, about, person_of(under.b, 8)))
        assert verdict.state == REFUSED, (kind, verdict)
    for kind, about in (("Update", mine), ("Delete", mine["id"])):
        verdict = await under.attack(under.c, under.says(under.c, kind, about, person_of(under.c)))
        assert verdict.state == REFUSED, (kind, verdict)

    assert await said(under) == [("shown", "<p>Is there coffee?</p>")]


async def test_the_author_changes_and_deletes_it(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    mine = to_allies(under.b, page(session))
    await under.attack(under.b, under.says(under.b, "Create", mine, person_of(under.b)))

    await under.attack(
        under.b,
        under.says(under.b, "Update", {**mine, "content": "<p>And tea?</p>"}, person_of(under.b)),
    )
    assert await said(under) == [("shown", "<p>And tea?</p>")]

    gone = {"id": mine["id"], "type": "Tombstone"}
    await under.attack(under.b, under.says(under.b, "Delete", gone, person_of(under.b)))
    assert await said(under) == [("deleted", "")]
    (undo,) = await sent(under.federation.instance, "Undo")
    assert undo.body["object"]["object"] == mine["id"]

    again = await under.attack(under.b, under.says(under.b, "Create", mine, person_of(under.b)))
    assert again == Verdict(202, "ignored", "something newer is known")


async def test_what_a_stranger_changes_has_to_be_agreed_to_again(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    mine = note(under.x, page(session))
    await under.attack(under.x, under.says(under.x, "Create", mine, person_of(under.x)))
    (comment,) = await comments(under)
    async with await under.browser(under.stage.host) as browser:
        await browser.post(f"/comments/{comment.id}/show", headers={"Origin": OURS})

    await under.attack(
        under.x, under.says(under.x, "Update", {**mine, "content": "<p>Buy my coins</p>"}, person_of(under.x))
    )

    assert await said(under) == [("waiting", "<p>Buy my coins</p>")]
    assert "coins" not in await shown_to(under, session)
    assert [one.body["object"]["object"] for one in await sent(under.federation.instance, "Undo")] == [
        mine["id"]
    ]


async def test_markup_is_cleaned_and_threads_are_bounded(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    about = page(session)
    for number in range(12):
        bad = f'<p onclick="x()">{number}<script>alert(1)</script><img src=x onerror=y></p>'
        mine = to_allies(under.b, about, bad, number + 1)
        await under.attack(under.b, under.says(under.b, "Create", mine, person_of(under.b)))
        about = mine["id"]

    found = await comments(under)
    assert [comment.depth for comment in found] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 8]
    assert {comment.thread_id for comment in found} == {found[0].id}
    assert [comment.html for comment in found] == [f"<p>{number}</p>" for number in range(12)]


async def test_somebody_who_says_too_much_is_not_heard(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    states = []
    for number in range(22):
        mine = to_allies(under.b, page(session), number=number + 1)
        verdict = await under.attack(under.b, under.says(under.b, "Create", mine, person_of(under.b)))
        states.append((verdict.state, verdict.reason))

    assert states == [("processed", "")] * 20 + [("refused", "too many comments at once")] * 2


async def test_what_is_said_to_the_host_alone_stays_there(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    private = note(under.b, page(session), to=[f"{OURS}/company"], cc=[])

    await under.attack(under.b, under.says(under.b, "Create", private, person_of(under.b)))

    assert "coffee" in await shown_to(under, session, under.stage.host)
    assert "coffee" not in await shown_to(under, session, await under.stage.colleague())
    assert "coffee" not in await shown_to(under, session)
    assert [one for one in await sent(under.federation.instance, "Announce") if one.actor == "company"] == []
    (comment,) = await comments(under)
    async with await under.browser(under.stage.host) as browser:
        answer = await browser.post(f"/comments/{comment.id}/show", headers={"Origin": OURS})
    assert answer.status_code == 409


async def test_a_closed_conversation_takes_nothing(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    async with await under.browser(under.stage.host) as browser:
        await browser.post(
            f"/sessions/{session.id}/conversation", data={"mode": "closed"}, headers={"Origin": OURS}
        )

    verdict = await under.attack(
        under.b, under.says(under.b, "Create", to_allies(under.b, page(session)), person_of(under.b))
    )

    assert verdict.state == "ignored"
    assert await said(under) == []
    document = (await under.get(f"/sessions/{session.id}", under.b)).json()
    assert (document["commentsEnabled"], document["repliesModerationOption"]) == (False, "closed")


async def test_answers_to_the_announce_are_about_the_session(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    (announce,) = await sent(under.federation.instance, "Announce")

    await under.attack(
        under.x, under.says(under.x, "Create", note(under.x, announce.body["id"]), person_of(under.x))
    )

    assert [comment.session_id for comment in await comments(under)] == [session.id]


async def test_nobody_attaches_words_to_a_session_of_somebody_else(under: Siege) -> None:
    await under.attack(under.b, under.says(under.b, "Create", under.event(under.b)))
    about = f"{under.b.origin}/sessions/5"
    await served(under.c, "/notes/1", note(under.c, about))
    await served(under.c, "/notes/2", note(under.c, "https://else.example/1", number=2))
    await served(under.c, "/notes/3", note(under.b, about, number=3))

    async with under.unchanged():
        by_c = await under.attack(
            under.c,
            under.says(
                under.c, "Announce", {"id": f"{under.c.origin}/notes/1", "type": "Note", "inReplyTo": about}
            ),
        )
        unrelated = await under.attack(
            under.b,
            under.says(
                under.b, "Announce", {"id": f"{under.c.origin}/notes/2", "type": "Note", "inReplyTo": about}
            ),
        )
        forged = await under.attack(
            under.b,
            under.says(
                under.b, "Announce", {"id": f"{under.c.origin}/notes/3", "type": "Note", "inReplyTo": about}
            ),
        )
        of_stranger = await under.attack(
            under.x,
            under.says(
                under.x, "Announce", {"id": f"{under.x.origin}/notes/9", "type": "Note", "inReplyTo": about}
            ),
        )

    assert by_c.reason == "about no session of theirs"
    assert unrelated.reason == "about no session of ours"
    assert (forged.state, forged.reason) == ("ignored", "not for us, or gone already")
    assert of_stranger.state == "ignored"
    assert under.x.asked.count("/notes/9") == 0
