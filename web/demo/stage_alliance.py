"""What happens between the demo's companies: they ally, learn from each other, and change their minds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from sqlalchemy import func, select

from alliance.attending import approve_attendance, join_session
from alliance.errors import Conflict, NotFound, Unavailable
from alliance.hosting import answer_hosting, ask_to_host
from alliance.models import Attendance, Company, Partner, Person, Session
from alliance.partnering import accept_company, invite_company
from alliance.publishing import cancel_session, edit_session
from alliance.queries.hosting import own_hosting
from federation.partners import introduce
from web.demo.content import DemoSession
from web.demo.content.times import starts_ahead, zone_of
from web.demo.progress import Storyteller
from web.demo.stage_company import Cast, draft_of

# Of what takes a second: a machine that has much else to do should still come to the end.
ANSWER_SECONDS = 180
PATIENCE_SECONDS = 30
LOOK_EVERY = 0.2
JOINS_AT_ONCE = 10
FROM_OUTSIDE = 1
"""Each place across companies is asked for, answered and told over HTTP before the demo is ready."""

Find = Callable[[], Awaitable[object]]


async def until(find: Find, what: str, seconds: float = ANSWER_SECONDS) -> None:
    """Looks again and again. Raises Unavailable with `what` when it never comes true."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await find():
        if asyncio.get_running_loop().time() > deadline:
            raise Unavailable("{what} did not happen within {seconds} s.", what=what, seconds=seconds)
        await asyncio.sleep(LOOK_EVERY)


async def ally(casts: Sequence[Cast], story: Storyteller) -> None:
    """Each company asks each other one, over HTTP, and gets a yes."""
    for asking, asked in combinations(casts, 2):
        await _ally(asking, asked, story)


async def _ally(asking: Cast, asked: Cast, story: Storyteller) -> None:
    introduction = await introduce(asking.federation, asked.settings.origin)
    async with asking.federation.instance.unit_of_work() as uow:
        await invite_company(uow, introduction)
    story.says(f"{asking.name} asks {asked.name} to learn together …")
    await until(lambda: _state(asked, asking), f"{asked.name} hearing of {asking.name}")
    async with asked.federation.instance.unit_of_work() as uow:
        await accept_company(uow, await _company_id(asked, asking))
    for here, there in ((asking, asked), (asked, asking)):
        await until(lambda: _is_allied(here, there), f"{here.name} and {there.name} becoming allies")  # noqa: B023
    story.says(f"{asked.name} says yes to {asking.name}: they are allies.")


async def _state(here: Cast, there: Cast) -> str | None:
    async with here.federation.instance.reading() as db:
        wanted = select(Partner.state).join(Partner.company).where(Company.origin == there.settings.origin)
        return await db.scalar(wanted)


async def _is_allied(here: Cast, there: Cast) -> bool:
    return await _state(here, there) == "allied"


async def _company_id(here: Cast, there: Cast) -> int:
    async with here.federation.instance.reading() as db:
        found = await db.scalar(select(Company.id).where(Company.origin == there.settings.origin))
    if found is None:
        raise NotFound
    return found


async def see_each_other(casts: Sequence[Cast], story: Storyteller) -> None:
    """Waits until everybody has everybody else's sessions."""
    for here in casts:
        others = [cast for cast in casts if cast is not here]
        expected = sum(session.audience != "company" for cast in others for session in cast.company.sessions)
        with story.counting(f"{here.name} fetches what the others offer", expected) as advance:
            await until(lambda: _has(here, expected, advance), f"{here.name} seeing its allies' sessions")  # noqa: B023
        story.says(f"{here.name} sees {expected} sessions of its allies.")


async def _has(here: Cast, expected: int, advance: Callable[[int], None]) -> bool:
    async with here.federation.instance.reading() as db:
        count = await db.scalar(select(func.count()).select_from(Session).where(Session.uri.is_not(None)))
    advance(count or 0)
    return (count or 0) >= expected


Joining = tuple[Cast, int, Cast, int]
"""Whose session, its number, and who wants to come: their company and identifier."""


async def attend_at_home(casts: Sequence[Cast]) -> None:
    """People take places in their own company, before there is an alliance that has to hear of each."""
    going = [joining for joining in _joinings(casts, _attendees) if joining[0] is joining[2]]
    await _join_all(going, lambda done: None, 0)
    for host in casts:
        await _approve(host, going)


async def attend(casts: Sequence[Cast], story: Storyteller) -> None:
    """People take places across companies; whoever waits comes after everybody who has a place."""
    going = list(_from_outside(casts))
    waiting = list(_joinings(casts, _waiting))
    with story.counting("Places are taken in other companies", len(going) + len(waiting)) as advance:
        await _join_all(going, advance, 0)
        # On a busy machine the last answers arrive while people look around already.
        with suppress(Unavailable):
            await until(lambda: _is_settled(casts, going), "everybody getting an answer", PATIENCE_SECONDS)
        await _join_all(waiting, advance, len(going))
    story.says(
        f"{len(going)} people are going to sessions of other companies, {len(waiting)} wait for a place."
    )


def _from_outside(casts: Sequence[Cast]) -> Iterator[Joining]:
    """Somebody of another company in each session, everybody where others wait, and whoever signs in here."""
    few: dict[tuple[str, int], int] = {}
    for joining in _joinings(casts, _attendees):
        host, number, home, person = joining
        if host is home:
            continue
        session = (host.name, number)
        few[session] = few.get(session, 0) + 1
        signs_in = home.people[home.company.sign_in] == person
        if signs_in or host.company.sessions[number].waiting or few[session] <= FROM_OUTSIDE:
            yield joining


def _attendees(session: DemoSession) -> Sequence[str]:
    return session.attendees


def _waiting(session: DemoSession) -> Sequence[str]:
    return session.waiting


def _joinings(casts: Sequence[Cast], who: Callable[[DemoSession], Sequence[str]]) -> Iterator[Joining]:
    homes = {key: cast for cast in casts for key in cast.people}
    for host in casts:
        for number, session in enumerate(host.company.sessions):
            for key in who(session):
                home = homes[key]
                if home is host or session.audience != "company":
                    yield host, number, home, home.people[key]


async def _join_all(joinings: Sequence[Joining], advance: Callable[[int], None], before: int) -> None:
    """Asks for places, some in one transaction; whom the session has no place for any more stays away."""
    done = 0
    for home in {id(joining[2]): joining[2] for joining in joinings}.values():
        own = [joining for joining in joinings if joining[2] is home]
        for first in range(0, len(own), JOINS_AT_ONCE):
            async with home.federation.instance.unit_of_work() as uow:
                for host, number, _, person_id in own[first : first + JOINS_AT_ONCE]:
                    session_id = await _session_here(uow.db, host, number, home)
                    with suppress(Conflict):
                        await join_session(uow, session_id, person_id)
                    done += 1
            advance(before + done)


async def _session_here(db, host: Cast, number: int, home: Cast) -> int:  # type: ignore[no-untyped-def]
    if host is home:
        return host.sessions[number]
    found: int | None = await db.scalar(select(Session.id).where(Session.uri == host.session_uri(number)))
    if found is None:
        raise NotFound
    return found


async def _is_settled(casts: Sequence[Cast], joinings: Sequence[Joining]) -> bool:
    """Whether every host has said yes and every answer has arrived."""
    for host in casts:
        await _approve(host, [joining for joining in joinings if joining[0] is host])
    for home in casts:
        async with home.federation.instance.reading() as db:
            open_questions = await db.scalar(
                select(func.count()).select_from(Attendance).where(Attendance.state == "asked")
            )
        if open_questions:
            return False
    return True


async def _approve(host: Cast, joinings: Sequence[Joining]) -> None:
    """The hosts say yes to those who are meant to come."""
    async with host.federation.instance.reading() as db:
        rows = await db.execute(
            select(Attendance.id, Attendance.session_id, Person.id, Person.uri)
            .join(Attendance.person)
            .join(Attendance.session)
            .where(Attendance.state == "asked", Session.uri.is_(None))
        )
        asked = rows.all()
    meant = {
        (host.sessions[number], home.federation.uris.person(person)) for _, number, home, person in joinings
    }
    for attendance_id, session_id, person_id, uri in asked:
        if (session_id, uri or host.federation.uris.person(person_id)) in meant:
            async with host.federation.instance.unit_of_work() as uow:
                await approve_attendance(uow, attendance_id, None)


async def hold_together(casts: Sequence[Cast], story: Storyteller) -> None:
    """People are asked to hold sessions of other companies too, and say yes."""
    homes = {key: cast for cast in casts for key in cast.people}
    shared = [
        (host, number, homes[key], key)
        for host in casts
        for number, session in enumerate(host.company.sessions)
        for key in session.co_hosts
        if key in homes
    ]
    for host, number, home, key in shared:
        await until(lambda: _known_there(host, home, key), f"{host.name} knowing {key}")  # noqa: B023
        person_id = await _known_there(host, home, key)
        async with host.federation.instance.unit_of_work() as uow:
            await ask_to_host(uow, host.sessions[number], person_id or 0, None)
        await until(lambda: _is_asked(host, number, home, key), f"{key} being asked by {host.name}")  # noqa: B023
        async with home.federation.instance.unit_of_work() as uow:
            session_id = await _session_here(uow.db, host, number, home)
            await answer_hosting(uow, session_id, home.people[key], yes=True)
    story.says(f"{len(shared)} sessions are held by people of two companies.")


async def _known_there(here: Cast, home: Cast, key: str) -> int | None:
    """The number of an expert at another company, once it sees the profile."""
    if here is home:
        return home.people[key]
    async with here.federation.instance.reading() as db:
        return await db.scalar(
            select(Person.id).join(Person.profile).where(Person.uri == home.person_uri(key))
        )


async def _is_asked(host: Cast, number: int, home: Cast, key: str) -> bool:
    async with home.federation.instance.reading() as db:
        session_id = await _session_here(db, host, number, home)
        row = await own_hosting(db, home.people[key], session_id)
    return row is not None and row.state == "asked"


async def change_minds(casts: Sequence[Cast], story: Storyteller) -> None:
    """Some sessions are called off, some are moved; everybody hears of it."""
    cancelled = moved = 0
    for cast in casts:
        now = cast.federation.instance.clock.now()
        for session_id, session in zip(cast.sessions, cast.company.sessions, strict=True):
            async with cast.federation.instance.unit_of_work() as uow:
                if session.fate == "cancelled":
                    await cancel_session(uow, session_id, session.note)
                    cancelled += 1
                elif session.fate == "moved" and session.moved_to:
                    start = starts_ahead(session.moved_to, zone_of(session, cast.company), now)
                    draft = draft_of(session, cast.company, start)
                    end = start + timedelta(minutes=session.moved_to.minutes)
                    await edit_session(uow, session_id, replace(draft, ends_at=end), None)
                    moved += 1
    story.says(
        f"{cancelled} sessions are cancelled and {moved} moved: that happens, and everybody hears of it."
    )
