"""A matching day of sixty people of three companies over real HTTP: no names before all have said yes."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from alliance.circling import leave_circle
from alliance.models import Circle, CircleMember, CirclePlace, Company, Employee
from federation.uris import Uris
from tests.federation.circle_scene import (
    TOPICS,
    Seat,
    are_quiet,
    are_seated,
    arrived,
    calls,
    circle_of,
    colleagues,
    everything_sent,
    has_places,
    keeps_nothing_of_what_came,
    known_names,
    matches,
    says,
    seats,
    signs_up,
)
from tests.federation.neighbourhood import Neighbour, ally, neighbourhood
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey
NAMES = ("Annegret", "Bertholdine", "Clothilde")
HOURS = ((0, 1), (1, 2), (2, 3))


@pytest.fixture
async def three(databases: Databases, tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """Birke, Linde and Ulme, each allied with both others."""
    async with neighbourhood(databases, tmp_path, "birke", "linde", "ulme") as companies:
        birke, linde, ulme = companies
        await ally(birke, linde)
        await ally(birke, ulme)
        await ally(linde, ulme)
        yield companies


async def test_a_matching_day_of_sixty_people_of_three_companies(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    call = await calls(birke)
    people = [await _sign_up(here, name) for here, name in zip(three, NAMES, strict=True)]
    # A pair of two companies: a code, handed from one to the other.
    code = (await signs_up(linde, await arrived(linde), people[1][0], TOPICS[:1], (0, 1))).own_code
    await signs_up(ulme, await arrived(ulme), people[2][0], TOPICS[:1], (0, 1), partner=code)
    await has_places(birke, call, 60)
    await are_quiet(*three)

    matching = await matches(birke, call)
    wanted = await _seats_of(birke)
    assert matching.placed == sum(wanted.values()) >= 50
    assert sum(one.companies == 3 for one in matching.circles) >= len(matching.circles) // 2
    seated = [await are_seated(here, wanted[here.instance.settings.host]) for here in three]
    with_linde = await circle_of(linde, people[1][0].id)
    with_ulme = await circle_of(ulme, people[2][0].id)
    assert with_linde is not None
    assert with_ulme is not None
    assert with_linde.uri == with_ulme.uri

    # The last of each circle waits.
    last: dict[str, tuple[Neighbour, Seat]] = {}
    for here, found in zip(three, seated, strict=True):
        addresses = await _addresses(here)
        for seat in found:
            address = addresses[seat.circle_id]
            if address in last:
                await says(*last[address])
            last[address] = (here, seat)
    await are_quiet(*three)
    _names_nobody([await everything_sent(here) for here in three], (*NAMES, "Nummer", code))
    for here in three:
        assert {seat.state for seat in await seats(here)} == {"asked"}
        assert await keeps_nothing_of_what_came(here)

    for here, seat in last.values():
        await says(here, seat)
    for here in three:
        await eventually(partial(_everybody_is_known, here), within=30)
    assert "Clothilde Nummer0" in await known_names(linde, with_linde.id)
    assert "Bertholdine Nummer0" in await known_names(ulme, with_ulme.id)

    async with linde.instance.unit_of_work() as uow:
        await leave_circle(uow, with_linde.id, people[1][0].id)
    await eventually(lambda: _is_unknown(ulme, with_ulme.id, "Bertholdine Nummer0"), within=30)
    _names_nobody([await everything_sent(here) for here in three], (code,))


def _names_nobody(sent: Iterable[bytes], words: tuple[str, ...]) -> None:
    """No mail address, no name and none of these words is anywhere in it."""
    secret = (*words, "@birke", "@linde", "@ulme", ".example")
    for bodies in sent:
        assert b'"type":"Circle' in bodies
        assert [word for word in secret if word.encode() in bodies] == []


async def _sign_up(here: Neighbour, name: str) -> list[Employee]:
    people, theirs = await colleagues(here, 20, name), await arrived(here)
    for number, who in enumerate(people):
        await signs_up(here, theirs, who, TOPICS[number % 3 :][:1], HOURS[number // 3 % 3])
    return people


async def _seats_of(birke: Neighbour) -> Counter[str]:
    async with birke.instance.reading() as db:
        rows = await db.scalars(
            select(Company.host)
            .join(CirclePlace, CirclePlace.company_id == Company.id)
            .join(CircleMember, CircleMember.place_id == CirclePlace.id)
        )
        return Counter(rows.all())


async def _addresses(here: Neighbour) -> dict[int, str]:
    """What everybody calls a circle, by its number here."""
    async with here.instance.reading() as db:
        circles = await db.scalars(select(Circle))
        return {one.id: one.uri or Uris(here.origin).circle(one.id) for one in circles}


async def _everybody_is_known(here: Neighbour) -> bool:
    found = await seats(here)
    names = [await known_names(here, number) for number in {seat.circle_id for seat in found}]
    return {seat.state for seat in found} == {"running"} and all(all(one) for one in names)


async def _is_unknown(here: Neighbour, circle_id: int, name: str) -> bool:
    return name not in await known_names(here, circle_id)
