"""A founded instance with a mail server of its own, and short ways to make mail happen."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from alliance.models import Employee, Session
from alliance.publishing import postpone_session
from alliance.receiving import forget_session, receive_attendance_answer
from alliance.settings import Settings
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.founding import Founded
from tests.support.post_office import PostOffice, post_office
from tests.web.mail.messages import Message, message_of
from web.mail.sending import send_mails


@dataclass
class Mailroom(Stage):
    """A stage whose mail goes out when it is asked to."""

    federation: Federation | None = None
    office: PostOffice | None = None

    async def sent(self) -> list[Message]:
        """What has arrived after the worker had its turn."""
        assert self.federation is not None
        assert self.office is not None
        await send_mails(self.federation)
        return [message_of(letter) for letter in self.office.taken()]

    async def answer(self, session: Session, guest: Employee, state: str, *, link: str | None = None) -> None:
        """The company that holds a session answers one of our people."""
        async with self.instance.unit_of_work() as uow:
            await receive_attendance_answer(
                uow,
                request_uri=None,
                session_uri=session.uri or "",
                person_id=guest.id,
                state=state,
                personal_link=link,
            )

    async def forget(self, session: Session) -> None:
        """The company that holds a session takes it back."""
        async with self.instance.unit_of_work() as uow:
            await forget_session(uow, session.uri or "")

    async def postpone(self, session: Session) -> None:
        """The host puts a session off."""
        async with self.instance.unit_of_work() as uow:
            await postpone_session(uow, session.id, "", self.host)

    async def only(self) -> Message:
        """The one mail that arrived."""
        (one,) = await self.sent()
        return one


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """A mail server without encryption on this machine."""
    async with post_office() as opened:
        yield opened


@pytest.fixture
async def settings(settings: Settings, office: PostOffice) -> Settings:
    """Nordlicht's settings, with that mail server."""
    return replace(settings, smtp=office.server)


@pytest.fixture
async def room(founded: Founded, federation: Federation, office: PostOffice) -> Mailroom:
    """A founded company whose facts are heard, with its mail server."""
    return Mailroom(founded, federation=federation, office=office)
