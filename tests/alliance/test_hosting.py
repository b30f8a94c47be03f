"""Sessions that several people hold: asked, answered, taken back, handed over; never shown without a yes."""

import random
from typing import Any

import pytest
from sqlalchemy import select

from alliance.employing import disable_employee, erase_employee
from alliance.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from alliance.hosting import answer_hosting, ask_to_host, take_hosting_back
from alliance.joining import NoPlace
from alliance.models import CoHost, Company, Employee, Person, Session
from alliance.news import ProfileNews
from alliance.queries.hosting import people_found, people_named
from alliance.queries.sessions import attendances, mine
from alliance.receiving_hosting import receive_co_hosts, receive_hosting_answer, receive_hosting_invitation
from alliance.visibility import employee_viewer, is_host, shown_co_hosts, with_co_hosts
from tests.alliance.stage import Stage

ASKED = "https://nordlicht.example/activities/1"
YES = "https://alpenwerk.example/activities/2"


async def ask(stage: Stage, session: Session, who: Employee | Person, by: Employee | None = None) -> CoHost:
    async with stage.instance.unit_of_work() as uow:
        return await ask_to_host(uow, session.id, who.id, by or stage.host)


async def answer(stage: Stage, session: Session, who: Employee, *, yes: bool = True) -> None:
    async with stage.instance.unit_of_work() as uow:
        await answer_hosting(uow, session.id, who.id, yes=yes)


async def take_back(stage: Stage, session: Session, who: Employee | Person) -> None:
    async with stage.instance.unit_of_work() as uow:
        await take_hosting_back(uow, session.id, who.id, stage.host)


async def shown(stage: Stage, session: Session) -> list[str]:
    async with stage.instance.reading() as db:
        found = await db.scalar(select(Session).where(Session.id == session.id).options(with_co_hosts()))
        assert found is not None
        return [person.name for person in shown_co_hosts(found)]


async def mira(stage: Stage, company: Company, **changes: Any) -> Person:
    """An expert of an ally."""
    return await stage.person(f"{company.origin}/people/7", profile=ProfileNews(**changes))


async def said_yes(stage: Stage, session: Session, person: Person) -> None:
    """What comes of the ally's Accept."""
    async with stage.instance.unit_of_work() as uow:
        row = await uow.db.scalar(select(CoHost).where(CoHost.person_id == person.id))
        assert row is not None
        row.request_uri = ASKED
        await uow.db.flush()
        await receive_hosting_answer(
            uow, request_uri=ASKED, person_uri=person.uri or "", answer_uri=YES, yes=True
        )


async def test_a_colleague_is_shown_once_they_say_yes(stage: Stage) -> None:
    session, lena = await stage.publish(), await stage.colleague()
    stage.told()

    await ask(stage, session, lena)
    assert (await shown(stage, session), stage.told()) == ([], ["HostingAsked"])

    await answer(stage, session, lena)

    assert await shown(stage, session) == ["Lena Vogt"]
    assert stage.told() == ["HostingAnswered", "SessionChanged"]


async def test_a_co_host_decides_like_the_host_until_they_step_down(stage: Stage) -> None:
    session, lena = await stage.publish(), await stage.colleague()
    guest = await stage.colleague("Tom Guest")
    await stage.join(session, guest)
    await ask(stage, session, lena)
    with pytest.raises(Forbidden):
        await stage.edit(session, by=lena, title="Mine now")
    await answer(stage, session, lena)

    assert (await stage.edit(session, by=lena, title="Ours now")).title == "Ours now"
    async with stage.instance.reading() as db:
        assert len(await attendances(db, employee_viewer(lena.id), session.id)) == 1
        assert [one.id for one in (await mine(db, employee_viewer(lena.id), now=session.updated_at)).sessions]
    with pytest.raises(NoPlace):
        await stage.join(session, lena)

    await answer(stage, session, lena, yes=False)

    assert await shown(stage, session) == []
    with pytest.raises(Forbidden):
        await stage.cancel(session, by=lena)


async def test_only_the_host_and_moderators_name_hosts(stage: Stage) -> None:
    session, lena, tom = await stage.publish(), await stage.colleague(), await stage.colleague("Tom Guest")
    with pytest.raises(Forbidden):
        await ask(stage, session, tom, by=lena)
    await ask(stage, session, lena)
    await answer(stage, session, lena)

    with pytest.raises(Forbidden):
        await ask(stage, session, tom, by=lena)
    await ask(stage, session, tom, by=stage.admin)


async def test_nobody_says_yes_without_being_asked_or_after_it_was_taken_back(stage: Stage) -> None:
    session, lena = await stage.publish(), await stage.colleague()
    with pytest.raises(NotFound):
        await answer(stage, session, lena)
    await ask(stage, session, lena)
    await take_back(stage, session, lena)
    with pytest.raises(NotFound):
        await answer(stage, session, lena)
    assert await shown(stage, session) == []


async def test_who_has_said_no_is_left_alone_for_a_day(stage: Stage) -> None:
    session, lena = await stage.publish(), await stage.colleague()
    await ask(stage, session, lena)
    await answer(stage, session, lena, yes=False)

    with pytest.raises(Conflict, match="said no"):
        await ask(stage, session, lena)


async def test_at_most_five_are_asked(stage: Stage) -> None:
    session = await stage.publish()
    for number in range(5):
        await ask(stage, session, await stage.colleague(f"Helper {number}"))

    with pytest.raises(Conflict, match="At most 5"):
        await ask(stage, session, await stage.colleague("Helper Six"))


async def test_who_can_be_asked(stage: Stage) -> None:
    session, company = await stage.publish(), await stage.ally()
    unseen = await stage.person(f"{company.origin}/people/8")
    elsewhere = await stage.person("https://social.example/people/9", username="kim")
    for nobody in (unseen, elsewhere, stage.host):
        with pytest.raises((NotFound, Conflict)):
            await ask(stage, session, nobody)
    expert = await mira(stage, company, audience="alliance")
    await ask(stage, session, expert)

    await stage.put(company, "paused")
    with pytest.raises(NotFound):
        await ask(stage, await stage.publish(title="Another one"), expert)


async def test_a_session_of_the_house_is_held_by_the_house(stage: Stage) -> None:
    company = await stage.ally()
    expert, lena = await mira(stage, company), await stage.colleague()
    with pytest.raises(Invalid):
        await ask(stage, await stage.publish(audience="company"), expert)
    session = await stage.publish()
    await ask(stage, session, expert)
    await said_yes(stage, session, expert)
    await ask(stage, session, lena)
    await answer(stage, session, lena)
    assert await shown(stage, session) == ["Mira Hofer", "Lena Vogt"]
    stage.told()

    await stage.edit(session, audience="company")

    assert await shown(stage, session) == ["Lena Vogt"]
    assert "HostingEnded" in stage.told()
    with pytest.raises(NotFound):
        await said_again(stage, expert)


async def said_again(stage: Stage, person: Person) -> None:
    """The same Accept once more, after it was taken back."""
    async with stage.instance.unit_of_work() as uow:
        try:
            await receive_hosting_answer(
                uow, request_uri=ASKED, person_uri=person.uri or "", answer_uri=YES, yes=True
            )
        except Conflict as error:
            raise NotFound from error


async def test_an_expert_elsewhere_decides_nothing(stage: Stage) -> None:
    session, company = await stage.publish(), await stage.ally()
    expert = await mira(stage, company)
    await ask(stage, session, expert)
    await said_yes(stage, session, expert)

    stored = await stage.stored(session)
    assert is_host(expert.id, stored)
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(NotFound):
            await answer_hosting(uow, session.id, stage.admin.id, yes=True)
    assert stored.going_count == 0


async def test_the_end_of_the_alliance_takes_the_name_away(stage: Stage) -> None:
    session, company = await stage.publish(), await stage.ally()
    expert = await mira(stage, company)
    await ask(stage, session, expert)
    await said_yes(stage, session, expert)

    await stage.put(company, "paused")
    assert await shown(stage, session) == []
    await stage.put(company, "allied")
    assert await shown(stage, session) == ["Mira Hofer"]


@pytest.mark.parametrize("goodbye", [disable_employee, erase_employee])
async def test_when_the_host_leaves_a_co_host_of_ours_goes_on(stage: Stage, goodbye: Any) -> None:
    session, company, lena = await stage.publish(), await stage.ally(), await stage.colleague()
    expert = await mira(stage, company)
    await ask(stage, session, expert)
    await said_yes(stage, session, expert)
    await ask(stage, session, lena)
    await answer(stage, session, lena)
    alone = await stage.publish(title="Held by one")

    async with stage.instance.unit_of_work() as uow:
        await goodbye(uow, stage.host.id)

    stored = await stage.stored(session)
    assert (stored.host_id, stored.host_shown, await shown(stage, session)) == (lena.id, True, ["Mira Hofer"])
    assert (await stage.stored(alone)).host_id == stage.host.id


async def test_who_leaves_holds_nothing_with_others_any_more(stage: Stage) -> None:
    session, lena = await stage.publish(), await stage.colleague()
    await ask(stage, session, lena)
    await answer(stage, session, lena)

    async with stage.instance.unit_of_work() as uow:
        await erase_employee(uow, lena.id)

    assert (await shown(stage, session), (await stage.stored(session)).co_host_ids) == ([], [])


async def test_an_ally_asks_experts_whom_it_sees_and_nobody_else(stage: Stage) -> None:
    company, lena = await stage.ally(), await stage.colleague()
    theirs = await stage.theirs(company)

    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(NotFound):
            await receive_hosting_invitation(
                uow, company_id=company.id, session_uri=theirs.uri or "", person_id=lena.id, request_uri=YES
            )


async def test_others_say_nothing_about_our_people(stage: Stage) -> None:
    """An ally's Event that names one of ours, and an ally that names the ally's own."""
    company, lena = await stage.ally(), await stage.colleague()
    theirs, expert = await stage.theirs(company), await mira(stage, company)

    async with stage.instance.unit_of_work() as uow:
        session = await uow.db.get_one(Session, theirs.id)
        await receive_co_hosts(uow, session, {expert.id: None})

    stored = await stage.stored(theirs)
    assert (stored.co_host_ids, is_host(lena.id, stored)) == ([expert.id], False)


async def test_a_withdrawn_session_asks_nobody(stage: Stage) -> None:
    session, lena = await stage.publish(), await stage.colleague()
    await ask(stage, session, lena)
    await stage.withdraw(session)
    with pytest.raises(NotFound):
        await answer(stage, session, lena)
    with pytest.raises(Gone):
        await ask(stage, session, lena)


async def test_colleagues_without_a_profile_are_found_by_their_full_name_alone(stage: Stage) -> None:
    session, company = await stage.publish(), await stage.ally()
    await stage.colleague()
    await mira(stage, company, headline="Glass")
    viewer = employee_viewer(stage.host.id)

    async with stage.instance.reading() as db:

        async def names(text: str) -> list[str]:
            return [one.name for one in await people_found(db, viewer, text, now=session.updated_at)]

        assert await names("Lena") == []
        assert await names("lena vogt") == ["Lena Vogt"]
        assert await names("@mira@alpenwerk.example") == ["Mira Hofer"]
        (named,) = await people_named(db, viewer, ["@lena.vogt@nordlicht.example"])
        assert [one.name for one in named.people] == ["Lena Vogt"]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_said_in_whatever_order_nobody_is_shown_without_their_own_yes(
    stage: Stage, seed: int
) -> None:
    """Twenty words of a host, a colleague, an ally's expert and somebody who speaks for others."""
    chance = random.Random(seed)
    session, company, lena = await stage.publish(), await stage.ally(), await stage.colleague()
    expert = await mira(stage, company)
    yes_of = {lena.id: False, expert.id: False}

    for _ in range(20):
        word = chance.choice(("ask", "ask", "yes", "yes", "no", "back", "forged"))
        who: Employee | Person = chance.choice((lena, expert))
        try:
            await _say(stage, session, who, word)
        except (NotFound, Conflict):
            pass
        else:
            yes_of[who.id] = {"yes": True, "no": False, "back": False}.get(word, yes_of[who.id])
        named = {lena.id: "Lena Vogt", expert.id: "Mira Hofer"}
        assert sorted(await shown(stage, session)) == sorted(named[id_] for id_, yes in yes_of.items() if yes)


async def _say(stage: Stage, session: Session, who: Employee | Person, word: str) -> None:
    if word == "ask":
        await ask(stage, session, who)
    elif word == "back":
        await take_back(stage, session, who)
    elif isinstance(who, Employee) and word != "forged":
        await answer(stage, session, who, yes=word == "yes")
    else:
        speaker = (
            who.uri
            if isinstance(who, Person) and word != "forged"
            else "https://alpenwerk.example/people/666"
        )
        async with stage.instance.unit_of_work() as uow:
            row = await uow.db.scalar(select(CoHost).where(CoHost.person_id == who.id))
            request = f"{ASKED}{who.id}"
            if row is not None:
                row.request_uri = request
                await uow.db.flush()
            await receive_hosting_answer(
                uow, request_uri=request, person_uri=speaker or "", answer_uri=YES, yes=word != "no"
            )


@pytest.mark.parametrize("typed", ["Jürgen Müßig", "JÜRGEN MÜSSIG", "juergen muessig", "Jurgen Mussig"])
async def test_a_name_is_found_however_its_umlauts_are_typed(stage: Stage, typed: str) -> None:
    juergen = await stage.colleague("Jürgen Müßig")
    await stage.colleague("Jürgen Müßiggang")
    async with stage.instance.reading() as db:
        (named,) = await people_named(db, employee_viewer(stage.host.id), [typed])

    assert [person.id for person in named.people] == [juergen.id]
