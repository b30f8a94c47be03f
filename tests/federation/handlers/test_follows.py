"""Follow, Accept, Reject, Undo: who follows us, and what becomes of the alliance.

That an instance which asks is really one is learned over the network: see test_alliance_over_http.py.
"""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from alliance.models import Person
from alliance.partnering import invite_company
from federation.handlers import PROCESSED, ignored, refused
from federation.models import Follow, RemoteActor
from tests.alliance.stage import Stage, introduction
from tests.federation.announcements.outgoing import known_actor, sent
from tests.federation.handlers.arriving import OURS, THEIRS, Arriving

KIM = "https://social.example/users/kim"
INSTANCE = f"{THEIRS}/actor"


async def follows(stage: Stage) -> list[tuple[str, str, str]]:
    async with stage.instance.reading() as db:
        rows = await db.scalars(select(Follow).order_by(Follow.id))
        return [(row.follower_uri, row.followed_uri, row.state) for row in rows]


async def state(stage: Stage, host: str = "alpenwerk.example") -> str:
    return (await stage.partner(await stage.know(host))).state


@pytest.mark.parametrize("followed", ["company", "actor"])
async def test_anybody_may_follow_what_is_public(arriving: Arriving, stage: Stage, followed: str) -> None:
    await known_actor(stage, KIM, endpoints={"sharedInbox": "https://social.example/inbox"})
    follow = arriving.says("Follow", f"{OURS}/{followed}", KIM)

    assert await arriving.take(follow) == PROCESSED
    assert await arriving.take(arriving.says("Follow", f"{OURS}/{followed}", KIM)) == PROCESSED

    assert await follows(stage) == [(KIM, f"{OURS}/{followed}", "accepted")]
    accept = (await sent(stage.instance, "Accept"))[0]
    assert accept.inboxes == (f"{KIM}/inbox",)
    assert (accept.body["actor"], accept.body["object"]["id"]) == (f"{OURS}/{followed}", follow["id"])


async def test_a_shared_inbox_elsewhere_is_not_believed(arriving: Arriving, stage: Stage) -> None:
    await known_actor(stage, KIM, endpoints={"sharedInbox": "https://victim.example/inbox"})

    await arriving.take(arriving.says("Follow", f"{OURS}/company", KIM))

    async with stage.instance.reading() as db:
        assert (await db.scalars(select(Follow.shared_inbox))).all() == [None]


async def test_people_without_public_profile_are_not_followed(arriving: Arriving, stage: Stage) -> None:
    await known_actor(stage, KIM)

    await arriving.take(arriving.says("Follow", f"{OURS}/people/{stage.host.id}", KIM))

    assert await follows(stage) == []
    assert [one.type for one in await sent(stage.instance)] == ["Reject"]


@pytest.mark.parametrize("about", [f"{OURS}/", f"{OURS}/nobody", "https://other.example/company", KIM])
async def test_nobody_here_can_not_be_followed(arriving: Arriving, stage: Stage, about: str) -> None:
    assert await arriving.take(arriving.says("Follow", about, KIM)) == ignored("nobody here")


@pytest.fixture
async def closed(arriving: Arriving) -> AsyncIterator[None]:
    """A company that wants to be followed by allies alone."""
    instance = arriving.federation.instance
    before = instance.settings
    instance.settings = replace(before, federation="alliance-only")
    yield
    instance.settings = before


@pytest.mark.usefixtures("closed")
async def test_a_closed_instance_is_followed_by_nobody_else(arriving: Arriving, stage: Stage) -> None:
    await known_actor(stage, KIM)

    await arriving.take(arriving.says("Follow", f"{OURS}/company", KIM))

    assert await follows(stage) == []
    assert [one.type for one in await sent(stage.instance)] == ["Reject"]


async def test_a_follower_who_goes_is_forgotten_and_only_by_themselves(
    arriving: Arriving, stage: Stage
) -> None:
    await known_actor(stage, KIM)
    follow = arriving.says("Follow", f"{OURS}/company", KIM)
    await arriving.take(follow)
    other = "https://social.example/users/other"

    forged = await arriving.take(arriving.says("Undo", follow, other))
    blind = await arriving.take(arriving.says("Undo", follow["id"], other))
    own = await arriving.take(arriving.says("Undo", follow, KIM))

    assert (forged, blind) == (refused("somebody else did it"), ignored("nothing to undo"))
    assert own == PROCESSED
    assert await follows(stage) == []


async def test_an_invitation_is_confirmed_only_by_who_was_invited(arriving: Arriving, stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        await invite_company(uow, introduction())
    await stage.ally("linde.example")
    follow = (await sent(stage.instance, "Follow"))[0].body

    for forger in ("https://linde.example/actor", f"{THEIRS}/company", KIM):
        outcome = await arriving.take(arriving.says("Accept", follow, forger))
        assert outcome == refused("it was not asked of them")
    accepted = await arriving.take(arriving.says("Accept", follow, INSTANCE))

    assert accepted == PROCESSED
    assert (f"{OURS}/actor", INSTANCE, "accepted") in await follows(stage)
    # They have not asked us yet: both have to.
    assert await state(stage) == "invited"


async def test_a_no_ends_it(arriving: Arriving, stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        await invite_company(uow, introduction())
    follow = (await sent(stage.instance, "Follow"))[0].body

    assert await arriving.take(arriving.says("Reject", follow["id"], INSTANCE)) == PROCESSED

    assert await follows(stage) == []
    assert await state(stage) == "left"
    assert (await stage.partner(await stage.know())).ended_by_them


async def test_an_old_no_does_not_end_a_new_question(arriving: Arriving, stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        await invite_company(uow, introduction())
    old = (await sent(stage.instance, "Follow"))[0].body
    await arriving.take(arriving.says("Reject", old, INSTANCE))
    async with stage.instance.unit_of_work() as uow:
        await invite_company(uow, introduction())

    outcome = await arriving.take(arriving.says("Reject", old, INSTANCE))

    assert outcome == ignored("the question was taken back")
    assert await state(stage) == "invited"


async def allied(arriving: Arriving, stage: Stage) -> str:
    """Alpenwerk is allied and follows us; tells the id of its Follow."""
    await stage.ally()
    async with stage.instance.unit_of_work() as uow:
        uow.db.add(
            Follow(
                id=uow.new_id(),
                follower_uri=INSTANCE,
                followed_uri=f"{OURS}/actor",
                state="accepted",
                activity_uri=f"{INSTANCE}#follow",
                created_at=uow.now,
            )
        )
    return f"{INSTANCE}#follow"


@pytest.mark.parametrize("paused", [False, True])
async def test_an_ally_who_leaves_is_gone_also_during_a_pause(
    arriving: Arriving, stage: Stage, paused: bool
) -> None:
    follow = await allied(arriving, stage)
    if paused:
        await stage.put(await stage.know(), "paused")

    assert await arriving.take(arriving.says("Undo", follow, INSTANCE)) == PROCESSED

    assert await state(stage) == "left"


async def test_whoever_left_has_to_be_asked_again_on_both_sides(arriving: Arriving, stage: Stage) -> None:
    theirs = await allied(arriving, stage)
    ours = (await sent(stage.instance, "Follow"))[0].body
    await arriving.take(arriving.says("Accept", ours, INSTANCE))

    await arriving.take(arriving.says("Undo", theirs, INSTANCE))

    assert await follows(stage) == []


async def test_another_actor_of_an_ally_does_not_end_the_alliance(arriving: Arriving, stage: Stage) -> None:
    follow = await allied(arriving, stage)

    for actor in (f"{THEIRS}/company", f"{THEIRS}/people/7", "https://evil.example/actor"):
        undone = {"id": follow, "type": "Follow", "object": f"{OURS}/actor"}
        assert await arriving.take(arriving.says("Undo", undone, actor)) == ignored("nothing to undo")

    assert await state(stage) == "allied"


async def test_an_instance_that_is_deleted_is_no_ally(arriving: Arriving, stage: Stage) -> None:
    await allied(arriving, stage)

    assert await arriving.take(arriving.says("Delete", INSTANCE, INSTANCE)) == PROCESSED

    assert await state(stage) == "left"


async def test_a_person_who_is_deleted_is_forgotten(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    mira = await stage.person()
    assert mira.uri is not None
    await known_actor(stage, mira.uri)

    assert await arriving.take(arriving.says("Delete", mira.uri, mira.uri)) == PROCESSED

    async with stage.instance.reading() as db:
        gone = await db.get_one(Person, mira.id)
        actor = await db.scalar(select(RemoteActor).where(RemoteActor.uri == mira.uri))
    assert gone.gone_at is not None
    assert "Mira" not in gone.name
    assert actor is not None
    assert actor.gone_at is not None


async def test_people_change_only_themselves(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    mira = await stage.person()
    shown = {"id": mira.uri, "type": "Person", "inbox": f"{mira.uri}/inbox", "name": "Somebody Else"}

    forged = await arriving.take(arriving.says("Update", shown, f"{THEIRS}/people/8"))
    own = await arriving.take(arriving.says("Update", shown, mira.uri or ""))

    assert (forged, own) == (refused("an actor changes only itself"), PROCESSED)
    async with stage.instance.reading() as db:
        assert (await db.get_one(Person, mira.id)).name == "Somebody Else"
