"""`alliance check`: looks at everything that can be wrong before anybody else finds out."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlsplit

import typer

from alliance.errors import AllianceError, WrongConfiguration
from alliance.settings import Settings
from alliance.vault import read_secret_file
from federation.wiring import Federation
from migrations.standing import refuse_unless_at_head
from web.command_line.looks import Verdict, disk, exposure, own_address, proxies, queues
from web.command_line.mailing import look_into_mailbox
from web.command_line.media import look_at_media
from web.command_line.rooms import room
from web.command_line.running import opened, run, say, say_json
from web.command_line.serving import refuse_unless_startable
from web.mail.handing_over import ServerAway, mail_server
from web.sign_in.discovery import Discovery, client_secret

app = room("alliance check", "Looks at everything that can be wrong.")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@app.command()
def check(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Looks at configuration, database, disk, clock, name, certificate, mail; exit code 1 if one is wrong."""
    settings = Settings.from_env()
    verdicts = [Verdict("configuration", True, settings.origin), _database(settings), _secret(settings)]
    is_founded = all(verdict.is_fine for verdict in verdicts)
    verdicts += [*disk(settings), proxies(settings), exposure(settings)]
    if is_founded:
        verdicts += run(_from_inside(settings))
    verdicts += [run(look_at_media(settings)), run(_mail(settings)), run(_mailbox(settings))]
    if as_json:
        say_json([asdict(verdict) for verdict in verdicts])
    else:
        for verdict in verdicts:
            mark = {True: "ok     ", False: "WRONG  ", None: "?      "}[verdict.is_fine]
            say(f"{mark}{verdict.about:14}{verdict.says}")
    if any(verdict.is_fine is False for verdict in verdicts):
        raise typer.Exit(1)


def _database(settings: Settings) -> Verdict:
    try:
        refuse_unless_at_head(settings.database)
    except WrongConfiguration as error:
        return Verdict("database", False, f"ALLIANCE_DATABASE: {error}")
    kind = "SQLite" if settings.database.startswith("sqlite") else "PostgreSQL"
    return Verdict("database", True, f"{kind}, schema up to date")


def _secret(settings: Settings) -> Verdict:
    try:
        read_secret_file(settings.secret_file)
        refuse_unless_startable(settings)
    except WrongConfiguration as error:
        return Verdict("secret, media", False, str(error))
    stat = settings.secret_file.stat()
    # In a container everything belongs to group 0, which has no other members there.
    if stat.st_mode & (0o007 if stat.st_gid == 0 and stat.st_uid != os.geteuid() else 0o077):
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
        return Verdict("mail", False, f"ALLIANCE_SMTP: {server.host}:{server.port}: {error}")
    if server.security == "none" and server.host not in _THIS_MACHINE:
        return Verdict(
            "mail",
            False,
            f"ALLIANCE_SMTP: {server.host} is reached without encryption: use smtp:// or smtps://",
        )
    return Verdict("mail", True, f"{server.host}:{server.port} lets us in, from {settings.mailbox}")


async def _mailbox(settings: Settings) -> Verdict:
    if settings.imap is None:
        return Verdict("mailbox", True, "off (ALLIANCE_IMAP is not set)")
    server = f"{settings.imap.host}:{settings.imap.port}"
    try:
        waiting = await look_into_mailbox(settings)
    except WrongConfiguration as error:
        return Verdict("mailbox", False, f"ALLIANCE_IMAP: {server}: {error}")
    return Verdict("mailbox", True, f"{server} lets us in, {waiting} mails wait for {settings.answers_to}")


async def _from_inside(settings: Settings) -> list[Verdict]:
    async with opened(settings) as federation:
        looks: list[Callable[[Federation], Awaitable[Verdict]]] = [_company, _name, _sign_in, queues]
        return [*[await look(federation) for look in looks], *await own_address(federation)]


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
    if federation.instance.settings.https_proxy:
        return Verdict("name", True, f"{host} is left to the proxy: from here no name is asked for")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None)
    except OSError:
        return Verdict("name", False, f"ALLIANCE_ORIGIN: {host} does not resolve")
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
        return Verdict("sign-in", False, f"ALLIANCE_OIDC_ISSUER: {error.detail or error}")
    others = "and with passwords" if settings.passwords else "alone"
    return Verdict("sign-in", True, f"{settings.oidc_issuer} {others}; it lists {len(keys.keys)} keys")
