"""Who sees what: every audience, state and partner with every viewer, and all of it is there to leak."""

from collections.abc import Awaitable
from dataclasses import dataclass
from itertools import product

import pytest
from sqlalchemy import select

from alliance.errors import AllianceError
from alliance.models import AUDIENCES, SESSION_STATES, Company, Employee, ExpertProfile, Person, Session
from alliance.models.company import PARTNER_STATES
from alliance.news import ProfileNews
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.publishing import publish_session
from alliance.queries import people, sessions
from alliance.receiving import receive_session
from alliance.visibility import (
    STRANGER,
    Viewer,
    employee_viewer,
    may_see_attendees,
    partner_viewer,
    shown_host,
    visible_sessions,
)
from tests.alliance.stage import Stage, draft, session_news
from tests.support.clock import MONDAY


@dataclass
class World:
    """One ally, one company in the state under test, and one of everything that could leak."""

    stage: Stage
    ally: Company
    other: Company
    """The company in the state under test."""
    colleague: Employee

    def viewers(self) -> dict[str, Viewer]:
        return {
            "host": employee_viewer(self.stage.host.id),
            "colleague": employee_viewer(self.colleague.id),
            "stranger": STRANGER,
            "ally": partner_viewer(self.ally.id),
            "other": partner_viewer(self.other.id),
            "unknown": partner_viewer(None),
            "unheard of": partner_viewer(4711),
        }


async def world(stage: Stage, state: str) -> World:
    """Titles tell what a session is: `ours company scheduled`, `ally public cancelled`, `other ...`."""
    ally, other = await stage.ally(), await stage.ally("hansewerft.example")
    async with stage.instance.unit_of_work() as uow:
        for audience in AUDIENCES:
            for status in SESSION_STATES:
                title = f"ours {audience} {status}"
                ours = await publish_session(uow, stage.host.id, draft(title=title, audience=audience))
                ours.status = status
            title = f"ours {audience} withdrawn"
            gone = await publish_session(uow, stage.host.id, draft(title=title, audience=audience))
            gone.withdrawn_at = uow.now
        for name, company in (("ally", ally), ("other", other)):
            for number, (audience, status) in enumerate(product(AUDIENCES, ("scheduled", "cancelled"))):
                news = session_news(company, number, title=f"{name} {audience} {status}", status=status)
                theirs = await receive_session(uow, company.id, news)
                assert theirs is not None
                # Nobody sends what is for their own company alone; it must stay hidden all the same.
                theirs.audience = audience
    await stage.put(other, state)
    return World(stage, ally, other, await stage.colleague())


def expected(viewer: str, state: str) -> set[str]:
    """The titles that this viewer may see while the other company is in `state`."""
    shown = [status for status in SESSION_STATES if status != "draft"]
    allied_too = ["ally"] + ["other"] * (state == "allied")
    if viewer in ("host", "colleague"):
        seen = {f"ours {audience} {status}" for audience in AUDIENCES for status in shown}
        seen |= {
            f"{name} {a} {s}"
            for name in allied_too
            for a in AUDIENCES[1:]
            for s in ("scheduled", "cancelled")
        }
        drafts = {f"ours {audience} draft" for audience in AUDIENCES}
        return seen | (drafts if viewer == "host" else set())
    public = {f"ours public {status}" for status in shown}
    if viewer == "stranger":
        return public | {f"{name} public {s}" for name in allied_too for s in ("scheduled", "cancelled")}
    if viewer == "ally" or (viewer == "other" and state == "allied"):
        return public | {f"ours alliance {status}" for status in shown}
    return public


@pytest.mark.parametrize("state", PARTNER_STATES)
async def test_everybody_sees_exactly_what_they_may(stage: Stage, state: str) -> None:
    made = await world(stage, state)

    for name, viewer in made.viewers().items():
        async with stage.instance.reading() as db:
            listed = await sessions.upcoming(db, viewer, now=MONDAY, limit=100)
            counted = await db.scalars(select(Session.title).where(visible_sessions(viewer)))
        assert {session.title for session in listed.sessions} == expected(name, state), name
        assert set(counted.all()) == expected(name, state), name
        assert listed.next is None


@pytest.mark.parametrize("state", PARTNER_STATES)
async def test_one_session_is_found_exactly_when_it_is_listed(stage: Stage, state: str) -> None:
    made = await world(stage, state)
    async with stage.instance.reading() as db:
        every = (await db.execute(select(Session.id, Session.title, Session.uri))).all()

    viewers = made.viewers()
    for name in ("colleague", "stranger", "other"):
        viewer = viewers[name]
        async with stage.instance.reading() as db:
            for session_id, title, uri in every:
                outcomes = {await _outcome(sessions.find(db, viewer, session_id))}
                if uri is not None:
                    outcomes.add(await _outcome(sessions.find_by_uri(db, viewer, uri)))
                if title in expected(name, state):
                    assert outcomes == {"found"}, (name, title)
                elif title.endswith("withdrawn"):
                    once = title.replace("withdrawn", "scheduled") in expected(name, state)
                    assert outcomes == {"Gone" if once else "NotFound"}, (name, title)
                else:
                    assert outcomes == {"NotFound"}, (name, title)


async def _outcome(found: Awaitable[Session]) -> str:
    try:
        await found
    except AllianceError as error:
        return type(error).__name__
    return "found"


@pytest.mark.parametrize("state", PARTNER_STATES)
async def test_profiles_are_shown_exactly_to_their_audience(stage: Stage, state: str) -> None:
    ally, other = await stage.ally(), await stage.ally("hansewerft.example")
    for audience in AUDIENCES:
        for published in (True, False):
            name = f"ours {audience} {'shown' if published else 'hidden'}"
            employee = await stage.colleague(name)
            async with stage.instance.unit_of_work() as uow:
                await edit_profile(uow, employee.id, ProfileDraft(name=name, audience=audience))
                if published:
                    await publish_profile(uow, employee.id)
    number = 0
    for name, host in (("ally", ally.host), ("other", other.host)):
        for audience in ("alliance", "public"):
            number += 1
            await stage.person(
                f"https://{host}/people/{number}",
                name=f"{name} {audience} shown",
                username=f"p{number}",
                profile=ProfileNews(audience=audience),
            )
        number += 1
        person = await stage.person(
            f"https://{host}/people/{number}",
            name=f"{name} company",
            username=f"p{number}",
            profile=ProfileNews(),
        )
        async with stage.instance.unit_of_work() as uow:
            (await uow.db.get_one(ExpertProfile, person.id)).audience = "company"
    gone = await stage.person(f"https://{ally.host}/people/gone", name="gone", profile=ProfileNews())
    async with stage.instance.unit_of_work() as uow:
        (await uow.db.get_one(Person, gone.id)).gone_at = MONDAY
    await stage.put(other, state)
    from_others = ["ally"] + ["other"] * (state == "allied")
    shared = {"ours public shown", "ours alliance shown"}
    table = {
        employee_viewer(stage.host.id): shared
        | {"ours company shown"}
        | {f"{name} {audience} shown" for name in from_others for audience in ("alliance", "public")},
        STRANGER: {"ours public shown"} | {f"{name} public shown" for name in from_others},
        partner_viewer(ally.id): shared,
        partner_viewer(other.id): shared if state == "allied" else {"ours public shown"},
        partner_viewer(None): {"ours public shown"},
    }

    for viewer, names in table.items():
        async with stage.instance.reading() as db:
            page = await people.experts(db, viewer, limit=100)
        assert {person.name for person in page.experts} == names, viewer


async def test_a_hidden_host_is_known_to_colleagues_alone(stage: Stage) -> None:
    published = await stage.publish(host_shown=False)
    open_one = await stage.publish()

    for viewer, name in (
        (employee_viewer(stage.admin.id), "Jonas Brandt"),
        (STRANGER, None),
        (partner_viewer(stage.founded.company.id), None),
    ):
        async with stage.instance.reading() as db:
            hidden = shown_host(viewer, await sessions.find(db, viewer, published.id))
            shown = shown_host(viewer, await sessions.find(db, viewer, open_one.id))
        assert (hidden.name if hidden else None) == name
        assert shown is not None


async def test_only_the_host_sees_who_takes_part(stage: Stage) -> None:
    session = await stage.publish()
    viewers = [STRANGER, employee_viewer(stage.admin.id), partner_viewer(1)]

    assert may_see_attendees(employee_viewer(stage.host.id), session)
    assert not any(may_see_attendees(viewer, session) for viewer in viewers)
