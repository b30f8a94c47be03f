"""People of the company who publish over HTTP, and try again as people do when they are told to."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

import httpx

from tests.cluster.company import session_form
from tests.support.companies import PASSWORD

PATIENCE_SECONDS = 180.0
TIRED_SECONDS = 3.0
"""How long somebody waits before the next try."""
ANSWER_SECONDS = 30.0
SENTENCES = ("Our database", "Unsere Datenbank")


class Told(Enum):
    """What a page said that is neither the wished for nor nothing at all."""

    LATER = "503 with a sentence"
    NOTHING = "no answer"
    WRONG = "anything else"


@dataclass
class Wish:
    """A session that somebody wants to offer."""

    title: str
    pressed: float
    """Of `time.time`, as all moments here."""
    answered: float | None = None
    path: str = ""
    was_found: bool = False
    """It was there although the answer had been lost."""
    final_title: str = ""

    @property
    def took(self) -> float:
        """Seconds from the first try until somebody knew that it is there."""
        return (self.answered or time.time()) - self.pressed


@dataclass
class Employees:
    """All of them; each has one browser, which goes to another server with every try."""

    browsers: Sequence[httpx.AsyncClient]
    servers: Sequence[str]
    wishes: list[Wish] = field(default_factory=list)
    told: list[tuple[float, Told, str]] = field(default_factory=list)
    """What did not go well, when, and for `WRONG` the details."""
    answers: list[float] = field(default_factory=list)
    """When something was done."""

    async def sign_in(self, browser: httpx.AsyncClient, email: str) -> bool:
        """Whether the server let somebody in."""
        form = {"email": email, "password": PASSWORD, "next": "/"}
        answer = await self._ask(browser, "POST", 0, "/sign-in", form)
        return isinstance(answer, httpx.Response)

    async def offer(self, number: int) -> None:
        """Offers a session and, with every fifth, says something else about it later."""
        browser = self.browsers[number % len(self.browsers)]
        title = f"Linsen schleifen {number:04d}"
        wish = Wish(title, time.time(), final_title=title)
        self.wishes.append(wish)
        if await self._publish(browser, number, wish) and number % 5 == 0 and wish.path:
            wish.final_title = f"{title}, mit Kaffee"
            await self._insist(browser, number, f"{wish.path}/edit", session_form(wish.final_title))

    async def _publish(self, browser: httpx.AsyncClient, number: int, wish: Wish) -> bool:
        """Presses until it is there; looks first wherever nobody could say whether it is."""
        form, tries = session_form(wish.title), number
        while time.time() - wish.pressed < PATIENCE_SECONDS:
            answer = await self._ask(browser, "POST", tries, "/sessions/new", form)
            if isinstance(answer, httpx.Response):
                wish.path = httpx.URL(answer.headers["location"]).path
                break
            tries += 1
            await asyncio.sleep(TIRED_SECONDS)
            if answer is not Told.LATER and await self._is_there(browser, tries, wish):
                wish.was_found = True
                break
        else:
            return False
        wish.answered = time.time()
        return True

    async def _is_there(self, browser: httpx.AsyncClient, tries: int, wish: Wish) -> bool:
        while time.time() - wish.pressed < PATIENCE_SECONDS:
            answer = await self._ask(browser, "GET", tries, "/mine")
            if isinstance(answer, httpx.Response):
                return wish.title in answer.text
            tries += 1
            await asyncio.sleep(TIRED_SECONDS)
        return False

    async def _insist(self, browser: httpx.AsyncClient, tries: int, path: str, form: dict[str, str]) -> None:
        """Says the same again until it is taken: what is changed twice in the same way is changed once."""
        end = time.time() + PATIENCE_SECONDS
        while time.time() < end:
            if isinstance(await self._ask(browser, "POST", tries, path, form), httpx.Response):
                return
            tries += 1
            await asyncio.sleep(TIRED_SECONDS)

    async def _ask(
        self,
        browser: httpx.AsyncClient,
        method: str,
        server: int,
        path: str,
        form: dict[str, str] | None = None,
    ) -> httpx.Response | Told:
        url = self.servers[server % len(self.servers)] + path
        try:
            answer = await browser.request(method, url, data=form)
        except httpx.HTTPError as error:
            return self._note(Told.NOTHING, repr(error))
        if answer.status_code in (200, 303) and (method == "GET" or answer.status_code == 303):
            self.answers.append(time.time())
            return answer
        if answer.status_code != 503:
            return self._note(Told.WRONG, f"{path}: {answer.status_code} {answer.text[:500]}")
        is_honest = "retry-after" in answer.headers and any(said in answer.text for said in SENTENCES)
        if not is_honest:
            return self._note(Told.WRONG, f"{path}: 503 without a sentence: {answer.text[:500]}")
        self._note(Told.LATER, "")
        # Told to look first: as if there had been no answer, and counted as what it was.
        return Told.NOTHING if _says_to_look(answer.text) else Told.LATER

    def _note(self, told: Told, detail: str) -> Told:
        self.told.append((time.time(), told, detail))
        return told


def _says_to_look(page: str) -> bool:
    return "look whether" in page or "Schau bitte nach" in page
