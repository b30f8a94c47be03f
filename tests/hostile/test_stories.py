"""What people tell travels to those for whom it is, and nobody tells in somebody else's name."""

from typing import Any

import pytest
from sqlalchemy import select

from alliance.domain_policies import treat_domain
from alliance.errors import NotFound
from alliance.models import Person, Story
from alliance.moderating import block_person, hide_story, show_story
from alliance.queries.stories import story_to_read
from alliance.telling import Telling, change_story, take_back_story, tell_story
from alliance.visibility import STRANGER, Viewer, employee_viewer
from tests.federation.announcements.outgoing import sent
from tests.hostile.siege import OURS, Siege, Verdict, company_of
from tests.hostile.talking import PUBLIC, person_of
from tests.partner import Partner

WORDS = "Quarzglas polieren"


def story(by: Partner, number: int = 1, **changes: Any) -> dict[str, Any]:
    """What somebody there tells the allies of their company."""
    given: dict[str, Any] = {
        "id": f"{by.origin}/stories/{number}-token",
        "type": "Note",
        "attributedTo": person_of(by),
        "to": [f"{by.origin}/partners"],
        "cc": [],
        "content": f"<p>{WORDS}</p>",
        "published": "2026-03-16T07:00:00Z",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not None}


async def told(under: Siege, by: Partner, kind: str = "Create", **changes: Any) -> Verdict:
    """Lets the first of the people there tell it."""
    return await under.attack(by, under.says(by, kind, story(by, **changes), person_of(by)))


async def stories(under: Siege) -> list[Story]:
    """Every story, in order."""
    async with under.federation.instance.reading() as db:
        return list(await db.scalars(select(Story).order_by(Story.id)))


async def reads(under: Siege, viewer: Viewer, story_id: int) -> bool:
    """Whether this viewer may read it."""
    async with under.federation.instance.reading() as db:
        try:
            await story_to_read(db, viewer, story_id)
        except NotFound:
            return False
    return True


async def ours(under: Siege, audience: str, **more: Any) -> Story:
    """Jonas tells something."""
    async with under.federation.instance.unit_of_work() as uow:
        return await tell_story(uow, under.stage.host, Telling(text=WORDS, audience=audience, **more))


async def test_an_ally_tells_and_colleagues_read_it(under: Siege) -> None:
    verdict = await told(under, under.b)

    (found,) = await stories(under)
    assert verdict == Verdict(202, "processed")
    assert (found.audience, found.state, found.html) == ("alliance", "shown", f"<p>{WORDS}</p>")
    assert await reads(under, employee_viewer(under.stage.host.id), found.id)
    assert not await reads(under, STRANGER, found.id)


@pytest.mark.parametrize(
    ("to", "cc", "expected"),
    [
        ([PUBLIC], ["followers"], ("public", False)),
        (["followers"], [PUBLIC], ("public", True)),
        (["partners"], [], ("alliance", False)),
    ],
)
async def test_the_address_tells_the_audience(
    under: Siege, to: list[str], cc: list[str], expected: tuple[str, bool]
) -> None:
    places = {"followers": f"{person_of(under.b)}/followers", "partners": f"{under.b.origin}/partners"}

    await told(under, under.b, to=[places.get(x, x) for x in to], cc=[places.get(x, x) for x in cc])

    (found,) = await stories(under)
    assert (found.audience, found.is_quiet) == expected


SOMEBODY = "http://somebody.example/people/1"


@pytest.mark.parametrize(
    "changes",
    [
        {"to": [f"{OURS}/people/1"]},
        {"to": ["followers"]},
        {"to": []},
        {"to": [f"{OURS}/partners"]},
        {"content": ""},
        {"content": "<p>" + "Quarzglas " * 3000 + "</p>"},
        {"inReplyTo": SOMEBODY},
        {"inReplyTo": f"{OURS}/stories/1-nothing"},
        {"attributedTo": SOMEBODY},
        {"id": f"{OURS}/stories/5-token"},
        {"id": "http://somebody.example/stories/1-token"},
    ],
    ids=str,
)
async def test_what_is_not_for_us_or_not_theirs_leaves_nothing(under: Siege, changes: dict[str, Any]) -> None:
    async with under.unchanged():
        verdict = await told(under, under.b, **changes)

    assert verdict.state in ("ignored", "refused"), verdict


async def test_a_neighbour_can_tell_nothing_in_their_name(under: Siege) -> None:
    forged = under.says(under.b, "Create", story(under.b), person_of(under.b, 8))

    async with under.unchanged():
        verdict = await under.attack(under.b, forged)

    assert verdict.state == "refused"


@pytest.mark.parametrize("state", ["paused", "left", "blocked", "asking", "stranger"])
async def test_whoever_is_no_ally_tells_us_nothing(under: Siege, state: str) -> None:
    by = under.x if state == "stranger" else under.b
    if by is under.b:
        await under.put(by, state)

    async with under.unchanged():
        verdict = await told(under, by, to=[PUBLIC, f"{by.origin}/partners"])

    assert verdict.state in ("ignored", "refused", "")


async def test_a_company_tells_no_stories(under: Siege) -> None:
    actor = company_of(under.b)
    note = story(under.b, attributedTo=actor)

    async with under.unchanged():
        verdict = await under.attack(under.b, under.says(under.b, "Create", note, actor))

    assert verdict == Verdict(202, "ignored", "about no session of ours")


async def test_an_update_changes_words_never_author_nor_a_wider_audience(under: Siege) -> None:
    await told(under, under.b)
    wider = {"to": [PUBLIC], "content": "<p>Neu</p>", "updated": "2026-03-16T07:30:00Z"}

    assert (await told(under, under.b, "Update", **wider)).state == "processed"
    (found,) = await stories(under)
    assert (found.audience, found.html, found.edits) == ("alliance", "<p>Neu</p>", 1)

    other = under.says(under.b, "Update", story(under.b, content="<p>Falsch</p>"), person_of(under.b, 8))
    assert (await under.attack(under.b, other)).state == "refused"
    theft = story(under.b) | wider | {"attributedTo": person_of(under.b, 8), "content": "<p>Falsch</p>"}
    stolen = under.says(under.b, "Update", theft, person_of(under.b, 8))
    assert (await under.attack(under.b, stolen)).state == "refused"
    (found,) = await stories(under)
    assert found.html == "<p>Neu</p>"


async def test_an_older_update_and_a_create_again_change_nothing(under: Siege) -> None:
    await told(under, under.b, updated="2026-03-16T07:30:00Z")

    async with under.unchanged():
        await told(under, under.b, "Update", content="<p>Old</p>", updated="2026-03-16T07:10:00Z")
        await told(under, under.b)

    assert len(await stories(under)) == 1


async def test_an_update_that_is_no_longer_for_us_takes_it_away(under: Siege) -> None:
    await told(under, under.b)

    await told(under, under.b, "Update", to=[f"{person_of(under.b)}/followers"])

    (found,) = await stories(under)
    assert (found.state, found.html) == ("deleted", "")


async def test_only_its_author_deletes_it_and_it_stays_gone(under: Siege) -> None:
    await told(under, under.b)
    (found,) = await stories(under)
    gone = {"id": found.uri, "type": "Tombstone"}

    forged = await under.attack(under.b, under.says(under.b, "Delete", gone, person_of(under.b, 8)))
    assert forged == Verdict(202, "refused", "somebody else wrote it")
    assert (await under.attack(under.b, under.says(under.b, "Delete", gone, person_of(under.b)))).state == (
        "processed"
    )
    await told(under, under.b)
    await told(under, under.b, "Update", updated="2026-03-16T07:59:00Z")

    assert [(one.state, one.html) for one in await stories(under)] == [("deleted", "")]


async def test_a_delete_that_overtook_its_create_is_remembered(under: Siege) -> None:
    await told(under, under.b, number=9)  # the author is known
    gone = {"id": f"{under.b.origin}/stories/1-token", "type": "Tombstone"}
    await under.attack(under.b, under.says(under.b, "Delete", gone, person_of(under.b)))

    assert await told(under, under.b) == Verdict(202, "ignored", "deleted already")


async def test_a_note_that_answers_a_session_stays_a_comment(under: Siege) -> None:
    session = await under.stage.publish(audience="public")

    verdict = await told(under, under.b, inReplyTo=f"{OURS}/sessions/{session.id}", to=[PUBLIC])

    assert verdict == Verdict(202, "processed")
    assert await stories(under) == []


async def test_a_story_names_a_session_only_if_that_is_no_secret(under: Siege) -> None:
    secret = await under.stage.publish(audience="company", title="Secret")
    known = await under.stage.publish(audience="alliance", title="Known")
    link = {"type": "Link", "mediaType": "application/activity+json"}

    await told(under, under.b, tag=[{**link, "href": f"{OURS}/sessions/{secret.id}"}])
    await told(under, under.b, number=2, tag=[{**link, "href": f"{OURS}/sessions/{known.id}"}])

    assert [one.session_id for one in await stories(under)] == [None, known.id]


async def test_markup_of_strangers_is_cleaned(under: Siege) -> None:
    evil = '<p onclick="x()">Hi<script>alert(1)</script><img src=x onerror=y> <a class="mention evil" '
    evil += 'href="javascript:1">@x</a></p>'

    await told(under, under.b, content=evil)

    (found,) = await stories(under)
    assert "script" not in found.html
    assert "onclick" not in found.html
    assert "<img" not in found.html
    assert "evil" not in found.html


async def test_what_moderators_hide_is_nobodys_until_they_show_it_again(under: Siege) -> None:
    await told(under, under.b)
    (found,) = await stories(under)
    colleague = employee_viewer(under.stage.host.id)

    async with under.federation.instance.unit_of_work() as uow:
        await hide_story(uow, found.id, under.stage.admin, "Advertising")
    assert not await reads(under, colleague, found.id)

    async with under.federation.instance.unit_of_work() as uow:
        await show_story(uow, found.id, under.stage.admin)
    assert await reads(under, colleague, found.id)


@pytest.mark.parametrize("how", ["blocked", "suspended", "left", "silenced"])
async def test_what_comes_from_whom_we_shut_out_is_nobodys(under: Siege, how: str) -> None:
    await told(under, under.b, to=[PUBLIC])
    (found,) = await stories(under)
    assert await reads(under, STRANGER, found.id)

    async with under.federation.instance.unit_of_work() as uow:
        author = await uow.db.get_one(Person, found.author_id)
        if how == "blocked":
            await block_person(uow, author, under.stage.admin)
        elif how != "left":
            severity = "suspend" if how == "suspended" else "silence"
            await treat_domain(uow, under.b.authority, severity)
    if how == "left":
        await under.put(under.b, "left")

    assert not await reads(under, STRANGER, found.id)
    assert await reads(under, employee_viewer(under.stage.host.id), found.id) == (how == "silenced")


@pytest.mark.parametrize("audience", ["company", "alliance", "public"])
async def test_our_story_leaves_for_its_audience_alone(under: Siege, audience: str) -> None:
    found = await ours(under, audience)

    activities = await sent(under.federation.instance, "Create")
    expected = {"company": [], "alliance": [f"{under.b.origin}/inbox", f"{under.c.origin}/inbox"]}
    expected["public"] = expected["alliance"]
    assert [inbox for one in activities for inbox in one.inboxes] == sorted(expected[audience])
    assert (PUBLIC in str([one.body for one in activities])) == (audience == "public")
    path = f"/stories/{found.id}-{found.token}"
    statuses = [(await under.get(path, by)).status_code for by in (None, under.x, under.b)]
    assert (
        statuses
        == {
            "company": [404, 404, 404],
            "alliance": [404, 404, 200],
            "public": [200, 200, 200],
        }[audience]
    )


DOORS = (
    "/stories/{key}", "/stories/{id}", "/activities/{activity}", "/people/{host}", "/people/{host}/outbox",
    "/people/{host}/outbox?page=true", "/@jonas.brandt", "/sessions/{session}", "/", "/sessions", "/experts",
    "/stories/{id}-AAAAAAAAAAAAAAAA", "/stories/{id}/delete", "/stories/{id}/hide", "/report?story={id}",
    "/search?q=quarzglas", "/feed.json", "/media/{picture}",
)  # fmt: skip


@pytest.mark.parametrize("audience", ["company", "alliance"])
@pytest.mark.parametrize("who", ["nobody", "x", "b/people/7", "paused", "left"])
async def test_no_door_shows_a_story_to_whom_it_is_not_for(under: Siege, audience: str, who: str) -> None:
    session = await under.stage.publish(audience="public")
    found = await ours(under, audience, session_id=session.id)
    if who in ("paused", "left"):
        await under.put(under.b, who)
    creates = await sent(under.federation.instance, "Create")
    created = [one for one in creates if "/stories/" in one.object_uri]
    number = int(created[0].body["id"].rsplit("/", 1)[1]) if created else 1
    by = {"nobody": None, "x": under.x}.get(who, under.b)
    actor = person_of(under.b) if who == "b/people/7" else None
    numbers = {
        "key": f"{found.id}-{found.token}", "id": found.id, "activity": number,
        "host": under.stage.host.id, "session": session.id, "picture": "A" * 22 + ".jpg",
    }  # fmt: skip

    for door in DOORS:
        address = door.format(**numbers)
        document = await under.get(address, by, actor)
        page = await under.client.get(address, headers={"Accept": "text/html"})
        assert WORDS not in document.text, address
        assert WORDS not in page.text, address
        if "outbox" in address and document.status_code == 200:
            assert document.json().get("totalItems", 0) == 0


async def test_our_story_is_changed_and_taken_back_wherever_it_was_told(under: Siege) -> None:
    found = await ours(under, "alliance")
    async with under.federation.instance.unit_of_work() as uow:
        await change_story(uow, found.id, under.stage.host, Telling(text="Anders"))
    path = f"/stories/{found.id}-{found.token}"
    assert (await under.get(path, under.b)).json()["content"] == "<p>Anders</p>"

    async with under.federation.instance.unit_of_work() as uow:
        await take_back_story(uow, found.id, under.stage.host)

    kinds = [(one.type, len(one.inboxes)) for one in await sent(under.federation.instance)
             if "/stories/" in one.object_uri]  # fmt: skip
    assert kinds == [("Create", 2), ("Update", 2), ("Delete", 2)]
    gone = await under.get(path, under.b)
    assert (gone.status_code, gone.json()["type"]) == (410, "Tombstone")
    assert (await under.get(path)).status_code == 404
    outbox = await under.get(f"/people/{under.stage.host.id}/outbox", under.b)
    assert outbox.json()["totalItems"] == 0


async def test_who_tells_is_known_by_name_to_those_for_whom_it_is(under: Siege) -> None:
    author = f"/people/{under.stage.host.id}"
    assert "name" not in (await under.get(author, under.b)).json()

    await ours(under, "alliance")

    assert (await under.get(author, under.b)).json()["name"] == "Jonas Brandt"
    assert "name" not in (await under.get(author)).json()
    outbox = await under.get(f"{author}/outbox?page=true", under.b)
    assert [one["object"]["content"] for one in outbox.json()["orderedItems"]] == [f"<p>{WORDS}</p>"]


async def test_an_ally_answers_our_story_and_we_see_it(under: Siege) -> None:
    found = await ours(under, "alliance")

    verdict = await told(
        under, under.b, inReplyTo=f"{OURS}/stories/{found.id}-{found.token}", content="<p>Wie?</p>"
    )

    assert verdict == Verdict(202, "processed")
    _, answer = await stories(under)
    assert answer.parent_id == found.id


async def test_too_many_stories_are_refused(under: Siege) -> None:
    states = [(await told(under, under.b, number=number)).state for number in range(1, 103)]

    assert states == ["processed"] * 100 + ["refused"] * 2
