"""A company with a provider of its own, and people with a browser."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.federation.neighbourhood import Neighbour, neighbour
from tests.oidc.provider_process import SECRET, ProviderProcess, provider_process
from tests.support.authority import Authority
from tests.support.databases import Databases


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The private authority that provider and company are certified by."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def provider_server(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProviderProcess]:
    """One process for all tests."""
    with provider_process(authority, tmp_path_factory.mktemp("oidc") / "provider.log") as provider:
        yield provider


@pytest.fixture
async def provider(provider_server: ProviderProcess) -> ProviderProcess:
    """The provider, which knows Mara and her groups."""
    await provider_server.knows(
        "mara-1",
        email="mara@birke.example",
        email_verified=True,
        name="Mara Jensen",
        zoneinfo="Europe/Lisbon",
        groups=["learning-team", "everybody"],
    )
    return provider_server


@pytest.fixture
async def birke(
    databases: Databases, tmp_path: Path, authority: Authority, provider: ProviderProcess
) -> AsyncIterator[Neighbour]:
    """A company over TLS, without any danger switch, that trusts the provider."""
    secret = tmp_path / "oidc.secret"
    secret.write_text(SECRET + "\n", encoding="utf-8")
    async with neighbour(
        databases,
        tmp_path / "birke",
        "birke",
        authority,
        danger_private_networks=False,
        oidc_issuer=provider.issuer,
        oidc_client_secret_file=secret,
        oidc_employee_groups=("everybody",),
        oidc_admin_groups=("learning-team",),
    ) as company:
        await provider.open_for(company.origin)
        yield company


@pytest.fixture
async def page(browser: Browser, birke: Neighbour) -> AsyncIterator[Page]:
    """A window of somebody who reads German and has never been here; nothing on its pages goes wrong."""
    context = await browser.new_context(locale="de-DE", ignore_https_errors=True)
    yield await context.new_page()
    await context.close()
