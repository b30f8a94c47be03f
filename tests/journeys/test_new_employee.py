"""From the company's own account to an empty calendar: a newcomer takes part at another company, by mail too.

Two real instances, the certified OpenID provider of npm, a real mail server, a real browser with JavaScript
and a small phone without.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from alliance.employing import add_employee
from alliance.signing_in import hash_password
from tests.journeys.devices import DEVICES, Device
from tests.journeys.somebody import SOON, Somebody, somebody
from tests.journeys.world import opened
from tests.oidc.provider_process import SECRET, ProviderProcess, provider_process
from tests.support.authority import Authority
from tests.support.companies import PASSWORD, CompanyProcess, ally, free_port
from tests.support.eventually import eventually
from tests.support.post_office import PostOffice, post_office
from tests.web.mail.messages import Message, faults_of, message_of

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.anyio]

HOST = "mia@alpenwerk.example"
HERE = [DEVICES[0], DEVICES[3]]


@dataclass
class Configured(CompanyProcess):
    """A company with settings of its own."""

    settings: dict[str, str] = field(default_factory=dict)

    def _environment(self) -> dict[str, str]:
        return super()._environment() | self.settings


@dataclass
class Two:
    """The newcomer's company and the one that holds the session; what the first one's mail server took."""

    birke: CompanyProcess
    alpenwerk: CompanyProcess
    provider: ProviderProcess
    office: PostOffice

    async def mail(self, to: str, method: str) -> Message:
        """The next mail to somebody that tells their calendar this."""

        def arrived() -> Message | None:
            for letter in self.office.letters:
                message = message_of(letter)
                if (message.to, message.method) == (to, method):
                    self.office.letters.remove(letter)
                    return message
            return None

        return await eventually(arrived, within=SOON)


@pytest.fixture(scope="module")
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    """Both companies, allied; Birke's people sign in at the provider alone."""
    folder = tmp_path_factory.mktemp("newcomers")
    authority = Authority(folder)
    (folder / "oidc.secret").write_text(SECRET, encoding="utf-8")
    async with post_office() as office:
        with provider_process(authority, folder / "provider.log") as provider:
            birke = _birke(folder, authority, provider, office)
            port = free_port()
            two = Two(birke, CompanyProcess("alpenwerk", folder / "alpenwerk", port, port), provider, office)
            companies = [two.birke, two.alpenwerk]
            try:
                for company in companies:
                    await company.found()
                await _employ(two.alpenwerk)
                for company in companies:
                    await company.start()
                await ally(companies)
                await provider.open_for(birke.origin)
                yield two
            finally:
                for company in companies:
                    await company.stop()


def _birke(
    folder: Path, authority: Authority, provider: ProviderProcess, office: PostOffice
) -> CompanyProcess:
    assert office.server is not None
    settings = {
        "ALLIANCE_SMTP": f"smtp+plain://{office.server.host}:{office.server.port}",
        "ALLIANCE_OIDC_ISSUER": provider.issuer,
        "ALLIANCE_OIDC_CLIENT_SECRET_FILE": str(folder / "oidc.secret"),
        "SSL_CERT_FILE": str(authority.file),
    }
    port = free_port()
    return Configured("birke", folder / "birke", port, port, settings=settings)


async def _employ(company: CompanyProcess) -> None:
    federation = await opened(company)
    async with federation.instance.unit_of_work() as uow:
        await add_employee(uow, HOST, "Mia Berger", password_hash=hash_password(PASSWORD))
    await federation.close()
    await federation.instance.close()


async def come_in(one: Somebody, login: str) -> None:
    """Signs in with the company's account for the first time."""
    await one.page.goto(f"{one.company.origin}/sign-in")
    await one.page.get_by_role("link", name=one.say("Sign in with your company account")).click()
    await one.page.get_by_label("Name").fill(login)
    await one.page.get_by_role("button", name="Continue").click()
    await expect(one.page).to_have_url(f"{one.company.origin}/")


@pytest.mark.parametrize("device", HERE, ids=lambda device: device.name)
async def test_a_newcomer_joins_at_another_company_and_the_calendar_follows_by_mail(
    two: Two, browser: Browser, device: Device
) -> None:
    title, email = f"Glasuren, {device.name}", f"nora-{device.name}@birke.example"
    await two.provider.knows(device.name, email=email, email_verified=True, name="Nora Lund")
    async with somebody(browser, two.birke, device) as nora, somebody(browser, two.alpenwerk, device) as mia:
        await come_in(nora, device.name)
        await mia.sign_in(HOST)
        page = await mia.offer(title, link="https://meet.example/glazes-4711")

        await nora.opens(title)
        await nora.joins()
        await nora.stands(nora.say("You are in"))
        invitation = await two.mail(email, "REQUEST")

        await mia.page.goto(page)
        await mia.press(mia.page.get_by_role("link", name=mia.say("Edit"), exact=True))
        await mia.page.locator("#when").fill(
            "in 3 Tagen 17:00, 45 min" if device.language == "de" else "in 3 days 5pm, 45 min"
        )
        await mia.press(mia.page.locator("main .form-end .main"))
        change = await two.mail(email, "REQUEST")

        await mia.page.goto(page)
        await mia.calls_off("The kiln is broken.")
        end = await two.mail(email, "CANCEL")
        await nora.stands(nora.say("Cancelled"))

    letters = [invitation, change, end]
    assert [faults_of(one) for one in letters] == [[], [], []]
    assert len({str(one.event["UID"]) for one in letters}) == 1
    assert str(invitation.event["UID"]).endswith(f"@{two.alpenwerk.host}")
    numbers = [one.event.sequence or 0 for one in letters]
    assert numbers == sorted(set(numbers))
    days = [one.event.start.isoformat()[:10] for one in (invitation, change)]
    assert days == sorted(set(days))
    assert "The kiln is broken." in end.text
    assert two.birke.origin in invitation.text
    assert "glazes-4711" not in "".join(one.letter.as_string() + one.text for one in letters)
