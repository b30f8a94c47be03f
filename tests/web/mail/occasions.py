"""Brings about each kind of mail, in the way in which it happens to people."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from alliance.answering_wishes import answer_with
from alliance.choosing_notices import choose_notices
from alliance.commenting import say
from alliance.contacting import write_letter
from alliance.employing import disable_employee
from alliance.following import follow
from alliance.hosting import answer_hosting, ask_to_host, take_hosting_back
from alliance.mailing import post_secret
from alliance.models import Employee, Session
from alliance.notice_kinds import CHOICES, Defaults
from alliance.profiling import ProfileDraft, choose_language, edit_profile, publish_profile
from alliance.queries.notifications import notifications
from alliance.thanking import thank
from alliance.wishing import WishDraft, make_wish
from federation.wiring import Federation
from tests.alliance.stage import TOMORROW
from tests.support.clock import FrozenClock
from tests.web.mail.conftest import Mailroom
from tests.web.mail.messages import Message
from web.mail.sending import ask_how_it_was, remind_people

START = TOMORROW + timedelta(days=2)
LONG = timedelta(hours=1)


async def everything_on(room: Mailroom, employee: Employee) -> None:
    """This employee wants every kind of mail."""
    async with room.instance.unit_of_work() as uow:
        wishes = {kind: Defaults(by_mail=True, in_app=True) for kind in CHOICES}
        await choose_notices(uow, employee.id, wishes)


async def told(room: Mailroom, employee: Employee) -> list[str]:
    """The kinds on somebody's page of notifications, the oldest first."""
    async with room.instance.reading() as db:
        page = await notifications(db, employee.id, room.instance.clock.now())
    return [one.kind for one in reversed(page.notifications)]


@dataclass(frozen=True)
class Scene:
    """A session of Jonas, at an hour in Lisbon; Lena, who has a place or asks for one."""

    room: Mailroom
    federation: Federation
    clock: FrozenClock
    guest: Employee
    session: Session

    async def nothing(self) -> None:
        """What has happened is enough."""

    async def move_up(self) -> None:
        """Lena waits, and somebody else leaves."""
        other = await self.room.colleague("Tom Ott")
        await self.room.leave(self.session, self.guest)
        await self.room.join(self.session, other)
        await self.room.join(self.session, self.guest)
        await self.room.sent()
        await self.room.leave(self.session, other)

    async def leave(self) -> None:
        await self.room.leave(self.session, self.guest)

    async def decline(self) -> None:
        await self.room.decline(self.session, self.guest)

    async def change(self) -> None:
        later = START + timedelta(hours=2)
        await self.room.edit(
            self.session, starts_at=later, ends_at=later + LONG, timezone="Europe/Lisbon", capacity=1
        )

    async def cancel(self) -> None:
        await self.room.cancel(self.session, "Ich bin krank.")

    async def postpone(self) -> None:
        await self.room.postpone(self.session)

    async def withdraw(self) -> None:
        await self.room.withdraw(self.session)

    async def wait_until_a_day_before(self) -> None:
        await self._remind(timedelta(hours=23))

    async def wait_until_an_hour_before(self) -> None:
        await self._remind(timedelta(minutes=50))

    async def comment(self) -> None:
        async with self.room.instance.unit_of_work() as uow:
            await say(uow, self.session.id, self.guest, "Which cloth do you use?")

    async def thank(self) -> None:
        self.clock.set(self.session.ends_at + timedelta(minutes=5))
        async with self.room.instance.unit_of_work() as uow:
            await thank(uow, self.session.id, "You asked good questions.", self.room.host)

    async def follow(self) -> None:
        """Lena follows the company, which offers one more."""
        async with self.room.instance.unit_of_work() as uow:
            await follow(uow, self.guest.id, "company", str(self.room.founded.company.id))
        await self.room.publish(title="Grinding lenses", starts_at=START, ends_at=START + LONG)

    async def write(self) -> None:
        """Lena shows a profile, and Jonas writes to her."""
        async with self.room.instance.unit_of_work() as uow:
            await edit_profile(uow, self.guest.id, ProfileDraft(name="Lena Vogt"))
            await publish_profile(uow, self.guest.id, "company")
        async with self.room.instance.unit_of_work() as uow:
            await write_letter(
                uow, self.room.host.id, self.guest.id, "Hast du kurz Zeit?\nEs geht um Linsen."
            )

    async def ask_to_host(self) -> None:
        async with self.room.instance.unit_of_work() as uow:
            await ask_to_host(uow, self.session.id, self.guest.id, self.room.host)

    async def host_too(self) -> None:
        await self.ask_to_host()
        async with self.room.instance.unit_of_work() as uow:
            await answer_hosting(uow, self.session.id, self.guest.id, yes=True)

    async def step_down(self) -> None:
        await self.host_too()
        async with self.room.instance.unit_of_work() as uow:
            await answer_hosting(uow, self.session.id, self.guest.id, yes=False)

    async def no_longer_host(self) -> None:
        await self.host_too()
        async with self.room.instance.unit_of_work() as uow:
            await take_hosting_back(uow, self.session.id, self.guest.id, self.room.host)

    async def inherit(self) -> None:
        await self.host_too()
        async with self.room.instance.unit_of_work() as uow:
            await disable_employee(uow, self.room.host.id)

    async def answer_wish(self) -> None:
        """Lena asks for something, and the host makes a session of it."""
        async with self.room.instance.unit_of_work() as uow:
            wish = await make_wish(uow, self.guest, WishDraft(kind="learn", title="Grinding lenses"))
            await answer_with(uow, wish.id, self.session.id, self.room.host)

    async def wonder(self) -> None:
        """The session is over, and Lena is asked whether it helped."""
        self.clock.set(self.session.ends_at + timedelta(minutes=10))
        await ask_how_it_was(self.federation)

    async def invite(self) -> None:
        await self._secret("invitation")

    async def reset(self) -> None:
        await self._secret("reset")

    async def _secret(self, kind: str) -> None:
        async with self.room.instance.unit_of_work() as uow:
            await post_secret(uow, kind, self.guest.id, "https://nordlicht.example/sign-in/link/TOKEN")

    async def _remind(self, before: timedelta) -> None:
        self.clock.set(self.session.starts_at - before)
        await remind_people(self.federation)


OCCASIONS: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "joined": Scene.nothing,
    "moved_up": Scene.move_up,
    "changed": Scene.change,
    "cancelled": Scene.cancel,
    "postponed": Scene.postpone,
    "withdrawn": Scene.withdraw,
    "declined": Scene.decline,
    "left": Scene.leave,
    "reminder_day": Scene.wait_until_a_day_before,
    "reminder_hour": Scene.wait_until_an_hour_before,
    "request": Scene.nothing,
    "comment": Scene.comment,
    "thanks": Scene.thank,
    "topic": Scene.follow,
    "wished": Scene.answer_wish,
    "feedback": Scene.wonder,
    "letter": Scene.write,
    "hosting": Scene.ask_to_host,
    "hosting_yes": Scene.host_too,
    "hosting_no": Scene.step_down,
    "hosting_over": Scene.no_longer_host,
    "hosting_yours": Scene.inherit,
    "invitation": Scene.invite,
    "reset": Scene.reset,
}


async def mail_of(room: Mailroom, federation: Federation, clock: FrozenClock, kind: str) -> Message:
    """The mail of this kind, as somebody gets it."""
    guest = await room.colleague()
    async with room.instance.unit_of_work() as uow:
        language = "de" if kind in ("joined", "cancelled") else "en"
        await choose_language(uow, guest.id, language=language, timezone=None)
    for employee in (guest, room.host):
        await everything_on(room, employee)
    asks = "restricted" if kind in ("request", "declined") else "free"
    session = await room.publish(
        starts_at=START, ends_at=START + LONG, timezone="Europe/Lisbon", join_mode=asks, capacity=1
    )
    await room.join(session, guest)
    before = await room.sent()
    await OCCASIONS[kind](Scene(room, federation, clock, guest, session))
    wanted = room.host.email if kind in ("comment", "request", "hosting_yes", "hosting_no") else guest.email
    letters = [*before, *await room.sent()]
    return next(mail for mail in reversed(letters) if mail.to == wanted)
