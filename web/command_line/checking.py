"""`alliance check`: looks at everything that can be wrong before anybody else finds out."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import typer

from alliance.errors import AllianceError, WrongConfiguration
from alliance.settings import Settings
from alliance.vault import read_secret_file
from federation.failures import FetchFailed
from federation.wiring import Federation
from migrations.standing import refuse_unless_at_head
from web.command_line.mailing import look_into_mailbox
from web.command_line.rooms import room
from web.command_line.running import opened, run, say
from web.command_line.serving import refuse_unless_startable
from web.mail.handing_over import ServerAway, mail_server
from web.sign_in.discovery import Discovery, client_secret

app = room("alliance check", "Looks at everything that can be wrong.")
SECONDS_OFF = 60
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Verdict:
    """What one look found; `is_fine` None means that it could not be told."""

    about: str
    is_fine: bool | None
    says: str


@app.command()
def check() -> None:
    """Looks at configuration, database, clock, name, certificate, mail; exit code 1 when one is wrong."""
    settings = Settings.from_env()
    verdicts = [Verdict("configuration", True, settings.origin), _database(settings), _secret(settings)]
    if all(verdict.is_fine for verdict in verdicts):
        verdicts += run(_from_inside(settings))
    verdicts += [run(_mail(settings)), run(_mailbox(settings))]
    for verdict in verdicts:
        mark = {True: "ok     ", False: "WRONG  ", None: "?      "}[verdict.is_fine]
        say(f"{mark}{verdict.about:14}{verdict.says}")
    if any(verdict.is_fine is False for verdict in verdicts):
        raise typer.Exit(1)


def _database(settings: Settings) -> Verdict:
    try:
        refuse_unless_at_head(settings.database)
    except WrongConfiguration as error:
        return Verdict("database", False, str(error))
    kind = "SQLite" if settings.database.startswith("sqlite") else "PostgreSQL"
    return Verdict("database", True, f"{kind}, schema up to date")


def _secret(settings: Settings) -> Verdict:
    try:
        read_secret_file(settings.secret_file)
        refuse_unless_startable(settings)
    except WrongConfiguration as error:
        return Verdict("secret, media", False, str(error))
    if settings.secret_file.stat().st_mode & 0o077:
        return Verdict("secret, media", False, f"{settings.secret_file} can be read by others: chmod 600")
    return Verdict("secret, media", True, "readable for this account alone")


async def _mail(settings: Settings) -> Verdict:
    if settings.smtp is None:
        return Verdict("mail", True, "off (ALLIANCE_SMTP is not set)")
    server = settings.smtp
    try:
        async with mail_server(settings):
            pass
    except ServerAway as error:
        return Verdict("mail", False, f"{server.host}:{server.port}: {error}")
    if server.security == "none" and server.host not in _THIS_MACHINE:
        return Verdict("mail", False, f"{server.host} is reached without encryption: use smtp:// or smtps://")
    return Verdict("mail", True, f"{server.host}:{server.port} lets us in, from {settings.mailbox}")


async def _mailbox(settings: Settings) -> Verdict:
    if settings.imap is None:
        return Verdict("mailbox", True, "off (ALLIANCE_IMAP is not set)")
    server = f"{settings.imap.host}:{settings.imap.port}"
    try:
        waiting = await look_into_mailbox(settings)
    except WrongConfiguration as error:
        return Verdict("mailbox", False, f"{server}: {error}")
    return Verdict("mailbox", True, f"{server} lets us in, {waiting} mails wait for {settings.answers_to}")


async def _from_inside(settings: Settings) -> list[Verdict]:
    async with opened(settings) as federation:
        looks: list[Callable[[Federation], Awaitable[Verdict]]] = [_company, _name, _sign_in]
        return [*[await look(federation) for look in looks], *await _own_address(federation)]


async def _company(federation: Federation) -> Verdict:
    try:
        await federation.keyring.of("instance")
    except AllianceError as error:
        return Verdict("keys", False, str(error))
    return Verdict("keys", True, "of the instance, and they fit the secret")


async def _name(federation: Federation) -> Verdict:
    host = urlsplit(federation.instance.settings.origin).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return Verdict("name", True, f"{host} is this machine (RFC 6761)")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return Verdict("name", False, f"{host} does not resolve")
    return Verdict("name", True, f"{host} is {', '.join(sorted({str(entry[4][0]) for entry in found}))}")


async def _sign_in(federation: Federation) -> Verdict:
    """Asks the company's OpenID provider for what it says about itself and for its keys."""
    settings = federation.instance.settings
    if settings.oidc_issuer is None:
        return Verdict("sign-in", True, "with accounts of this instance (ALLIANCE_OIDC_ISSUER is not set)")
    try:
        client_secret(settings)
        keys = await Discovery(settings).keys()
    except AllianceError as error:
        return Verdict("sign-in", False, error.detail or str(error))
    others = "and with passwords" if settings.passwords else "alone"
    return Verdict("sign-in", True, f"{settings.oidc_issuer} {others}; it lists {len(keys.keys)} keys")


async def _own_address(federation: Federation) -> list[Verdict]:
    """Reaches this instance from outside as partners would: certificate, way in, and the clock."""
    origin = federation.instance.settings.origin
    try:
        answer = await federation.client.send("GET", f"{origin}/healthz", headers={})
    except FetchFailed as failure:
        return [Verdict("address", None, f"not reached from here: {failure}")]
    verdicts = [Verdict("address", answer.status == 200, f"{origin}/healthz answers {answer.status}")]
    if date := answer.headers.get("Date"):
        off = abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
        verdicts.append(Verdict("clock", off < SECONDS_OFF, f"{off:.0f} s off the server's"))
    return verdicts
