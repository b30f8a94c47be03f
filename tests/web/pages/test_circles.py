"""Learning circles on pages: from the call over matching day to the twelfth week, for those in them alone."""

from collections.abc import Sequence

import httpx
import pytest
from sqlalchemy import select

from alliance.circle_parting import forget_old_sign_ups
from alliance.employing import add_employee
from alliance.models import Circle, CircleCall, CircleMember, CirclePlace, Employee, Person
from alliance.queries.circles import circle_calls, own_circles
from alliance.queries.circles import own_circle as one_circle
from alliance.visibility import employee_viewer
from federation.chores import form_circles
from federation.wiring import Federation
from tests.support.client import main_of
from tests.support.clock import FrozenClock
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.conftest import as_employee

CALL = {
    "title": "Herbstzirkel",
    "about": "Zwölf Wochen gemeinsam lernen.",
    "guide": "0",
    "topics": "Moderation, Schreiben",
    "de": "yes",
    "starts_on": "2026-04-13",
    "until_day": "2026-04-07",
    "until_time": "11:00",
    "minutes": "60",
    "smallest": "3",
    "largest": "4",
    "day1": "1", "time1": "12:00", "day2": "3", "time2": "16:00", "day3": "4", "time3": "09:00",
}  # fmt: skip
PLACE = {"topic1": "Moderation", "slot0": "yes", "slot1": "yes", "de": "yes"}


async def called(client: httpx.AsyncClient, **changes: str) -> str:
    """The address of a call that `client` has just made."""
    made = await client.post("/circles/new", data=CALL | changes)
    assert made.status_code == 303, main_of(made.text)
    return made.headers["location"].removesuffix("/day")


async def people(
    federation: Federation, founded: Founded, count: int, prefix: str = "p"
) -> list[httpx.AsyncClient]:
    """Browsers of so many new colleagues."""
    employees: list[Employee] = []
    for number in range(count):
        async with founded.instance.unit_of_work() as uow:
            employees.append(
                await add_employee(uow, f"{prefix}{number}@nordlicht.example", f"Person {number}")
            )
    return [await as_employee(federation, employee) for employee in employees]


async def own_circle(client: httpx.AsyncClient) -> str:
    """The address of the one circle that stands on somebody's page."""
    page = (await client.get("/circles")).text
    return "/circles/mine/" + page.split("/circles/mine/", 1)[1].split('"', 1)[0]


async def running(
    federation: Federation, founded: Founded, ada: httpx.AsyncClient
) -> tuple[str, Sequence[httpx.AsyncClient], str]:
    """A call, three people in a circle in which all have said yes, and its address."""
    call, inside = await called(ada), await people(federation, founded, 3)
    for client in inside:
        assert (await client.post(call, data=PLACE)).status_code == 303
    await ada.post(f"{call}/day/run")
    assert (await ada.post(f"{call}/day/publish")).status_code == 303
    circle = await own_circle(inside[0])
    for client in inside:
        await client.post(f"{circle}/answer", data={"answer": "yes"})
    return call, inside, circle


async def test_from_a_call_to_a_circle_in_which_everybody_knows_each_other(
    federation: Federation, founded: Founded, ada: httpx.AsyncClient
) -> None:
    call, inside = await called(ada), await people(federation, founded, 3)
    for client in inside:
        assert (await client.post(call, data=PLACE)).status_code == 303
    assert "3 people signed up" in (await ada.get(call)).text
    assert (await ada.post(f"{call}/day/run")).status_code == 303
    preview = main_of((await ada.get(f"{call}/day")).text)
    assert "3 of 3 people have a circle" in preview
    assert "Person 0" not in preview
    assert "/circles/mine/" not in (await inside[0].get("/circles")).text

    await ada.post(f"{call}/day/publish")
    circle = await own_circle(inside[0])
    assert "Person 1" not in (await inside[0].get(circle)).text
    for client in inside[:2]:
        await client.post(f"{circle}/answer", data={"answer": "yes"})
    waiting = (await inside[0].get(circle)).text
    await inside[2].post(f"{circle}/answer", data={"answer": "yes"})
    page = (await inside[0].get(circle)).text

    assert "2 of 3 have" in waiting
    assert "Person 1" not in waiting
    assert "Person 2" in page
    assert "The 3 of you want to learn about Moderation" in page
    assert "Tuesday, 14 April" in page
    assert "celebrate" in page


async def test_nobody_else_gets_into_a_circle(
    federation: Federation, founded: Founded, ada: httpx.AsyncClient, jonas: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
) -> None:  # fmt: skip
    _, inside, circle = await running(federation, founded, ada)
    await inside[0].post(f"{circle}/notes", data={"text": "Only for us four-leaf clovers"})
    await inside[0].post(f"{circle}/link", data={"link": "https://meet.example/clover?pwd=abcd"})
    own = (await inside[1].get(circle)).text
    feed = own.split("/feeds/circles/", 1)[1].split('"', 1)[0]

    for client in (ada, jonas, stranger):
        assert (await client.get(circle)).status_code in (303, 401, 404)
        for verb, data in (
            ("answer", {"answer": "yes"}), ("notes", {"text": "x"}), ("link", {"link": ""}), ("leave", {}),
            ("meetings/1/held", {"held": "yes"}), ("meetings/1/move", {"starts_at": "2026-05-01T10:00"}),
        ):  # fmt: skip
            answer = await client.post(f"{circle}/{verb}", data=data)
            assert answer.status_code in (401, 404) or "/sign-in" in answer.headers.get("location", "")
        for page in ("/circles", "/", "/mine", "/calendar"):
            assert "clover" not in (await client.get(page)).text
    calendar = await stranger.get(f"/feeds/circles/{feed}")
    assert "clover" in own
    assert calendar.status_code == 200
    assert calendar.text.count("BEGIN:VEVENT") == 12
    for secret in ("clover", "Person", "meet.example"):
        assert secret not in calendar.text
    assert (await stranger.get(f"/feeds/circles/{feed[:-8]}AAAA.ics")).status_code == 404


async def test_who_leaves_is_out_at_once_and_somebody_else_is_asked(
    federation: Federation, founded: Founded, ada: httpx.AsyncClient, jonas: httpx.AsyncClient
) -> None:
    call, inside = await called(ada), await people(federation, founded, 3)
    for client in inside:
        await client.post(call, data=PLACE)
    await jonas.post(call, data={**PLACE, "slot0": "yes", "slot1": "", "slot2": "yes"})
    await ada.post(f"{call}/day/run")
    await ada.post(f"{call}/day/publish")
    hint = main_of((await jonas.get(call)).text)
    circle = await own_circle(inside[0])
    for client in inside:
        await client.post(f"{circle}/answer", data={"answer": "yes"})
    feed = (await inside[0].get(circle)).text.split("/feeds/circles/", 1)[1].split('"', 1)[0]

    await inside[0].post(f"{circle}/leave")
    assert (await inside[0].get(circle)).status_code == 404
    assert (await inside[0].get(f"/feeds/circles/{feed}")).status_code == 404
    assert "Person 0" not in (await inside[1].get(circle)).text
    await ada.post(f"{call}/day/refill", data={"circle": circle.rsplit("/", 1)[1]})
    asked = await jonas.get(circle)
    assert "Person 1" not in asked.text
    await jonas.post(f"{circle}/answer", data={"answer": "yes"})

    assert "With Thursday, 16:00–17:00 as well, 3 people would fit." in hint
    assert "Person 1" in (await jonas.get(circle)).text
    assert "Jonas" in (await inside[1].get(circle)).text


async def test_whom_somebody_avoids_nobody_reads_and_the_matching_heeds_it(
    federation: Federation, founded: Founded, ada: httpx.AsyncClient
) -> None:
    call, inside = await called(ada, largest="3"), await people(federation, founded, 4)
    async with founded.instance.reading() as db:
        rows = await db.scalars(select(Employee.id).order_by(Employee.id.desc()).limit(4))
        last = max(rows.all())
        handle = await db.scalar(select(Person.username).where(Person.id == last))
    for number, client in enumerate(inside):
        avoided = {"avoids": f"@{handle}"} if number == 0 else {}
        assert (await client.post(call, data=PLACE | avoided)).status_code == 303
    await ada.post(f"{call}/day/run")
    await ada.post(f"{call}/day/publish")

    async with founded.instance.reading() as db:
        members = set(await db.scalars(select(CirclePlace.person_id).join(CircleMember)))
        sealed = await db.scalar(select(CirclePlace.avoids).where(CirclePlace.avoids.is_not(None)))
    assert len(members) == 3
    assert sealed is not None
    assert str(last).encode() not in sealed
    assert f"@{handle}" in (await inside[0].get(call)).text or "formed" in (await inside[0].get(call)).text
    for client in (ada, inside[3]):
        for page in (call, f"{call}/day", "/circles"):
            assert f'value="@{handle}"' not in (await client.get(page)).text


async def test_publishing_what_is_no_longer_true_is_refused(
    federation: Federation, founded: Founded, ada: httpx.AsyncClient
) -> None:
    call, inside = await called(ada), await people(federation, founded, 4)
    for client in inside[:3]:
        await client.post(call, data=PLACE)
    await ada.post(f"{call}/day/run")
    await inside[3].post(call, data=PLACE)

    refused = await ada.post(f"{call}/day/publish")

    assert refused.status_code == 422
    assert "run the matching again" in refused.text
    async with founded.instance.reading() as db:
        assert (await db.scalars(select(Circle))).all() == []


async def test_only_the_organiser_sees_and_runs_matching_day(
    founded: Founded, ada: httpx.AsyncClient, jonas: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    call = await called(ada)

    assert (await jonas.get(f"{call}/day")).status_code == 404
    assert (await jonas.post(f"{call}/day/run")).status_code == 404
    assert (await jonas.post(f"{call}/withdraw")).status_code == 403
    assert "Herbstzirkel" not in (await stranger.get("/circles")).text
    assert (await ada.post(f"{call}/withdraw")).status_code == 303
    assert (await jonas.get(call)).status_code == 404


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": ""}),
        ("topics", {"topics": ""}),
        ("slots", {"time2": "", "day2": "", "time3": "", "day3": ""}),
        ("slots", {"time1": "25:99"}),
        ("starts_on", {"starts_on": "1999-01-01"}),
        ("sign_up_until", {"until_day": "2026-04-13"}),
        ("smallest", {"smallest": "8", "largest": "3"}),
        ("guide_url", {"guide": "-", "guide_url": "javascript:alert(1)"}),
        ("languages", {"de": ""}),
    ],
)
async def test_what_is_wrong_with_a_call_stands_beside_its_field(
    founded: Founded, ada: httpx.AsyncClient, field: str, changes: dict[str, str]
) -> None:
    wrong = await ada.post("/circles/new", data=CALL | changes)

    assert wrong.status_code == 422
    assert f'id="{field}-error"' in wrong.text


async def test_one_time_is_not_enough_and_strange_input_is_no_fault(
    founded: Founded, ada: httpx.AsyncClient, jonas: httpx.AsyncClient
) -> None:
    call = await called(ada)
    wrong = await jonas.post(call, data={**PLACE, "slot1": ""})
    strange = await jonas.post(
        call, data={"topic1": "x" * 99, "slot13": "yes", "partner": "@nobody", "avoids": "," * 90}
    )

    assert wrong.status_code == strange.status_code == 422
    for field in ("topics", "slots", "partner"):
        assert f'id="{field}-error"' in strange.text
    assert (await jonas.get("/circles/99999999999999999999")).status_code == 404
    assert (await ada.post(f"{call}/day/refill", data={"circle": "9" * 19})).status_code in (404, 422)
    async with founded.instance.reading() as db:
        assert (await db.scalars(select(CircleCall.state))).all() == ["open"]


async def test_on_matching_day_the_circles_are_formed_by_themselves_and_wait_for_the_organiser(
    federation: Federation, founded: Founded, ada: httpx.AsyncClient, clock: FrozenClock
) -> None:
    call, inside = await called(ada), await people(federation, founded, 3)
    for client in inside:
        await client.post(call, data=PLACE)
    await form_circles(federation)
    before = main_of((await ada.get(f"{call}/day")).text)
    clock.advance(days=23)

    await form_circles(federation)
    later = await as_employee(federation, founded.admin)
    after = main_of((await later.get(f"{call}/day")).text)
    late = await later.post(call, data=PLACE)

    assert "3 of 3 people" not in before
    assert "3 of 3 people" in after
    assert late.status_code == 422
    async with founded.instance.reading() as db:
        assert (await db.scalars(select(Circle))).all() == []


async def test_lists_ask_as_often_for_three_as_for_one(
    federation: Federation, founded: Founded, ada: httpx.AsyncClient
) -> None:
    viewer = employee_viewer(founded.admin.id)
    for count in (1, 2, 3):
        call = await called(ada)
        inside = [*await people(federation, founded, 2, f"c{count}-"), ada]
        for client in inside:
            await client.post(call, data=PLACE)
        await ada.post(f"{call}/day/run")
        await ada.post(f"{call}/day/publish")
        await called(ada)
        async with founded.instance.reading() as db:
            with queries_of(db) as queries:
                mine = await own_circles(db, viewer)
                await circle_calls(db, viewer, founded.instance.clock.now())
                found = await one_circle(db, viewer, mine[0].circle.id)
        assert found is not None
        assert (len(mine), len(found.circle.members), len(queries)) == (count, 3, 6)


async def test_what_nobody_needs_any_more_is_forgotten(
    federation: Federation, founded: Founded, ada: httpx.AsyncClient, clock: FrozenClock
) -> None:
    call, _, _ = await running(federation, founded, ada)
    number = int(call.rsplit("/", 1)[1])
    async with founded.instance.unit_of_work() as uow:
        lonely = CirclePlace(
            id=uow.new_id(), call_id=number, company_id=founded.company.id, person_id=founded.employee.id,
            topics=[], languages=[], slots=[], utc_offset=0, since=uow.now,
        )  # fmt: skip
        uow.db.add(lonely)

    async with founded.instance.unit_of_work() as uow:
        early = await forget_old_sign_ups(uow)
    clock.advance(weeks=30)
    async with founded.instance.unit_of_work() as uow:
        late = [await forget_old_sign_ups(uow), await forget_old_sign_ups(uow)]

    async with founded.instance.reading() as db:
        left = (await db.scalars(select(CirclePlace.person_id))).all()
        kept = await db.scalar(select(CircleCall.matching))
    assert (early, late) == (0, [1, 0])
    assert len(left) == 3
    assert founded.employee.id not in left
    assert kept is None


async def test_meetings_are_held_moved_and_counted(
    federation: Federation, founded: Founded, ada: httpx.AsyncClient
) -> None:
    _, inside, circle = await running(federation, founded, ada)

    early = await inside[0].post(f"{circle}/meetings/1/held", data={"held": "yes"})
    moved = await inside[0].post(f"{circle}/meetings/2/move", data={"starts_at": "2026-04-22T08:15"})
    past = await inside[0].post(f"{circle}/meetings/2/move", data={"starts_at": "2020-04-22T08:15"})
    page = (await inside[1].get(circle)).text

    assert (early.status_code, moved.status_code, past.status_code) == (409, 303, 422)
    assert "08:15–09:15" in page
    assert "0 of 12 meetings" in page
