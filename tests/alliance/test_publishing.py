"""Sessions are published, edited, cancelled and withdrawn by those who may, and everybody hears the truth."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alliance.employing import disable_employee
from alliance.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from alliance.facts import SessionChanged
from alliance.meeting_links import MEETING_LINK_PURPOSE
from alliance.models import Session
from alliance.publishing import draft_of, publish_session
from alliance.queries import sessions
from alliance.visibility import STRANGER, employee_viewer
from tests.alliance.stage import LINK, TOMORROW, Stage, draft


async def test_a_published_session_is_there_with_company_host_and_topics(stage: Stage) -> None:
    published = await stage.publish(
        topics=("Optik", "Künstliche Intelligenz"), description="**Bring** lenses"
    )

    async with stage.instance.reading() as db:
        session = await sessions.find(db, STRANGER, published.id)
    assert session.company.name == "Nordlicht Optik"
    assert session.host is not None
    assert session.host.name == "Jonas Brandt"
    assert [topic.slug for topic in session.topics] == ["kuenstliche_intelligenz", "optik"]
    assert session.description_html == "<p><strong>Bring</strong> lenses</p>"
    assert session.starts_at == datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
    assert (session.sequence, session.status, session.uri) == (0, "scheduled", None)
    assert stage.told() == ["SessionPublished"]


async def test_the_meeting_link_is_sealed(stage: Stage) -> None:
    session = await stage.publish()

    assert session.meeting_link is not None
    assert b"meet.example" not in session.meeting_link
    assert stage.instance.vault.open(session.meeting_link, MEETING_LINK_PURPOSE) == LINK


async def test_a_refused_draft_leaves_nothing_behind(stage: Stage) -> None:
    with pytest.raises(Invalid):
        await stage.publish(title="")

    assert stage.told() == []


async def test_a_closed_account_publishes_nothing(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        await disable_employee(uow, stage.host.id)

    with pytest.raises(Forbidden):
        await stage.publish()


async def test_nobody_publishes_for_a_person_without_an_account(stage: Stage) -> None:
    person = await stage.person()

    with pytest.raises(Forbidden):
        async with stage.instance.unit_of_work() as uow:
            await publish_session(uow, person.id, draft())


async def test_an_edited_form_gives_back_what_was_typed(stage: Stage) -> None:
    published = await stage.publish(topics=("Optik",), capacity=7)

    async with stage.instance.reading() as db:
        session = await sessions.find(db, employee_viewer(stage.host.id), published.id)

    assert draft_of(stage.instance.vault, session) == draft(
        topics=("Optik",),
        capacity=7,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )


async def test_a_new_description_does_not_disturb_calendars(stage: Stage) -> None:
    session = await stage.publish()

    edited = await stage.edit(session, description="Something else.", meeting_link=None)

    assert (edited.sequence, edited.previous_starts_at) == (0, None)
    assert stage.told() == ["SessionPublished", "SessionChanged"]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another title"},
        {"starts_at": TOMORROW + timedelta(minutes=5)},
        {"ends_at": TOMORROW + timedelta(hours=2)},
        {"timezone": "Europe/Lisbon"},
        {"meeting_link": "https://meet.example/rooms/other"},
        {"place": "hybrid", "place_name": "Hall 3"},
    ],
)
async def test_what_calendars_must_hear_raises_the_sequence(stage: Stage, change: dict[str, Any]) -> None:
    session = await stage.publish()

    edited = await stage.edit(session, **change)

    assert edited.sequence == 1


async def test_a_moved_session_remembers_when_it_was(stage: Stage) -> None:
    session = await stage.publish()
    was = session.starts_at
    stage.told()

    edited = await stage.edit(
        session, starts_at=TOMORROW + timedelta(days=1), ends_at=TOMORROW + timedelta(days=2)
    )

    assert edited.previous_starts_at == was
    assert stage.facts == [SessionChanged(edited, previous_audience="public", previous_starts_at=was)]


async def test_topics_can_be_exchanged(stage: Stage) -> None:
    session = await stage.publish(topics=("Optik", "Glas"))

    edited = await stage.edit(session, topics=("Glas", "Licht"))

    assert [topic.slug for topic in edited.topics] == ["glas", "licht"]


@pytest.mark.parametrize("who", ["colleague", "moderator", "admin"])
async def test_only_the_host_and_moderators_edit(stage: Stage, who: str) -> None:
    session = await stage.publish()
    roles = ("employee",) if who == "colleague" else ("employee", who)
    other = await stage.colleague("Other Person", roles=roles)

    if who == "colleague":
        with pytest.raises(Forbidden):
            await stage.edit(session, by=other)
        with pytest.raises(Forbidden):
            await stage.cancel(session, by=other)
        with pytest.raises(Forbidden):
            await stage.withdraw(session, by=other)
    else:
        assert (await stage.edit(session, by=other, title="Moderated")).title == "Moderated"


async def test_an_allys_session_is_theirs_to_change(stage: Stage) -> None:
    theirs = await stage.theirs(await stage.ally())

    with pytest.raises(Forbidden, match="another company"):
        await stage.edit(theirs, by=stage.admin)
    with pytest.raises(Forbidden, match="another company"):
        await stage.withdraw(theirs, by=stage.admin)


async def test_a_session_that_one_may_not_see_is_not_even_there(stage: Stage) -> None:
    company = await stage.ally()
    theirs = await stage.theirs(company)
    await stage.put(company, "blocked")

    with pytest.raises(NotFound):
        await stage.cancel(theirs, by=stage.admin)


async def test_a_cancelled_session_stays_visible_and_is_not_edited(stage: Stage) -> None:
    session = await stage.publish()
    stage.told()

    cancelled = await stage.cancel(session, " The speaker\nis ill. ")

    assert (cancelled.status, cancelled.status_note, cancelled.sequence) == (
        "cancelled",
        "The speaker is ill.",
        1,
    )
    assert stage.facts == [SessionChanged(cancelled, previous_audience="public", cancelled=True)]
    with pytest.raises(Conflict):
        await stage.edit(session)


async def test_cancelling_twice_is_cancelling_once(stage: Stage) -> None:
    session = await stage.publish()
    await stage.cancel(session)
    stage.told()

    again = await stage.cancel(session)

    assert (again.sequence, stage.told()) == (1, [])


async def test_a_note_must_not_give_the_link_away(stage: Stage) -> None:
    session = await stage.publish()

    with pytest.raises(Invalid, match="meeting link"):
        await stage.cancel(session, f"Moved to {LINK}")
    with pytest.raises(Invalid, match="longer"):
        await stage.cancel(session, "a" * 501)


async def test_what_is_over_can_not_be_cancelled(stage: Stage) -> None:
    session = await stage.publish()
    stage.instance.clock.set(session.ends_at)  # type: ignore[attr-defined]

    with pytest.raises(Conflict, match="over"):
        await stage.cancel(session)


async def test_a_withdrawn_session_is_gone_for_those_who_could_see_it(stage: Stage) -> None:
    public, internal = await stage.publish(), await stage.publish(audience="company")
    stage.told()

    for session in (public, internal):
        await stage.withdraw(session)

    assert stage.told() == ["SessionWithdrawn", "SessionWithdrawn"]
    async with stage.instance.reading() as db:
        with pytest.raises(Gone):
            await sessions.find(db, STRANGER, public.id)
        with pytest.raises(NotFound):
            await sessions.find(db, STRANGER, internal.id)
        with pytest.raises(Gone):
            await sessions.find(db, employee_viewer(stage.host.id), internal.id)


async def test_withdrawing_twice_is_withdrawing_once_and_nothing_changes_afterwards(stage: Stage) -> None:
    session = await stage.publish()
    await stage.withdraw(session)
    stage.told()

    await stage.withdraw(session)

    assert stage.told() == []
    with pytest.raises(Gone):
        await stage.edit(session)
    with pytest.raises(Gone):
        await stage.cancel(session)


async def test_a_withdrawn_session_keeps_no_meeting_link(stage: Stage) -> None:
    session = await stage.publish()

    await stage.withdraw(session)

    assert (await stage.stored(session)).meeting_link is None


async def test_more_places_move_the_waiting_list_up(stage: Stage) -> None:
    session = await stage.publish(capacity=1)
    people = [await stage.colleague(f"Guest Number{n}") for n in range(4)]
    assert [await stage.join(session, person) for person in people] == [
        "going",
        "waiting",
        "waiting",
        "waiting",
    ]
    stage.told()

    edited: Session = await stage.edit(session, capacity=3)

    assert [await stage.state(session, person) for person in people] == ["going", "going", "going", "waiting"]
    assert (edited.going_count, edited.waiting_count) == (3, 1)
    assert stage.told() == ["AttendanceChanged", "AttendanceChanged", "SeatsChanged", "SessionChanged"]


async def test_without_a_limit_nobody_waits(stage: Stage) -> None:
    session = await stage.publish(capacity=1)
    people = [await stage.colleague(f"Guest Number{n}") for n in range(3)]
    for person in people:
        await stage.join(session, person)

    edited = await stage.edit(session, capacity=None)

    assert (edited.going_count, edited.waiting_count) == (3, 0)


async def test_who_loses_sight_of_a_session_loses_the_place(stage: Stage) -> None:
    company = await stage.ally()
    session = await stage.publish(capacity=4)
    ally = await stage.person()
    passer_by = await stage.person("https://social.example/users/kim")
    colleague = await stage.colleague()
    for guest in (ally, passer_by, colleague):
        assert await stage.join(session, guest) == "going"
    assert ally.company_id == company.id
    stage.told()

    edited = await stage.edit(session, audience="alliance")

    assert await stage.state(session, passer_by) == "declined"
    assert [await stage.state(session, guest) for guest in (ally, colleague)] == ["going", "going"]
    assert edited.going_count == 2
    assert stage.told() == ["AttendanceChanged", "SeatsChanged", "SessionChanged"]

    edited = await stage.edit(session, audience="company")

    assert await stage.state(session, ally) == "declined"
    assert await stage.state(session, colleague) == "going"
    assert edited.going_count == 1
