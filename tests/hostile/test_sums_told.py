"""What leaves the house of feedback: sums of five, once each, to the company of the session alone."""

from sqlalchemy import select

from alliance.feedback import Heard
from alliance.models import FeedbackTally, Session
from federation.announcing.feedback import tell_sums
from tests.federation.announcements.outgoing import sent
from tests.hostile.siege import OURS, Siege


async def tally(under: Siege, session_id: int, batches: int, points: int) -> None:
    async with under.federation.instance.unit_of_work() as uow:
        row = await uow.db.get(FeedbackTally, session_id)
        if row is None:
            sealed = Heard(answers=4, helped=4).sealed(uow.vault, session_id)
            row = FeedbackTally(session_id=session_id, told_batches=0, sealed=sealed)
            uow.db.add(row)
        row.batches, row.points = batches, points


async def told(under: Siege) -> int:
    async with under.federation.instance.unit_of_work() as uow:
        return await tell_sums(uow)


async def test_an_ally_hears_sums_of_five_once_and_of_its_own_session(under: Siege) -> None:
    await under.attack(under.b, under.says(under.b, "Create", under.event(under.b)))
    async with under.federation.instance.reading() as db:
        theirs = (await db.scalars(select(Session.id).where(Session.uri.is_not(None)))).one()
    own = await under.stage.publish(title="Eigene")
    await tally(under, theirs, 0, 0)
    await tally(under, own.id, 3, 3)

    assert await told(under) == 0
    await tally(under, theirs, 2, 3)
    assert [await told(under), await told(under)] == [1, 0]

    found = await sent(under.federation.instance, "Create")
    (one,) = [one for one in found if "feedback" in one.object_uri]
    rating = one.body["object"]
    assert (one.body["actor"], one.body["to"]) == (f"{OURS}/company", [f"{under.b.origin}/company"])
    assert (rating["type"], rating["ratingCount"], rating["ratingValue"]) == ("AggregateRating", 10, 1.5)
    assert (one.is_public, one.inboxes) == (False, (f"{under.b.origin}/inbox",))


async def test_a_pause_keeps_sums_at_home(under: Siege) -> None:
    await under.attack(under.b, under.says(under.b, "Create", under.event(under.b)))
    async with under.federation.instance.reading() as db:
        theirs = (await db.scalars(select(Session.id).where(Session.uri.is_not(None)))).one()
    await tally(under, theirs, 2, 3)
    await under.put(under.b, "paused")

    assert await told(under) == 0
