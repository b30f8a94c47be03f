"""Communities at the door: what allies tell of theirs and announce, and what others put into ours."""

from typing import Any

import pytest

from alliance.community_members import join_community
from alliance.community_posts import post_session, take_out
from alliance.models import (
    Community,
)
from tests.federation.announcements.outgoing import sent
from tests.hostile.groups import (
    WORD,
    event_of,
    founded,
    group,
    ours,
    placing,
    posts,
    theirs,
    told,
    with_member,
)
from tests.hostile.siege import OURS, Siege, Verdict, company_of
from tests.hostile.talking import person_of


async def test_an_allys_community_is_taken_in_and_its_words_are_cleaned(under: Siege) -> None:
    verdict = await told(under, under.b)

    (found,) = await theirs(under)
    assert verdict == Verdict(202, "processed")
    assert (found.name, found.audience, found.member_count) == ("Glas", "alliance", 4)
    assert found.description_html == f"<p>{WORD}</p>"
    assert found.owners == [{"name": "Ada", "url": person_of(under.b)}]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": f"{OURS}/communities/3"},
        {"name": ""},
        {"preferredUsername": ""},
        {"memberCount": "many"},
        {"inbox": None},
    ],
    ids=str,
)
async def test_nonsense_about_a_community_leaves_nothing_that_misleads(
    under: Siege, changes: dict[str, Any]
) -> None:
    await told(under, under.b, **changes)

    assert [(one.name, one.member_count) for one in await theirs(under)] in ([], [("Glas", 0)])


@pytest.mark.parametrize("state", ["paused", "left", "blocked", "asking", "stranger"])
async def test_whoever_is_no_ally_has_no_community_here(under: Siege, state: str) -> None:
    by = under.x if state == "stranger" else under.b
    if by is under.b:
        await under.put(by, state)

    async with under.unchanged():
        verdict = await told(under, by, visibleTo="public")

    assert verdict.state in ("ignored", "refused", "")


async def test_nobody_speaks_for_the_community_of_a_neighbour(under: Siege) -> None:
    await told(under, under.b)
    forged = under.says(under.b, "Update", group(under.b, name="Taken over"), person_of(under.b))
    other = under.says(
        under.c, "Update", group(under.b, name="Taken over"), f"{under.c.origin}/communities/3"
    )
    under.c.add_actor("/communities/3", "Group", name="C")

    async with under.unchanged():
        first = await under.attack(under.b, forged)
        second = await under.attack(under.c, other)

    assert "refused" in (first.state, second.state)
    assert [one.name for one in await theirs(under)] == ["Glas"]


async def test_neither_a_company_nor_a_person_becomes_a_community(under: Siege) -> None:
    for actor in (company_of(under.b), person_of(under.b)):
        said = group(under.b) | {"id": actor}
        await under.attack(under.b, under.says(under.b, "Update", said, actor))

    assert {one.uri for one in await theirs(under)} <= {person_of(under.b)}
    assert company_of(under.b) not in {one.uri for one in await theirs(under)}


async def test_older_words_do_not_replace_newer_ones(under: Siege) -> None:
    await told(under, under.b, name="Newer", updated="2026-03-16T07:30:00Z")

    await told(under, under.b, name="Older", updated="2026-03-16T07:00:00Z")

    assert [one.name for one in await theirs(under)] == ["Newer"]


async def test_a_company_with_a_member_puts_its_session_in_and_takes_it_out(under: Siege) -> None:
    community = await founded(under)
    await with_member(under, community, under.b)
    about = await event_of(under, under.b)

    verdict = await under.attack(under.b, placing(under, under.b, community, about))
    assert verdict == Verdict(202, "processed")
    assert await posts(under) == [("shown", "alliance")]

    await under.attack(under.b, placing(under, under.b, community, about, "Remove"))
    assert await posts(under) == [("removed", "nobody")]
    announced = await sent(under.federation.instance, "Announce")
    undone = await sent(under.federation.instance, "Undo")
    assert [one.body["object"] for one in announced] == [about]
    assert [one.body["object"]["id"] for one in undone] == [announced[0].body["id"]]


async def test_without_a_member_the_company_hears_no(under: Siege) -> None:
    community = await founded(under)
    about = await event_of(under, under.b)

    verdict = await under.attack(under.b, placing(under, under.b, community, about))

    assert verdict == Verdict(202, "refused", "nobody there is a member")
    assert await posts(under) == []
    (no,) = await sent(under.federation.instance, "Reject")
    assert (no.body["actor"], no.body["to"]) == (ours(community), [company_of(under.b)])


async def test_nobody_puts_in_what_is_not_theirs(under: Siege) -> None:
    community = await founded(under)
    for server in (under.b, under.c):
        await with_member(under, community, server)
    about = await event_of(under, under.b)
    own = await under.stage.publish()
    forged = [
        (under.c, placing(under, under.c, community, about)),
        (under.b, placing(under, under.b, community, f"{OURS}/sessions/{own.id}")),
        (under.b, {**placing(under, under.b, community, about), "actor": person_of(under.b)}),
        (under.x, placing(under, under.x, community, about)),
        (under.x, placing(under, under.x, community, f"{under.x.origin}/sessions/5")),
    ]

    for server, activity in forged:
        verdict = await under.attack(server, activity)
        assert verdict.state in ("refused", "ignored", ""), activity

    assert await posts(under) == []


@pytest.mark.parametrize("state", ["paused", "left", "blocked"])
async def test_whoever_is_no_ally_any_more_puts_nothing_in(under: Siege, state: str) -> None:
    community = await founded(under)
    await with_member(under, community, under.b)
    about = await event_of(under, under.b)
    await under.put(under.b, state)

    async with under.unchanged():
        await under.attack(under.b, placing(under, under.b, community, about))

    assert await posts(under) == []


async def test_a_community_for_colleagues_is_none_for_allies(under: Siege) -> None:
    community = await founded(under, "company")
    about = await event_of(under, under.b)

    async with under.unchanged():
        first = await under.attack(under.b, placing(under, under.b, community, about))
        second = await under.attack(under.b, placing(under, under.b, Community(id=12345), about))

    assert first == second
    for rest in ("", "/outbox", "/featured", "/followers"):
        assert (await under.get(f"/communities/{community.id}{rest}", under.b)).status_code == 404


async def test_what_moderators_took_out_the_company_cannot_put_in_again(under: Siege) -> None:
    community = await founded(under)
    await with_member(under, community, under.b)
    about = await event_of(under, under.b)
    await under.attack(under.b, placing(under, under.b, community, about))
    session = await under.session(about)
    assert session is not None
    async with under.federation.instance.unit_of_work() as uow:
        await take_out(uow, community.id, "session", session.id, under.stage.host)

    verdict = await under.attack(under.b, placing(under, under.b, community, about))

    assert verdict.state == "refused"
    assert await posts(under) == [("removed", "nobody")]


async def test_an_announce_by_an_allys_community_makes_nothing_visible(under: Siege) -> None:
    await told(under, under.b)
    draft_like = await under.stage.publish(audience="company")
    actor = f"{under.b.origin}/communities/3"

    for about in (f"{OURS}/sessions/{draft_like.id}", f"{under.x.origin}/sessions/5"):
        await under.attack(under.b, under.says(under.b, "Announce", about, actor))

    assert await posts(under) == []


async def test_an_announced_session_is_fetched_from_its_own_company(under: Siege) -> None:
    await told(under, under.b)
    event = under.event(under.c)
    under.c.documents["/sessions/5"] = event
    actor = f"{under.b.origin}/communities/3"

    verdict = await under.attack(under.b, under.says(under.b, "Announce", event["id"], actor))

    assert verdict.state == "processed"
    assert await posts(under) == [("shown", "nobody")]
    session = await under.session(event["id"])
    assert session is not None
    undone = {"type": "Announce", "id": f"{under.b.origin}/a/1", "actor": actor, "object": event["id"]}
    await under.attack(under.c, under.says(under.c, "Undo", {**undone, "actor": company_of(under.c)}))
    assert await posts(under) == [("shown", "nobody")]
    await under.attack(under.b, under.says(under.b, "Undo", undone, actor))
    assert await posts(under) == [("removed", "nobody")]


async def test_only_the_community_that_was_asked_says_no(under: Siege) -> None:
    await told(under, under.b)
    await told(under, under.c)
    at_b = next(one for one in await theirs(under) if under.b.origin in (one.uri or ""))
    async with under.federation.instance.unit_of_work() as uow:
        await join_community(uow, at_b.id, under.stage.host)
    session = await under.stage.publish()
    async with under.federation.instance.unit_of_work() as uow:
        await post_session(uow, at_b.id, session.id, under.stage.host)
    (asked,) = await sent(under.federation.instance, "Add")
    no = {"id": asked.body["id"], "type": "Add"}

    verdict = await under.attack(
        under.c, under.says(under.c, "Reject", no, f"{under.c.origin}/communities/3")
    )
    assert verdict.state == "refused"
    assert await posts(under) == [("waiting", "nobody")]

    await under.attack(under.b, under.says(under.b, "Reject", no, f"{under.b.origin}/communities/3"))
    assert await posts(under) == [("removed", "nobody")]
