"""Who hears of what, when, in which words: reminders, questions, comments, what one follows, and goodbyes."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alliance.commenting import say
from alliance.following import follow
from alliance.materials import add_material, remove_material
from alliance.notice_kinds import CHOICES
from alliance.pictures import StoredPicture, set_banner
from federation.wiring import Federation
from tests.alliance.stage import LINK, TOMORROW
from tests.support.clock import FrozenClock
from tests.web.mail.conftest import Mailroom
from tests.web.mail.messages import Message, shape
from tests.web.mail.occasions import OCCASIONS, everything_on, mail_of, told
from web.mail.sending import remind_people

GOLDEN = Path(__file__).parent / "golden"


async def test_reminders_come_a_day_and_an_hour_before_each_once(
    room: Mailroom, federation: Federation, clock: FrozenClock
) -> None:
    start = TOMORROW + timedelta(days=2)
    session = await room.publish(starts_at=start, ends_at=start + timedelta(hours=1))
    guest = await room.colleague()
    await everything_on(room, guest)
    await room.join(session, guest)
    await room.sent()
    kinds = []

    for _ in range(4 * 75):
        await remind_people(federation)
        kinds += [(mail.subject, clock.now()) for mail in await room.sent()]
        clock.advance(minutes=15)

    begins = session.starts_at
    assert [begins - moment for _, moment in kinds] == [timedelta(days=1), timedelta(hours=1)]
    assert await told(room, guest) == ["reminder_day", "reminder_hour"]


async def test_nobody_is_reminded_of_what_is_off_or_no_longer_theirs(
    room: Mailroom, federation: Federation, clock: FrozenClock
) -> None:
    start = TOMORROW + timedelta(days=2)
    times: dict[str, Any] = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    off, left = await room.publish(title="Off", **times), await room.publish(title="Left", **times)
    moved = await room.publish(title="Moved", **times)
    guest = await room.colleague()
    for session in (off, left, moved):
        await room.join(session, guest)
    clock.advance(days=2, hours=2)
    await remind_people(federation)
    await room.cancel(off)
    await room.leave(left, guest)
    later = start + timedelta(days=1)
    await room.edit(moved, title="Moved", starts_at=later, ends_at=later + timedelta(hours=1))

    letters = await room.sent()

    assert {mail.subject.partition(":")[0] for mail in letters} == {
        "Abgesagt",
        "Du nimmst nicht mehr teil",
        "Geändert",
    }


async def test_whoever_has_just_joined_is_not_reminded_at_once(
    room: Mailroom, federation: Federation
) -> None:
    guest = await room.colleague()
    await everything_on(room, guest)
    start = TOMORROW.replace(hour=8)
    await room.join(await room.publish(starts_at=start, ends_at=start + timedelta(hours=1)), guest)
    await room.sent()

    await remind_people(federation)

    assert await room.sent() == []


async def test_a_host_hears_of_questions_once_an_hour_and_never_who_asks_by_mail(
    room: Mailroom, clock: FrozenClock
) -> None:
    session = await room.publish(join_mode="restricted")
    for name in ("Lena Vogt", "Tom Ott", "Ida Kurz"):
        await room.join(session, await room.colleague(name))

    letters = await room.sent()

    assert [mail.to for mail in letters] == [room.host.email]
    assert letters[0].calendar is None
    assert "Lena" not in letters[0].text
    assert await told(room, room.host) == ["request"]


async def test_the_hosts_yes_and_no_are_told(room: Mailroom) -> None:
    session = await room.publish(join_mode="restricted")
    yes, no = await room.colleague(), await room.colleague("Tom Ott")
    for guest in (yes, no):
        await room.join(session, guest)
    await room.sent()

    await room.approve(session, yes)
    await room.decline(session, no)

    letters = {mail.to: mail.method for mail in await room.sent()}
    assert letters == {yes.email: "REQUEST", no.email: None}
    assert (await told(room, yes), await told(room, no)) == (["joined"], ["declined"])


async def test_quiet_by_default(room: Mailroom) -> None:
    by_mail = [kind for kind, usual in CHOICES.items() if usual.by_mail]

    assert by_mail == [
        "joined",
        "moved_up",
        "changed",
        "cancelled",
        "left",
        "reminder_day",
        "request",
        "letter",
        "hosting",
        "wished",
        "circle",
        "thanks",
    ]


async def test_new_sessions_of_what_one_follows_are_told_and_not_ones_own(room: Mailroom) -> None:
    guest = await room.colleague()
    await everything_on(room, guest)
    await room.publish(title="First", topics=("Optics",))
    async with room.instance.unit_of_work() as uow:
        await follow(uow, guest.id, "topic", "optics")

    await room.publish(title="Second", topics=("Optics",))
    await room.publish(title="Other", topics=("Tax",))
    await room.publish(host=guest, title="Own", topics=("Optics",))

    assert [mail.subject for mail in await room.sent()] == ["Neue Session: Second"]
    assert await told(room, guest) == ["topic"]


async def test_an_ally_with_a_thousand_sessions_bothers_nobody(room: Mailroom) -> None:
    company, guest = await room.ally(), await room.colleague()
    await everything_on(room, guest)
    async with room.instance.unit_of_work() as uow:
        await follow(uow, guest.id, "company", str(company.id))

    for number in range(40):
        await room.theirs(company, number)

    assert len(await told(room, guest)) == 20
    assert len(await room.sent()) == 5


async def test_a_comment_is_mailed_to_who_wants_that_and_only_while_it_is_shown(room: Mailroom) -> None:
    session, guest = await room.publish(), await room.colleague()
    await everything_on(room, room.host)
    async with room.instance.unit_of_work() as uow:
        said = await say(uow, session.id, guest, "Which cloth do you use?")

    mail = await room.only()
    assert (mail.to, mail.calendar) == (room.host.email, None)
    assert "Which cloth do you use?" in mail.text
    assert said.session_id == session.id


@pytest.mark.parametrize("kind", OCCASIONS)
async def test_each_kind_of_mail_reads_as_agreed(
    room: Mailroom, federation: Federation, clock: FrozenClock, kind: str
) -> None:
    mail = await mail_of(room, federation, clock, kind)

    assert LINK not in mail.letter.as_string()
    assert "s3cretword" not in mail.text + mail.html + str(mail.calendar)
    path = GOLDEN / f"{kind}.txt"
    written = as_text(mail)
    if not path.exists():
        # A new kind: look at it, then keep it.
        path.write_text(written, encoding="utf-8")
        raise AssertionError(f"{path} was written")
    assert written == path.read_text(encoding="utf-8")


def as_text(mail: Message) -> str:
    """A mail for reading, without what differs from run to run."""
    headers = "\n".join(
        f"{name}: {mail.letter[name]}"
        for name in ("From", "To", "Subject", "List-Unsubscribe", "Content-Language", "Auto-Submitted")
        if mail.letter[name]
    )
    calendar = mail.calendar.decode().replace("\r\n ", "").replace("\r\n", "\n") if mail.calendar else ""
    text = f"{headers}\n{shape(mail.letter)}\n\n{mail.text}\n{calendar}\n{mail.html}"
    without = re.sub(r"\b\d{17,19}\b", "NUMBER", text.replace("\r\n", "\n"))
    return re.sub(r"(NUMBER-(?:[a-z_]+-)?)[\w-]{32}", r"\1MARK", without)


async def test_what_is_put_beside_a_session_writes_no_mail(room: Mailroom) -> None:
    session, guest = await room.publish(), await room.colleague()
    await everything_on(room, guest)
    await room.join(session, guest)
    await room.sent()

    async with room.instance.unit_of_work() as uow:
        added = await add_material(
            uow, session.id, kind="slides", title="Folien", url="https://files.example/slides", by=room.host
        )
    async with room.instance.unit_of_work() as uow:
        await set_banner(uow, session.id, StoredPicture("a" * 22 + ".jpg", 1600, 900), "A lens", room.host)
    async with room.instance.unit_of_work() as uow:
        await remove_material(uow, session.id, added.id, room.host)

    assert await room.sent() == []
    assert await told(room, guest) == []
    await room.cancel(session)
    assert (await room.only()).event["SEQUENCE"] == 1
