"""The company is founded once; accounts are made, closed and forgotten without leaving traces."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from alliance import names
from alliance.employing import (
    add_employee,
    disable_employee,
    enable_employee,
    erase_employee,
    found_company,
    hue_of,
)
from alliance.erasing import FORMER_COLLEAGUE
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.instance import Instance
from alliance.models import Attendance, Company, Employee, ExpertProfile, Person, SignIn
from alliance.names import username_from
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.queries import people, sessions
from alliance.signing_in import signed_in, start_sign_in
from alliance.visibility import STRANGER, employee_viewer, shown_host
from tests.alliance.stage import Stage
from tests.support.clock import FrozenClock


async def test_a_company_is_founded_with_the_settings_of_its_instance(instance: Instance) -> None:
    async with instance.unit_of_work() as uow:
        company = await found_company(uow, " Nordlicht\nOptik ", summary="Light.", language="en")

    assert (company.name, company.origin, company.host) == (
        "Nordlicht Optik",
        "https://nordlicht.example",
        "nordlicht.example",
    )
    assert (company.is_home, company.handle, company.uri) == (True, "sessions", None)
    assert company.hue == hue_of("nordlicht.example")


async def test_there_is_one_home_company(stage: Stage) -> None:
    with pytest.raises(Conflict, match="already"):
        async with stage.instance.unit_of_work() as uow:
            await found_company(uow, "Second")

    async with stage.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Company)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"hue": 24}, "hue"),
        ({"hue": -1}, "hue"),
        ({"language": "xx"}, "language"),
        ({"timezone": "Middle/Earth"}, "timezone"),
    ],
)
async def test_a_company_that_can_not_be_is_refused(
    instance: Instance, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as raised:
        async with instance.unit_of_work() as uow:
            await found_company(uow, **({"name": "Nordlicht"} | changes))

    assert list(raised.value.problems) == [field]


def test_hosts_have_colours_of_their_own() -> None:
    hues = {host: hue_of(host) for host in ("nordlicht.example", "alpenwerk.example", "hansewerft.example")}

    assert all(0 <= hue < 24 for hue in hues.values())
    assert len(set(hues.values())) > 1


async def test_an_account_has_a_person_and_a_user_name(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        employee = await add_employee(uow, " Jürgen.Groß@Nordlicht.example ", "Jürgen Groß", ["admin"])

    assert (employee.email, employee.roles) == ("jürgen.groß@nordlicht.example", ["employee", "admin"])
    assert (employee.person.username, employee.person.name) == ("juergen.gross", "Jürgen Groß")
    assert employee.person.company_id == stage.founded.company.id
    assert stage.told() == ["EmployeeAdded"]


async def test_user_names_are_unique_and_never_reserved(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        names = [
            (await add_employee(uow, f"{local}@nordlicht.example", "Somebody")).person.username
            for local in ("kim", "kim+2", "KIM.", "sessions", "alliance", "---", "_x..y_")
        ]
        second = await add_employee(uow, "kim@other.example", "Kim")

    assert names == ["kim", "kimplus2", "kim2", "sessions2", "alliance2", "person", "x.y"]
    assert second.person.username == "kim3"


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("Anna-Lena", "anna_lena"),
        ("o'neill", "o_neill"),
        ("x" * 60, "x" * 26),
        ("Ελένη", "person"),
        ("", "person"),
    ],
)
def test_user_names_are_made_of_plain_letters(wish: str, name: str) -> None:
    assert username_from(wish) == name


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a b@c.example"}, "email"),
        ({"email": "a@b@c.example"}, "email"),
        ({"email": "<a@c.example>"}, "email"),
        ({"email": "a@c.example\nBcc: x@y.example"}, "email"),
        ({"email": "a" * 65 + "@c.example"}, "email"),
        ({"email": "a@" + "c" * 320}, "email"),
        ({"name": "\u200b"}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"roles": ["king"]}, "roles"),
        ({"username": "Not Good"}, "username"),
        ({"username": "ünal"}, "username"),
        ({"username": ".dot"}, "username"),
    ],
)
async def test_an_account_that_can_not_be_is_refused(
    stage: Stage, arguments: dict[str, Any], field: str
) -> None:
    given = {"email": "kim@nordlicht.example", "name": "Kim"} | arguments

    with pytest.raises(Invalid) as raised:
        async with stage.instance.unit_of_work() as uow:
            await add_employee(uow, **given)

    assert list(raised.value.problems) == [field]


async def test_an_address_has_one_account_and_a_user_name_one_person(stage: Stage) -> None:
    with pytest.raises(Conflict, match=r"jonas@nordlicht\.example"):
        async with stage.instance.unit_of_work() as uow:
            await add_employee(uow, "JONAS@nordlicht.example", "Jonas again")
    with pytest.raises(Conflict, match="taken"):
        async with stage.instance.unit_of_work() as uow:
            await add_employee(uow, "other@nordlicht.example", "Other", username="jonas")
    with pytest.raises(Conflict, match="taken"):
        async with stage.instance.unit_of_work() as uow:
            await add_employee(uow, "other@nordlicht.example", "Other", username="sessions")


async def with_profile(stage: Stage, employee: Employee) -> None:
    async with stage.instance.unit_of_work() as uow:
        draft = ProfileDraft(name="Lena Vogt", audience="public", about="Grinds.", topics=("Optik",))
        await edit_profile(uow, employee.id, draft)
        await publish_profile(uow, employee.id)


async def test_a_closed_account_is_signed_out_and_shows_no_profile(stage: Stage) -> None:
    lena = await stage.colleague()
    await with_profile(stage, lena)
    async with stage.instance.unit_of_work() as uow:
        token = (await start_sign_in(uow, lena)).token
    stage.told()

    async with stage.instance.unit_of_work() as uow:
        await disable_employee(uow, lena.id)
        await disable_employee(uow, lena.id)

    assert stage.told() == ["ProfileChanged"]
    async with stage.instance.unit_of_work() as uow:
        assert await signed_in(uow.db, token, uow.now) is None
        with pytest.raises(NotFound):
            await people.profile(uow.db, STRANGER, "lena.vogt")
        assert (await enable_employee(uow, lena.id)).disabled_at is None


async def test_an_unknown_account_can_not_be_closed_or_erased(stage: Stage) -> None:
    for verb in (disable_employee, enable_employee, erase_employee):
        with pytest.raises(NotFound):
            async with stage.instance.unit_of_work() as uow:
                await verb(uow, 4711)


async def test_whoever_is_erased_leaves_sessions_but_no_name(stage: Stage) -> None:
    lena, guest = await stage.colleague(), await stage.colleague("Other Person")
    await with_profile(stage, lena)
    company = await stage.ally()
    theirs, shared = await stage.theirs(company), await stage.publish(capacity=1)
    hosted = await stage.publish(lena)
    await stage.join(theirs, lena)
    await stage.join(shared, lena)
    await stage.join(shared, guest)
    async with stage.instance.unit_of_work() as uow:
        await start_sign_in(uow, lena)
    stage.told()

    async with stage.instance.unit_of_work() as uow:
        await erase_employee(uow, lena.id)

    heard = stage.told()
    assert sorted(heard) == sorted(
        ["SessionChanged", "AttendanceLeft", "AttendanceChanged", "AttendanceChanged", "PersonErased"]
    )
    async with stage.instance.reading() as db:
        person = await db.get_one(Person, lena.id)
        assert (person.name, person.gone_at is None) == (FORMER_COLLEAGUE, False)
        assert "lena" not in person.username
        for gone in (await db.get(Employee, lena.id), await db.get(ExpertProfile, lena.id)):
            assert gone is None
        assert await db.scalar(select(func.count()).select_from(SignIn)) == 0
        seen = await sessions.find(db, STRANGER, hosted.id)
        assert shown_host(STRANGER, seen) is None
        states = await db.scalars(select(Attendance.state).where(Attendance.person_id == lena.id))
        assert states.all() == ["left", "left"]
    assert await stage.state(shared, guest) == "going"


async def test_whoever_is_erased_may_take_the_sessions_to_come_along(
    stage: Stage, clock: FrozenClock
) -> None:
    lena = await stage.colleague()
    past = await stage.publish(lena)
    clock.set(past.ends_at)
    later = past.ends_at + timedelta(days=1)
    future = await stage.publish(lena, starts_at=later, ends_at=later + timedelta(hours=1))

    async with stage.instance.unit_of_work() as uow:
        await erase_employee(uow, lena.id, withdraw_sessions=True)

    assert (await stage.stored(past)).withdrawn_at is None
    assert (await stage.stored(future)).withdrawn_at is not None


async def test_a_new_colleague_may_have_the_user_name_of_a_former_one(stage: Stage) -> None:
    lena = await stage.colleague()
    async with stage.instance.unit_of_work() as uow:
        await erase_employee(uow, lena.id)

    again = await stage.colleague()

    assert again.person.username == "lena.vogt"
    assert again.id != lena.id


async def test_an_erased_person_can_not_act(stage: Stage) -> None:
    lena = await stage.colleague()
    session = await stage.publish()
    async with stage.instance.unit_of_work() as uow:
        await erase_employee(uow, lena.id)

    with pytest.raises(Forbidden):
        await stage.join(session, lena)
    async with stage.instance.reading() as db:
        assert (await sessions.mine(db, employee_viewer(lena.id), now=session.starts_at)).sessions == []


def test_reserved_names_hold_what_the_instance_itself_is_called() -> None:
    assert {"alliance", "company", "sessions", "admin", "security"} <= names.RESERVED
