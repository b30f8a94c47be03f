"""An employee who publishes, edits and withdraws through the pages, and does not give up."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from tests.support.companies import PASSWORD, CompanyProcess
from tests.support.eventually import eventually


@dataclass
class Host:
    """Somebody at one company, with a browser; every request is repeated until the server answers it."""

    company: CompanyProcess
    chance: random.Random
    published: list[str] = field(default_factory=list)
    acts: int = 0

    async def sign_in(self, browser: httpx.AsyncClient) -> None:
        """Signs in by the form."""
        form = {"email": self.company.admin, "password": PASSWORD, "next": "/"}
        answer = await self._post(browser, "/sign-in", form)
        assert answer.status_code == 303, answer.text

    async def act(self, browser: httpx.AsyncClient) -> None:
        """Publishes, edits or withdraws something."""
        self.acts += 1
        choice = self.chance.random()
        if not self.published or choice < 0.5:
            await self._publish(browser)
        elif choice < 0.85:
            await self._edit(browser, self.chance.choice(self.published))
        else:
            await self._withdraw(browser, self.published.pop(self.chance.randrange(len(self.published))))

    async def _publish(self, browser: httpx.AsyncClient) -> None:
        answer = await self._post(browser, "/sessions/new", self._session_form())
        if answer.status_code == 303:
            self.published.append(httpx.URL(answer.headers["location"]).path)
            return
        raise AssertionError(f"publishing was answered with {answer.status_code}: {answer.text[:2000]}")

    async def _edit(self, browser: httpx.AsyncClient, path: str) -> None:
        answer = await self._post(browser, f"{path}/edit", self._session_form())
        assert answer.status_code == 303, answer.text[:2000]

    async def _withdraw(self, browser: httpx.AsyncClient, path: str) -> None:
        answer = await self._post(browser, f"{path}/withdraw", {})
        # After a kill the first try may have gone through without an answer.
        assert answer.status_code in (303, 404, 410), answer.text[:2000]

    def _session_form(self) -> dict[str, str]:
        room = f"{self.company.name}-{self.acts}-{self.chance.randint(0, 10**9)}"
        start = datetime.now(UTC) + timedelta(
            days=self.chance.randint(2, 50), hours=self.chance.randint(0, 8)
        )
        return {
            "title": f"{self.company.name} shows number {self.acts}",
            "description": f"As of change {self.acts}: what we *learned*, {self.chance.randint(0, 10**9)}.",
            "date": start.date().isoformat(),
            "time": f"{start:%H}:30",
            "length": self.chance.choice(["30", "45", "60"]),
            "meeting_link": f"https://meet.example/{room}",
            "audience": self.chance.choice(["public", "alliance"]),
            "timezone": "Europe/Berlin",
            "language": self.chance.choice(["de", "en"]),
            "join_mode": "free",
            "host_shown": "yes",
        }

    async def _post(self, browser: httpx.AsyncClient, path: str, form: dict[str, str]) -> httpx.Response:
        async def attempt() -> httpx.Response | None:
            try:
                answer = await browser.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"})
            except httpx.HTTPError:
                return None
            return None if answer.status_code == 503 else answer

        return await eventually(attempt, within=60)


def browser_of(company: CompanyProcess) -> httpx.AsyncClient:
    """A browser that reaches a company past the proxy, with its cookies."""
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{company.bind_port}", headers={"Host": company.host}, timeout=15
    )
