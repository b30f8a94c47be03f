"""Short ways to let a newsletter happen: switched on, asked for, worked off turn by turn."""

import re
from dataclasses import replace

import httpx
from sqlalchemy import select

from alliance.choosing_notices import choose_notices
from alliance.models import Edition, Employee, Guest, Mail
from alliance.newsletter import change_plan, send_now, write_note
from alliance.notice_kinds import Defaults
from alliance.subscribing import ask_for_newsletter, say_yes
from tests.web.mail.conftest import Mailroom
from tests.web.mail.messages import Message
from web.mail.newsletter_chores import send_newsletter

ALL = Defaults(by_mail=True, in_app=False)


async def switch_on(room: Mailroom, *, everybody: bool = False) -> None:
    """Mondays at nine by clocks in Berlin, which is the moment at which tests begin."""
    async with room.instance.unit_of_work() as uow:
        await change_plan(uow, room.admin, is_on=True, weekday=0, hour=9, for_everybody=everybody)


async def wants_it(room: Mailroom, employee: Employee, *, yes: bool = True) -> None:
    """This employee switches it on, or off."""
    async with room.instance.unit_of_work() as uow:
        await choose_notices(uow, employee.id, {"digest": replace(ALL, by_mail=yes)})


async def guest(
    room: Mailroom, address: str = "mia@guest.example", language: str = "de", topics: tuple[str, ...] = ()
) -> Guest:
    """Somebody from elsewhere who has said yes."""
    async with room.instance.unit_of_work() as uow:
        await ask_for_newsletter(uow, address, language, topics)
    await room.sent()
    async with room.instance.unit_of_work() as uow:
        newest = (await uow.db.scalars(select(Guest).order_by(Guest.id.desc()).limit(1))).one()
        return await say_yes(uow, newest.id)


async def note(room: Mailroom, german: str, english: str = "", audience: str = "public") -> None:
    """The editor's words for the next one."""
    async with room.instance.unit_of_work() as uow:
        await write_note(uow, room.admin, german, english, audience)


async def go(room: Mailroom) -> list[Message]:
    """Begins this week's edition and lets the worker have its turns, until nothing more comes."""
    async with room.instance.unit_of_work() as uow:
        await send_now(uow, room.admin)
    return await turns(room)


async def turns(room: Mailroom, most: int = 50) -> list[Message]:
    """What arrives in the worker's next turns."""
    assert room.federation is not None
    arrived: list[Message] = []
    for _ in range(most):
        queued = await send_newsletter(room.federation)
        letters = await room.sent()
        arrived += letters
        if not queued and not letters:
            break
    return arrived


async def edition(room: Mailroom) -> Edition:
    """The latest one that was begun."""
    async with room.instance.reading() as db:
        begun = select(Edition).where(Edition.state != "draft").order_by(Edition.id.desc()).limit(1)
        return (await db.scalars(begun)).one()


async def states(room: Mailroom) -> list[str]:
    """What became of the mails of editions."""
    async with room.instance.reading() as db:
        return list(
            await db.scalars(select(Mail.state).where(Mail.edition_id.is_not(None)).order_by(Mail.id))
        )


async def guests(room: Mailroom) -> list[Guest]:
    """Everybody from elsewhere whose address is stored."""
    async with room.instance.reading() as db:
        return list(await db.scalars(select(Guest).order_by(Guest.id)))


async def sign_up(
    client: httpx.AsyncClient, address: str, language: str = "de", **topics: str
) -> httpx.Response:
    """The form on the page, as a browser sends it."""
    return await client.post("/newsletter", data={"email": address, "language": language, **topics})


def path_in(mail: Message, word: str) -> str:
    """The path of the link with `word` in it."""
    match = re.search(rf"https://nordlicht\.example(/newsletter/{word}/\S+)", mail.text)
    assert match is not None, mail.text
    return match[1]
