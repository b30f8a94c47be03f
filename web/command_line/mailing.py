"""`alliance mail`."""

import asyncio
import re
import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import func, select

from alliance.errors import WrongConfiguration
from alliance.identifiers import new_token
from alliance.models import Mail
from alliance.settings import Settings
from web.command_line.rooms import room
from web.command_line.running import noted, opened, run, say
from web.mail.handing_over import MailFailed, hand_over, mail_server
from web.mail.mailbox import UNUSED, MailboxAway
from web.mail.mailbox import mailbox as opened_mailbox
from web.mail.packing import Letter, packed

app = room("alliance mail test mara@nordlicht.example", "Tries mail server and mailbox, shows what waits.")
SECONDS_UNTIL_ARRIVAL = 60


@app.command(epilog="Example: alliance mail test mara@nordlicht.example")
def test(address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Who gets it.")]) -> None:
    """Sends one mail at once, and says what the mail server answers."""
    settings = Settings.from_env()
    if settings.smtp is None:
        raise WrongConfiguration("ALLIANCE_SMTP is not set.")
    # Who gets it is no business of the log.
    run(noted(settings, "mail.tested"))
    run(_send(settings, address.strip(), f"<test-{new_token()}@{settings.host.partition(':')[0]}>"))
    say(f"handed over to {settings.smtp.host}:{settings.smtp.port}, from {settings.mailbox} to {address}")


@app.command(epilog="Example: alliance mail status")
def status() -> None:
    """How many mails wait, were sent or came back."""
    for state, count in run(_counts()):
        say(f"{state:10}{count:>8}")


@app.command(epilog="Example: alliance mail mailbox --try")
def mailbox(
    send: Annotated[
        bool, typer.Option("--try", help="Mail it as calendars answer, and wait until that arrives.")
    ] = False,
) -> None:
    """Opens the mailbox for answers, and says how many mails wait in it."""
    settings = Settings.from_env()
    if settings.imap is None:
        raise WrongConfiguration("ALLIANCE_IMAP is not set.")
    waiting = run(look_into_mailbox(settings))
    say(f"{settings.imap.host}:{settings.imap.port} lets us in as {settings.imap.user}; {waiting} mails wait")
    if send:
        seconds = run(_send_to_mailbox(settings))
        say(
            f"what is mailed to {settings.answers_to} with + and more before the @ arrives in {seconds:.0f} s"
        )


async def look_into_mailbox(settings: Settings) -> int:
    """How many mails wait in the mailbox. Raises WrongConfiguration."""
    try:
        async with opened_mailbox(settings) as box:
            return box.waiting
    except MailboxAway as error:
        raise WrongConfiguration("The mailbox can't be read: {reason}.", reason=error) from error


async def _send_to_mailbox(settings: Settings) -> float:
    """Mails to an address such as invitations have; seconds until it arrived. Raises WrongConfiguration."""
    name, _, host = (settings.answers_to or "").partition("@")
    token = new_token()
    message_id = f"<test-{token}@{settings.host.partition(':')[0]}>"
    await _send(settings, f"{name}+{re.sub('[^a-z2-7]', '', token.lower())[:20]}@{host}", message_id)
    began = time.monotonic()
    try:
        async with opened_mailbox(settings) as box:
            while not (found := await asyncio.to_thread(box.named, message_id)):
                if time.monotonic() - began > SECONDS_UNTIL_ARRIVAL:
                    raise WrongConfiguration(
                        "It did not arrive in {seconds} seconds: does the server know addresses with a plus?",
                        seconds=SECONDS_UNTIL_ARRIVAL,
                    )
                await asyncio.sleep(0.5)
            await asyncio.to_thread(box.put_away, found[0], UNUSED)
    except MailboxAway as error:
        raise WrongConfiguration("The mailbox can't be read: {reason}.", reason=error) from error
    return time.monotonic() - began


async def _send(settings: Settings, address: str, message_id: str) -> None:
    letter = Letter(
        message_id=message_id,
        to=("", address),
        sender=("Alliance", settings.mailbox),
        subject=f"Test of {settings.host}",
        text=f"This mail was sent by `alliance mail test` at {settings.origin}.\n",
        html=f"<p>This mail was sent by <code>alliance mail test</code> at {settings.origin}.</p>\n",
        language="en",
    )
    try:
        async with mail_server(settings) as client:
            await hand_over(client, packed(letter, datetime.now(UTC)), settings.mailbox, address)
    except MailFailed as error:
        raise WrongConfiguration("The mail server does not take it: {reason}.", reason=error) from error


async def _counts() -> list[tuple[str, int]]:
    async with opened() as federation, federation.instance.reading() as db:
        rows = await db.execute(select(Mail.state, func.count()).group_by(Mail.state).order_by(Mail.state))
        return [(row[0], row[1]) for row in rows]
