"""Somebody moves: to another server, from another server, and what a liar makes of it."""

import pytest
from sqlalchemy import select

from alliance.models import Person
from federation.leaving import add_alias, come_back, find_account, move_away
from federation.models import ActorMove
from federation.uris import COMPANY
from tests.federation.announcements.outgoing import sent
from tests.federation.feps.followed import delivered, follow, follows, person, we_follow
from tests.hostile.siege import OURS, Siege, Verdict
from tests.partner import ACTIVITY_JSON, Got, Partner
from tests.support.clock import FrozenClock

NEW = "/people/8"


def arrives(server: Partner, *names: str, path: str = NEW, **more: object) -> str:
    """The new account, which says that it is also these."""
    return server.add_actor(path, "Person", name="Kim Sander", alsoKnownAs=list(names), **more)


async def moves(under: Siege, target: str, *, actor: str | None = None, by: Partner | None = None) -> Verdict:
    server = by or under.x
    old = person(under.x)
    return await under.attack(server, under.says(server, "Move", old, actor or old, target=target))


@pytest.fixture
async def jonas(under: Siege) -> str:
    """Jonas, who follows Kim."""
    ours = f"{OURS}/people/{under.stage.host.id}"
    await follow(under)
    await we_follow(under, ours, person(under.x))
    return ours


async def test_whom_we_follow_is_followed_at_the_new_address(under: Siege, jonas: str) -> None:
    new = arrives(under.c, person(under.x))

    verdict = await moves(under, new)

    assert verdict.state == "processed"
    assert await follows(under) == {(jonas, new, "asked")}
    asked = (await delivered(under, under.c, "Follow"))[0].activity
    undone = [got.activity for got in under.x.received if got.activity["type"] == "Undo"]
    assert (asked["actor"], asked["object"]) == (jonas, new)
    assert [one["object"]["object"] for one in undone] == [person(under.x)]


async def test_the_new_account_must_name_the_old_one(under: Siege, jonas: str) -> None:
    new = arrives(under.c, "https://somebody.example/else")

    async with under.unchanged():
        verdict = await moves(under, new)

    assert (verdict.state, verdict.reason) == ("refused", "the new account does not name the old one")


async def test_nobody_moves_somebody_else(under: Siege, jonas: str) -> None:
    new = arrives(under.c, person(under.x))

    async with under.unchanged():
        by_server = await moves(under, new, actor=under.x.actor)
        by_stranger = await moves(under, new, actor=person(under.b), by=under.b)
        # The new account alone says so (pull mode): the old one must agree, and does not.
        by_target = await moves(under, new, actor=new, by=under.c)

    assert [one.state for one in (by_server, by_stranger, by_target)] == ["refused"] * 3


@pytest.mark.parametrize("agrees", ["movedTo", "alsoKnownAs"])
async def test_the_new_account_says_so_and_the_old_one_agrees(under: Siege, jonas: str, agrees: str) -> None:
    new = arrives(under.c, person(under.x))
    under.x.add_actor("/people/7", "Person", **{agrees: new})

    verdict = await moves(under, new, actor=new, by=under.c)

    assert verdict.state == "processed"
    assert (jonas, new, "asked") in await follows(under)


async def test_the_old_server_may_be_gone_by_then(under: Siege) -> None:
    new = f"{under.c.origin}{NEW}"
    under.x.add_actor("/people/7", "Person", movedTo=new)
    await follow(under)
    await we_follow(under, f"{OURS}/people/{under.stage.host.id}", person(under.x))
    arrives(under.c, person(under.x))
    under.x.documents["/people/7"] = 503

    assert (await moves(under, new, actor=new, by=under.c)).state == "processed"


async def test_who_has_moved_lately_moves_again_only_after_a_week(
    under: Siege, clock: FrozenClock, jonas: str
) -> None:
    first, second = arrives(under.c, person(under.x)), arrives(under.b, person(under.x))
    await moves(under, first)
    await we_follow(under, jonas, person(under.x))

    again = await moves(under, second)
    clock.advance(days=8)
    later = await moves(under, second)

    assert (again.state, again.reason) == ("ignored", "moved lately")
    assert later.state == "processed"
    assert (jonas, second, "asked") in await follows(under)


async def test_whoever_has_moved_on_already_is_not_followed_there(under: Siege, jonas: str) -> None:
    new = arrives(under.c, person(under.x), movedTo="https://third.example/kim")

    verdict = await moves(under, new)

    assert (verdict.state, verdict.reason) == ("ignored", "moved on already")
    assert (jonas, person(under.x), "accepted") in await follows(under)


async def test_strangers_cost_nothing(under: Siege) -> None:
    new = arrives(under.c, person(under.x))

    verdict = await moves(under, new)

    assert (verdict.state, verdict.reason) == ("ignored", "nobody we know")
    assert NEW not in under.c.asked


async def test_a_follower_who_moves_gets_nothing_at_the_old_address(under: Siege) -> None:
    await follow(under)
    new = arrives(under.c, person(under.x))

    await moves(under, new)

    assert await follows(under) == set()


async def test_a_place_in_a_session_stays(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    page = f"{OURS}/sessions/{session.id}"
    await under.attack(under.x, under.says(under.x, "Join", page, person(under.x)))
    under.c.add_actor("/people/9", "Person")
    new = arrives(under.x, person(under.x))

    await moves(under, new)

    assert await under.places(session) == {new: "going"}
    left = await under.attack(under.x, under.says(under.x, "Leave", page, new))
    assert left.state == "processed"
    assert await under.places(session) == {new: "left"}


async def test_people_of_an_ally_stay_their_companys(under: Siege) -> None:
    await under.stage.person(person(under.b), host=under.b.authority)
    async with under.federation.instance.unit_of_work() as uow:
        kim = await uow.db.scalar(select(Person).where(Person.uri == person(under.b)))
        assert kim is not None
        assert kim.company_id is not None
    new = arrives(under.x, person(under.b))

    told = under.says(under.b, "Move", person(under.b), person(under.b), target=new)
    await under.attack(under.b, told)

    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(Person.id).where(Person.uri == person(under.b))) is not None


async def test_an_alliance_does_not_move(under: Siege) -> None:
    new = arrives(under.c, under.b.actor)
    told = under.says(under.b, "Move", under.b.actor, under.b.actor, target=new)

    async with under.unchanged():
        verdict = await under.attack(under.b, told)

    assert (verdict.state, verdict.reason) == ("ignored", "an alliance does not move")


async def test_nobody_moves_to_a_blocked_server(under: Siege, jonas: str) -> None:
    new = arrives(under.c, person(under.x))
    await under.put(under.c, "blocked")

    async with under.unchanged():
        assert (await moves(under, new)).state == "refused"


# Out: the company goes to another server.
async def test_the_company_moves_and_its_followers_are_told(under: Siege) -> None:
    await follow(under)
    new = arrives(under.c, f"{OURS}/company")
    target = await find_account(under.federation, new)
    async with under.federation.instance.unit_of_work() as uow:
        await move_away(uow, COMPANY, target)

    kinds = [got.activity["type"] for got in await everything(under)]

    move = next(got.activity for got in under.x.received if got.activity["type"] == "Move")
    assert [kind for kind in kinds if kind in ("Update", "Move")] == ["Update", "Move"]
    assert (move["actor"], move["object"], move["target"]) == (f"{OURS}/company", f"{OURS}/company", new)
    assert move["cc"] == [f"{OURS}/company/followers"]
    shown = (await under.client.get("/company", headers={"Accept": ACTIVITY_JSON})).json()
    assert shown["movedTo"] == new


async def test_a_company_that_has_moved_is_followed_no_more_until_it_is_back(under: Siege) -> None:
    new = arrives(under.c, f"{OURS}/company")
    target = await find_account(under.federation, new)
    async with under.federation.instance.unit_of_work() as uow:
        await move_away(uow, COMPANY, target)

    await follow(under)
    assert await follows(under) == set()
    assert [one.type for one in await sent(under.federation.instance, "Accept", "Reject")] == ["Reject"]
    async with under.federation.instance.unit_of_work() as uow:
        await come_back(uow, COMPANY)
    await follow(under)
    assert await follows(under) == {(person(under.x), f"{OURS}/company", "accepted")}


async def test_an_alias_is_shown_so_that_others_can_move_here(under: Siege) -> None:
    async with under.federation.instance.unit_of_work() as uow:
        await add_alias(uow, COMPANY, person(under.x))

    shown = (await under.client.get("/company", headers={"Accept": ACTIVITY_JSON})).json()

    assert shown["alsoKnownAs"] == [person(under.x)]


async def test_what_happened_is_remembered(under: Siege, jonas: str) -> None:
    new = arrives(under.c, person(under.x))
    await moves(under, new)

    async with under.federation.instance.reading() as db:
        known = await db.get(ActorMove, person(under.x))

    assert known is not None
    assert known.moved_to == new


async def everything(under: Siege) -> list[Got]:
    await delivered(under, under.x, "Move")
    return list(under.x.received)
