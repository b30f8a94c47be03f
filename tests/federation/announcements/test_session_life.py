"""federation.md, "Edits": what timelines hear of sessions that are put off, moved, pinned or withdrawn."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete as delete_rows
from sqlalchemy import select

from alliance.errors import Conflict, NotFound
from alliance.models import Session
from alliance.publishing import postpone_session
from alliance.visibility import STRANGER, partner_viewer
from federation.announcing.featuring import flush_featured_news, is_featured_news_due
from federation.announcing.reminding import flush_reminders, is_reminder_due
from federation.chores import forget_deliveries
from federation.documents import Document, activity_document, note_document
from federation.models import Delivery, Follow
from federation.told import FeaturedSession, ToldInbox
from federation.uris import PUBLIC, Uris
from tests.alliance.stage import LINK, TOMORROW, Stage
from tests.federation.announcements.outgoing import MASTODON, Sent, follower, known_actor, sent
from tests.support.clock import FrozenClock

ALLY = "https://alpenwerk.example/inbox"
MASTODON_INBOX = f"{MASTODON}/inbox"
ORIGIN = "https://nordlicht.example"


async def read(stage: Stage, function: Callable[..., Awaitable[Any]], *arguments: Any, **options: Any) -> Any:
    async with stage.instance.reading() as db:
        return await function(db, *arguments, **options)


async def note(stage: Stage, number: int, viewer: Any = STRANGER) -> Document:
    found: Document = await read(stage, note_document, viewer, stage.instance.settings, number)
    return found


async def notes(stage: Stage) -> list[Sent]:
    return [one for one in await sent(stage.instance, "Create") if one.body["object"]["type"] == "Note"]


def number_of(told: Sent) -> int:
    found = Uris(ORIGIN).note_id(told.body["object"]["id"])
    assert found is not None
    return found


async def postpone(stage: Stage, session: Session, words: str = "") -> Session:
    async with stage.instance.unit_of_work() as uow:
        return await postpone_session(uow, session.id, words, stage.host)


async def test_a_session_that_is_put_off_is_an_update_and_a_note(stage: Stage) -> None:
    await follower(stage, "kim")
    session = await stage.publish(audience="public")

    await postpone(stage, session, "The <lens> has not come.")

    (update,) = await sent(stage.instance, "Update")
    (told,) = await notes(stage)
    assert (update.body["object"]["eventStatus"], update.body["object"]["status"]) == (
        "EventPostponed",
        "TENTATIVE",
    )
    assert told.inboxes == (MASTODON_INBOX,)
    assert "Postponed: The &lt;lens&gt; has not come." in told.body["object"]["content"]
    assert told.body["object"]["inReplyTo"] == f"{ORIGIN}/sessions/{session.id}"


async def test_a_new_time_brings_back_what_was_put_off(stage: Stage) -> None:
    session = await stage.publish(audience="public")
    await postpone(stage, session)

    again = await stage.edit(
        session, starts_at=TOMORROW + timedelta(days=7), ends_at=TOMORROW + timedelta(days=7, hours=1)
    )

    assert (again.status, again.status_note) == ("scheduled", "")
    assert (await sent(stage.instance, "Update"))[-1].body["object"]["eventStatus"] == "EventRescheduled"


async def test_what_was_cancelled_can_not_be_put_off(stage: Stage) -> None:
    session = await stage.publish(audience="public")
    await stage.cancel(session)

    with pytest.raises(Conflict):
        await postpone(stage, session)


async def test_a_follower_who_also_takes_part_gets_the_note_once(stage: Stage) -> None:
    """federation.md: to followers and attendees."""
    actor = await follower(stage, "kim", shared=False)
    await known_actor(stage, actor)
    guest = await stage.person(actor, username="kim", host="social.example", name="Kim")
    session = await stage.publish(audience="public")
    await stage.join(session, guest, f"{actor}#join")

    await stage.cancel(session)

    (told,) = await notes(stage)
    assert told.inboxes == (f"{actor}/inbox",)
    assert actor not in str(told.body["to"]) + str(told.body["cc"])


async def test_a_german_session_speaks_german_in_its_note(stage: Stage) -> None:
    await follower(stage, "kim")
    session = await stage.publish(audience="public", language="de", title="Linsen <polieren>")

    await stage.cancel(session, "Krank.")

    (told,) = await notes(stage)
    assert "Abgesagt: Krank." in told.body["object"]["content"]
    assert "Linsen &lt;polieren&gt;" in told.body["object"]["content"]
    assert list(told.body["object"]["contentMap"]) == ["de"]


async def test_a_note_is_there_for_those_for_whom_it_was(stage: Stage) -> None:
    await follower(stage, "kim")
    ally, other = await stage.ally(), await stage.know("linde.example")
    for audience in ("public", "alliance"):
        await stage.cancel(await stage.publish(audience=audience))
    public, allied = [number_of(told) for told in await notes(stage)]

    assert (await note(stage, public)).is_public is True
    assert (await note(stage, allied, partner_viewer(ally.id))).body["inReplyTo"].startswith(ORIGIN)
    for viewer in (STRANGER, partner_viewer(other.id)):
        with pytest.raises(NotFound):
            await note(stage, allied, viewer)
    for state in ("paused", "left", "blocked"):
        await stage.put(ally, state)
        with pytest.raises(NotFound):
            await note(stage, allied, partner_viewer(ally.id))
    with pytest.raises(NotFound):
        await note(stage, 4711)


async def test_notes_go_with_the_session(stage: Stage) -> None:
    await follower(stage, "kim")
    session = await stage.publish(audience="public")
    await stage.cancel(session)
    (told,) = await notes(stage)

    await stage.withdraw(session)

    _, delete = await sent(stage.instance, "Delete")
    assert (delete.body["object"]["type"], delete.body["object"]["id"]) == ("Tombstone", told.object_uri)
    assert delete.inboxes == (MASTODON_INBOX,)
    document = await note(stage, number_of(told))
    assert (document.status, "content" in document.body) == (410, False)
    with pytest.raises(NotFound):
        await read(stage, activity_document, STRANGER, stage.instance.settings, number_of(told))


async def test_a_public_note_is_taken_back_when_the_session_becomes_one_for_allies(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")
    session = await stage.publish(audience="public")
    later: dict[str, Any] = {
        "starts_at": TOMORROW + timedelta(days=1),
        "ends_at": TOMORROW + timedelta(days=1, hours=1),
    }
    await stage.edit(session, **later)
    (told,) = await notes(stage)

    await stage.edit(session, audience="alliance", **later)

    assert [one.object_uri for one in await sent(stage.instance, "Delete")] == [
        f"{ORIGIN}/sessions/{session.id}",
        told.object_uri,
    ]
    assert (await note(stage, number_of(told))).status == 410


async def test_who_first_hears_of_a_session_gets_no_note_about_its_past(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")
    session = await stage.publish(audience="alliance")

    await stage.edit(
        session,
        audience="public",
        starts_at=TOMORROW + timedelta(days=1),
        ends_at=TOMORROW + timedelta(days=1, hours=1),
    )

    (told,) = await notes(stage)
    assert (told.inboxes, told.is_public) == ((ALLY,), False)


async def test_no_note_carries_the_meeting_link(stage: Stage) -> None:
    await follower(stage, "kim")
    session = await stage.publish(audience="public")
    await postpone(stage, session, "Later.")
    await stage.cancel(session, "Never.")

    told = await notes(stage)

    assert len(told) == 2
    for one in told:
        assert LINK.partition("//")[2].partition("?")[0].encode() not in one.stored


async def test_a_delete_reaches_who_was_told_long_ago(stage: Stage, clock: FrozenClock) -> None:
    """federation.md: Delete with Tombstone to everyone ever delivered to."""
    await follower(stage, "kim")
    ends = TOMORROW + timedelta(days=300, hours=1)
    session = await stage.publish(audience="public", starts_at=TOMORROW + timedelta(days=300), ends_at=ends)
    async with stage.instance.unit_of_work() as uow:
        for delivery in await uow.db.scalars(select(Delivery)):
            delivery.state = "delivered"
    clock.advance(days=40)
    async with stage.instance.unit_of_work() as uow:
        assert await forget_deliveries(uow) > 0
        await uow.db.execute(delete_rows(Follow))

    await stage.withdraw(session)

    (delete,) = await sent(stage.instance, "Delete")
    assert delete.inboxes == (MASTODON_INBOX,)
    assert (await read(stage, lambda db: db.scalar(select(ToldInbox.inbox)))) == MASTODON_INBOX


async def featured(stage: Stage) -> list[tuple[str, str]]:
    async with stage.instance.unit_of_work() as uow:
        await flush_featured_news(uow)
    return [(one.type, one.object_uri) for one in await sent(stage.instance, "Add", "Remove")]


async def test_the_next_sessions_are_added_to_what_is_featured_and_removed_again(
    stage: Stage, clock: FrozenClock
) -> None:
    """federation.md: `featured` (bare URIs of upcoming sessions: Mastodon fetches and pins them).

    Mastodon 4.5, app/lib/activitypub/activity/add.rb: the target must be the actor's own `featured`.
    """
    await stage.ally()
    await follower(stage, "kim")
    session = await stage.publish(audience="public")
    await stage.publish(audience="alliance")
    page = f"{ORIGIN}/sessions/{session.id}"

    assert await featured(stage) == [("Add", page)]
    (add,) = await sent(stage.instance, "Add")
    assert (add.body["object"], add.body["target"]) == (page, f"{ORIGIN}/company/featured")
    assert (add.body["to"], add.inboxes) == ([PUBLIC], (MASTODON_INBOX,))
    assert await featured(stage) == [("Add", page)]
    clock.advance(days=3)
    assert await featured(stage) == [("Add", page), ("Remove", page)]


async def test_however_many_are_published_few_pins_are_told(stage: Stage) -> None:
    await follower(stage, "kim")
    for number in range(25):
        await stage.publish(audience="public", title=f"Lens number {number}")

    assert len(await featured(stage)) == 10
    assert not await read(stage, is_featured_news_due, stage.instance.settings, stage.instance.clock.now())


async def test_what_is_no_longer_public_is_not_named_again(stage: Stage) -> None:
    await follower(stage, "kim")
    session = await stage.publish(audience="public")
    await featured(stage)

    await stage.edit(session, audience="company")

    assert [kind for kind, _ in await featured(stage)] == ["Add"]
    assert await read(stage, lambda db: db.scalar(select(FeaturedSession.session_id))) is None


async def test_a_closed_instance_pins_nothing(stage: Stage) -> None:
    stage.instance.settings = replace(stage.instance.settings, federation="alliance-only")
    await follower(stage, "kim")
    await stage.publish(audience="public")

    assert await featured(stage) == []


async def remind(stage: Stage) -> int:
    async with stage.instance.unit_of_work() as uow:
        return await flush_reminders(uow)


async def is_due(stage: Stage, **changes: Any) -> bool:
    settings = replace(stage.instance.settings, **({"announce_again": True} | changes))
    found: bool = await read(stage, is_reminder_due, settings, stage.instance.clock.now())
    return found


async def test_a_public_session_is_announced_again_the_day_before_and_only_once(
    stage: Stage, clock: FrozenClock
) -> None:
    """federation.md: Reminder: the instance may Announce again the day before (off by default).

    Mastodon 4.5, app/lib/activitypub/activity/announce.rb: who has boosted something boosts it no second
    time, so the first Announce is undone.
    """
    await follower(stage, "relay", followed="actor", origin="https://mobilizon.example")
    starts = TOMORROW + timedelta(days=2)
    session = await stage.publish(audience="public", starts_at=starts, ends_at=starts + timedelta(hours=1))
    await stage.publish(audience="alliance", starts_at=starts, ends_at=starts + timedelta(hours=1))
    assert not await is_due(stage)

    clock.advance(days=2, hours=2)

    assert await is_due(stage)
    assert not await is_due(stage, announce_again=False)
    assert not await is_due(stage, federation="alliance-only")
    assert (await remind(stage), await remind(stage)) == (1, 0)
    assert not await is_due(stage)
    first, again = await sent(stage.instance, "Announce")
    (undo,) = await sent(stage.instance, "Undo")
    assert undo.body["object"]["id"] == first.body["id"]
    assert again.body["object"] == first.body["object"] == f"{ORIGIN}/sessions/{session.id}"
    assert first.inboxes == undo.inboxes == again.inboxes == ("https://mobilizon.example/inbox",)
    assert again.body["id"] != first.body["id"]


@pytest.mark.parametrize("what", ["cancelled", "postponed", "withdrawn", "just published", "over"])
async def test_nobody_is_reminded_of_what_does_not_take_place(
    stage: Stage, clock: FrozenClock, what: str
) -> None:
    starts = TOMORROW + timedelta(days=2)
    session = await stage.publish(audience="public", starts_at=starts, ends_at=starts + timedelta(hours=1))
    if what == "cancelled":
        await stage.cancel(session)
    elif what == "postponed":
        await postpone(stage, session)
    elif what == "withdrawn":
        await stage.withdraw(session)
    clock.advance(days=2 if what != "over" else 4, hours=2)
    if what == "just published":
        await stage.withdraw(session)
        await stage.publish(audience="public", starts_at=starts, ends_at=starts + timedelta(hours=1))

    assert not await is_due(stage)
    assert await remind(stage) == 0
