"""What an ally lists is fetched, what it no longer lists is gone, and what came meanwhile is newer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import Company, Partner, Session
from alliance.receiving import partner_allied, partner_asked
from alliance.settings import Settings
from federation.catch_ups import ask_for_catch_up, catch_up_done, due_catch_ups
from federation.catching_up import catch_up_with_allies
from federation.keys import generate_keys
from federation.models import CatchUp
from federation.uris import INSTANCE, Uris
from federation.wiring import Federation
from tests.alliance.stage import introduction
from tests.federation.handlers.arriving import event
from tests.partner import Partner as Server
from tests.partner import partner
from tests.support.clock import FrozenClock
from tests.support.founding import found


@dataclass
class Neighbourhood:
    """Nordlicht and an ally whose answers a test writes."""

    federation: Federation
    server: Server
    company: Company

    async def look(self) -> int:
        """Fetches what is due."""
        return await catch_up_with_allies(self.federation)

    def lists(self, *events: dict[str, Any], **more: Any) -> None:
        """What the ally has on its list of upcoming sessions."""
        address = f"{self.company.uri}/upcoming"
        self.server.documents["/company/upcoming"] = {
            "id": address,
            "type": "OrderedCollection",
            "orderedItems": list(events),
            **more,
        }

    def session(self, number: int, **changes: Any) -> dict[str, Any]:
        """A session of the ally in three days."""
        uri = f"{self.server.origin}/sessions/{number}"
        starts = self.federation.instance.clock.now() + timedelta(days=3)
        times = {"startTime": starts.isoformat(), "endTime": (starts + timedelta(hours=1)).isoformat()}
        return event(origin=self.server.origin, id=uri, url=uri, name=f"Session {number}", **times) | changes

    async def held(self) -> dict[str, bool]:
        """The titles of what we hold; whether it is still there."""
        async with self.federation.instance.reading() as db:
            rows = await db.execute(select(Session.title, Session.withdrawn_at).order_by(Session.title))
            return {title: withdrawn_at is None for title, withdrawn_at in rows}

    async def due(self) -> int:
        async with self.federation.instance.reading() as db:
            return len(await due_catch_ups(db, self.federation.instance.clock.now()))

    async def ask(self) -> None:
        async with self.federation.instance.unit_of_work() as uow:
            await ask_for_catch_up(uow, self.company.id)


@pytest.fixture
async def there(settings: Settings, clock: FrozenClock) -> AsyncIterator[Neighbourhood]:
    instance = Instance(replace(settings, danger_private_networks=True), clock=clock)
    await found(instance)
    federation = await Federation.open(instance)
    async with partner(clock) as server:
        uris = Uris(server.origin)
        async with instance.unit_of_work() as uow:
            await generate_keys(uow, INSTANCE)
            asking = await partner_asked(
                uow,
                introduction(
                    server.authority, origin=server.origin, uri=uris.company, instance_uri=uris.instance
                ),
            )
            asking.we_said_yes = True
            await partner_allied(uow, asking.company_id)
        server.add_actor("/company", "Group", upcomingEvents=f"{uris.company}/upcoming")
        yield Neighbourhood(federation, server, asking.company)
    await federation.close()
    await instance.close()


async def test_what_is_listed_is_there_afterwards_and_once(there: Neighbourhood) -> None:
    there.lists(there.session(1), there.session(2))

    assert (await there.look(), await there.look()) == (1, 0)

    assert await there.held() == {"Session 1": True, "Session 2": True}
    await there.ask()
    await there.look()
    assert await there.held() == {"Session 1": True, "Session 2": True}


async def test_what_is_no_longer_listed_is_gone_and_may_come_back(there: Neighbourhood) -> None:
    there.lists(there.session(1), there.session(2))
    await there.look()

    there.lists(there.session(2))
    await there.ask()
    await there.look()
    gone = await there.held()
    there.lists(there.session(1), there.session(2))
    await there.ask()
    await there.look()

    assert gone == {"Session 1": False, "Session 2": True}
    assert await there.held() == {"Session 1": True, "Session 2": True}


async def test_sessions_that_are_over_stay(there: Neighbourhood, clock: FrozenClock) -> None:
    there.lists(there.session(1))
    await there.look()
    clock.advance(days=5)

    there.lists()
    await there.ask()
    await there.look()

    assert await there.held() == {"Session 1": True}


async def test_an_unreadable_list_takes_nothing_away(there: Neighbourhood) -> None:
    there.lists(there.session(1), there.session(2))
    await there.look()

    there.lists(there.session(1), {"type": "Event", "id": "nonsense"})
    await there.ask()
    await there.look()

    assert await there.held() == {"Session 1": True, "Session 2": True}


async def test_only_its_own_sessions_are_taken_from_a_company(there: Neighbourhood) -> None:
    there.lists(
        there.session(1),
        there.session(2, attributedTo="https://evil.example/company"),
        there.session(3, id="https://evil.example/sessions/3"),
        there.session(4, id="https://nordlicht.example/sessions/4"),
    )

    await there.look()

    assert await there.held() == {"Session 1": True}


async def test_a_page_on_another_host_is_not_followed(there: Neighbourhood) -> None:
    there.lists(there.session(1), first="https://evil.example/page")

    await there.look()

    assert await there.held() == {}
    assert "/page" not in there.server.asked


async def test_a_list_that_bites_its_tail_ends(there: Neighbourhood) -> None:
    there.lists(there.session(1), first=f"{there.company.uri}/upcoming")

    await there.look()

    assert await there.held() == {"Session 1": True}


async def test_an_ally_that_is_down_is_asked_again_later(there: Neighbourhood, clock: FrozenClock) -> None:
    there.server.documents["/company/upcoming"] = 503

    await there.look()
    at_once = await there.due()
    clock.advance(minutes=2)

    assert (at_once, await there.due()) == (0, 1)
    there.lists(there.session(1))
    await there.look()
    assert await there.held() == {"Session 1": True}
    async with there.federation.instance.reading() as db:
        assert (await db.get_one(Partner, there.company.id)).caught_up_at == clock.now()


async def test_who_is_no_ally_is_not_fetched_from(there: Neighbourhood) -> None:
    async with there.federation.instance.unit_of_work() as uow:
        (await uow.db.get_one(Partner, there.company.id)).state = "paused"
    there.lists(there.session(1))

    assert await there.look() == 0


async def test_what_is_asked_for_during_a_fetch_is_fetched_again(there: Neighbourhood) -> None:
    async with there.federation.instance.reading() as db:
        ((company_id, version),) = await due_catch_ups(db, there.federation.instance.clock.now())
    await there.ask()

    async with there.federation.instance.unit_of_work() as uow:
        await catch_up_done(uow, company_id, version)

    assert await there.due() == 1
    async with there.federation.instance.reading() as db:
        assert (await db.scalars(select(CatchUp.version))).one() == version + 1
