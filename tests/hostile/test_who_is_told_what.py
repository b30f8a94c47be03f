"""Whoever was shown what somebody said learns when it is no longer said: after blocks, pauses, goodbyes."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.commenting import delete_comment, say, set_conversation
from alliance.domain_policies import free_domain, treat_domain
from alliance.employing import erase_employee
from alliance.models import Company, Employee, Person, Session
from alliance.models import Partner as PartnerRow
from alliance.moderating import block_person, unblock_person
from alliance.partnering import leave_company, pause_company, resume_company
from alliance.publishing import withdraw_session
from alliance.queries.notifications import unread
from alliance.receiving import partner_allied
from tests.federation.announcements.outgoing import Sent, sent
from tests.hostile.siege import Siege, company_of
from tests.hostile.talking import comments, note, page, person_of, said, served, shown_to, to_allies
from tests.partner import Partner


async def spoke(under: Siege, by: Partner, session: Session, number: int = 1) -> str:
    """Somebody at an ally comments, and all allies are told; the address of what was said."""
    mine = to_allies(by, page(session), number=number)
    await under.attack(by, under.says(by, "Create", mine, person_of(by)))
    return str(mine["id"])


async def opened(under: Siege) -> Session:
    """A public session in whose conversation nobody waits for a yes."""
    session = await under.stage.publish(audience="public")
    async with under.federation.instance.unit_of_work() as uow:
        return await set_conversation(uow, session.id, "open", under.stage.host)


async def told(under: Siege, address: str, since: int = 0) -> list[tuple[str, tuple[str, ...]]]:
    """What our company said about a comment to which inboxes."""
    everything = (await sent(under.federation.instance))[since:]
    return [(one.type, one.inboxes) for one in everything if one.object_uri == address]


async def after(under: Siege) -> int:
    """How much was said until now."""
    return len(await sent(under.federation.instance))


async def person_at(under: Siege, uri: str) -> Person:
    async with under.federation.instance.reading() as db:
        return (await db.scalars(select(Person).where(Person.uri == uri))).one()


async def moderator(under: Siege) -> Employee:
    async with under.federation.instance.reading() as db:
        return await db.get_one(Employee, under.stage.admin.id)


async def test_allies_take_out_what_a_blocked_actor_said_until_they_are_heard_again(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    address = await spoke(under, under.b, session)
    kim = await person_at(under, person_of(under.b))
    before = await after(under)

    async with under.federation.instance.unit_of_work() as uow:
        await block_person(uow, kim, await moderator(under))

    assert await told(under, address, before) == [("Undo", tuple(sorted((under.b.inbox, under.c.inbox))))]
    before = await after(under)
    async with under.federation.instance.unit_of_work() as uow:
        await unblock_person(uow, person_of(under.b), await moderator(under))
    assert [kind for kind, _ in await told(under, address, before)] == ["Announce"]


async def test_a_blocked_actor_has_no_place_and_no_way_into_the_meeting(under: Siege) -> None:
    session = await under.stage.publish(audience="public", capacity=1)
    await under.attack(under.x, under.says(under.x, "Join", page(session), person_of(under.x)))
    await under.attack(under.c, under.says(under.c, "Join", page(session), person_of(under.c)))
    assert await under.places(session) == {person_of(under.x): "going", person_of(under.c): "waiting"}

    async with under.federation.instance.unit_of_work() as uow:
        await block_person(uow, await _person(uow.db, person_of(under.x)), await moderator(under))

    assert await under.places(session) == {person_of(under.x): "declined", person_of(under.c): "going"}


@pytest.mark.parametrize("severity", ["silence", "suspend"])
async def test_allies_take_out_what_came_from_a_domain_that_is_shut_out(under: Siege, severity: str) -> None:
    session = await under.stage.publish(audience="alliance")
    address = await spoke(under, under.b, session)
    other = await spoke(under, under.c, session)
    before = await after(under)

    async with under.federation.instance.unit_of_work() as uow:
        await treat_domain(uow, under.b.host, severity)

    undone = await told(under, address, before)
    assert [kind for kind, _ in undone] == ["Undo"]
    assert under.c.inbox in undone[0][1]
    assert await told(under, other, before) == []
    before = await after(under)
    async with under.federation.instance.unit_of_work() as uow:
        await free_domain(uow, under.b.host)
    assert [kind for kind, _ in await told(under, address, before)] == ["Announce"]


async def test_freeing_a_domain_brings_nobody_back_who_is_blocked_or_hidden(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    address = await spoke(under, under.b, session)
    async with under.federation.instance.unit_of_work() as uow:
        await block_person(uow, await _person(uow.db, person_of(under.b)), await moderator(under))
        await treat_domain(uow, under.b.host, "silence")
    before = await after(under)

    async with under.federation.instance.unit_of_work() as uow:
        await free_domain(uow, under.b.host)

    assert await told(under, address, before) == []


async def test_allies_forget_what_a_stranger_said_who_no_longer_exists(under: Siege) -> None:
    session = await opened(under)
    mine = note(under.x, page(session))
    await under.attack(under.x, under.says(under.x, "Create", mine, person_of(under.x)))
    assert [state for state, _ in await said(under)] == ["shown"]
    before = await after(under)

    await under.attack(under.x, under.says(under.x, "Delete", person_of(under.x), person_of(under.x)))

    assert await said(under) == [("deleted", "")]
    undone = await told(under, mine["id"], before)
    assert undone == [("Undo", tuple(sorted((under.b.inbox, under.c.inbox))))]


async def test_whoever_was_answered_is_told_that_a_colleague_is_forgotten(under: Siege) -> None:
    session = await opened(under)
    lena = await under.stage.colleague()
    await under.attack(
        under.x, under.says(under.x, "Create", note(under.x, page(session)), person_of(under.x))
    )
    (theirs,) = await comments(under)
    async with under.federation.instance.unit_of_work() as uow:
        await say(uow, session.id, lena, "Tea, too.", parent_id=theirs.id)
    answered = _of_person(await sent(under.federation.instance, "Create"), lena)
    before = await after(under)

    async with under.federation.instance.unit_of_work() as uow:
        await erase_employee(uow, lena.id)

    deleted = (await sent(under.federation.instance))[before:]
    about = [one for one in deleted if one.object_uri == answered.object_uri and one.type == "Delete"]
    assert [one.actor for one in about] == [answered.actor]
    assert set(answered.inboxes) < set(about[0].inboxes)
    assert "Tea" not in str([one.body for one in deleted])


async def test_what_was_said_and_taken_back_during_a_pause_is_told_afterwards(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    async with under.federation.instance.unit_of_work() as uow:
        gone = await say(uow, session.id, under.stage.host, "Bring a mug.")
    company = await _company(under, under.b)
    async with under.federation.instance.unit_of_work() as uow:
        await pause_company(uow, company)
    async with under.federation.instance.unit_of_work() as uow:
        await delete_comment(uow, gone.id, under.stage.host)
        new = await say(uow, session.id, under.stage.host, "There are mugs.")
    before = await after(under)

    async with under.federation.instance.unit_of_work() as uow:
        await resume_company(uow, company)

    again = (await sent(under.federation.instance))[before:]
    about = [(one.type, one.object_uri, one.inboxes) for one in again if "/comments/" in one.object_uri]
    origin = under.federation.instance.settings.origin
    assert about == [
        ("Undo", f"{origin}/comments/{gone.id}-{gone.token}", (under.b.inbox,)),
        ("Announce", f"{origin}/comments/{new.id}-{new.token}", (under.b.inbox,)),
    ]


async def test_the_company_that_holds_a_session_takes_words_of_ours_out(under: Siege) -> None:
    await under.attack(under.b, under.says(under.b, "Create", under.event(under.b)))
    session = await under.session(f"{under.b.origin}/sessions/5")
    assert session is not None
    async with under.federation.instance.unit_of_work() as uow:
        ours = await say(uow, session.id, under.stage.host, "Is there a recording?")
    origin = under.federation.instance.settings.origin
    address = f"{origin}/comments/{ours.id}-{ours.token}"
    announce = {"type": "Announce", "actor": company_of(under.c), "object": address}

    other = {**announce, "id": f"{under.c.origin}/activities/y"}
    await under.attack(under.c, under.says(under.c, "Undo", other))
    assert [state for state, _ in await said(under)] == ["shown"]
    own = {**announce, "id": f"{under.b.origin}/activities/x", "actor": company_of(under.b)}
    await under.attack(under.b, under.says(under.b, "Undo", own))
    assert [state for state, _ in await said(under)] == ["retracted"]
    assert "recording" not in await shown_to(under, session, under.stage.host)

    again = {"id": address, "type": "Note", "inReplyTo": f"{under.b.origin}/sessions/5"}
    await under.attack(under.c, under.says(under.c, "Announce", again))
    assert [state for state, _ in await said(under)] == ["retracted"]
    await under.attack(under.b, under.says(under.b, "Announce", again))
    assert [state for state, _ in await said(under)] == ["shown"]


@pytest.mark.parametrize("how", ["withdrawn", "alliance", "company"])
async def test_answers_to_strangers_go_with_the_session_they_are_about(under: Siege, how: str) -> None:
    session = await opened(under)
    await under.attack(
        under.x, under.says(under.x, "Create", note(under.x, page(session)), person_of(under.x))
    )
    (theirs,) = await comments(under)
    async with under.federation.instance.unit_of_work() as uow:
        await say(uow, session.id, under.stage.host, "Tea, too.", parent_id=theirs.id)
    answered = _of_person(await sent(under.federation.instance, "Create"), under.stage.host)
    before = await after(under)

    if how == "withdrawn":
        async with under.federation.instance.unit_of_work() as uow:
            await withdraw_session(uow, session.id, under.stage.host)
    else:
        await under.stage.edit(session, audience=how)

    everything = (await sent(under.federation.instance))[before:]
    gone = [one for one in everything if one.object_uri == answered.object_uri]
    assert [(one.type, one.actor, one.inboxes) for one in gone] == [
        ("Delete", answered.actor, answered.inboxes)
    ]


async def test_what_nobody_shows_any_more_is_not_counted_as_news(under: Siege) -> None:
    session = await opened(under)
    await under.attack(
        under.x, under.says(under.x, "Create", note(under.x, page(session)), person_of(under.x))
    )
    assert await _unread(under) == 1

    async with under.federation.instance.unit_of_work() as uow:
        await treat_domain(uow, under.x.host, "suspend")

    assert await _unread(under) == 0


async def _unread(under: Siege) -> int:
    async with under.federation.instance.reading() as db:
        return await unread(db, under.stage.host.id, under.stage.instance.clock.now())


async def _person(db: AsyncSession, uri: str) -> Person:
    return (await db.scalars(select(Person).where(Person.uri == uri))).one()


async def _company(under: Siege, server: Partner) -> int:
    async with under.federation.instance.reading() as db:
        return (await db.scalars(select(Company.id).where(Company.origin == server.origin))).one()


def _of_person(everything: list[Sent], who: Employee) -> Sent:
    (found,) = [one for one in everything if one.actor == f"person:{who.id}"]
    return found


async def test_a_new_ally_is_told_of_what_was_said_before(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    async with under.federation.instance.unit_of_work() as uow:
        ours = await say(uow, session.id, under.stage.host, "Bring a mug.")
    before = await after(under)

    async with under.federation.instance.unit_of_work() as uow:
        partner = await uow.db.get_one(PartnerRow, await _company(under, under.b))
        await leave_company(uow, partner.company_id)
        partner.state, partner.we_said_yes = "asking", True
        await partner_allied(uow, partner.company_id)

    again = (await sent(under.federation.instance))[before:]
    about = [(one.type, one.inboxes) for one in again if f"/comments/{ours.id}-" in one.object_uri]
    assert about == [("Announce", (under.b.inbox,))]


async def test_a_comment_on_a_session_that_we_missed_brings_the_session(under: Siege) -> None:
    about = f"{under.b.origin}/sessions/5"
    await served(under.b, "/sessions/5", under.event(under.b))
    theirs = note(under.c, about, to=[f"{under.b.origin}/partners"], cc=[])
    await served(under.c, "/notes/1", theirs)
    stub = {"id": theirs["id"], "type": "Note", "inReplyTo": about}

    verdict = await under.attack(under.b, under.says(under.b, "Announce", stub))

    assert verdict.state == "processed"
    assert await under.session(about) is not None
    assert [state for state, _ in await said(under)] == ["shown"]


@pytest.mark.parametrize("lie", ["elsewhere", "somebody else's", "no event"])
async def test_nobody_brings_a_session_in_by_a_comment_that_is_not_theirs(under: Siege, lie: str) -> None:
    about = f"{under.b.origin}/sessions/5"
    document = under.event(under.b)
    if lie == "somebody else's":
        document["attributedTo"] = person_of(under.b)
    if lie == "no event":
        document["type"] = "Note"
    await served(under.b, "/sessions/5", document)
    theirs = note(under.c, about, to=[f"{under.b.origin}/partners"], cc=[])
    await served(under.c, "/notes/1", theirs)
    stub = {"id": theirs["id"], "type": "Note", "inReplyTo": about}
    by = under.c if lie == "elsewhere" else under.b

    async with under.unchanged():
        verdict = await under.attack(by, under.says(by, "Announce", stub))

    assert (verdict.state, verdict.reason) == ("ignored", "about no session of theirs")
