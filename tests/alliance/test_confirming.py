"""Who can say that somebody was there, for how long, and what nobody learns of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alliance.badges import keep_badge, revoked_badges
from alliance.confirming import (
    CONFIRM_FOR,
    REVOCABLE_FOR,
    confirm,
    confirm_guests,
    guests_of_company,
    named_by_host,
    take_back,
)
from alliance.errors import Conflict, Forbidden, NotFound
from alliance.exporting import everything_about
from alliance.learning_settings import keep_hosts_confirm
from alliance.models import Attendance, Badge, Confirmation, Employee, Session
from alliance.parting import erase_own_account
from alliance.queries.learning import badges_of, confirmed_among, learned, learned_in_all
from tests.alliance.stage import Stage
from tests.support.clock import FrozenClock

ORIGIN = "https://nordlicht.example"


async def over(stage: Stage, *guests: Employee, theirs: bool = False, **changes: Any) -> Session:
    """A session that these people had a place in, and which has just ended."""
    if theirs:
        session = await stage.theirs(await stage.ally())
    else:
        session = await stage.publish(**changes)
    for guest in guests:
        await stage.join(session, guest)
    async with stage.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Session, session.id)
        for place in await uow.db.scalars(select(Attendance).where(Attendance.session_id == session.id)):
            place.state = "going"
        stored.starts_at, stored.ends_at = uow.now - timedelta(hours=1), uow.now - timedelta(minutes=1)
    return session


async def says(stage: Stage, session: Session, who: Employee) -> Confirmation:
    async with stage.instance.unit_of_work() as uow:
        return await confirm(uow, session.id, who)


async def rows(stage: Stage) -> list[Confirmation]:
    async with stage.instance.reading() as db:
        return list(await db.scalars(select(Confirmation).order_by(Confirmation.id)))


async def test_whoever_had_a_place_says_so_once_and_takes_it_back(stage: Stage, clock: FrozenClock) -> None:
    lena, passer_by = await stage.colleague(), await stage.colleague("Somebody Else")
    session = await over(stage, lena)
    theirs = await over(stage, lena, theirs=True)

    stage.facts.clear()
    first, again = await says(stage, session, lena), await says(stage, session, lena)
    abroad = await says(stage, theirs, lena)
    # Nothing has happened that anybody else could be told of.
    assert stage.told() == []
    for who in (passer_by, stage.host):
        with pytest.raises(Conflict):
            await says(stage, session, who)

    assert (first.id, first.title, first.company) == (again.id, session.title, "Nordlicht Optik")
    assert first.session_uri == f"{ORIGIN}/sessions/{session.id}"
    assert (abroad.session_uri, abroad.company_uri) == (theirs.uri, "https://alpenwerk.example/company")
    async with stage.instance.reading() as db:
        assert await confirmed_among(db, lena.id, [session.id, theirs.id]) == {session.id, theirs.id}
        assert (await learned_in_all(db, lena.id))[0] == 2
        assert await learned(db, passer_by.id) == ([], None)
    with pytest.raises(NotFound):
        async with stage.instance.unit_of_work() as uow:
            await take_back(uow, first.id, passer_by)
    async with stage.instance.unit_of_work() as uow:
        await take_back(uow, first.id, lena)
    clock.set(clock.now() + REVOCABLE_FOR)
    with pytest.raises(Conflict):
        async with stage.instance.unit_of_work() as uow:
            await take_back(uow, abroad.id, lena)
    assert [row.holds for row in await rows(stage)] == [False, True]


async def test_not_before_the_end_not_after_three_months_and_not_what_was_called_off(
    stage: Stage, clock: FrozenClock
) -> None:
    lena = await stage.colleague()
    coming = await stage.publish()
    await stage.join(coming, lena)
    called_off = await stage.publish()
    await stage.join(called_off, lena)
    await stage.cancel(called_off)
    long_ago = await over(stage, lena)
    clock.set(clock.now() + CONFIRM_FOR)

    async with stage.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Session, coming.id)
        stored.starts_at, stored.ends_at = uow.now, uow.now + timedelta(hours=1)
    for session in (coming, called_off, long_ago):
        with pytest.raises(Conflict):
            await says(stage, session, lena)
    stranger = await stage.theirs(await stage.ally("hansewerft.example"), 2)
    await stage.put(await stage.know("hansewerft.example"), "paused")
    with pytest.raises(NotFound):
        await says(stage, stranger, lena)
    assert await rows(stage) == []


async def test_whoever_came_along_without_registering_says_so(stage: Stage) -> None:
    lena = await stage.colleague()
    session = await over(stage, join_mode="none")

    assert (await says(stage, session, lena)).holds


async def test_hosts_name_colleagues_where_the_company_allows_it_and_learn_nothing_back(stage: Stage) -> None:
    lena, tarek = await stage.colleague(), await stage.colleague("Tarek Aziz")
    guest = await stage.person()
    session = await over(stage, lena, tarek)
    everybody = [lena.id, tarek.id, guest.id, stage.host.id, 4711]
    with pytest.raises(Forbidden):
        async with stage.instance.unit_of_work() as uow:
            await confirm_guests(uow, session.id, everybody, stage.host)
    async with stage.instance.unit_of_work() as uow:
        await keep_hosts_confirm(uow, allowed=True)
    with pytest.raises(Forbidden):
        async with stage.instance.unit_of_work() as uow:
            await confirm_guests(uow, session.id, everybody, lena)

    mine = await says(stage, session, tarek)
    async with stage.instance.reading() as db:
        assert [one.person_id for one in await guests_of_company(db, session)] == [lena.id, tarek.id]
        assert await named_by_host(db, session.id) == set()
    async with stage.instance.unit_of_work() as uow:
        assert await confirm_guests(uow, session.id, everybody, stage.host) == [lena.id, tarek.id]
    async with stage.instance.unit_of_work() as uow:
        assert await confirm_guests(uow, session.id, everybody, stage.host) == []
    async with stage.instance.unit_of_work() as uow:
        await take_back(uow, mine.id, tarek)

    # The host's page is the same, whatever they did with it.
    async with stage.instance.reading() as db:
        assert await named_by_host(db, session.id) == {lena.id, tarek.id}
        assert await confirmed_among(db, lena.id, [session.id]) == {session.id}
        assert await confirmed_among(db, tarek.id, [session.id]) == set()
    async with stage.instance.unit_of_work() as uow:
        await confirm_guests(uow, session.id, [tarek.id], stage.host)
    assert [row.holds for row in await rows(stage)] == [False, True]


async def test_badges_go_with_what_they_were_made_of_and_with_their_owner(stage: Stage) -> None:
    lena = await stage.colleague()
    session, other = await over(stage, lena), await over(stage, lena)
    kept, void = await says(stage, session, lena), await says(stage, other, lena)
    async with stage.instance.unit_of_work() as uow:
        await keep_badge(uow, kept, "00000000-0000-4000-8000-000000000001", b"{}", is_named=True)
        await keep_badge(uow, void, "00000000-0000-4000-8000-000000000002", b"{}", is_named=True)
    async with stage.instance.unit_of_work() as uow:
        await take_back(uow, void.id, lena)
    async with stage.instance.reading() as db:
        assert list(await badges_of(db, lena.id, [kept.id, void.id])) == [kept.id]
        held = await everything_about(db, stage.instance.vault, ORIGIN, lena.id)
    assert [row["title"] for row in held["confirmed_learning"]] == [session.title, other.title]
    assert [bool(row["withdrawn_at"]) for row in held["badges"]] == [False, True]

    async with stage.instance.unit_of_work() as uow:
        await erase_own_account(uow, lena.id)

    assert await rows(stage) == []
    async with stage.instance.reading() as db:
        left = (await db.scalars(select(Badge))).all()
        assert [
            (one.id[-1], one.person_id, one.confirmation_id, one.title, one.document) for one in left
        ] == [("2", None, None, "", None)]
        assert await revoked_badges(db) == ["00000000-0000-4000-8000-000000000002"]
