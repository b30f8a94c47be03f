"""Who may say what about an event of a source: its author; everybody else only points at its own server."""

from typing import Any

import pytest
from sqlalchemy import select

from alliance.commenting import say
from alliance.errors import Conflict
from alliance.models import Session
from alliance.reacting import show_interest
from federation.handlers.external import MOST_FETCHES
from federation.reading_sources import read_sources
from tests.federation.sources.library import Library
from tests.hostile.siege import OURS, company_of
from tests.support.clock import FrozenClock

LATER = "2026-03-16T09:00:00Z"


async def test_the_group_creates_changes_and_deletes(library: Library, clock: FrozenClock) -> None:
    await library.followed()

    await library.says("Create", library.event())
    assert await library.titles() == ["Bindings 1"]
    clock.advance(hours=1)
    await library.says("Update", library.event(name="Bindings and covers"))
    assert await library.titles() == ["Bindings and covers"]
    del library.server.asked[:]
    verdict = await library.says("Delete", {"id": library.event()["id"], "type": "Tombstone"})

    assert verdict.state == "processed"
    assert await library.titles() == []
    assert library.server.asked == []


async def test_a_member_that_creates_for_the_group_is_a_hint(library: Library) -> None:
    """Mobilizon 5.1 (converter/event.ex): the actor is the person, attributedTo the group."""
    await library.followed()
    library.serves(library.event(name="As its server has it"))

    verdict = await library.says("Create", library.event(name="As Eva says"), "/@eva")

    assert verdict.state == "processed"
    assert await library.titles() == ["As its server has it"]


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
async def test_nobody_else_is_believed(library: Library, kind: str) -> None:
    await library.followed()
    await library.says("Create", library.event())
    library.serves(library.event())

    await library.says(kind, library.event(name="Hijacked", updated=LATER), "/@chess")

    assert await library.titles() == ["Bindings 1"]


async def test_a_member_deletes_what_is_gone_there(library: Library) -> None:
    await library.followed()
    await library.says("Create", library.event())
    library.serves(410, "/events/1")

    verdict = await library.says("Delete", library.event()["id"], "/@eva")

    assert verdict.state == "processed"
    assert await library.titles() == []


async def test_a_member_does_not_delete_what_is_still_there(library: Library) -> None:
    await library.followed()
    await library.says("Create", library.event())
    library.serves(library.event())

    verdict = await library.says("Delete", library.event()["id"], "/@eva")

    assert (verdict.state, verdict.reason) == ("refused", "the session is somebody else's")
    assert await library.titles() == ["Bindings 1"]


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete", "Announce"])
@pytest.mark.parametrize("who", ["b", "c"])
async def test_other_servers_have_no_say(library: Library, who: str, kind: str) -> None:
    await library.followed()
    await library.says("Create", library.event())
    other: Any = getattr(library.under, who)
    event = library.event(name="Hijacked", updated=LATER)

    async with library.under.unchanged():
        verdict = await library.under.attack(
            other, library.under.says(other, kind, event["id"] if kind == "Announce" else event)
        )

    assert verdict.state in ("ignored", "refused")


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "{b}/sessions/1"},
        {"id": f"{OURS}/sessions/1"},
        {"attributedTo": "{b}/company"},
        {"attributedTo": f"{OURS}/company"},
        {"id": "{x}.evil.example/1"},
        {"to": ["{x}/@library/followers"], "cc": []},
        {"name": ""},
        {"name": "<b></b>"},
        {"startTime": "tomorrow"},
        {"startTime": "2099-01-01T00:00:00Z", "endTime": None},
        {"startTime": "2025-01-01T00:00:00Z", "endTime": None},
        {"type": "Note"},
    ],
)
@pytest.mark.parametrize("kind", ["Create", "Update"])
async def test_what_the_group_itself_may_not_say(
    library: Library, kind: str, changes: dict[str, Any]
) -> None:
    await library.followed()
    under = library.under
    event = library.event(**changes)
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = value.replace("{b}", under.b.origin).replace("{x}", under.x.origin)

    await library.says(kind, event)

    assert await library.titles() == []
    async with under.federation.instance.reading() as db:
        assert (await db.scalars(select(Session.id).where(Session.uri.is_not(None)))).all() == []


async def test_the_author_never_changes(library: Library) -> None:
    await library.followed()
    await library.says("Create", library.event())
    stolen = library.event(name="Hijacked", attributedTo=f"{library.server.origin}/@chess", updated=LATER)
    library.serves(stolen)

    verdict = await library.says("Update", stolen, "/@chess")

    assert (verdict.state, await library.titles()) == ("refused", ["Bindings 1"])


async def test_an_announced_event_is_fetched_and_the_copy_is_not_believed(library: Library) -> None:
    await library.followed()
    library.serves(library.event(name="As its server has it"))

    verdict = await library.says("Announce", library.event(name="Copy"))

    assert verdict.state == "processed"
    assert await library.titles() == ["As its server has it"]


async def test_an_announced_activity_leads_to_its_event(library: Library) -> None:
    """WordPress ActivityPub 7: the blog announces the Create of one of its authors."""
    await library.followed()
    author = f"{library.server.origin}/@eva"
    event = library.event(attributedTo=author)
    library.serves(event)
    said = {
        "type": "Create",
        "id": f"{event['id']}#create",
        "actor": author,
        "object": {**event, "name": "Copy"},
    }

    verdict = await library.says("Announce", said)

    assert verdict.state == "processed"
    assert await library.titles() == ["Bindings 1"]


async def test_only_the_source_itself_announces(library: Library) -> None:
    await library.followed()
    library.serves(library.event())
    del library.server.asked[:]

    verdict = await library.says("Announce", library.event()["id"], "/@chess")

    assert verdict.state == "ignored"
    assert "/events/1" not in library.server.asked


@pytest.mark.parametrize("target", ["{b}/sessions/1", f"{OURS}/sessions/1", "http://169.254.169.254/latest"])
async def test_nothing_is_fetched_from_elsewhere(library: Library, target: str) -> None:
    await library.followed()
    under = library.under
    for server in (under.b, under.x):
        del server.asked[:]

    verdict = await library.says("Announce", target.replace("{b}", under.b.origin))

    assert verdict.state in ("refused", "ignored")
    assert (under.b.asked, under.x.asked) == ([], [])


async def test_an_announced_event_of_a_stranger_is_refused(library: Library) -> None:
    await library.followed()
    library.serves(library.event(attributedTo=company_of(library.under.b)))

    verdict = await library.says("Announce", library.event()["id"])

    assert (verdict.state, verdict.reason) == ("refused", "the author is on another host than the session")


async def test_an_announced_document_that_calls_itself_otherwise_is_refused(library: Library) -> None:
    await library.followed()
    library.serves(library.event(2), "/events/1")

    await library.says("Announce", library.event(1)["id"])

    assert await library.titles() == []


async def test_one_activity_causes_few_requests(library: Library) -> None:
    await library.followed()
    library.serves(401, "/events/1")
    del library.server.asked[:]

    await library.says("Announce", library.event()["id"])

    assert 0 < len(library.server.asked) <= MOST_FETCHES


async def test_what_was_deleted_is_not_brought_back_by_what_was_overtaken(
    library: Library, clock: FrozenClock
) -> None:
    await library.followed()
    event = library.event()
    await library.says("Create", event)
    clock.advance(minutes=5)
    await library.says("Delete", event["id"])

    verdict = await library.says("Update", {**event, "name": "Overtaken"})

    assert (verdict.state, verdict.reason) == ("ignored", "deleted before")
    assert await library.titles() == []


async def test_what_is_older_changes_nothing(library: Library) -> None:
    await library.followed()
    await library.says("Create", library.event())

    verdict = await library.says("Update", library.event(name="Older", updated="2026-03-01T00:00:00Z"))

    assert (verdict.reason, await library.titles()) == ("older", ["Bindings 1"])


async def test_what_is_no_longer_public_goes(library: Library, clock: FrozenClock) -> None:
    await library.followed()
    await library.says("Create", library.event())
    clock.advance(minutes=1)

    verdict = await library.says("Update", library.event(to=[f"{library.uri}/followers"], cc=[]))

    assert (verdict.reason, await library.titles()) == ("not for everybody", [])


async def test_it_is_kept_without_host_places_and_markup(library: Library) -> None:
    await library.followed()

    await library.says(
        "Create",
        library.event(
            name="Paper &#8211; <b>folded</b>",
            content="<p onclick='x()'>Join <a href='javascript:x()'>here</a><script>x()</script></p>",
            organizers=[{"id": f"{library.server.origin}/@eva", "name": "Eva"}],
            externalParticipationUrl="https://zoom.example/j/1",
            url="https://elsewhere.example/phish",
            participantCount=900,
        ),
    )

    (session,) = await library.held()
    assert session.title == "Paper – folded"
    assert session.description_html == '<p>Join <a rel="nofollow noopener noreferrer ugc">here</a></p>'
    assert (session.audience, session.join_mode, session.host_id) == ("company", "external", None)
    assert (session.capacity, session.going_count, session.meeting_link) == (None, 0, None)
    assert session.url == library.event()["id"]


async def test_an_event_that_two_sources_list_stays_with_the_first(library: Library) -> None:
    """Mobilizon announces an event by its group and by its instance."""
    await library.followed()
    await library.says("Create", library.event())
    relay = Library(library.under, account="/relay")
    library.serves(library.event(name="As its server has it", updated=LATER))
    relay.lists(library.event()["id"])

    await relay.followed()
    verdict = await relay.says("Announce", library.event()["id"])

    assert (verdict.state, verdict.reason) == ("ignored", "listed by another source")
    assert await library.titles() == ["Bindings 1"]


async def test_interest_stays_here(library: Library) -> None:
    await library.followed()
    await library.says("Create", library.event())
    (session,) = await library.held()
    before = list(await library.sent())

    async with library.under.federation.instance.unit_of_work() as uow:
        await show_interest(uow, session.id, library.under.stage.host)
    async with library.under.federation.instance.unit_of_work() as uow:
        with pytest.raises(Conflict):
            await say(uow, session.id, library.under.stage.host, "Who comes along?")

    assert list(await library.sent()) == before


async def test_names_follow_their_server(library: Library) -> None:
    await library.subscribe()
    library.server.documents["/@library"]["name"] = "Bibliothek am Wall"
    await library.accept()
    await read_sources(library.under.federation)
    await library.says("Create", library.event())

    async with await library.under.browser(library.under.stage.host) as browser:
        assert "Bibliothek am Wall" in (await browser.get(f"{OURS}/")).text
