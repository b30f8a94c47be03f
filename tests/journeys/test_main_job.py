"""The main job, from one company to another: offered by the form, seen, joined, met, moved and called off."""

import re

import pytest
from playwright.async_api import expect

from tests.journeys.devices import DESK, DEVICES, Device
from tests.journeys.somebody import LOOK_EVERY, SOON
from tests.journeys.world import STAFF, World
from tests.support.eventually import eventually

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.anyio]

on_every_device = pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
on_every_kind_of_device = pytest.mark.parametrize("device", DEVICES[:3], ids=lambda device: device.name)


async def test_two_administrators_ally_by_clicking(world: World) -> None:
    seen = world.allying[0]

    assert "Alpenwerk" in seen.introduction
    assert world.alpenwerk.origin in seen.introduction
    assert re.search(r"[0-9a-f]{4} [0-9a-f]{4}", seen.introduction), "no fingerprint to compare"
    assert "no answer yet" in seen.at_the_inviting[0]
    assert "Allied since" in seen.at_the_inviting[1]
    assert "Verbündet seit" in seen.at_the_invited[0]


@on_every_device
async def test_a_session_goes_from_one_company_to_an_employee_of_another(
    world: World, device: Device
) -> None:
    title, link = f"Sketchnotes, {device.name}", world.room.link(f"room-{device.name}")
    lena = await world.somebody(world.nordlicht, device)
    mia = await world.somebody(world.alpenwerk, device)
    ole = await world.somebody(world.hansewerft, device)

    await lena.offer(title, link=link)
    seconds = [await mia.sees(title), await ole.sees(title)]
    print(f"\n{device.name}: seen at the others after {seconds[0]:.2f} s and {sum(seconds):.2f} s")  # noqa: T201
    assert sum(seconds) < 15

    await mia.opens(title)
    await expect(mia.page.locator("main")).not_to_contain_text(link)
    await mia.joins()
    await mia.is_told("Asked. You don't need to do anything until there is an answer.")
    await mia.stands(mia.say("You are in"))
    way = await mia.personal_link()
    assert way.startswith(f"{world.nordlicht.origin}/meet/")

    await mia.press(mia.panel.get_by_role("link", name=mia.say("To the meeting")))
    await expect(mia.page.get_by_role("heading")).to_have_text("Welcome to the meeting")
    assert mia.page.url == link

    await lena.page.reload()
    await expect(lena.page.locator(".people")).to_contain_text(STAFF["alpenwerk"][0])


@on_every_kind_of_device
async def test_whoever_leaves_has_no_way_in_any_more(world: World, device: Device) -> None:
    title = f"Prompts, {device.name}"
    lena = await world.somebody(world.nordlicht, device)
    mia = await world.somebody(world.alpenwerk, device)
    await lena.offer(title, link=world.room.link(f"left-{device.name}"))
    await mia.opens(title)
    await mia.joins()
    way = await mia.personal_link()

    session = mia.page.url
    await mia.leaves()
    await expect(mia.panel.get_by_role("link", name=mia.say("To the meeting"))).to_have_count(0)

    async def shut() -> bool:
        answer = await mia.page.goto(way)
        return answer is not None and answer.status == 410

    await eventually(shut, within=SOON, every=LOOK_EVERY)
    await expect(mia.page.locator("main")).to_contain_text(
        mia.say("This personal link no longer opens the meeting.")
    )

    await mia.page.goto(session)
    await mia.joins()
    assert await mia.personal_link() != way
    assert await shut(), "the old link opens again"


@on_every_kind_of_device
async def test_what_the_host_changes_arrives_at_the_partners(world: World, device: Device) -> None:
    before, after = f"Vektoren, {device.name}", f"Vektoren für alle, {device.name}"
    lena = await world.somebody(world.nordlicht, device)
    mia = await world.somebody(world.alpenwerk, device)
    address = await lena.offer(before, link=world.room.link(f"changed-{device.name}"))
    await mia.sees(before)

    await lena.press(lena.page.get_by_role("link", name=lena.say("Edit"), exact=True))
    await lena.write_down(after)
    await lena.press(lena.page.locator("main .form-end .main"))
    await lena.is_told("Changed. Everybody who is going sees the new version.")
    await mia.sees(after)
    assert await mia.row(before).count() == 0

    await lena.page.goto(address)
    await lena.calls_off("Ich bin krank.")
    await mia.opens(after)
    await mia.stands(mia.say("Cancelled"))
    await expect(mia.panel).to_contain_text("Ich bin krank.")
    await expect(mia.panel.locator("form")).to_have_count(0)


@on_every_kind_of_device
async def test_what_is_withdrawn_disappears_everywhere(world: World, device: Device) -> None:
    title = f"Knoten, {device.name}"
    lena = await world.somebody(world.nordlicht, device)
    mia = await world.somebody(world.alpenwerk, device)
    await lena.offer(title, link=world.room.link(f"withdrawn-{device.name}"))
    await mia.opens(title)
    known = mia.page.url

    await lena.takes_back()
    await mia.sees_no_more(title)
    answer = await mia.page.goto(known)

    assert answer is not None
    assert answer.status in (404, 410)


@on_every_kind_of_device
async def test_a_free_place_goes_to_whoever_waits_in_another_company(world: World, device: Device) -> None:
    title = f"Mit den Händen, {device.name}"
    lena = await world.somebody(world.nordlicht, device)
    mia = await world.somebody(world.alpenwerk, device)
    ole = await world.somebody(world.hansewerft, device)
    await lena.offer(title, link=world.room.link(f"one-{device.name}"), capacity="1")
    await mia.opens(title)
    await mia.joins()
    await mia.stands(mia.say("You are in"))

    await ole.opens(title)
    await ole.joins()
    await ole.stands(ole.say("On the waiting list"))
    await expect(ole.panel.get_by_role("link", name=ole.say("To the meeting"))).to_have_count(0)

    await mia.leaves()
    await ole.stands(ole.say("You are in"))
    assert await ole.personal_link()


async def test_a_session_for_one_company_never_leaves_it(world: World) -> None:
    lena = await world.somebody(world.nordlicht)
    mia = await world.somebody(world.alpenwerk)
    await lena.offer("Unter uns", link=world.room.link("among-us"), audience="company")
    await lena.offer("Nach uns", link=world.room.link("after-us"))

    # Nordlicht's activities arrive in order: with the second session there, the first will not come any more.
    await mia.sees("Nach uns")

    assert await mia.row("Unter uns").count() == 0
    tarek = await world.somebody(world.nordlicht, DESK, which=1)
    await tarek.reads_programme()
    assert await tarek.row("Unter uns").count() == 1
