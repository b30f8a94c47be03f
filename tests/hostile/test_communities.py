"""Communities at the door: who may speak for one, put something into ours, be counted in it, and read it."""

from typing import Any

import pytest
from sqlalchemy import func, select

from alliance.communities import CommunityDraft, change_community, close_community, found_community
from alliance.community_members import MOST_PER_COMPANY, crowd_told, join_community
from alliance.community_posts import post_session, take_out
from alliance.domain_policies import treat_domain
from alliance.models import (
    Community,
    CommunityCrowd,
    CommunityMember,
    CommunityPost,
    Company,
    Session,
)
from alliance.queries.communities import owners_of, shown_members
from alliance.visibility import employee_viewer
from federation.models import Follow
from tests.federation.announcements.outgoing import sent
from tests.hostile.siege import OURS, Siege, Verdict, company_of
from tests.hostile.talking import PUBLIC, person_of
from tests.partner import ACTIVITY_JSON, Partner

WORD = "Quarzglas"


async def founded(under: Siege, audience: str = "alliance", name: str = "Quarzglas polieren") -> Community:
    """One of ours, founded by Jonas."""
    async with under.federation.instance.unit_of_work() as uow:
        draft = CommunityDraft(name=name, description=f"{WORD} und Geduld.", audience=audience)
        return await found_community(uow, under.stage.host, draft)


def ours(community: Community, rest: str = "") -> str:
    return f"{OURS}/communities/{community.id}{rest}"


def group(by: Partner, number: int = 3, **changes: Any) -> dict[str, Any]:
    """A community of the company there; its server has the actor, with keys."""
    path = f"/communities/{number}"
    if path not in by.documents:
        by.add_actor(path, "Group", name="Glas")
    address = f"{by.origin}{path}"
    return {
        "id": address,
        "type": "Group",
        "preferredUsername": f"glas{number}",
        "name": "Glas",
        "summary": f"<p>{WORD}</p><script>alert(1)</script>",
        "inbox": f"{address}/inbox",
        "featured": f"{address}/featured",
        "visibleTo": "alliance",
        "workingLanguage": "de",
        "memberCount": 4,
        "attributedTo": [{"type": "Person", "id": person_of(by), "name": "Ada"}],
        "updated": "2026-03-16T07:00:00Z",
        **changes,
    }


async def told(under: Siege, by: Partner, number: int = 3, **changes: Any) -> Verdict:
    """The community there speaks of itself."""
    said = group(by, number, **changes)
    return await under.attack(by, under.says(by, "Update", said, f"{by.origin}/communities/{number}"))


async def theirs(under: Siege) -> list[Community]:
    async with under.federation.instance.reading() as db:
        rows = await db.scalars(select(Community).where(Community.uri.is_not(None)).order_by(Community.id))
        return list(rows)


async def posts(under: Siege) -> list[tuple[str, str]]:
    async with under.federation.instance.reading() as db:
        rows = await db.execute(
            select(CommunityPost.state, CommunityPost.announced).order_by(CommunityPost.id)
        )
        return [(row[0], row[1]) for row in rows]


async def company_row(under: Siege, who: Partner) -> Company:
    async with under.federation.instance.reading() as db:
        company = await db.scalar(select(Company).where(Company.origin == who.origin))
    assert company is not None
    return company


async def with_member(under: Siege, community: Community, who: Partner) -> None:
    """Somebody of that company is in one of ours, as the company says."""
    company = await company_row(under, who)
    async with under.federation.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Community, community.id)
        await crowd_told(uow, stored, company.id, 1)


def placing(under: Siege, by: Partner, community: Community, about: str, kind: str = "Add") -> dict[str, Any]:
    return under.says(by, kind, about, target=ours(community, "/featured"), to=[ours(community)])


async def event_of(under: Siege, by: Partner, number: int = 5, **changes: Any) -> str:
    event = under.event(by, number, **changes)
    by.documents[f"/sessions/{number}"] = event
    await under.attack(by, under.says(by, "Create", event))
    address: str = event["id"]
    return address


# What allies tell of theirs


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


# What others put into ours


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


# Being counted and being seen


def number(under: Siege, by: Partner, community: Community, total: object, **more: Any) -> dict[str, Any]:
    crowd = {
        "id": f"{by.origin}/company/members#1",
        "type": "Collection",
        "attributedTo": company_of(by),
        "audience": ours(community),
        "totalItems": total,
        **more,
    }
    return under.says(by, "Update", crowd)


async def test_a_company_counts_its_own_people_and_no_others(under: Siege) -> None:
    community = await founded(under)
    await under.attack(under.b, number(under, under.b, community, 3))
    forged = number(under, under.c, community, 99, id=f"{under.b.origin}/company/members#1")
    by_person = {**number(under, under.b, community, 50), "actor": person_of(under.b)}

    assert (await under.attack(under.c, forged)).state == "refused"
    assert (await under.attack(under.b, by_person)).state in ("ignored", "refused")

    async with under.federation.instance.reading() as db:
        assert (await db.get_one(Community, community.id)).member_count == 4
        assert await db.scalar(select(func.count()).select_from(CommunityCrowd)) == 1


@pytest.mark.parametrize("total", [-5, 10**18, "7", None, 2.5, True])
async def test_numbers_that_make_no_sense_are_bounded(under: Siege, total: object) -> None:
    community = await founded(under)

    await under.attack(under.b, number(under, under.b, community, total))

    async with under.federation.instance.reading() as db:
        assert 1 <= (await db.get_one(Community, community.id)).member_count <= MOST_PER_COMPANY + 1


async def test_strangers_are_not_counted(under: Siege) -> None:
    community = await founded(under, "public")

    async with under.unchanged():
        await under.attack(under.x, number(under, under.x, community, 9))


async def follow(under: Siege, by: Partner, community: Community, who: int = 7) -> dict[str, Any]:
    asked = under.says(by, "Follow", ours(community), person_of(by, who))
    await under.attack(by, asked)
    return asked


async def test_a_follower_of_an_ally_is_a_member_by_name_until_they_undo_it(under: Siege) -> None:
    community = await founded(under)
    viewer = employee_viewer(under.stage.host.id)
    asked = await follow(under, under.b, community)
    async with under.federation.instance.reading() as db:
        assert [one.name for one in await shown_members(db, viewer, community.id)] == ["Alpenwerk 7"]
        assert (await db.get_one(Community, community.id)).member_count == 2

    # Nobody takes another's name out.
    await under.attack(under.b, under.says(under.b, "Undo", asked, person_of(under.b, 8)))
    async with under.federation.instance.reading() as db:
        assert len(await shown_members(db, viewer, community.id)) == 1

    await under.attack(under.b, under.says(under.b, "Undo", asked, person_of(under.b)))
    async with under.federation.instance.reading() as db:
        assert await shown_members(db, viewer, community.id) == []
        assert (await db.get_one(Community, community.id)).member_count == 1


async def test_a_follower_from_elsewhere_is_a_number_and_no_member(under: Siege) -> None:
    community = await founded(under, "public")
    await follow(under, under.x, community)

    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(CommunityMember)) == 1
        assert await db.scalar(select(func.count()).select_from(Follow)) == 1
    document = (await under.get(f"/communities/{community.id}/followers")).json()
    assert document["totalItems"] == 1
    assert "orderedItems" not in document


async def test_only_allies_follow_what_is_for_allies(under: Siege) -> None:
    community = await founded(under)

    await follow(under, under.x, community)

    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Follow)) == 0


async def test_nobody_from_outside_takes_a_role(under: Siege) -> None:
    community = await founded(under)
    await follow(under, under.b, community)
    takeover = group(under.b) | {"id": ours(community)}
    attacks = [
        under.says(under.b, "Update", takeover),
        under.says(under.b, "Update", takeover, person_of(under.b)),
        under.says(under.b, "Delete", ours(community)),
        under.says(under.b, "Add", person_of(under.b), target=ours(community, "/moderators")),
        under.says(under.b, "Move", ours(community), target=f"{under.b.origin}/communities/3"),
    ]

    for activity in attacks:
        await under.attack(under.b, activity)

    async with under.federation.instance.reading() as db:
        assert [(one.role, one.person_id) for one in await owners_of(db, community.id)] == [
            ("owner", under.stage.host.id)
        ]
        stored = await db.get_one(Community, community.id)
        assert (stored.name, stored.state) == ("Quarzglas polieren", "open")


# What allies' communities announce


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


# Leaks: what may be read by whom


@pytest.mark.parametrize(
    ("audience", "stranger", "ally", "page"),
    [("public", 200, 200, 200), ("alliance", 404, 200, 404), ("company", 404, 404, 404)],
)
async def test_every_door_knows_for_whom_a_community_is(
    under: Siege, audience: str, stranger: int, ally: int, page: int
) -> None:
    community = await founded(under, audience)
    session = await under.stage.publish(audience="public")
    async with under.federation.instance.unit_of_work() as uow:
        await post_session(uow, community.id, session.id, under.stage.host)
    browser = await under.browser()

    for rest in ("", "/outbox", "/outbox?page=true", "/featured", "/followers"):
        path = f"/communities/{community.id}{rest}"
        assert (await under.get(path)).status_code == stranger, path
        assert (await under.get(path, under.b)).status_code == ally, path
        assert (await under.get(path, under.x)).status_code == stranger, path
    for rest in ("", ".ics", ".atom", ".json", "?past=1", "/elsewhere"):
        answer = await browser.get(f"/communities/{community.id}{rest}")
        assert answer.status_code == page, rest
        assert (WORD in answer.text) is (
            page == 200 and rest in ("", "/elsewhere", ".atom", ".json", "?past=1")
        )
    listed = await browser.get("/communities")
    assert (WORD in listed.text) is (page == 200)
    address = f"/.well-known/webfinger?resource=acct:{community.slug}@nordlicht.localhost:8001"
    assert (await under.client.get(address)).status_code == stranger
    collection = (await under.get("/company/communities?page=true")).text
    assert (WORD in collection) is (stranger == 200)
    for_allies = (await under.get("/company/communities?page=true", under.b)).text
    assert (WORD in for_allies) is (ally == 200)
    shown = await browser.get(f"/sessions/{session.id}")
    assert (WORD in shown.text) is (page == 200)
    event = (await under.get(f"/sessions/{session.id}")).json()
    assert event.get("audience") == ([ours(community)] if audience == "public" else None)


@pytest.mark.parametrize("audience", ["company", "alliance"])
async def test_a_community_shows_a_session_to_nobody_who_may_not_see_it(under: Siege, audience: str) -> None:
    community = await founded(under, "public", name="Offen für alle")
    session = await under.stage.publish(title=f"{WORD} intern", audience=audience)
    async with under.federation.instance.unit_of_work() as uow:
        await post_session(uow, community.id, session.id, under.stage.host)
    browser, colleague = await under.browser(), await under.browser(under.stage.admin)
    address = f"{OURS}/sessions/{session.id}"

    for rest in ("", ".ics", ".atom", ".json"):
        assert f"{WORD} intern" not in (await browser.get(f"/communities/{community.id}{rest}")).text
    assert f"{WORD} intern" in (await colleague.get(f"/communities/{community.id}")).text
    for rest in ("/outbox?page=true", "/featured"):
        assert address not in (await under.get(f"/communities/{community.id}{rest}")).text
        seen = (await under.get(f"/communities/{community.id}{rest}", under.b)).text
        assert (address in seen) is (audience == "alliance")
    announced = await sent(under.federation.instance, "Announce")
    assert [one.body["to"] for one in announced] == ([[f"{OURS}/partners"]] if audience == "alliance" else [])


async def test_names_of_members_are_for_signed_in_people_and_only_of_those_who_chose_it(
    under: Siege,
) -> None:
    community = await founded(under, "public")
    async with under.federation.instance.unit_of_work() as uow:
        await join_community(uow, community.id, under.stage.admin, is_shown=False)
    await follow(under, under.b, community)
    name = under.stage.admin.person.name
    browser, colleague = await under.browser(), await under.browser(under.stage.host)

    page = (await colleague.get(f"/communities/{community.id}")).text
    assert "Alpenwerk 7" in page
    assert name not in page
    stranger = (await browser.get(f"/communities/{community.id}")).text
    assert "Alpenwerk 7" not in stranger
    assert name not in stranger
    document = (await under.get(f"/communities/{community.id}", under.b)).text
    assert "Alpenwerk 7" not in document
    assert name not in document


async def test_what_is_silenced_is_for_colleagues_and_what_is_suspended_for_nobody(under: Siege) -> None:
    await told(under, under.b, visibleTo="public")
    browser, colleague = await under.browser(), await under.browser(under.stage.host)
    assert "Glas" in (await browser.get("/communities")).text

    async def seen(severity: str) -> tuple[bool, bool]:
        async with under.federation.instance.unit_of_work() as uow:
            await treat_domain(uow, under.b.authority, severity)
        return (
            "Glas" in (await browser.get("/communities")).text,
            "Glas" in (await colleague.get("/communities")).text,
        )

    assert await seen("silence") == (False, True)
    assert (await seen("suspend"))[0] is False


async def test_a_community_that_was_closed_says_so_to_whoever_knew_it(under: Siege) -> None:
    community = await founded(under, "public")
    await follow(under, under.x, community)
    async with under.federation.instance.unit_of_work() as uow:
        await close_community(uow, community.id, under.stage.host)

    document = await under.get(f"/communities/{community.id}")
    assert (document.status_code, document.json()["type"]) == (410, "Tombstone")
    assert (await (await under.browser()).get(f"/communities/{community.id}")).status_code == 410
    (gone,) = list(await sent(under.federation.instance, "Delete"))
    assert gone.body["actor"] == ours(community)
    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Follow)) == 0


async def test_narrowed_to_allies_it_sends_strangers_away_and_takes_announcements_back(
    under: Siege,
) -> None:
    community = await founded(under, "public")
    await follow(under, under.x, community)
    session: Session = await under.stage.publish(audience="public")
    async with under.federation.instance.unit_of_work() as uow:
        await post_session(uow, community.id, session.id, under.stage.host)
    assert await posts(under) == [("shown", "public")]

    async with under.federation.instance.unit_of_work() as uow:
        draft = CommunityDraft(name="Nur für uns", description="Still.", audience="alliance")
        await change_community(uow, community.id, under.stage.host, draft)

    assert await posts(under) == [("shown", "alliance")]
    undone = [
        one for one in await sent(under.federation.instance, "Undo") if one.body["actor"] == ours(community)
    ]
    assert len(undone) == 1
    assert PUBLIC in undone[0].body["to"]
    assert len(list(await sent(under.federation.instance, "Reject"))) == 1
    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Follow)) == 0


async def test_the_group_is_what_others_expect_of_one(under: Siege) -> None:
    """FEP-1b12, "The Group actor"; Mastodon asks WebFinger for the handle before it believes an actor."""
    community = await founded(under, "public")

    document = (await under.get(f"/communities/{community.id}")).json()
    descriptor = (
        await under.client.get(
            f"/.well-known/webfinger?resource=acct:{community.slug}@nordlicht.localhost:8001",
            headers={"Accept": ACTIVITY_JSON},
        )
    ).json()

    assert (document["type"], document["id"]) == ("Group", ours(community))
    assert document["preferredUsername"] == community.slug
    assert {key["controller"] for key in document["assertionMethod"]} == {ours(community)}
    assert document["publicKey"]["owner"] == ours(community)
    assert [link["href"] for link in descriptor["links"] if link["rel"] == "self"] == [ours(community)]
