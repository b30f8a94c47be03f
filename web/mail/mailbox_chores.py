"""What the worker does about answers by mail, as soon as there is a mailbox."""

from alliance.replying import forget_received_mails
from federation.chores import Chore, in_portions
from federation.wiring import Federation

SECONDS_BETWEEN = 30.0


async def read_mails(federation: Federation) -> int:
    """Reads the oldest mails; how many of them were of use."""
    if federation.instance.settings.imap is None:
        return 0
    from web.mail import reading

    return await reading.read_mails(federation)


async def forget_read_mails(federation: Federation) -> int:
    """Forgets what was read a month ago."""
    return await in_portions(federation, forget_received_mails)


READING_CHORES: tuple[Chore, ...] = (
    Chore("reading mail", SECONDS_BETWEEN, read_mails),
    Chore("forgetting what was read", 3600, forget_read_mails),
)
