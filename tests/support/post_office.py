"""A real mail server on this machine: keeps what it takes, and refuses what it is told to refuse."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from alliance.settings import MailServer


@dataclass
class PostOffice:
    """What arrived, newest last; the `answers` are the next ones to RCPT TO and DATA, then all is taken."""

    server: MailServer | None = None
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    sign_ins: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd asks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt_answers:
            return self.rcpt_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.data_answers:
            return self.data_answers.pop(0)
        assert isinstance(envelope.content, bytes)
        self.envelopes.append(envelope)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        """Takes only "geheim42"."""
        self.sign_ins.append((given.login, given.password))
        return AuthResult(success=given.password == b"geheim42", handled=True)

    def taken(self) -> list[EmailMessage]:
        """What has arrived since the last call."""
        letters = list(self.letters)
        self.letters.clear()
        return letters


@asynccontextmanager
async def post_office(
    *, tls: ssl.SSLContext | None = None, implicit: bool = False, user: str | None = None
) -> AsyncIterator[PostOffice]:
    """A mail server on a free port, with STARTTLS when it has a certificate, or TLS from the start."""
    office = PostOffice()

    def made() -> SMTP:
        return SMTP(
            office,
            tls_context=None if implicit else tls,
            auth_require_tls=tls is not None and not implicit,
            authenticator=office.authenticate if user else None,
            # Of TLS from the start it does not know, so it would ask for more.
            auth_required=user is not None and not implicit,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(made, "127.0.0.1", 0, ssl=tls if implicit else None)
    port = server.sockets[0].getsockname()[1]
    security = "tls" if implicit else "starttls" if tls else "none"
    office.server = MailServer("localhost" if tls else "127.0.0.1", port, security, user, "geheim42")
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()
