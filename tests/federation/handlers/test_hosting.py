"""Invitations to hold a session together, and what others try with them (FEDERATION.md, "Holding together").

That an Invite of an Event itself asks people to come, and so is none of ours, is how ActivityPods writes it
(activitypods/activitypods, packages/events/README.md, "Invite to event").
"""

from typing import Any

import pytest
from sqlalchemy import select

from alliance.hosting import answer_hosting, ask_to_host, take_hosting_back
from alliance.models import CoHost, ExpertProfile, Person, Session
from alliance.news import ProfileNews
from alliance.personal_links import PERSONAL_LINK_PURPOSE
from alliance.visibility import shown_co_hosts, with_co_hosts
from federation.handlers import PROCESSED, ignored, refused
from federation.handlers.co_hosts import is_yes
from tests.alliance.stage import Stage
from tests.federation.announcements.outgoing import Sent, known_actor, sent
from tests.federation.handlers.arriving import OURS, THEIRS, Arriving, event
from tests.federation.handlers.timeline import page

MIRA = f"{THEIRS}/people/7"
EVIL = "https://evil.example"


async def mira(stage: Stage) -> Person:
    """An expert of Alpenwerk, with which we are allied."""
    await stage.ally()
    await known_actor(stage, MIRA)
    return await stage.person(MIRA, profile=ProfileNews())


async def invited(stage: Stage) -> tuple[Session, Sent]:
    """A session of ours that Mira is asked to hold, and what she was sent."""
    session, person = await stage.publish(), await mira(stage)
    async with stage.instance.unit_of_work() as uow:
        await ask_to_host(uow, session.id, person.id, stage.host)
    (invite,) = await sent(stage.instance, "Invite")
    return session, invite


async def shown(stage: Stage, session: Session) -> list[str]:
    async with stage.instance.reading() as db:
        found = await db.scalar(select(Session).where(Session.id == session.id).options(with_co_hosts()))
        assert found is not None
        return [person.name for person in shown_co_hosts(found)]


async def states(stage: Stage) -> list[str]:
    async with stage.instance.reading() as db:
        return list((await db.scalars(select(CoHost.state).order_by(CoHost.id))).all())


def bare(invite: Sent) -> dict[str, Any]:
    return {name: value for name, value in invite.body.items() if name != "@context"}


async def test_an_invitation_goes_to_one_person_and_names_who_holds_the_session(
    arriving: Arriving, stage: Stage
) -> None:
    session, invite = await invited(stage)

    assert (invite.actor, invite.is_public, len(invite.inboxes)) == ("company", False, 1)
    assert (invite.body["object"], invite.body["target"]) == (f"{page(session)}#organizers", MIRA)
    assert (invite.body["to"], invite.body.get("cc")) == ([MIRA], None)
    assert await shown(stage, session) == []


async def test_their_yes_makes_them_a_host_and_lets_them_in(arriving: Arriving, stage: Stage) -> None:
    session, invite = await invited(stage)

    assert await arriving.take(arriving.says("Accept", bare(invite), MIRA)) == PROCESSED

    assert await shown(stage, session) == ["Mira Hofer"]
    (add,) = [one for one in await sent(stage.instance, "Add") if one.body["object"] == MIRA]
    assert add.body["target"] == f"{page(session)}#organizers"
    assert add.body["result"]["url"].startswith(f"{OURS}/meet/")
    assert (add.body["to"], add.is_public, b"/meet/" in add.stored) == ([MIRA], False, False)
    update = (await sent(stage.instance, "Update"))[-1]
    assert [one["id"] for one in update.body["object"]["organizers"]["items"]][1:] == [MIRA]


@pytest.mark.parametrize("actor", [f"{THEIRS}/people/8", f"{THEIRS}/company", f"{EVIL}/people/7"])
@pytest.mark.parametrize("kind", ["Accept", "Reject"])
async def test_nobody_answers_for_somebody_else(
    arriving: Arriving, stage: Stage, kind: str, actor: str
) -> None:
    session, invite = await invited(stage)

    outcome = await arriving.take(arriving.says(kind, bare(invite), actor))

    assert outcome == refused("it was not asked of them")
    assert (await shown(stage, session), await states(stage)) == ([], ["asked"])


async def test_who_was_not_asked_can_say_yes_to_nothing(arriving: Arriving, stage: Stage) -> None:
    session = await stage.publish()
    await mira(stage)
    for invitation in (
        {"type": "Invite", "id": f"{OURS}/activities/1", "object": f"{page(session)}#organizers"},
        {"type": "Invite", "id": f"{THEIRS}/activities/1", "object": f"{page(session)}#organizers"},
    ):
        assert (await arriving.take(arriving.says("Accept", invitation, MIRA))).state == "ignored"
    assert (await shown(stage, session), await states(stage)) == ([], [])


async def test_a_yes_after_it_was_taken_back_counts_for_nothing(arriving: Arriving, stage: Stage) -> None:
    session, invite = await invited(stage)
    async with stage.instance.unit_of_work() as uow:
        person_id = await uow.db.scalar(select(Person.id).where(Person.uri == MIRA))
        await take_hosting_back(uow, session.id, person_id or 0, stage.host)
    (undo,) = await sent(stage.instance, "Undo")
    assert undo.body["object"]["id"] == invite.body["id"]

    outcome = await arriving.take(arriving.says("Accept", bare(invite), MIRA))

    assert outcome == ignored("nothing that was asked, or no longer")
    assert await shown(stage, session) == []


async def test_an_old_yes_said_again_after_a_no_counts_for_nothing(arriving: Arriving, stage: Stage) -> None:
    session, invite = await invited(stage)
    yes = arriving.says("Accept", bare(invite), MIRA)
    await arriving.take(yes)
    await arriving.take(arriving.says("Reject", bare(invite), MIRA))
    assert await shown(stage, session) == []

    for again in (yes, yes | {"id": f"{yes['id']}1"}):
        assert (await arriving.take(again)).state == "ignored"
    assert (await shown(stage, session), await states(stage)) == ([], ["no"])


async def test_undoing_ones_yes_is_a_no(arriving: Arriving, stage: Stage) -> None:
    session, invite = await invited(stage)
    yes = arriving.says("Accept", bare(invite), MIRA)
    await arriving.take(yes)
    forged = arriving.says("Undo", {**yes, "actor": f"{THEIRS}/people/8"}, f"{THEIRS}/people/8")
    assert (await arriving.take(forged)).state == "ignored"
    assert await shown(stage, session) == ["Mira Hofer"]

    assert await arriving.take(arriving.says("Undo", yes, MIRA)) == PROCESSED
    assert await shown(stage, session) == []


@pytest.mark.parametrize("state", ["paused", "left", "blocked"])
async def test_a_yes_of_who_is_no_ally_any_more_counts_for_nothing(
    arriving: Arriving, stage: Stage, state: str
) -> None:
    session, invite = await invited(stage)
    await stage.put(await stage.know(), state)

    assert (await arriving.take(arriving.says("Accept", bare(invite), MIRA))).state == "ignored"
    assert (await shown(stage, session), await states(stage)) == ([], ["asked"])


async def asked_by_them(arriving: Arriving, **changes: Any) -> dict[str, Any]:
    """An Invite of Alpenwerk to Jonas, whose profile it sees, into a session of its own that we know."""
    stage = arriving.stage
    company = await stage.ally()
    session = await stage.theirs(company, 11)
    async with stage.instance.unit_of_work() as uow:
        uow.db.add(
            ExpertProfile(
                person_id=stage.host.id, audience="alliance", published_at=uow.now, updated_at=uow.now
            )
        )
    target = f"{OURS}/people/{stage.host.id}"
    said = arriving.says("Invite", f"{session.uri}#organizers", target=target, to=[target])
    return said | changes


async def test_our_expert_is_asked_and_answers_by_name(arriving: Arriving, stage: Stage) -> None:
    invite = await asked_by_them(arriving)
    assert await arriving.take(invite) == PROCESSED
    assert await arriving.take(invite) == ignored("asked before")
    theirs = await arriving.stored(f"{THEIRS}/sessions/11")
    assert theirs is not None
    assert await shown(stage, theirs) == []

    async with stage.instance.unit_of_work() as uow:
        await answer_hosting(uow, theirs.id, stage.host.id, yes=True)

    (accept,) = await sent(stage.instance, "Accept")
    assert is_yes(accept.body, theirs.uri or "", f"{OURS}/people/{stage.host.id}")
    assert (accept.body["object"]["id"], accept.body["to"]) == (invite["id"], [f"{THEIRS}/company"])
    assert await shown(stage, theirs) == [stage.founded.employee.person.name]


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": f"{EVIL}/company"},
        {"actor": MIRA},
        {"object": f"{EVIL}/sessions/1#organizers"},
        {"object": f"{THEIRS}/sessions/11"},
        {"target": f"{OURS}/people/4711"},
        {"target": f"{OURS}/company"},
        {"target": MIRA},
        {"target": None},
    ],
)
async def test_nobody_else_and_nothing_else_asks_our_people(
    arriving: Arriving, stage: Stage, changes: dict[str, Any]
) -> None:
    invite = await asked_by_them(arriving, **changes)

    assert (await arriving.take(invite)).state in ("ignored", "refused")
    assert await states(stage) == []


async def test_a_company_that_is_no_ally_asks_nobody(arriving: Arriving, stage: Stage) -> None:
    invite = await asked_by_them(arriving)
    await stage.put(await stage.know(), "paused")

    assert await arriving.take(invite) == ignored("paused")
    assert await states(stage) == []


async def test_who_hides_their_profile_is_not_asked(arriving: Arriving, stage: Stage) -> None:
    invite = await asked_by_them(arriving)
    async with stage.instance.unit_of_work() as uow:
        (await uow.db.get_one(ExpertProfile, stage.host.id)).audience = "company"

    assert (await arriving.take(invite)).state == "ignored"
    assert await states(stage) == []


async def test_they_take_it_back_and_nobody_else_does(arriving: Arriving, stage: Stage) -> None:
    invite = await asked_by_them(arriving)
    await arriving.take(invite)
    for somebody in (MIRA, f"{EVIL}/company"):
        await arriving.take(arriving.says("Undo", {**invite, "actor": somebody}, somebody))
    assert await states(stage) == ["asked"]

    assert await arriving.take(arriving.says("Undo", invite)) == PROCESSED

    assert await states(stage) == ["over"]


@pytest.mark.parametrize(
    ("link", "kept"),
    [(f"{THEIRS}/meet/1-abc", f"{THEIRS}/meet/1-abc"), (f"{EVIL}/meet/1-abc", None), (None, None)],
)
async def test_only_who_said_yes_is_let_in_and_only_to_their_server(
    arriving: Arriving, stage: Stage, link: str | None, kept: str | None
) -> None:
    invite = await asked_by_them(arriving)
    await arriving.take(invite)
    result: dict[str, Any] = {"result": {"type": "Page", "url": link}} if link else {}
    add = arriving.says("Add", invite["target"], target=invite["object"], **result)
    assert (await arriving.take(add)).state == "ignored"
    theirs = await arriving.stored(f"{THEIRS}/sessions/11")
    assert theirs is not None
    async with stage.instance.unit_of_work() as uow:
        await answer_hosting(uow, theirs.id, stage.host.id, yes=True)

    assert await arriving.take(add) == PROCESSED

    async with stage.instance.reading() as db:
        sealed = await db.scalar(select(CoHost.personal_link))
    vault = stage.instance.vault
    assert (vault.open(sealed, PERSONAL_LINK_PURPOSE) if sealed else None) == kept


async def test_an_event_shows_nobody_of_another_company_whose_yes_is_not_there(
    arriving: Arriving, stage: Stage
) -> None:
    """Named without a yes, with one on the wrong server, and one of ours: none of them is believed."""
    await stage.ally()
    known = await stage.person("https://third.example/people/3", username="tom", name="Tom Third")
    told = event()
    told["organizers"] = {
        "type": "OrganizersCollection",
        "items": [
            {"type": "Person", "id": f"{THEIRS}/people/1", "name": "Their Host"},
            {"type": "Person", "id": known.uri, "name": "Tom Third"},
            {
                "type": "Person",
                "id": known.uri,
                "name": "Tom Third",
                "alliance:approvedBy": f"{THEIRS}/activities/5",
            },
            {"type": "Person", "id": f"{OURS}/people/{stage.host.id}", "name": "Somebody of yours"},
            {"type": "Person", "id": f"{THEIRS}/people/2", "name": "Their Other"},
        ],
    }

    assert await arriving.take(arriving.says("Create", told)) == PROCESSED

    stored = await arriving.stored(told["id"])
    assert stored is not None
    assert await shown(stage, stored) == ["Their Other"]


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Reject"},
        {"actor": f"{THEIRS}/people/8"},
        {"object": "https://elsewhere.example/activities/1"},
        {"object": {"type": "Join", "object": "SESSION", "target": MIRA}},
        {"object": {"type": "Invite", "object": "https://elsewhere.example/sessions/1", "target": MIRA}},
        {"object": {"type": "Invite", "object": "SESSION", "target": f"{THEIRS}/people/8"}},
        {"object": {"type": "Invite", "object": "SESSION"}},
    ],
)
def test_what_is_no_yes_to_this_session(changes: dict[str, Any]) -> None:
    session = "https://third.example/sessions/4"
    yes = {
        "type": "Accept",
        "actor": MIRA,
        "object": {"type": "Invite", "object": f"{session}#organizers", "target": MIRA},
    }
    assert is_yes(yes, session, MIRA)
    changed = {
        name: {**value, "object": value["object"].replace("SESSION", f"{session}#organizers")}
        if isinstance(value, dict)
        else value
        for name, value in changes.items()
    }

    assert not is_yes(yes | changed, session, MIRA)
