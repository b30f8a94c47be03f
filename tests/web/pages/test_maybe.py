"""Whoever may come says so: the host knows, no place is taken, and a place taken before is free again."""

import httpx
import pytest

from alliance.instance import Instance
from tests.support.founding import Founded
from tests.web.pages.scenes import from_partner, offered, partner

pytestmark = pytest.mark.anyio


async def test_perhaps_takes_no_place_and_can_become_a_yes_or_a_no(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee, capacity=1)
    address = f"/sessions/{session.id}"

    said = await ada.post(f"{address}/maybe")
    page, guests = (await ada.get(address)).text, (await jonas.get(address)).text
    await ada.post(f"{address}/join")
    going = (await ada.get(address)).text
    await ada.post(f"{address}/maybe")
    free = (await ada.get(address)).text
    await ada.post(f"{address}/leave")
    left = (await ada.get(address)).text

    assert said.headers["location"] == address
    assert ("You have no place until you join." in page, f"{address}/join" in page) == (True, True)
    assert ("Ada Petersen" in guests, "Maybe<" in guests) == (True, True)
    assert ("You are in" in going, "You are in" in free) == (True, False)
    assert (f"{address}/leave" in free, f"{address}/maybe" in left) == (True, True)


async def test_other_companies_are_told_of_a_yes_or_a_no(
    ada: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await from_partner(instance, await partner(instance))
    address = f"/sessions/{session.id}"

    page, said = (await ada.get(address)).text, await ada.post(f"{address}/maybe")

    assert (f"{address}/maybe" in page, said.status_code) == (False, 409)


async def test_strangers_say_nothing(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee, audience="public")

    said = await stranger.post(f"/sessions/{session.id}/maybe")

    assert said.status_code == 401
    assert "/maybe" not in (await stranger.get(f"/sessions/{session.id}")).text
