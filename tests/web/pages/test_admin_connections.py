"""Administrators see whether everything reaches everyone, why not, and what helps; nobody else sees it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import Employee
from federation.hosts import PAGE, host_row, hosts, reach
from federation.models import Delivery, Destination, Lane, ReceivedActivity, RefusedRequest, RejectionTally
from federation.outbox import send
from federation.uris import COMPANY
from tests.support.client import main_of
from tests.support.clock import FrozenClock
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.scenes import partner

pytestmark = pytest.mark.anyio

HERE = "/admin/federation"
ALPENWERK = f"{HERE}/hosts/alpenwerk.example"
SECRET = "https://teams.example/meet/2711?p=geheim42"


async def queued(instance: Instance, *hosts: str) -> None:
    """A delivery to each of some hosts, with a secret in its body."""
    async with instance.unit_of_work() as uow:
        await send(
            uow, actor=COMPANY, activity={"type": "Accept", "content": SECRET}, object_uri="x",
            inboxes=[f"https://{host}/inbox" for host in hosts], is_public=False,
        )  # fmt: skip


async def failing(instance: Instance, host: str, error: str = "TimedOut: 10 s", **more: Any) -> None:
    """A host that has not answered lately."""
    async with instance.unit_of_work() as uow:
        uow.db.add(
            Destination(
                host=host, failures=7, failing_since=uow.now, last_failure_at=uow.now,
                open_until=uow.now + timedelta(minutes=4), last_error=error, **more,
            )
        )  # fmt: skip


async def given_up(instance: Instance, host: str) -> None:
    """Makes dead letters of all that waits for a host."""
    async with instance.unit_of_work() as uow:
        rows = select(Delivery).join(Lane, Lane.id == Delivery.lane_id).where(Lane.host == host)
        for delivery in await uow.db.scalars(rows):
            delivery.state, delivery.attempts, delivery.last_error = "dead", 40, "gone fishing"


async def states(instance: Instance) -> list[str]:
    async with instance.reading() as db:
        return list(await db.scalars(select(Delivery.state).order_by(Delivery.id)))


EVERY_DOOR = [
    ("GET", "/admin"),
    ("GET", HERE),
    ("GET", f"{HERE}/refused"),
    ("GET", f"{HERE}/refused/1"),
    ("GET", ALPENWERK),
    ("POST", f"{ALPENWERK}/now"),
    ("POST", f"{ALPENWERK}/again"),
    ("GET", f"{ALPENWERK}/drop"),
    ("POST", f"{ALPENWERK}/drop"),
]


@pytest.mark.parametrize(("method", "address"), EVERY_DOOR)
async def test_strangers_are_asked_to_sign_in(
    stranger: httpx.AsyncClient, instance: Instance, method: str, address: str
) -> None:
    await partner(instance)

    answer = await stranger.request(method, address)

    if method == "GET":
        assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize(("method", "address"), EVERY_DOOR)
@pytest.mark.parametrize("roles", [["employee"], ["moderator"]])
async def test_for_employees_and_moderators_there_is_nothing(
    jonas: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
    method: str,
    address: str,
    roles: list[str],
) -> None:
    await queued(instance, "alpenwerk.example")
    await given_up(instance, "alpenwerk.example")
    async with instance.unit_of_work() as uow:
        employee = await uow.db.get(Employee, founded.employee.id)
        assert employee is not None
        employee.roles = roles

    answer = await jonas.request(method, address)

    moderators_have_pages = address == "/admin" and roles == ["moderator"] and answer.status_code == 303
    assert answer.status_code == 404 or moderators_have_pages
    assert answer.headers.get("location") != HERE
    assert await states(instance) == ["dead"]


async def test_with_nothing_under_way_the_answer_is_yes(ada: httpx.AsyncClient) -> None:
    page = main_of((await ada.get(HERE)).text)

    assert "Yes. Everything has reached everyone it is meant for." in page
    assert "No other server yet" in page


async def test_the_menu_of_admins_leads_there(ada: httpx.AsyncClient, jonas: httpx.AsyncClient) -> None:
    assert 'href="/admin"' in (await ada.get("/")).text
    assert 'href="/admin"' not in (await jonas.get("/")).text
    assert f'href="{HERE}"' in (await ada.get("/admin")).text


async def test_a_host_that_does_not_answer_is_told_with_its_reason_and_what_waits(
    ada: httpx.AsyncClient, instance: Instance, clock: FrozenClock
) -> None:
    await partner(instance)
    await queued(instance, "alpenwerk.example", "birch.example")
    await failing(instance, "alpenwerk.example", last_success_at=clock.now() - timedelta(hours=1))
    clock.advance(minutes=3)

    page = main_of((await ada.get(HERE)).text)

    assert "Not everything: 1 server does not answer. 2 deliveries wait, the oldest since 09:00." in page
    assert [said in page for said in (
        "Alpenwerk",
        "Allied",
        "No success since 08:00",
        "alpenwerk.example took too long to answer.",
        "Next try at 09:04.",
        "1, the oldest since 09:00",
        "Stranger",
    )] == [True] * 7  # fmt: skip


async def test_german_admins_read_german(ada: httpx.AsyncClient, instance: Instance) -> None:
    await queued(instance, "alpenwerk.example")
    await failing(instance, "alpenwerk.example", "503 overloaded")

    page = main_of((await ada.get(HERE, headers={"Accept-Language": "de"})).text)

    assert "Nicht alles: 1 Server antwortet nicht." in page
    assert "Er antwortete mit dem Fehler 503: overloaded" in page


async def test_work_that_nobody_does_is_noticed(
    ada: httpx.AsyncClient, instance: Instance, clock: FrozenClock
) -> None:
    await queued(instance, "alpenwerk.example")
    assert "1 delivery is on its way" in (await ada.get(HERE)).text
    clock.advance(minutes=3)

    assert "Is a worker running?" in (await ada.get(HERE)).text


async def test_what_others_say_is_never_markup(ada: httpx.AsyncClient, instance: Instance) -> None:
    await queued(instance, "alpenwerk.example")
    await failing(instance, "alpenwerk.example", "500 <script>alert(1)</script>")

    page = (await ada.get(HERE)).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


async def test_trying_now_ends_the_pause(
    ada: httpx.AsyncClient, instance: Instance, clock: FrozenClock
) -> None:
    await queued(instance, "alpenwerk.example")
    await failing(instance, "alpenwerk.example")
    async with instance.unit_of_work() as uow:
        for lane in await uow.db.scalars(select(Lane)):
            lane.next_at = clock.now() + timedelta(minutes=4)
    clock.advance(seconds=5)

    answer = await ada.post(f"{ALPENWERK}/now")

    assert (answer.status_code, answer.headers["location"]) == (303, ALPENWERK)
    async with instance.reading() as db:
        lane = (await db.scalars(select(Lane))).one()
        known = await db.get(Destination, "alpenwerk.example")
    assert known is not None
    assert (lane.next_at, known.open_until, known.failures) == (clock.now(), clock.now(), 1)


async def test_another_site_cannot_press_the_button(ada: httpx.AsyncClient, instance: Instance) -> None:
    await queued(instance, "alpenwerk.example")

    answer = await ada.post(f"{ALPENWERK}/now", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


async def test_dead_letters_are_listed_and_sent_again_or_put_aside_after_asking(
    ada: httpx.AsyncClient, instance: Instance
) -> None:
    await queued(instance, "alpenwerk.example")
    await given_up(instance, "alpenwerk.example")
    assert "1 message was given up" in (await ada.get(HERE)).text
    assert "gone fishing" in (await ada.get(ALPENWERK)).text

    await ada.post(f"{ALPENWERK}/again")
    assert await states(instance) == ["waiting"]

    await given_up(instance, "alpenwerk.example")
    question = await ada.get(f"{ALPENWERK}/drop")
    assert "Put aside what was given up?" in question.text
    assert await states(instance) == ["dead"]
    await ada.post(f"{ALPENWERK}/drop")
    assert await states(instance) == ["dropped"]


async def test_a_host_shows_types_ids_times_and_outcomes_and_no_contents(
    ada: httpx.AsyncClient, instance: Instance
) -> None:
    await queued(instance, "alpenwerk.example")
    async with instance.unit_of_work() as uow:
        lane = Lane(id=uow.new_id(), direction="in", host="alpenwerk.example", actor="", next_at=None)
        uow.db.add(lane)
        await uow.db.flush()
        uow.db.add(
            ReceivedActivity(
                id=uow.new_id(), uri="https://alpenwerk.example/activities/77", type="Update", position=1,
                actor_uri="https://alpenwerk.example/company", lane_id=lane.id, state="refused",
                body=b'{"secret": "geheim42"}', reason="not the owner", received_at=uow.now,
            )
        )  # fmt: skip

    page = main_of((await ada.get(ALPENWERK)).text)

    for said in ("Accept", "https://alpenwerk.example/inbox", "Waiting", "Update", "activities/77", "Refused",
                 "not the owner"):  # fmt: skip
        assert said in page, said
    assert "geheim42" not in page


async def test_a_host_that_we_never_heard_of_is_not_there(ada: httpx.AsyncClient) -> None:
    assert (await ada.get(f"{HERE}/hosts/nobody.example")).status_code == 404
    assert (await ada.get(f"{HERE}/hosts/{'x' * 300}")).status_code == 404


async def test_filters_find_what_they_say(instance: Instance, clock: FrozenClock) -> None:
    await partner(instance)
    await queued(instance, "birch.example", "cedar.example")
    await given_up(instance, "cedar.example")
    await failing(instance, "dogwood.example")
    async with instance.unit_of_work() as uow:
        uow.db.add(
            RefusedRequest(
                id=1, day=uow.now.date(), host="elm.example", reason="too_old", is_known=False, count=3,
                first_at=uow.now, last_at=uow.now, explanation={},
            )
        )  # fmt: skip
        (await uow.db.scalars(select(Lane).where(Lane.host == "cedar.example"))).one().next_at = None

    async with instance.reading() as db:
        found = {
            which: [row.host.partition(".")[0] for row in (await hosts(db, clock.now(), which=which))[0]]
            for which in ("all", "partners", "trouble", "waiting", "dead", "refused")
        }
        typed, _ = await hosts(db, clock.now(), text="og")
        wild, _ = await hosts(db, clock.now(), text="%")

    assert found == {
        "all": ["alpenwerk", "birch", "cedar", "dogwood"],
        "partners": ["alpenwerk"],
        "trouble": ["dogwood"],
        "waiting": ["birch"],
        "dead": ["cedar"],
        "refused": ["elm"],
    }
    assert [row.host for row in typed] == ["dogwood.example"]
    assert wild == []


async def test_pages_lead_through_all_hosts_with_as_many_questions_for_one_as_for_many(
    ada: httpx.AsyncClient, instance: Instance, clock: FrozenClock
) -> None:
    async with instance.unit_of_work() as uow:
        for number in range(2 * PAGE + 7):
            uow.db.add(Destination(host=f"h{number:05}.example", last_success_at=uow.now))
    await queued(instance, *(f"h{number:05}.example" for number in range(0, 2 * PAGE, 3)))

    seen, after, counts = [], "", set()
    for _ in range(3):
        async with instance.reading() as db:
            with queries_of(db) as questions:
                rows, has_more = await hosts(db, clock.now(), after=after)
            counts.add(len(questions))
            with queries_of(db) as questions:
                await reach(db)
            assert len(questions) == 1
        seen += [row.host for row in rows]
        after = rows[-1].host
    assert seen == [f"h{number:05}.example" for number in range(2 * PAGE + 7)]
    assert not has_more
    assert counts == {8}

    page = (await ada.get(HERE)).text
    assert "after=h00049.example" in page
    assert "h00050.example" in (await ada.get(f"{HERE}?which=all&q=&after=h00049.example")).text


async def test_every_question_of_the_table_uses_an_index(instance: Instance, clock: FrozenClock) -> None:
    if not instance.database.is_sqlite:
        return
    async with instance.reading() as db:
        with queries_of(db) as questions:
            await hosts(db, clock.now())
            await host_row(db, "alpenwerk.example", clock.now())
        plans = []
        for statement, parameters in list(questions):
            rows = (await db.connection()).exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans += [str(row[-1]) for row in (await rows).all()]

    tables = ("delivery", "received_activity", "lane", "destination", "company", "refused_request")
    scans = [plan.split() for plan in plans if plan.startswith("SCAN") and "INDEX" not in plan]
    assert [scan for scan in scans if scan[1] in tables] == []


async def test_tallies_are_told_by_day_and_word(
    ada: httpx.AsyncClient, instance: Instance, clock: FrozenClock
) -> None:
    async with instance.unit_of_work() as uow:
        for days, reason, count in ((0, "too_old", 3), (0, "signature_wrong", 5), (1, "not_json", 2)):
            day = clock.now().date() - timedelta(days=days)
            uow.db.add(RejectionTally(day=day, reason=reason, count=count))

    page = main_of((await ada.get(f"{HERE}/refused")).text)

    for said in ("16 March", "The signature was too old: 3", "The signature was made with another key: 5",
                 "15 March", "The content could not be read: 2"):  # fmt: skip
        assert said in page, said
