"""Sessions are told to those who may see them, and taken back from those who no longer may."""

from datetime import timedelta

from sqlalchemy import select

from alliance.facts import SeatsChanged
from federation.announcements import flush_seat_news, is_seat_news_due
from federation.models import Delivery
from federation.uris import PUBLIC
from tests.alliance.stage import LINK, Stage
from tests.federation.announcements.outgoing import MASTODON, Sent, counted, follower, known_actor, sent
from tests.support.clock import FrozenClock

ALLY = "https://alpenwerk.example/inbox"
MASTODON_INBOX = f"{MASTODON}/inbox"


async def test_a_session_for_allies_goes_to_allies_alone(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")

    session = await stage.publish(audience="alliance")

    (create,) = await told(stage, "Create", "Announce")
    assert create.short == ("Create", "company", (ALLY,))
    assert create.is_public is False
    assert create.object_uri == f"https://nordlicht.example/sessions/{session.id}"
    assert create.body["to"] == ["https://nordlicht.example/partners"]
    assert create.body["object"]["type"] == "Event"


async def test_a_public_session_goes_to_allies_and_followers_and_is_announced(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")
    await follower(stage, "lou")
    await follower(stage, "relay", followed="actor", origin="https://mobilizon.example", shared=False)

    await stage.publish(audience="public")

    create, announce = await told(stage, "Create", "Announce")
    assert create.short == ("Create", "company", (ALLY, MASTODON_INBOX))
    relay = "https://mobilizon.example/users/relay/inbox"
    assert announce.short == ("Announce", "instance", (relay,))
    assert announce.body["object"] == create.object_uri
    assert PUBLIC in create.body["to"]
    assert create.body["object"]["to"] == create.body["to"]


async def test_a_session_for_colleagues_is_told_to_nobody(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")

    session = await stage.publish(audience="company")
    await stage.edit(session, audience="company", title="Still for us")
    await stage.cancel(session)
    await stage.withdraw(session)

    assert await told(stage, "Create", "Update", "Delete", "Announce") == []


async def test_nothing_goes_to_paused_left_and_blocked_companies(stage: Stage) -> None:
    for state in ("paused", "left", "blocked", "invited", "asking"):
        company = await stage.ally(f"{state}.example")
        await follower(stage, "kim", origin=f"https://{state}.example")
        await stage.put(company, state)

    await stage.publish(audience="public")

    (create,) = await told(stage, "Create")
    assert create.inboxes == ("https://asking.example/inbox", "https://invited.example/inbox")


async def test_publishing_to_many_is_a_fixed_number_of_statements(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "first", origin="https://first.example")
    with counted(stage.instance) as few:
        await stage.publish(audience="public", title="For one")
    for number in range(40):
        await follower(stage, "kim", origin=f"https://social{number}.example")
    with counted(stage.instance) as many:
        await stage.publish(audience="public", title="For many")

    assert len((await told(stage, "Create"))[-1].inboxes) == 42
    assert len(many) == len(few)


async def test_an_edit_is_an_update_and_a_new_time_also_a_note(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")
    session = await stage.publish(audience="public")

    await stage.edit(session, title="Polishing mirrors")
    await stage.edit(
        session,
        title="Polishing mirrors",
        starts_at=session.starts_at + timedelta(hours=3),
        ends_at=session.ends_at + timedelta(hours=3),
    )

    first, second = await told(stage, "Update")
    note = (await told(stage, "Create"))[-1]
    assert first.inboxes == second.inboxes == (ALLY, MASTODON_INBOX)
    assert first.body["object"]["name"] == "Polishing mirrors"
    assert second.body["object"]["eventStatus"] == "EventRescheduled"
    assert note.body["object"]["type"] == "Note"
    assert note.body["object"]["inReplyTo"] == session_uri(session.id)
    assert note.inboxes == (MASTODON_INBOX,)


async def test_a_cancellation_is_an_update_and_a_note(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")
    session = await stage.publish(audience="public")

    await stage.cancel(session, "The lens broke & so did I.")

    (update,) = await told(stage, "Update")
    note = (await told(stage, "Create"))[-1]
    assert update.body["object"]["eventStatus"] == "EventCancelled"
    assert "The lens broke &amp; so did I." in note.body["object"]["content"]


async def test_the_note_about_a_session_for_allies_goes_to_allies_alone(stage: Stage) -> None:
    """federation.md: Cancel or reschedule: Update and a short Create(Note) reply."""
    await stage.ally()
    await follower(stage, "kim")
    session = await stage.publish(audience="alliance")

    await stage.cancel(session)

    create, update, note = await told(stage, "Create", "Update")
    assert (create.type, update.type) == ("Create", "Update")
    assert note.short == ("Create", "company", (ALLY,))
    assert note.is_public is False
    assert note.body["to"] == note.body["object"]["to"] == ["https://nordlicht.example/partners"]
    assert "cc" not in note.body or note.body["cc"] == []


async def test_a_withdrawn_session_is_deleted_wherever_it_was_told(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")
    await follower(stage, "relay", followed="actor", origin="https://mobilizon.example")
    session = await stage.publish(audience="public")

    await stage.withdraw(session)

    (delete,) = await told(stage, "Delete")
    assert delete.inboxes == (ALLY, "https://mobilizon.example/inbox", MASTODON_INBOX)
    assert delete.body["object"]["type"] == "Tombstone"
    assert delete.body["object"]["id"] == session_uri(session.id)
    assert "name" not in delete.body["object"]


async def test_a_session_that_is_no_longer_public_is_deleted_there_and_updated_at_allies(
    stage: Stage,
) -> None:
    await stage.ally()
    await follower(stage, "kim")
    session = await stage.publish(audience="public")

    await stage.edit(session, audience="alliance")

    delete, update = await told(stage, "Delete", "Update")
    assert delete.inboxes == (MASTODON_INBOX,)
    assert update.inboxes == (ALLY,)
    assert PUBLIC not in update.body["to"]


async def test_a_session_that_becomes_public_is_new_to_followers(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")
    session = await stage.publish(audience="alliance")

    await stage.edit(session, audience="public")

    update, create, _announce = (await told(stage))[-3:]
    assert update.short == ("Update", "company", (ALLY,))
    assert create.short == ("Create", "company", (MASTODON_INBOX,))


async def test_people_from_elsewhere_who_take_part_hear_of_changes(stage: Stage) -> None:
    uri = await known_actor(stage, "https://mobilizon.example/@kim")
    guest = await stage.person(uri, username="kim", host="mobilizon.example", name="Kim")
    session = await stage.publish(audience="public")
    await stage.join(session, guest, "https://mobilizon.example/join/1")

    await stage.edit(session, title="Polishing mirrors")

    (update,) = await told(stage, "Update")
    assert update.inboxes == (f"{uri}/inbox",)


async def test_counts_are_told_once_however_often_they_change(stage: Stage, clock: FrozenClock) -> None:
    await stage.ally()
    await follower(stage, "kim")
    session = await stage.publish(audience="public", capacity=5)
    for name in ("Lena Vogt", "Timo Rau", "Mona Beck"):
        await stage.join(session, await stage.colleague(name))

    async with stage.instance.reading() as db:
        assert not await is_seat_news_due(db, clock.now())
    clock.advance(seconds=6)
    async with stage.instance.unit_of_work() as uow:
        first = await flush_seat_news(uow)
    async with stage.instance.unit_of_work() as uow:
        again = await flush_seat_news(uow)

    (update,) = await told(stage, "Update")
    assert (first, again) == (1, 0)
    assert update.inboxes == (ALLY,)
    assert update.body["object"]["participantCount"] == 3
    assert update.body["object"]["remainingAttendeeCapacity"] == 2


async def test_counts_of_a_withdrawn_session_are_nobodys(stage: Stage, clock: FrozenClock) -> None:
    await stage.ally()
    session = await stage.publish()
    async with stage.instance.unit_of_work() as uow:
        uow.record(SeatsChanged(session))
    await stage.withdraw(session)

    clock.advance(seconds=6)
    async with stage.instance.unit_of_work() as uow:
        assert await flush_seat_news(uow) == 0


async def test_no_message_about_a_session_carries_the_meeting_link(stage: Stage) -> None:
    await stage.ally()
    await follower(stage, "kim")
    session = await stage.publish(audience="public")
    await stage.edit(session, title="Polishing mirrors")
    await stage.cancel(session, "Ill.")
    await stage.withdraw(session)

    async with stage.instance.reading() as db:
        assert len((await db.scalars(select(Delivery.id))).all()) >= 6
    for one in await told(stage):
        assert LINK.partition("//")[2].partition("?")[0].encode() not in one.stored
        assert b"s3cretword" not in one.stored


async def told(stage: Stage, *types: str) -> list[Sent]:
    """What was said about sessions; instances also talk about themselves."""
    return [one for one in await sent(stage.instance, *types) if "/sessions/" in str(one.body["object"])]


def session_uri(number: int) -> str:
    return f"https://nordlicht.example/sessions/{number}"
