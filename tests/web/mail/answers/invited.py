"""Somebody who has been invited, and what comes of their mails."""

from alliance.models import Employee, Session
from tests.web.mail.conftest import Mailroom
from tests.web.mail.messages import Message
from web.mail.opening import open_mail
from web.mail.reading import follow


async def invited(room: Mailroom) -> tuple[Session, Employee, Message]:
    """Lena has a place, and the invitation."""
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    return session, guest, await room.only()


async def arrives(room: Mailroom, mail: bytes) -> str:
    """What comes of a mail."""
    return await follow(room.instance, open_mail(mail))
