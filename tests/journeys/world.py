"""Three companies on this machine that found an alliance, and people with a browser at each."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, StorageState

from alliance.employing import add_employee
from alliance.settings import Settings
from alliance.signing_in import hash_password
from federation.wiring import Federation, open_instance
from tests.journeys.allying import Allying, ally_by_clicking
from tests.journeys.devices import DESK, Device
from tests.journeys.meeting_room import MeetingRoom
from tests.journeys.somebody import Somebody, somebody
from tests.support.companies import PASSWORD, CompanyProcess, free_port

# Two employees for each company, besides its administrator.
STAFF = {
    "nordlicht": ("Lena Voss", "Tarek Aziz"),
    "alpenwerk": ("Mia Berger", "Jan Kofler"),
    "hansewerft": ("Ole Petersen", "Antje Claasen"),
}


@dataclass
class Talkative(CompanyProcess):
    """A company whose server writes down everything that it can."""

    def _environment(self) -> dict[str, str]:
        return super()._environment() | {"ALLIANCE_LOG": "debug"}


@dataclass
class World:
    """The companies, the room in which they meet and how they became allies."""

    companies: tuple[CompanyProcess, ...]
    browser: Browser
    room: MeetingRoom
    allying: list[Allying] = field(default_factory=list)
    _people: AsyncExitStack = field(default_factory=AsyncExitStack)
    _cookies: dict[str, StorageState] = field(default_factory=dict)

    @property
    def nordlicht(self) -> CompanyProcess:
        """Where most sessions of the journeys are offered."""
        return self.companies[0]

    @property
    def alpenwerk(self) -> CompanyProcess:
        """Whose Mia joins them."""
        return self.companies[1]

    @property
    def hansewerft(self) -> CompanyProcess:
        """Whose Ole looks on, or waits."""
        return self.companies[2]

    async def open(self) -> None:
        """Founds and starts all companies, and lets each pair ally by clicking."""
        await asyncio.gather(*(company.found() for company in self.companies))
        for company in self.companies:
            await _employ(company)
            await company.start()
        for inviting, invited in ((0, 1), (0, 2), (1, 2)):
            met = await ally_by_clicking(self.browser, self.companies[inviting], self.companies[invited])
            self.allying.append(met)

    async def close(self) -> None:
        """Ends every server."""
        await self.send_home()
        for company in self.companies:
            await company.stop()

    async def somebody(self, company: CompanyProcess, device: Device = DESK, which: int = 0) -> Somebody:
        """One of the two employees of a company; they sign in once and keep their cookies."""
        email = email_of(company, which)
        known = self._cookies.get(email)
        one = await self._people.enter_async_context(somebody(self.browser, company, device, known))
        if known is None:
            await one.sign_in(email)
            self._cookies[email] = await one.page.context.storage_state()
        else:
            await one.reads_programme()
        return one

    async def stranger(self, company: CompanyProcess, device: Device = DESK) -> Somebody:
        """Somebody in front of the pages of a company who is not signed in."""
        return await self._people.enter_async_context(somebody(self.browser, company, device))

    async def send_home(self) -> None:
        """Closes every browser."""
        await self._people.aclose()


def world_in(folder: Path, browser: Browser, room: MeetingRoom) -> World:
    """The companies, each with a folder of its own in `folder`; nothing is founded yet."""
    ports = {name: free_port() for name in STAFF}
    return World(
        tuple(Talkative(name, folder / name, port, port) for name, port in ports.items()), browser, room
    )


def email_of(company: CompanyProcess, which: int = 0) -> str:
    """With what one of the two employees signs in."""
    return f"{STAFF[company.name][which].partition(' ')[0].lower()}@{company.name}.example"


async def opened(company: CompanyProcess) -> Federation:
    """The instance of a company, opened a second time beside its server; whoever opens it closes both."""
    _, federation = await open_instance(Settings.from_env({}, company.folder))
    return federation


async def _employ(company: CompanyProcess) -> None:
    federation = await opened(company)
    hashed = await asyncio.to_thread(hash_password, PASSWORD)
    async with federation.instance.unit_of_work() as uow:
        for which, name in enumerate(STAFF[company.name]):
            await add_employee(uow, email_of(company, which), name, password_hash=hashed)
    await federation.close()
    await federation.instance.close()
