"""Requests in communities at the door: companies put in what their own people ask for, and nothing else."""

from typing import Any

import pytest

from alliance.community_members import join_community
from alliance.community_posts import post_wish, take_out
from alliance.models import Community
from alliance.receiving import partner_ended
from alliance.wishing import WishDraft, close_wish, make_wish, take_back_wish
from tests.federation.announcements.outgoing import sent
from tests.hostile.groups import company_row, founded, group, placing, posts, theirs, told, with_member
from tests.hostile.groups import ours as ours_group
from tests.hostile.siege import OURS, Siege, Verdict, company_of
from tests.hostile.talking import PUBLIC, person_of
from tests.hostile.test_wishes import address, ours, wishes
from tests.hostile.test_wishes import request as any_request
from tests.partner import Partner

WORDS = "Glasfaser löten"


def about(by: Partner, number: int = 1) -> str:
    return f"{by.origin}/requests/{number}-token"


def request(by: Partner, **changes: Any) -> dict[str, Any]:
    """What somebody there asks, in other words than the name of the community."""
    given = any_request(by)
    intent = {**given["publishes"], "name": WORDS}
    return {name: value for name, value in {**given, "publishes": intent, **changes}.items() if value}


async def asked(under: Siege, by: Partner, kind: str = "Create", **changes: Any) -> None:
    await under.attack(by, under.says(by, kind, request(by, **changes), person_of(by)))


async def with_theirs(under: Siege, **changes: Any) -> Community:
    """A community of ours with a member at B, where somebody asks for something."""
    community = await founded(under)
    await with_member(under, community, under.b)
    await asked(under, under.b, **changes)
    return community


async def test_a_company_with_a_member_puts_a_request_in_and_takes_it_out(under: Siege) -> None:
    community = await with_theirs(under)

    verdict = await under.attack(under.b, placing(under, under.b, community, about(under.b)))
    assert verdict == Verdict(202, "processed")
    assert await posts(under) == [("shown", "alliance")]
    twice = await under.attack(under.b, placing(under, under.b, community, about(under.b)))
    assert (twice.state, await posts(under)) == ("processed", [("shown", "alliance")])

    await under.attack(under.b, placing(under, under.b, community, about(under.b), "Remove"))
    assert await posts(under) == [("removed", "nobody")]
    announced = await sent(under.federation.instance, "Announce")
    undone = await sent(under.federation.instance, "Undo")
    assert [(one.body["actor"], one.body["object"]) for one in announced] == [
        (ours_group(community), about(under.b))
    ]
    assert [one.body["object"]["id"] for one in undone] == [announced[0].body["id"]]


async def test_one_that_we_do_not_know_yet_is_fetched_from_its_company(under: Siege) -> None:
    community = await founded(under)
    await with_member(under, community, under.b)
    under.b.documents["/requests/1-token"] = request(under.b)

    verdict = await under.attack(under.b, placing(under, under.b, community, about(under.b)))

    assert verdict == Verdict(202, "processed")
    assert [one.title for one in await wishes(under)] == [WORDS]
    assert await posts(under) == [("shown", "alliance")]


async def test_without_a_member_the_company_hears_no(under: Siege) -> None:
    community = await founded(under)
    await asked(under, under.b)

    verdict = await under.attack(under.b, placing(under, under.b, community, about(under.b)))

    assert verdict == Verdict(202, "refused", "nobody there is a member")
    assert await posts(under) == []
    (no,) = await sent(under.federation.instance, "Reject")
    assert (no.body["actor"], no.body["to"]) == (ours_group(community), [company_of(under.b)])


async def test_nobody_puts_in_what_somebody_else_asks(under: Siege) -> None:
    community = await with_theirs(under)
    await with_member(under, community, under.c)
    own = await ours(under)
    forged = [
        (under.c, placing(under, under.c, community, about(under.b))),
        (under.b, placing(under, under.b, community, address(own))),
        (under.b, {**placing(under, under.b, community, about(under.b)), "actor": person_of(under.b)}),
        (under.b, {**placing(under, under.b, community, about(under.b)), "actor": company_of(under.c)}),
        (under.x, placing(under, under.x, community, about(under.b))),
        (under.x, placing(under, under.x, community, about(under.x))),
    ]

    for server, activity in forged:
        verdict = await under.attack(server, activity)
        assert verdict.state in ("refused", "ignored", ""), activity

    assert await posts(under) == []
    assert await sent(under.federation.instance, "Announce") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"to": [f"{OURS}/people/1"]},
        {"attributedTo": "http://somebody.example/people/1"},
        {"attributedTo": None},
        {"id": "http://somebody.example/requests/1-token"},
        {"publishes": "x"},
        {"publishes": {"type": "Intent", "name": ""}},
        {"inReplyTo": f"{OURS}/sessions/1"},
        {"type": "Person"},
    ],
    ids=str,
)
async def test_what_is_fetched_and_makes_no_sense_stands_nowhere(
    under: Siege, changes: dict[str, Any]
) -> None:
    community = await founded(under)
    await with_member(under, community, under.b)
    under.b.documents["/requests/1-token"] = request(under.b, **changes)

    verdict = await under.attack(under.b, placing(under, under.b, community, about(under.b)))

    assert verdict.status == 202
    assert verdict.state in ("refused", "ignored", "failed", "queued", "waiting", "received"), verdict
    assert (await posts(under), await wishes(under)) == ([], [])


@pytest.mark.parametrize("state", ["paused", "left", "blocked"])
async def test_whoever_is_no_ally_any_more_puts_nothing_in(under: Siege, state: str) -> None:
    community = await with_theirs(under)
    await under.put(under.b, state)

    async with under.unchanged():
        await under.attack(under.b, placing(under, under.b, community, about(under.b)))

    assert await posts(under) == []


async def test_a_community_for_colleagues_takes_in_nothing_of_allies(under: Siege) -> None:
    community = await founded(under, "company")
    await asked(under, under.b)

    async with under.unchanged():
        first = await under.attack(under.b, placing(under, under.b, community, about(under.b)))
        second = await under.attack(under.b, placing(under, under.b, Community(id=12345), about(under.b)))

    assert first == second


async def test_in_a_public_community_one_for_allies_stays_one_for_allies(under: Siege) -> None:
    community = await founded(under, "public")
    await with_member(under, community, under.b)
    await asked(under, under.b)
    await under.attack(under.b, placing(under, under.b, community, about(under.b)))
    stranger, colleague = await under.browser(), await under.browser(under.stage.admin)

    assert await posts(under) == [("shown", "alliance")]
    (announced,) = await sent(under.federation.instance, "Announce")
    assert announced.body["to"] == [f"{OURS}/partners"]
    assert PUBLIC not in str(announced.body)
    assert WORDS in (await colleague.get(f"/communities/{community.id}")).text
    for rest in ("", ".ics", ".atom", ".json"):
        assert WORDS not in (await stranger.get(f"/communities/{community.id}{rest}")).text
        assert "1-token" not in (await stranger.get(f"/communities/{community.id}{rest}")).text
    for rest in ("", "/outbox?page=true", "/featured"):
        for server in (None, under.b, under.c, under.x):
            assert "1-token" not in (await under.get(f"/communities/{community.id}{rest}", server)).text


@pytest.mark.parametrize("ending", ["Delete", "closed", "narrowed"])
async def test_what_is_asked_no_more_stands_there_no_more(under: Siege, ending: str) -> None:
    community = await with_theirs(under)
    await under.attack(under.b, placing(under, under.b, community, about(under.b)))
    colleague = await under.browser(under.stage.admin)
    page = f"/communities/{community.id}"
    assert WORDS in (await colleague.get(page)).text

    if ending == "Delete":
        gone = {"type": "Tombstone", "id": about(under.b)}
        await under.attack(under.b, under.says(under.b, "Delete", gone, person_of(under.b)))
    else:
        closed = {"publishes": {**request(under.b)["publishes"], "finished": True}}
        changes = closed if ending == "closed" else {"to": [f"{OURS}/people/1"]}
        await asked(under, under.b, "Update", updated="2026-03-16T07:30:00Z", **changes)

    assert WORDS not in (await colleague.get(page)).text
    if ending != "closed":
        assert await posts(under) == [("shown", "nobody")]
        assert len(list(await sent(under.federation.instance, "Undo"))) == 1
        again = await under.attack(under.b, placing(under, under.b, community, about(under.b)))
        assert again.state == "refused"


async def test_a_closed_one_is_not_taken_in(under: Siege) -> None:
    closed = {"publishes": {**request(under.b)["publishes"], "finished": True}}
    community = await with_theirs(under, **closed)

    verdict = await under.attack(under.b, placing(under, under.b, community, about(under.b)))

    assert verdict == Verdict(202, "refused", "nothing of theirs that is for us")
    assert await posts(under) == []


async def test_what_moderators_took_out_the_company_cannot_put_in_again(under: Siege) -> None:
    community = await with_theirs(under)
    await under.attack(under.b, placing(under, under.b, community, about(under.b)))
    (wish,) = await wishes(under)
    colleague = await under.browser(under.stage.host)
    run = (await colleague.get(f"/communities/{community.id}/run")).text
    assert f'href="/requests/{wish.id}' in run
    async with under.federation.instance.unit_of_work() as uow:
        await take_out(uow, community.id, "wish", wish.id, under.stage.host)

    verdict = await under.attack(under.b, placing(under, under.b, community, about(under.b)))

    assert verdict.state == "refused"
    assert await posts(under) == [("removed", "nobody")]


async def test_when_the_alliance_ends_what_they_put_there_is_out(under: Siege) -> None:
    community = await with_theirs(under)
    await under.attack(under.b, placing(under, under.b, community, about(under.b)))

    company = await company_row(under, under.b)
    async with under.federation.instance.unit_of_work() as uow:
        await partner_ended(uow, company.id)

    assert await posts(under) == [("removed", "nobody")]


async def placed_there(under: Siege, audience: str = "alliance") -> tuple[Community, Any]:
    """A request of ours that waits for the yes of a community of B."""
    await told(under, under.b)
    (at_b,) = await theirs(under)
    wish = await ours(under, audience)
    async with under.federation.instance.unit_of_work() as uow:
        await join_community(uow, at_b.id, under.stage.host)
        await post_wish(uow, at_b.id, wish.id, under.stage.host)
    return at_b, wish


async def test_a_yes_or_a_no_comes_from_the_community_that_was_asked_alone(under: Siege) -> None:
    _, wish = await placed_there(under)
    (add,) = await sent(under.federation.instance, "Add")
    assert (add.body["object"], add.body["target"]) == (
        address(wish),
        f"{under.b.origin}/communities/3/featured",
    )
    group(under.c)
    no, of_c = {"id": add.body["id"], "type": "Add"}, f"{under.c.origin}/communities/3"
    for kind, thing in (("Announce", address(wish)), ("Reject", no)):
        await under.attack(under.c, under.says(under.c, kind, thing, of_c))
        await under.attack(under.b, under.says(under.b, kind, thing, person_of(under.b)))
        assert await posts(under) == [("waiting", "nobody")], kind

    of_b = f"{under.b.origin}/communities/3"
    wrong = f"{OURS}/requests/{wish.id}-guessed"
    await under.attack(under.b, under.says(under.b, "Announce", wrong, of_b))
    assert await posts(under) == [("waiting", "nobody")]
    await under.attack(under.b, under.says(under.b, "Announce", address(wish), of_b))
    assert await posts(under) == [("shown", "nobody")]
    undone = {"type": "Announce", "id": f"{under.b.origin}/a/1", "actor": of_b, "object": address(wish)}
    await under.attack(under.b, under.says(under.b, "Undo", undone, of_b))
    assert await posts(under) == [("removed", "nobody")]


async def test_a_no_takes_it_out(under: Siege) -> None:
    await placed_there(under)
    (add,) = await sent(under.federation.instance, "Add")
    no = {"id": add.body["id"], "type": "Add"}

    await under.attack(under.b, under.says(under.b, "Reject", no, f"{under.b.origin}/communities/3"))

    assert await posts(under) == [("removed", "nobody")]


async def test_a_yes_that_comes_after_it_was_taken_out_changes_nothing(under: Siege) -> None:
    at_b, wish = await placed_there(under)
    async with under.federation.instance.unit_of_work() as uow:
        await take_out(uow, at_b.id, "wish", wish.id, under.stage.host)

    (remove,) = await sent(under.federation.instance, "Remove")
    assert remove.body["object"] == address(wish)
    yes = under.says(under.b, "Announce", address(wish), f"{under.b.origin}/communities/3")
    await under.attack(under.b, yes)
    assert await posts(under) == [("removed", "nobody")]


@pytest.mark.parametrize("audience", ["company", "alliance", "public"])
async def test_an_announce_puts_nothing_of_ours_there(under: Siege, audience: str) -> None:
    await told(under, under.b)
    wish = await ours(under, audience)

    for thing in (address(wish), about(under.x), f"{OURS}/requests/{wish.id}-guessed"):
        await under.attack(under.b, under.says(under.b, "Announce", thing, f"{under.b.origin}/communities/3"))

    assert await posts(under) == []


async def test_what_a_third_company_asks_is_fetched_from_itself(under: Siege) -> None:
    await told(under, under.b)
    under.c.documents["/requests/1-token"] = request(under.c)
    announced = under.says(under.b, "Announce", about(under.c), f"{under.b.origin}/communities/3")
    announced["object"] = {**request(under.c), "content": "Gefälscht"}

    verdict = await under.attack(under.b, announced)

    (wish,) = await wishes(under)
    assert verdict.state == "processed"
    assert (wish.html, wish.audience) == ("<p>Zwei Stunden</p>", "alliance")
    assert await posts(under) == [("shown", "nobody")]


async def test_only_what_is_open_and_for_others_is_offered_to_a_partner(under: Siege) -> None:
    await told(under, under.b)
    (at_b,) = await theirs(under)
    async with under.federation.instance.unit_of_work() as uow:
        inside = await make_wish(
            uow, under.stage.host, WishDraft(kind="learn", title="Intern", audience="company")
        )
        closed = await make_wish(uow, under.stage.host, WishDraft(kind="learn", title="Erledigt"))
        wanted = await make_wish(uow, under.stage.host, WishDraft(kind="learn", title="Gesucht"))
        await close_wish(uow, closed.id, under.stage.host)

    async def puts(wish_id: int, words: str) -> None:
        with pytest.raises(Exception, match=words):
            async with under.federation.instance.unit_of_work() as uow:
                await post_wish(uow, at_b.id, wish_id, under.stage.host)

    await puts(wanted.id, "join the community first")
    async with under.federation.instance.unit_of_work() as uow:
        await join_community(uow, at_b.id, under.stage.host)
        await join_community(uow, at_b.id, under.stage.admin)
    await puts(inside.id, "Only colleagues may see this")
    await puts(closed.id, "closed")
    with pytest.raises(Exception, match="Only those who ask"):
        async with under.federation.instance.unit_of_work() as uow:
            await post_wish(uow, at_b.id, wanted.id, under.stage.admin)

    assert await posts(under) == []
    assert await sent(under.federation.instance, "Add") == []
    async with under.federation.instance.unit_of_work() as uow:
        await post_wish(uow, at_b.id, wanted.id, under.stage.host)
        await take_back_wish(uow, wanted.id, under.stage.host)
    yes = under.says(
        under.b,
        "Announce",
        f"{OURS}/requests/{wanted.id}-{wanted.token}",
        f"{under.b.origin}/communities/3",
    )
    await under.attack(under.b, yes)
    assert await posts(under) == [("waiting", "nobody")]
