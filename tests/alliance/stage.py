"""Sets the stage for tests of the domain: sessions, colleagues, allies and people from elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance import attending, employing, partnering, publishing, receiving
from alliance.facts import Fact
from alliance.instance import Instance
from alliance.models import Attendance, Company, Employee, Partner, Person, Session
from alliance.partnering import Introduction
from alliance.publishing import SessionDraft
from alliance.receiving import PersonNews, SessionNews
from tests.support.clock import MONDAY
from tests.support.founding import Founded

LINK = "https://meet.example/rooms/amber-fox?pwd=s3cretword"


def wall(text: str) -> datetime:
    """What a clock on the wall shows, as in `2026-03-17 10:00`; naive."""
    return datetime.fromisoformat(text)


TOMORROW = wall("2026-03-17 10:00")


def draft(**changes: Any) -> SessionDraft:
    """A session that follows every rule: online, tomorrow from ten to eleven in Berlin, for everybody."""
    given: dict[str, Any] = {
        "title": "Polishing lenses by hand",
        "description": "What the machine can't feel.",
        "starts_at": TOMORROW,
        "ends_at": TOMORROW + timedelta(hours=1),
        "meeting_link": LINK,
        "audience": "public",
        "language": "en",
    }
    return SessionDraft(**(given | changes))


def introduction(host: str = "alpenwerk.example", **changes: Any) -> Introduction:
    """What another company says about itself."""
    origin = f"https://{host}"
    given: dict[str, Any] = {
        "origin": origin,
        "host": host,
        "name": host.partition(".")[0].title(),
        "uri": f"{origin}/company",
        "instance_uri": f"{origin}/actor",
        "key_fingerprint": "ab12 cd34",
    }
    return Introduction(**(given | changes))


def session_news(company: Company, number: int = 1, **changes: Any) -> SessionNews:
    """What an ally says about one of its sessions."""
    starts_at = MONDAY + timedelta(days=2)
    given: dict[str, Any] = {
        "uri": f"{company.origin}/sessions/{number}",
        "url": f"{company.origin}/sessions/{number}",
        "title": f"Welding for beginners {number}",
        "description_html": "<p>Bring gloves.</p>",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "timezone": "Europe/Vienna",
        "updated_at": MONDAY,
        "published_at": MONDAY,
        "audience": "public",
        "language": "de",
        "topics": ("Welding",),
    }
    return SessionNews(**(given | changes))


def person_news(uri: str = "https://alpenwerk.example/people/7", **changes: Any) -> PersonNews:
    """What a server says about one of its people."""
    host = uri.partition("//")[2].partition("/")[0]
    return PersonNews(**({"uri": uri, "username": "mira", "host": host, "name": "Mira Hofer"} | changes))


@dataclass
class Stage:
    """A founded instance and short ways to make things happen in it; each is a transaction of its own."""

    founded: Founded
    facts: list[Fact] = field(default_factory=list)
    """What listeners have heard, in order; cleared by `told`."""

    @property
    def instance(self) -> Instance:
        return self.founded.instance

    @property
    def host(self) -> Employee:
        return self.founded.employee

    @property
    def admin(self) -> Employee:
        return self.founded.admin

    def told(self) -> list[str]:
        """The names of the facts since the last call."""
        names = [type(fact).__name__ for fact in self.facts]
        self.facts.clear()
        return names

    async def colleague(self, name: str = "Lena Vogt", **options: Any) -> Employee:
        async with self.instance.unit_of_work() as uow:
            email = f"{name.lower().replace(' ', '.')}@nordlicht.example"
            return await employing.add_employee(uow, email, name, **options)

    async def publish(self, host: Employee | None = None, **changes: Any) -> Session:
        async with self.instance.unit_of_work() as uow:
            return await publishing.publish_session(uow, (host or self.host).id, draft(**changes))

    async def edit(self, session: Session, by: Employee | None = None, **changes: Any) -> Session:
        async with self.instance.unit_of_work() as uow:
            return await publishing.edit_session(uow, session.id, draft(**changes), by or self.host)

    async def cancel(self, session: Session, note: str = "", by: Employee | None = None) -> Session:
        async with self.instance.unit_of_work() as uow:
            return await publishing.cancel_session(uow, session.id, note, by or self.host)

    async def withdraw(self, session: Session, by: Employee | None = None) -> Session:
        async with self.instance.unit_of_work() as uow:
            return await publishing.withdraw_session(uow, session.id, by or self.host)

    async def join(self, session: Session, who: Employee | Person, request: str | None = None) -> str:
        """The state that joining led to."""
        async with self.instance.unit_of_work() as uow:
            return (await attending.join_session(uow, session.id, who.id, request)).state

    async def leave(self, session: Session, who: Employee | Person) -> str | None:
        async with self.instance.unit_of_work() as uow:
            left = await attending.leave_session(uow, session.id, who.id)
            return left.state if left else None

    async def approve(self, session: Session, who: Employee | Person, by: Employee | None = None) -> str:
        attendance = await self.attendance(session, who)
        async with self.instance.unit_of_work() as uow:
            return (await attending.approve_attendance(uow, attendance.id, by or self.host)).state

    async def decline(self, session: Session, who: Employee | Person, by: Employee | None = None) -> str:
        attendance = await self.attendance(session, who)
        async with self.instance.unit_of_work() as uow:
            return (await attending.decline_attendance(uow, attendance.id, by or self.host)).state

    async def attendance(self, session: Session, who: Employee | Person) -> Attendance:
        """As stored, with its session."""
        async with self.instance.reading() as db:
            rows = await db.scalars(
                select(Attendance)
                .where(Attendance.session_id == session.id, Attendance.person_id == who.id)
                .options(joinedload(Attendance.session))
            )
            return rows.one()

    async def state(self, session: Session, who: Employee | Person) -> str:
        return (await self.attendance(session, who)).state

    async def stored(self, session: Session) -> Session:
        """The session as it is in the database now."""
        async with self.instance.reading() as db:
            return (await db.scalars(select(Session).where(Session.id == session.id))).one()

    async def know(self, host: str = "alpenwerk.example") -> Company:
        """A company that has introduced itself and nothing more."""
        async with self.instance.unit_of_work() as uow:
            return await receiving.receive_company(uow, introduction(host))

    async def asked(self, host: str = "alpenwerk.example") -> Partner:
        """A company that asks for an alliance."""
        async with self.instance.unit_of_work() as uow:
            return await receiving.partner_asked(uow, introduction(host))

    async def ally(self, host: str = "alpenwerk.example") -> Company:
        """A company that is allied with ours."""
        partner = await self.asked(host)
        async with self.instance.unit_of_work() as uow:
            await partnering.accept_company(uow, partner.company_id, None)
            await receiving.partner_allied(uow, partner.company_id)
        return partner.company

    async def put(self, company: Company, state: str) -> None:
        """Writes a partner's state as it is, without any of what leads there."""
        async with self.instance.unit_of_work() as uow:
            partner = await uow.db.get_one(Partner, company.id)
            partner.state = state

    async def theirs(self, company: Company, number: int = 1, **changes: Any) -> Session:
        """A session of an ally."""
        async with self.instance.unit_of_work() as uow:
            session = await receiving.receive_session(
                uow, company.id, session_news(company, number, **changes)
            )
        assert session is not None
        return session

    async def person(self, uri: str = "https://alpenwerk.example/people/7", **changes: Any) -> Person:
        """Somebody from elsewhere."""
        async with self.instance.unit_of_work() as uow:
            return await receiving.receive_person(uow, person_news(uri, **changes))

    async def partner(self, company: Company) -> Partner:
        async with self.instance.reading() as db:
            return (await db.scalars(select(Partner).where(Partner.company_id == company.id))).one()
