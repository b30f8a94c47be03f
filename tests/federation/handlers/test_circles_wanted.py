"""A call for circles that is for some of the allied companies: the others neither hear of it nor sign up."""

import orjson
import pytest

from alliance.circle_calls import withdraw_call
from alliance.errors import Invalid
from alliance.partnering import pause_company, resume_company
from federation.handlers import PROCESSED, ignored
from tests.federation.announcements.outgoing import sent
from tests.federation.handlers.arriving import OURS, THEIRS, Arriving
from tests.federation.handlers.circling import ZEDER, Circling

HOSTS = ("alpenwerk.example", "zeder.example", "lind.example")


@pytest.fixture
async def circling(arriving: Arriving) -> Circling:
    """Nordlicht with three allies."""
    found = Circling(arriving)
    for host in HOSTS:
        await found.ally(host)
    return found


async def test_it_is_told_to_each_of_those_alone_and_taken_back_there(circling: Circling) -> None:
    wanted = [(await circling.stage.know(host)).id for host in HOSTS[1:]]
    call = await circling.our_call(companies=tuple(wanted))
    async with circling.stage.instance.unit_of_work() as uow:
        await withdraw_call(uow, call.id, circling.stage.admin)

    told = [one for one in await sent(circling.stage.instance) if one.object_uri.endswith(str(call.id))]
    calls, gone = told[:2], told[2:]

    assert sorted(one.inboxes for one in calls) == [("https://lind.example/inbox",), (f"{ZEDER}/inbox",)]
    for one in calls:  # nobody reads who else was asked
        assert one.body["to"] == [one.inboxes[0].replace("/inbox", "/company")]
        assert "partners" not in orjson.dumps(one.body).decode()
    assert [one.inboxes for one in gone] == [("https://lind.example/inbox", f"{ZEDER}/inbox")]


async def test_others_can_not_sign_up_and_hear_of_it_neither_later(circling: Circling) -> None:
    zeder, alpenwerk = (await circling.stage.know("zeder.example")), await circling.stage.know()
    call = await circling.our_call(companies=(zeder.id,))

    assert await circling.hear(circling.place(call, "zoe", ZEDER), ZEDER) == PROCESSED
    assert await circling.hear(circling.place(call, "anna")) == ignored(
        "nothing that we know of, or that they may know"
    )
    for company in (alpenwerk, zeder):
        async with circling.stage.instance.unit_of_work() as uow:
            await pause_company(uow, company.id)
        async with circling.stage.instance.unit_of_work() as uow:
            await resume_company(uow, company.id)
    told = [one for one in await sent(circling.stage.instance) if f"{OURS}/circles" in str(one.body)]
    assert {one.inboxes for one in told} == {(f"{ZEDER}/inbox",)}
    assert all(f"{THEIRS}/inbox" not in one.inboxes for one in told)


async def test_only_companies_that_we_are_allied_with_can_be_named(circling: Circling) -> None:
    with pytest.raises(Invalid) as caught:
        await circling.our_call(companies=(12345,))
    house = await circling.our_call("company", companies=(12345,))

    assert list(caught.value.problems) == ["companies"]
    assert house.companies_wanted is None
