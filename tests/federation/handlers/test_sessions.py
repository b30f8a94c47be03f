"""Create, Update, Delete and Announce: allies speak about their own sessions, and about nobody else's."""

from datetime import timedelta
from typing import Any

import pytest

from federation.failures import FetchFailed
from federation.handlers import PROCESSED, ignored, refused
from federation.keys import generate_keys
from federation.uris import INSTANCE
from tests.alliance.stage import Stage
from tests.federation.handlers.arriving import THEIRS, Arriving, event
from tests.support.clock import FrozenClock

URI = f"{THEIRS}/sessions/977"
EVIL = "https://evil.example"


async def test_an_allys_session_is_taken_in(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()

    assert await arriving.take(arriving.says("Create", event())) == PROCESSED

    session = await arriving.stored(URI)
    assert session is not None
    assert (session.title, session.audience) == ("Intro to threat modelling", "alliance")
    assert session.description_html == "<p>Bring a system you <em>know</em>.</p>"


async def test_the_host_is_known_by_name_and_loses_no_profile_by_it(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    person = {"id": f"{THEIRS}/people/42", "type": "Person", "inbox": f"{THEIRS}/inbox", "name": "Dana Roe"}
    shown = {**person, "preferredUsername": "dana", "headline": "Finds threats", "visibleTo": "alliance"}
    assert await arriving.take(arriving.says("Update", shown, f"{THEIRS}/people/42")) == PROCESSED

    assert await arriving.take(arriving.says("Create", event())) == PROCESSED

    dana = await stage.person(f"{THEIRS}/people/42", username="dana", name="Dana Roe")
    session = await arriving.stored(URI)
    assert session is not None
    assert session.host_id == dana.id


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("paused", "paused"),
        ("left", "not allied"),
        ("blocked", "not allied"),
        ("invited", "not allied"),
        ("asking", "not allied"),
    ],
)
async def test_nothing_is_taken_from_others(
    arriving: Arriving, stage: Stage, state: str, reason: str
) -> None:
    await stage.put(await stage.ally(), state)

    assert await arriving.take(arriving.says("Create", event())) == ignored(reason)

    assert await arriving.stored(URI) is None


async def test_strangers_can_not_publish_here(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()

    outcome = await arriving.take(arriving.says("Create", event(origin=EVIL), f"{EVIL}/company"))

    assert outcome == ignored("not allied")


async def test_a_session_only_named_by_its_id_is_not_fetched_for_strangers(arriving: Arriving) -> None:
    assert await arriving.take(
        arriving.says("Create", "http://127.0.0.1/secret", f"{EVIL}/company")
    ) == ignored("not allied")


FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "another host's id": ({"id": f"{EVIL}/sessions/1"}, "the session is on another host"),
    "our own id": ({"id": "https://nordlicht.example/sessions/1"}, "the session is on another host"),
    "another author": ({"attributedTo": f"{EVIL}/company"}, "the session is somebody else's"),
    "another author of the same host": (
        {"attributedTo": f"{THEIRS}/people/1"},
        "the session is somebody else's",
    ),
    "several authors": (
        {"attributedTo": [f"{EVIL}/company", f"{THEIRS}/company"]},
        "the session is somebody else's",
    ),
    "a host with a suffix": ({"id": f"{THEIRS}.evil.example/sessions/1"}, "the session is on another host"),
    "a host with user info": (
        {"id": "https://alpenwerk.example@evil.example/1"},
        "the session is on another host",
    ),
}


@pytest.mark.parametrize("kind", ["Create", "Update"])
@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_session_is_refused(arriving: Arriving, stage: Stage, kind: str, forged: str) -> None:
    await stage.ally()
    changes, reason = FORGED[forged]

    assert await arriving.take(arriving.says(kind, event(**changes))) == refused(reason)

    assert await arriving.stored(str(changes.get("id", URI))) is None


async def test_an_ally_can_not_speak_about_another_allys_session(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    await stage.ally("linde.example")
    await arriving.take(arriving.says("Create", event()))
    linde = "https://linde.example/company"

    update = await arriving.take(arriving.says("Update", event(name="Stolen"), linde))
    delete = await arriving.take(arriving.says("Delete", URI, linde))

    assert (update.state, delete.state) == ("refused", "refused")
    session = await arriving.stored(URI)
    assert session is not None
    assert (session.title, session.withdrawn_at) == ("Intro to threat modelling", None)


async def test_another_actor_of_the_same_host_can_not_delete(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    await arriving.take(arriving.says("Create", event()))

    outcome = await arriving.take(arriving.says("Delete", URI, f"{THEIRS}/people/9"))

    assert outcome == refused("the session is somebody else's")
    session = await arriving.stored(URI)
    assert session is not None
    assert session.withdrawn_at is None


async def test_an_update_of_something_unknown_is_as_good_as_a_create(
    arriving: Arriving, stage: Stage
) -> None:
    await stage.ally()

    assert await arriving.take(arriving.says("Update", event())) == PROCESSED
    assert await arriving.stored(URI) is not None


async def test_what_is_older_is_passed_over(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    await arriving.take(arriving.says("Update", event(name="New", updated="2026-08-21T09:00:00Z")))

    outcome = await arriving.take(arriving.says("Update", event(name="Old", updated="2026-08-20T09:00:00Z")))

    assert outcome == ignored("something newer is known")
    session = await arriving.stored(URI)
    assert session is not None
    assert session.title == "New"


async def test_a_late_create_does_not_bring_back_what_was_deleted(
    arriving: Arriving, stage: Stage, clock: FrozenClock
) -> None:
    await stage.ally()
    clock.set(clock.now().replace(year=2026, month=8, day=22))
    grave = {"id": URI, "type": "Tombstone", "deleted": "2026-08-21T09:00:00Z"}
    assert await arriving.take(arriving.says("Delete", grave)) == PROCESSED

    outcome = await arriving.take(arriving.says("Create", event()))

    assert outcome == ignored("deleted before")
    assert await arriving.stored(URI) is None


async def test_a_session_that_is_published_anew_after_a_delete_comes_back(
    arriving: Arriving, stage: Stage, clock: FrozenClock
) -> None:
    await stage.ally()
    clock.set(clock.now().replace(year=2026, month=8, day=22))
    await arriving.take(arriving.says("Create", event()))
    grave = {"id": URI, "type": "Tombstone", "deleted": "2026-08-21T09:00:00Z"}
    await arriving.take(arriving.says("Delete", grave))
    gone = await arriving.stored(URI)

    outcome = await arriving.take(arriving.says("Create", event(updated="2026-08-21T10:00:00Z")))

    session = await arriving.stored(URI)
    assert outcome == PROCESSED
    assert gone is not None
    assert gone.withdrawn_at is not None
    assert session is not None
    assert session.withdrawn_at is None


async def test_a_delete_from_the_future_does_not_lock_a_session_out(
    arriving: Arriving, stage: Stage, clock: FrozenClock
) -> None:
    await stage.ally()
    await arriving.take(arriving.says("Delete", {"id": URI, "deleted": "2999-01-01T00:00:00Z"}))
    later = clock.now() + timedelta(hours=1)

    outcome = await arriving.take(arriving.says("Create", event(updated=later.isoformat())))

    assert outcome == PROCESSED


async def test_a_delete_of_something_unknown_by_a_stranger_leaves_nothing(arriving: Arriving) -> None:
    outcome = await arriving.take(arriving.says("Delete", f"{EVIL}/notes/1", f"{EVIL}/users/x"))

    assert outcome == ignored("unknown")


async def test_a_delete_on_another_host_is_refused(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    await arriving.take(arriving.says("Create", event()))

    outcome = await arriving.take(arriving.says("Delete", URI, f"{EVIL}/company"))

    assert outcome == refused("not on the sender's host")


async def test_a_withdrawal_during_a_pause_is_heard(arriving: Arriving, stage: Stage) -> None:
    company = await stage.ally()
    await arriving.take(arriving.says("Create", event()))
    await stage.put(company, "paused")

    assert await arriving.take(arriving.says("Delete", URI)) == PROCESSED

    session = await arriving.stored(URI)
    assert session is not None
    assert session.withdrawn_at is not None


async def test_notes_about_nothing_of_ours_are_not_kept(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    note = {"id": f"{THEIRS}/notes/1", "type": "Note", "attributedTo": f"{THEIRS}/company", "content": "Hi"}

    assert await arriving.take(arriving.says("Create", note)) == ignored("about no session of ours")
    assert await arriving.take(arriving.says("Update", note)) == ignored("about no session of ours")


async def test_an_announce_is_believed_only_about_where_to_look(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()

    stranger = await arriving.take(arriving.says("Announce", event(), f"{EVIL}/actor"))
    ours = await arriving.take(
        arriving.says("Announce", "https://nordlicht.example/sessions/1", f"{THEIRS}/actor")
    )
    async with stage.instance.unit_of_work() as uow:
        await generate_keys(uow, INSTANCE)
    with pytest.raises(FetchFailed):
        await arriving.take(arriving.says("Announce", event(), f"{THEIRS}/actor"))

    assert (stranger, ours) == (ignored("not allied"), ignored("no session that they may see"))
    assert await arriving.stored(URI) is None


async def test_markup_of_others_is_cleaned(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    bad = '<p onclick="x()">Hi<script>alert(1)</script><img src=x onerror=y><a href="javascript:z">!</a></p>'

    await arriving.take(arriving.says("Create", event(summary="", content=bad, name="<b>Bold</b> &amp; co")))

    session = await arriving.stored(URI)
    assert session is not None
    for danger in ("script", "onclick", "onerror", "javascript", "<img"):
        assert danger not in session.description_html


@pytest.mark.parametrize(
    "kind", ["Create", "Update", "Delete", "Announce", "Join", "Leave", "Undo", "Accept"]
)
@pytest.mark.parametrize(
    "about", [None, "", 7, [], {}, {"id": 5}, {"id": None}, "javascript:alert(1)", ["a", "b"], "x" * 9000]
)
async def test_an_object_that_is_none_is_refused(arriving: Arriving, kind: str, about: Any) -> None:
    outcome = await arriving.take(arriving.says(kind, about))

    assert outcome == refused("object is not an address")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": None, "nameMap": None},
        {"name": "", "nameMap": {}},
        {"startTime": None},
        {"startTime": "tomorrow"},
        {"startTime": 5},
        {"startTime": "0001-01-01T00:00:00Z"},
        {"tag": [{}] * 5000},
        {"type": None},
        {"type": []},
    ],
)
async def test_a_session_that_makes_no_sense_is_refused(
    arriving: Arriving, stage: Stage, changes: dict[str, Any]
) -> None:
    await stage.ally()

    outcome = await arriving.take(arriving.says("Create", event(**changes)))

    assert outcome.state in ("refused", "ignored")
    assert await arriving.stored(URI) is None
