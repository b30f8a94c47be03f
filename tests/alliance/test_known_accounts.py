"""Of whom somebody may know: asked of each person themselves, not of whoever else there is."""

from alliance.models import Company, Person
from alliance.news import PersonNews, ProfileNews
from alliance.queries.known_accounts import known_accounts
from alliance.receiving_people import receive_person
from alliance.visibility import STRANGER, Viewer, employee_viewer
from tests.alliance.stage import Stage


async def expert_at(stage: Stage, company: Company, audience: str = "public") -> Person:
    uri = f"{company.origin}/people/7"
    news = PersonNews(
        uri=uri, username="mira", host=company.host, name="Mira", profile=ProfileNews(audience=audience)
    )
    async with stage.instance.unit_of_work() as uow:
        return await receive_person(uow, news)


async def known(stage: Stage, viewer: Viewer, *ids: int) -> set[int]:
    async with stage.instance.reading() as db:
        return await known_accounts(db, viewer, ids)


async def test_experts_are_known_while_their_company_is_allied(stage: Stage) -> None:
    company, me = await stage.ally(), employee_viewer(stage.host.id)
    mira = await expert_at(stage, company)
    assert await known(stage, me, mira.id, company.id) == {mira.id, company.id}
    assert await known(stage, STRANGER, mira.id, company.id) == {mira.id, company.id}

    for state in ("paused", "left", "blocked"):
        await stage.put(company, state)
        assert await known(stage, me, mira.id, company.id) == set(), state
        assert await known(stage, STRANGER, mira.id, company.id) == set(), state


async def test_one_expert_does_not_make_another_known(stage: Stage) -> None:
    near, far = await stage.ally(), await stage.ally("fern.example")
    mira = await expert_at(stage, near)
    other = await expert_at(stage, far, "alliance")
    await stage.put(far, "paused")
    me = employee_viewer(stage.host.id)

    assert await known(stage, me, mira.id, other.id) == {mira.id}
    assert await known(stage, STRANGER, mira.id, other.id, stage.host.id) == {mira.id}


async def test_a_host_is_known_to_who_sees_the_name_beside_the_session(stage: Stage) -> None:
    lena, kim = await stage.colleague(), await stage.colleague("Kim Quiet")
    await stage.publish(lena, audience="public")
    await stage.publish(kim, audience="company")
    hidden = await stage.colleague("Ole Kern")
    session = await stage.publish(hidden, audience="public")
    async with stage.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(type(session), session.id)
        stored.host_shown = False

    assert await known(stage, STRANGER, lena.id, kim.id, hidden.id) == {lena.id}
    everybody = {lena.id, kim.id, hidden.id}
    assert await known(stage, employee_viewer(stage.host.id), *everybody) == everybody
