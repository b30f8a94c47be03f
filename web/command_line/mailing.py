"""`alliance mail`."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import func, select

from alliance.errors import WrongConfiguration
from alliance.models import Mail
from alliance.settings import Settings
from web.command_line.rooms import room
from web.command_line.running import opened, run, say
from web.mail.handing_over import MailFailed, hand_over, mail_server
from web.mail.packing import Letter, packed

app = room("alliance mail test mara@nordlicht.example", "Tries the mail server, shows what waits.")


@app.command(epilog="Example: alliance mail test mara@nordlicht.example")
def test(address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Who gets it.")]) -> None:
    """Sends one mail at once, and says what the mail server answers."""
    settings = Settings.from_env()
    if settings.smtp is None:
        raise WrongConfiguration("ALLIANCE_SMTP is not set.")
    run(_send(settings, address.strip()))
    say(f"handed over to {settings.smtp.host}:{settings.smtp.port}, from {settings.mailbox} to {address}")


@app.command(epilog="Example: alliance mail status")
def status() -> None:
    """How many mails wait, were sent or came back."""
    for state, count in run(_counts()):
        say(f"{state:10}{count:>8}")


async def _send(settings: Settings, address: str) -> None:
    letter = Letter(
        message_id=f"<test-{datetime.now(UTC):%Y%m%d%H%M%S}@{settings.host.partition(':')[0]}>",
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
