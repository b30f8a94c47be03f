"""Sessions that people of two companies hold together, over real HTTP, and seen by a third company."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from alliance.hosting import answer_hosting, ask_to_host, take_hosting_back
from alliance.models import CoHost, Person, Session
from alliance.partnering import leave_company
from alliance.personal_links import PERSONAL_LINK_PURPOSE
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.visibility import shown_co_hosts, with_co_hosts
from federation.models import OutboxActivity, ReceivedActivity
from tests.federation.neighbourhood import SECRET_LINK, Neighbour, ally, neighbourhood
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey


@pytest.fixture
async def three(databases: Databases, tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """Birke is allied with Linde and Ulme; Linde's Jonas is an expert, whom its allies see."""
    async with neighbourhood(databases, tmp_path, "birke", "linde", "ulme") as companies:
        birke, linde, ulme = companies
        await ally(birke, linde)
        await ally(birke, ulme)
        async with linde.instance.unit_of_work() as uow:
            await edit_profile(uow, linde.employee.id, ProfileDraft(name="Jonas Linde", audience="public"))
            await publish_profile(uow, linde.employee.id)
        await eventually(lambda: expert(birke, linde))
        yield companies


async def expert(here: Neighbour, there: Neighbour) -> Person | None:
    async with here.instance.reading() as db:
        uri = f"{there.origin}/people/{there.employee.id}"
        return await db.scalar(select(Person).join(Person.profile).where(Person.uri == uri))


async def rows(here: Neighbour) -> list[str]:
    async with here.instance.reading() as db:
        return list((await db.scalars(select(CoHost.state).order_by(CoHost.id))).all())


async def shown(here: Neighbour, uri: str | None) -> list[str]:
    """Whom the page of a session names besides its host."""
    async with here.instance.reading() as db:
        found = await db.scalar(select(Session).where(Session.uri == uri).options(with_co_hosts()))
        return [person.name for person in shown_co_hosts(found)] if found is not None else []


async def ask(birke: Neighbour, linde: Neighbour, session: Session) -> None:
    person = await expert(birke, linde)
    assert person is not None
    async with birke.instance.unit_of_work() as uow:
        await ask_to_host(uow, session.id, person.id, birke.employee)
    await eventually(lambda: linde_row(linde))


async def linde_row(linde: Neighbour, state: str = "asked") -> CoHost | None:
    async with linde.instance.reading() as db:
        return await db.scalar(select(CoHost).where(CoHost.state == state))


async def answer(linde: Neighbour, birke: Neighbour, session: Session, *, yes: bool) -> None:
    held = await linde.session_of(birke, session)
    assert held is not None
    async with linde.instance.unit_of_work() as uow:
        await answer_hosting(uow, held.id, linde.employee.id, yes=yes)


async def document(origin: str, path: str) -> httpx.Response:
    host = origin.removeprefix("http://")
    headers = {"Accept": "application/activity+json", "Host": host}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{host.partition(':')[2]}") as client:
        return await client.get(path, headers=headers)


async def is_shown_at(here: Neighbour, uri: str | None, names: list[str]) -> bool:
    return await shown(here, uri) == names


async def test_an_expert_of_an_ally_says_yes_and_is_shown_everywhere(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    session = await birke.publish(audience="public")
    uri = f"{birke.origin}/sessions/{session.id}"
    await eventually(lambda: linde.session_of(birke, session))
    await eventually(lambda: ulme.session_of(birke, session))

    await ask(birke, linde, session)
    assert (await shown(birke, None), await shown(linde, uri), await shown(ulme, uri)) == ([], [], [])
    assert (await document(birke.origin, f"/sessions/{session.id}")).json()["organizers"]["totalItems"] == 1

    await answer(linde, birke, session, yes=True)

    await eventually(lambda: is_shown_at(ulme, uri, ["Jonas Linde"]))
    assert await shown(birke, None) == await shown(linde, uri) == ["Jonas Linde"]
    host, other = (await document(birke.origin, f"/sessions/{session.id}")).json()["organizers"]["items"]
    assert (host["name"], "alliance:approvedBy" in host) == ("Jonas Birke", False)
    assert other["id"] == f"{linde.origin}/people/{linde.employee.id}"
    accept = await document(linde.origin, other["alliance:approvedBy"].removeprefix(linde.origin))
    assert (accept.json()["type"], accept.json()["object"]["object"]) == ("Accept", f"{uri}#organizers")


async def test_who_holds_it_too_gets_in_by_a_link_of_their_own(three: list[Neighbour]) -> None:
    birke, linde, _ = three
    session = await birke.publish(capacity=1)
    await eventually(lambda: linde.session_of(birke, session))
    await ask(birke, linde, session)
    await answer(linde, birke, session, yes=True)

    async def link() -> str | None:
        row = await linde_row(linde, "yes")
        sealed = row.personal_link if row else None
        return linde.instance.vault.open(sealed, PERSONAL_LINK_PURPOSE) if sealed else None

    found = await eventually(link)
    assert found.startswith(f"{birke.origin}/meet/")
    answered = await document(birke.origin, found.removeprefix(birke.origin))
    assert answered.headers["location"] == SECRET_LINK
    async with birke.instance.reading() as db:
        stored = await db.get_one(Session, session.id)
        bodies = [one.body for one in (await db.scalars(select(OutboxActivity))).all()]
    assert stored.going_count == 0
    async with linde.instance.reading() as db:
        bodies += [one.body for one in (await db.scalars(select(ReceivedActivity))).all()]
    assert not [body for body in bodies if b"/meet/" in body or SECRET_LINK.encode() in body]

    person = await expert(birke, linde)
    assert person is not None
    async with birke.instance.unit_of_work() as uow:
        await take_hosting_back(uow, session.id, person.id, birke.employee)

    assert (await document(birke.origin, found.removeprefix(birke.origin))).status_code == 410
    await eventually(lambda: linde_row(linde, "over"))


async def test_stepping_down_is_heard_everywhere(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    session = await birke.publish(audience="public")
    uri = f"{birke.origin}/sessions/{session.id}"
    await eventually(lambda: ulme.session_of(birke, session))
    await eventually(lambda: linde.session_of(birke, session))
    await ask(birke, linde, session)
    await answer(linde, birke, session, yes=True)
    await eventually(lambda: is_shown_at(ulme, uri, ["Jonas Linde"]))
    async with birke.instance.reading() as db:
        said_yes = await db.scalar(select(CoHost.answer_uri))
    assert said_yes is not None

    await answer(linde, birke, session, yes=False)

    await eventually(lambda: is_shown_at(ulme, uri, []))
    assert (await shown(birke, None), await shown(linde, uri), await rows(birke)) == ([], [], ["no"])
    assert (await document(linde.origin, said_yes.removeprefix(linde.origin))).status_code == 404


async def test_what_only_allies_see_shows_nobody_whose_yes_can_not_be_seen(three: list[Neighbour]) -> None:
    """Ulme is not allied with Linde: the yes to a session of the alliance is for Linde's allies alone."""
    birke, linde, ulme = three
    session = await birke.publish()
    uri = f"{birke.origin}/sessions/{session.id}"
    await eventually(lambda: linde.session_of(birke, session))
    await ask(birke, linde, session)
    await answer(linde, birke, session, yes=True)
    await eventually(lambda: is_shown_at(birke, None, ["Jonas Linde"]))
    async with birke.instance.reading() as db:
        said_yes = await db.scalar(select(CoHost.answer_uri))
    assert said_yes is not None
    assert (await document(linde.origin, said_yes.removeprefix(linde.origin))).status_code == 404

    marker = await birke.publish("After all that")
    await eventually(lambda: ulme.session_of(birke, marker))
    assert await shown(ulme, uri) == []


async def test_the_end_of_an_alliance_ends_holding_sessions_together(three: list[Neighbour]) -> None:
    birke, linde, _ = three
    session = await birke.publish()
    await eventually(lambda: linde.session_of(birke, session))
    await ask(birke, linde, session)
    await answer(linde, birke, session, yes=True)
    await eventually(lambda: is_shown_at(birke, None, ["Jonas Linde"]))

    async with linde.instance.unit_of_work() as uow:
        await leave_company(uow, (await linde.knows(birke)).id)

    await eventually(lambda: is_shown_at(birke, None, []))
    assert await linde_row(linde, "over") is not None
