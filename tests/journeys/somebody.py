"""Somebody in front of the pages of their company, doing what people do there: by clicking and typing."""

import html
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from playwright.async_api import Browser, Locator, Page, StorageState, expect

from tests.journeys.devices import Device
from tests.support.companies import PASSWORD, CompanyProcess
from tests.support.eventually import eventually
from web.texts import Texts

# A partner hears of something within five seconds; a test machine may be busy with other tests.
SOON = 30.0
LOOK_EVERY = 0.2
# How long a page may take to show what a click led to, in milliseconds.
PATIENCE = 15_000


class Somebody:
    """An employee of one company with a browser of their own."""

    def __init__(self, page: Page, company: CompanyProcess, device: Device) -> None:
        self.page = page
        self.company = company
        self.device = device
        self.texts = Texts(device.language)

    def say(self, text: str, **parameters: object) -> str:
        """A text of the pages in this person's language."""
        return self.texts.gettext(text, **parameters)

    async def sign_in(self, email: str) -> None:
        """Signs in by the form and lands on the programme."""
        await self.page.goto(f"{self.company.origin}/sign-in")
        await self.page.get_by_label(self.say("E-mail"), exact=True).fill(email)
        await self.page.get_by_label(self.say("Password"), exact=True).fill(PASSWORD)
        await self.press(
            self.page.get_by_role("main").get_by_role("button", name=self.say("Sign in"), exact=True)
        )
        await expect(self.page).to_have_url(f"{self.company.origin}/")

    async def offer(self, title: str, *, link: str, when: str = "", **more: str) -> str:
        """Publishes by the form with its four fields, and fills what is folded away only if asked to.

        Returns the address of the new session.
        """
        await self.press(self.page.locator("a[href='/sessions/new']:visible").first)
        await self.write_down(title, link=link, when=when or self.usual_time, **more)
        await self.press(self.page.locator("main .form-end .main"))
        await self.is_told("Published. Everybody it is meant for can see it now.")
        return self.page.url

    @property
    def usual_time(self) -> str:
        """Tomorrow at four, as this person says it."""
        return {"de": "morgen 16:00, 45 min", "en": "tomorrow 4pm, 45 min"}[self.device.language]

    async def write_down(self, title: str, *, link: str = "", when: str = "", **more: str) -> None:
        """Types into the form for a session; `more` are fields of its folded part by their names."""
        fields = {"title": title, "description": f"What *{title}* is about.", "when": when}
        for name, value in (fields | {"meeting_link": link}).items():
            if value:
                await self.page.locator(f"#{name}").fill(value)
        if more:
            fold = self.page.locator("#more")
            if await fold.get_attribute("open") is None:
                await fold.locator("> summary").click()
        for name, value in more.items():
            if name == "audience":
                await self.choose(f"#more [name=audience][value={value}]")
            else:
                await self.page.locator(f"#more [name={name}]").fill(value)

    async def choose(self, which: str) -> None:
        """Clicks the label of what can be chosen once it has come to rest: unfolding moves it."""
        field = self.page.locator(which)
        await field.locator("xpath=ancestor::label").click()
        await expect(field).to_be_checked()

    async def reads_programme(self) -> None:
        """Opens the start page."""
        await self.page.goto(f"{self.company.origin}/")

    def row(self, title: str) -> Locator:
        """The row of a session on the start page."""
        return self.page.locator("article.row").filter(has=self.page.get_by_text(title, exact=True))

    async def sees(self, title: str, *, within: float = SOON) -> float:
        """Looks at the start page again and again until the session is there; returns the seconds it took."""
        return await self._looks(title, True, within)

    async def sees_no_more(self, title: str, *, within: float = SOON) -> float:
        """The same until the session is gone."""
        return await self._looks(title, False, within)

    async def _looks(self, title: str, wanted: bool, within: float) -> float:
        began = time.monotonic()

        async def look() -> bool:
            if wanted and title not in await self._answer("/"):
                return False
            await self.reads_programme()
            return (await self.row(title).count() > 0) is wanted

        await eventually(look, within=within, every=LOOK_EVERY)
        return time.monotonic() - began

    async def _answer(self, address: str) -> str:
        """What the company answers to this browser now; showing it takes ten times as long as asking."""
        cookies = await self.page.context.cookies(self.company.origin)
        headers = {
            "Host": self.company.host,
            "Accept": "text/html",
            "Accept-Language": self.device.language,
            "Cookie": "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies),
        }
        here = f"http://127.0.0.1:{self.company.bind_port}"
        path = address.removeprefix(self.company.origin)
        async with httpx.AsyncClient(base_url=here, verify=False, timeout=SOON) as client:  # noqa: S501 - no TLS
            return html.unescape((await client.get(path, headers=headers)).text)

    async def opens(self, title: str) -> None:
        """Goes to the page of a session by its row."""
        await self.sees(title)
        await self.press(self.row(title).get_by_role("link", name=title))
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    @property
    def panel(self) -> Locator:
        """Where the page of a session says how one takes part."""
        return self.page.locator("#taking-part")

    async def stands(self, words: str, *, within: float = SOON) -> None:
        """Reads the page of the session again until the panel says these words."""

        async def look() -> bool:
            if words in await self.panel.locator(".state-line").inner_text():
                return True
            if words in await self._answer(self.page.url):
                await self.page.reload()
            return False

        await eventually(look, within=within, every=LOOK_EVERY)

    async def joins(self) -> None:
        """Presses the one button of a session's page."""
        await self.press(self.panel.locator("form:not(.later) button"))

    async def leaves(self) -> None:
        """Gives the place, the wait or the question back."""
        await self.press(self.panel.locator("form.later button"))
        await self.is_told("You are no longer taking part. Your place is free for somebody else.")

    async def personal_link(self) -> str:
        """Where the button to the meeting leads, as soon as it is there."""
        way = self.panel.get_by_role("link", name=self.say("To the meeting"))

        async def look() -> str | None:
            if await way.count() == 0 and "/meet/" in await self._answer(self.page.url):
                await self.page.reload()
            return await way.get_attribute("href") if await way.count() else None

        return await eventually(look, within=SOON, every=LOOK_EVERY)

    async def calls_off(self, note: str) -> None:
        """Cancels the session whose page is open, with a sentence."""
        await self.press(self.page.get_by_role("link", name=self.say("Cancel"), exact=True))
        await self.page.locator("#note").fill(note)
        await self.press(self.page.get_by_role("button", name=self.say("Yes, cancel it")))
        await self.is_told("Cancelled. Everybody who was going learns about it.")

    async def takes_back(self) -> None:
        """Withdraws the session whose page is open."""
        await self.press(self.page.get_by_role("link", name=self.say("Withdraw"), exact=True))
        await self.press(self.page.get_by_role("button", name=self.say("Yes, withdraw")))
        await self.is_told("Withdrawn. The session is gone here and at the allied companies.")

    async def is_told(self, text: str) -> None:
        """Expects a notice on the page that has just opened."""
        await expect(self.page.locator(".notice")).to_have_text(re.compile(re.escape(self.say(text))))

    async def press(self, target: Locator) -> None:
        """Clicks, on a phone taps, what must be seen and reached for that; waits for the page behind it."""
        async with self.page.expect_navigation():
            await (target.tap() if self.device.width < 600 else target.click())


@asynccontextmanager
async def somebody(
    browser: Browser, company: CompanyProcess, device: Device, state: StorageState | None = None
) -> AsyncIterator[Somebody]:
    """Somebody at the pages of `company`, signed in if `state` says so; scripts that break are noticed."""
    context = await device.context(browser, state)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    yield Somebody(page, company, device)
    await context.close()
    # Chromium counts answers such as 410 as errors of the page; they are asserted where they matter.
    assert [said for said in broken if "Failed to load resource" not in said] == []
