"""Takes the pictures of docs/screenshots from a demo that is started for it, or from one that is running.

.venv/bin/python -m tools.screenshots            starts the demo in a folder of its own
.venv/bin/python -m tools.screenshots 8001       takes them from Nordlicht's demo on this port
.venv/bin/python -m tools.screenshots 8001 said   takes this one alone
"""

import asyncio
import base64
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, ViewportSize

from tests.support.browser import chromium
from web.command_line.demonstrating import PORTS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
EMAIL, PASSWORD = "mara@nordlicht.example", "gemeinsam-lernen"
MOST_BYTES = 3_000_000
READY = b"Ctrl-C"
QUALITY = 82


@dataclass(frozen=True)
class Shot:
    """One way to look at the pages: how wide, how bright, in which language."""

    name: str
    width: int
    height: int
    scale: float
    scheme: Literal["light", "dark"]
    language: str


SHOTS = (
    Shot("desktop-light-en", 1280, 860, 1.5, "light", "en"),
    Shot("desktop-dark-de", 1280, 860, 1.5, "dark", "de"),
    Shot("phone-light-de", 390, 844, 2, "light", "de"),
    Shot("phone-dark-en", 390, 844, 2, "dark", "en"),
)

SAID = {
    "en": (
        "Sketchnotes for beginners: five shapes are enough",
        "We draw together for half an hour. Afterwards you can put a meeting on one page. A pen is enough.",
        "Thu 16:00, 45 min",
    ),
    "de": (
        "Sketchnotes für den Einstieg: fünf Formen reichen",
        "Wir zeichnen eine halbe Stunde zusammen. Danach bringst du eine Sitzung auf eine Seite. "
        "Ein Stift genügt.",
        "Do 16:00, 45 min",
    ),
}


SEARCHED = {"en": "retro", "de": "lehrling"}
# What somebody said in a recording.
SAID_THERE = {"en": "coffee round", "de": "Fehler 14"}
# Of what docs/one-month.md tells there are two ways to look at it.
STORY_SHOTS = ("desktop-light-en", "phone-light-de")
# What docs/administrator-guide.md and docs/works-council-guide.md describe, in one way to look at it.
CONSOLE_SHOT = "desktop-light-en"


async def main(port: int | None, wanted: Sequence[str] = ()) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with _demo(port) as origin, chromium() as browser:
        for shot in SHOTS:
            await _take(browser, origin, shot, wanted)
    size = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    print(f"{len(list(FOLDER.glob('*.webp')))} pictures, {size / 1e6:.1f} MB")
    if size > MOST_BYTES:
        print(f"More than {MOST_BYTES / 1e6:.0f} MB: too much for a repository.", file=sys.stderr)
        return 1
    return 0


@asynccontextmanager
async def _demo(port: int | None) -> AsyncIterator[str]:
    """The origin of Nordlicht in the demo."""
    if port is not None:
        yield f"http://nordlicht.localhost:{port}"
        return
    with tempfile.TemporaryDirectory() as folder:
        command = ["demo", "--data", f"{folder}/demo", "--ports", PORTS]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from web.command_line import main; main()", *command),
            cwd=ROOT, stdin=DEVNULL, stdout=PIPE,
        )  # fmt: skip
        try:
            await _until_ready(process)
            yield f"http://nordlicht.localhost:{PORTS.partition(',')[0]}"
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _until_ready(process: asyncio.subprocess.Process) -> None:
    """Reads what the demo says until it serves. Raises RuntimeError when it ends before."""
    assert process.stdout is not None  # noqa: S101 - it was asked for above
    while line := await process.stdout.readline():
        if READY in line:
            return
    raise RuntimeError("The demo has ended by itself.")


async def _take(browser: Browser, origin: str, shot: Shot, wanted: Sequence[str]) -> None:
    """Every page in one way to look at it."""
    context = await browser.new_context(
        locale=shot.language,
        viewport=ViewportSize(width=shot.width, height=shot.height),
        device_scale_factor=shot.scale,
        color_scheme=shot.scheme,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(f"{origin}/sign-in")
    if not wanted or "sign-in" in wanted:
        await _picture(page, "sign-in", shot)
    await _sign_in(page, shot)
    pages = (
        PAGES | (STORY if shot.name in STORY_SHOTS else {}) | (CONSOLE if shot.name == CONSOLE_SHOT else {})
    )
    for name, visit in pages.items():
        if not wanted or name in wanted:
            await visit(page, origin, shot)
            await _picture(page, name, shot)
    await context.close()


async def _sign_in(page: Page, shot: Shot) -> None:
    await page.locator("#email").fill(EMAIL)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("main form[action='/sign-in'] .main").click()
    await page.wait_for_url("**/")
    # The language belongs to the account: whoever is signed in takes it along.
    switch = page.locator(f"footer [name=language][value={shot.language}]")
    async with page.expect_navigation():
        await switch.click()


async def _picture(page: Page, name: str, shot: Shot) -> None:
    """What the window shows, as WebP: text stays sharp in a fifth of the bytes of a PNG."""
    await page.evaluate("document.fonts.ready")
    await page.mouse.move(0, 0)
    session = await page.context.new_cdp_session(page)
    taken = await session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    await session.detach()
    (FOLDER / f"{name}-{shot.name}.webp").write_bytes(base64.b64decode(taken["data"]))


async def _programme(page: Page, origin: str, shot: Shot) -> None:
    await page.goto(f"{origin}/")


async def _calendar(page: Page, origin: str, shot: Shot) -> None:
    """The week after this one, which is full."""
    await page.goto(f"{origin}/calendar/week/{_next_week()}")


def _next_week() -> str:
    year, week, _ = (datetime.now(UTC) + timedelta(days=7)).isocalendar()
    return f"{year}-W{week:02}"


async def _search(page: Page, origin: str, shot: Shot) -> None:
    await page.goto(f"{origin}/search?q={SEARCHED[shot.language]}")


async def _mine(page: Page, origin: str, shot: Shot) -> None:
    await page.goto(f"{origin}/mine")


async def _session(page: Page, origin: str, shot: Shot) -> None:
    """A session of another company in which Mara has a place, else the first one of another company."""
    await page.goto(f"{origin}/?outside=1")
    mine = page.locator("article.row:has(.state.good) h3 a")
    others = page.locator("article.row:not(.cancelled) h3 a")
    way = mine if await mine.count() else others
    await page.goto(f"{origin}{await way.first.get_attribute('href')}")


async def _offer(page: Page, origin: str, shot: Shot) -> None:
    """The form, filled, with what it makes of that beside it."""
    await page.goto(f"{origin}/sessions/new")
    title, description, when = SAID[shot.language]
    await page.locator("#title").fill(title)
    await page.locator("#description").fill(description)
    await page.locator("#meeting_link").fill("https://meet.nordlicht.example/sketchnotes")
    async with page.expect_response(lambda answer: answer.request.method == "POST"):
        await page.locator("#when").fill(when)
    await page.locator("#preview", has_text=title).wait_for()
    await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


async def _experts(page: Page, origin: str, shot: Shot) -> None:
    await page.goto(f"{origin}/experts")


async def _person(page: Page, origin: str, shot: Shot) -> None:
    """An expert of another company."""
    await page.goto(f"{origin}/experts?outside=1")
    way = await page.locator(".person h2 a").first.get_attribute("href")
    await page.goto(f"{origin}{way}")


async def _alliance(page: Page, origin: str, shot: Shot) -> None:
    await page.goto(f"{origin}/alliance")


async def _settings(page: Page, origin: str, shot: Shot) -> None:
    await page.goto(f"{origin}/settings")


async def _community(page: Page, origin: str, shot: Shot) -> None:
    await page.goto(f"{origin}/communities")
    way = page.locator(".community :is(h2, h3) a")
    await page.goto(f"{origin}{await way.first.get_attribute('href')}")


async def _series(page: Page, origin: str, shot: Shot) -> None:
    """The series of the first date in the list."""
    await page.goto(f"{origin}/sessions")
    row = page.locator("article.row", has=page.locator("use[href$='#repeat']"))
    await page.goto(f"{origin}{await row.locator('h3 a').first.get_attribute('href')}")
    await page.goto(f"{origin}{await page.locator('.part-of a').first.get_attribute('href')}")


async def _circle(page: Page, origin: str, shot: Shot) -> None:
    """Mara's own circle, else what she reads of circles."""
    await page.goto(f"{origin}/circles")
    own = page.locator("main a[href^='/circles/']:not([href$='/new'])")
    if await own.count():
        await page.goto(f"{origin}{await own.first.get_attribute('href')}")


async def _request(page: Page, origin: str, shot: Shot) -> None:
    """The first request that a session came of, else the first."""
    await page.goto(f"{origin}/requests")
    answered = page.locator(".wish:has(.answers) h2 a")
    way = answered if await answered.count() else page.locator(".wish h2 a")
    await page.goto(f"{origin}{await way.first.get_attribute('href')}")


async def _stories(page: Page, origin: str, shot: Shot) -> None:
    await page.goto(f"{origin}/stories")


async def _said(page: Page, origin: str, shot: Shot) -> None:
    """A passage that a search has found, on the page of its session."""
    await page.goto(f"{origin}/search?q={SAID_THERE[shot.language]}")
    way = await page.locator(".heard h3 a").first.get_attribute("href")
    await page.goto(f"{origin}{way}")
    await page.locator("#said").scroll_into_view_if_needed()


async def _numbers(page: Page, origin: str, shot: Shot) -> None:
    await page.goto(f"{origin}/numbers")


PAGES: dict[str, Callable[[Page, str, Shot], Awaitable[None]]] = {
    "programme": _programme,
    "calendar": _calendar,
    "search": _search,
    "session": _session,
    "offer": _offer,
    "experts": _experts,
    "person": _person,
    "mine": _mine,
    "alliance": _alliance,
    "settings": _settings,
}
STORY: dict[str, Callable[[Page, str, Shot], Awaitable[None]]] = {
    "community": _community,
    "series": _series,
    "circle": _circle,
    "request": _request,
    "stories": _stories,
    "said": _said,
    "numbers": _numbers,
}


def _at(path: str) -> Callable[[Page, str, Shot], Awaitable[None]]:
    """A visit that only goes there."""

    async def visit(page: Page, origin: str, shot: Shot) -> None:
        await page.goto(f"{origin}{path}")

    return visit


CONSOLE: dict[str, Callable[[Page, str, Shot], Awaitable[None]]] = {
    "admin-overview": _at("/admin"),
    "admin-people": _at("/admin/people"),
    "admin-connections": _at("/admin/federation"),
    "admin-company": _at("/admin/company"),
    "admin-moderation": _at("/admin/moderation"),
    "admin-settings": _at("/admin/settings"),
    "admin-outbound": _at("/admin/outbound"),
    "admin-approval": _at("/admin/approval"),
    "admin-audit": _at("/admin/audit"),
    "data": _at("/privacy"),
}


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else None, sys.argv[2:])))
