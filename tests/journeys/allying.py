"""Two administrators found an alliance by clicking: one types a host name, the other says yes."""

from dataclasses import dataclass

from playwright.async_api import Browser, Locator

from tests.journeys.devices import DESK, Device
from tests.journeys.somebody import SOON, Somebody, somebody
from tests.support.companies import CompanyProcess
from tests.support.eventually import eventually


@dataclass(frozen=True)
class Allying:
    """What the two of them read on the way, in order."""

    introduction: str
    at_the_inviting: tuple[str, ...]
    at_the_invited: tuple[str, ...]


async def ally_by_clicking(browser: Browser, inviting: CompanyProcess, invited: CompanyProcess) -> Allying:
    """The administrator of `inviting` sits at a desk, the one of `invited` holds a phone in German."""
    phone = Device("phone", language="de", width=360, height=740)
    async with somebody(browser, inviting, DESK) as here, somebody(browser, invited, phone) as there:
        await here.sign_in(inviting.admin)
        await there.sign_in(invited.admin)
        introduction = await _invite(here, invited)
        waiting = await _section(here, "Invited", invited)
        asking = await _section(there, "Waiting for your answer", inviting)
        await there.press(asking.get_by_role("button", name=there.say("Accept")))
        return Allying(
            introduction=introduction,
            at_the_inviting=(await waiting.inner_text(), await _allied(here, invited)),
            at_the_invited=(await _allied(there, inviting),),
        )


async def _invite(admin: Somebody, other: CompanyProcess) -> str:
    """Types the host name, reads who that is, and says yes; returns what was read."""
    await admin.page.goto(f"{admin.company.origin}/alliance")
    await admin.page.locator("#host").fill(other.host)
    await admin.press(admin.page.get_by_role("button", name=admin.say("Who is that?")))
    introduction = await admin.page.locator(".introduction").inner_text()
    await admin.press(admin.page.locator(".introduction form .main"))
    await admin.is_told("Invited. They see your invitation as soon as their server has answered.")
    return introduction


async def _allied(admin: Somebody, other: CompanyProcess) -> str:
    return await (await _section(admin, "Allied companies", other)).inner_text()


async def _section(admin: Somebody, title: str, other: CompanyProcess) -> Locator:
    """The line of another company in this section of the page, as soon as it is there."""
    heading = admin.page.get_by_role("heading", level=2, name=admin.say(title))
    section = admin.page.locator("section").filter(has=heading)
    line = section.locator(".partner").filter(has_text=other.host)

    async def look() -> bool:
        await admin.page.goto(f"{admin.company.origin}/alliance")
        return await line.count() == 1

    await eventually(look, within=SOON)
    return line
