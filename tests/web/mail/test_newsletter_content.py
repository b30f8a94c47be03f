"""What stands in whose newsletter, and what must not: each reader's own, never more than they may see."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from alliance.following import follow
from alliance.models import Employee, Session
from alliance.profiling import choose_language
from alliance.telling import Telling, tell_story
from alliance.wishing import WishDraft, make_wish
from tests.alliance.stage import LINK, TOMORROW
from tests.support.clock import FrozenClock
from tests.web.mail.conftest import Mailroom
from tests.web.mail.messages import Message, shape
from tests.web.mail.newsroom import edition, go, guest, note, states, switch_on, wants_it

GOLDEN = Path(__file__).parent / "golden"
AUDIENCES = ("company", "alliance", "public")
LATER = TOMORROW + timedelta(days=2)
HOUR = timedelta(hours=1)


async def one_of_each(room: Mailroom) -> dict[str, Session]:
    """A session for each audience, ours and an ally's; what the ally keeps to itself is unknown here."""
    ally = await room.ally()
    await room.theirs(ally, 1, title="theirs for alliance", audience="alliance")
    await room.theirs(ally, 2, title="theirs for public", audience="public")
    return {
        audience: await room.publish(
            title=f"ours for {audience}", audience=audience, starts_at=LATER, ends_at=LATER + HOUR
        )
        for audience in AUDIENCES
    }


async def told(room: Mailroom, by: Employee, audience: str) -> None:
    """A story and a request for this audience."""
    async with room.instance.unit_of_work() as uow:
        await tell_story(uow, by, Telling(text=f"story for {audience}", audience=audience, language="de"))
        draft = WishDraft(
            kind="learn",
            title=f"request for {audience}",
            text="",
            topics=(),
            audience=audience,
            language="de",
        )
        await make_wish(uow, by, draft)


def titles(mail: Message) -> set[str]:
    """What of the above stands in both forms of a mail."""
    things = [
        f"{what} for {audience}" for audience in AUDIENCES for what in ("ours", "theirs", "story", "request")
    ]
    assert all((one in mail.text) == (one in mail.html) for one in things)
    return {one for one in things if one in mail.text}


async def test_guests_read_what_is_public_and_colleagues_what_they_may_see(
    room: Mailroom, clock: FrozenClock
) -> None:
    await switch_on(room)
    lena = await room.colleague()
    await wants_it(room, lena)
    await guest(room)
    await one_of_each(room)
    for audience in AUDIENCES:
        await told(room, room.host, audience)
    clock.advance(minutes=1)

    mails = {mail.to: mail for mail in await go(room)}

    assert set(mails) == {lena.email, "mia@guest.example"}
    assert titles(mails["mia@guest.example"]) == {
        *("ours for public", "theirs for public", "story for public", "request for public"),
    }
    assert titles(mails[lena.email]) == {
        *("theirs for alliance", "theirs for public"),
        *(f"{what} for {audience}" for audience in AUDIENCES for what in ("ours", "story", "request")),
    }


async def test_no_link_to_a_meeting_and_no_host_who_is_not_shown_is_in_it(room: Mailroom) -> None:
    await switch_on(room)
    lena = await room.colleague()
    await wants_it(room, lena)
    await guest(room)
    session = await room.publish(
        title="Grinding lenses", starts_at=LATER, ends_at=LATER + HOUR, host_shown=False
    )
    await room.join(session, lena)
    await room.sent()

    mails = {mail.to: mail for mail in await go(room)}

    for mail in mails.values():
        everything = mail.text + mail.html
        assert "Grinding lenses" in everything
        assert LINK not in everything
        assert "/meet/" not in everything
        assert lena.email not in everything
        assert mail.calendar is None
    assert "Jonas Brandt" in mails[lena.email].text  # colleagues always may know
    assert "Jonas" not in str(mails["mia@guest.example"].letter)


async def test_what_one_follows_comes_first_and_nothing_twice(room: Mailroom) -> None:
    await switch_on(room)
    lena = await room.colleague()
    await wants_it(room, lena)
    await guest(room, "tom@guest.example", "en", ("glas",))
    await room.publish(title="Cutting glass", topics=("Glas",), starts_at=LATER, ends_at=LATER + HOUR)
    await room.publish(title="Anything else", topics=("Holz",))
    async with room.instance.unit_of_work() as uow:
        await follow(uow, lena.id, "topic", "glas")
    known = await guest(room, "mia@guest.example", "en", ("glas", "nothing-like-this"))

    mails = {mail.to: mail for mail in await go(room)}

    assert known.topics == ["glas"]
    for address in (lena.email, "mia@guest.example"):
        text = mails[address].text
        assert text.index("Cutting glass") < text.index("Anything else")
        assert text.count("Cutting glass") == 1
    unknown = mails["tom@guest.example"].text
    assert unknown.index("Anything else") < unknown.index("Cutting glass")


async def test_it_is_about_seven_days_and_about_what_takes_place(room: Mailroom, clock: FrozenClock) -> None:
    await switch_on(room)
    await guest(room)
    ends = TOMORROW + timedelta(days=7)
    await room.publish(title="After the week", starts_at=ends, ends_at=ends + HOUR)
    off = await room.publish(title="Called off")
    await room.cancel(off)
    taken_back = await room.publish(title="Taken back")
    await room.withdraw(taken_back)
    await room.publish(title="On time", starts_at=LATER, ends_at=LATER + HOUR)

    (mail,) = await go(room)

    assert "On time" in mail.text
    assert not any(title in mail.text for title in ("After the week", "Called off", "Taken back"))


async def test_where_there_is_nothing_there_is_no_mail(room: Mailroom) -> None:
    await switch_on(room)
    lena = await room.colleague()
    await wants_it(room, lena)
    await guest(room)
    await room.publish(title="For colleagues", audience="company")

    mails = await go(room)

    assert [mail.to for mail in mails] == [lena.email]
    assert sorted(await states(room)) == ["dropped", "sent"]
    done = await edition(room)
    assert (done.state, done.sent, done.dropped) == ("sent", 1, 1)


async def test_it_is_bounded_and_says_that_there_is_more(room: Mailroom) -> None:
    await switch_on(room)
    await guest(room, language="en")
    for number in range(14):
        starts = TOMORROW + timedelta(hours=number)
        await room.publish(title=f"Number {number:02}", starts_at=starts, ends_at=starts + HOUR)

    (mail,) = await go(room)

    assert mail.text.count("Number ") == 12
    assert "See everything that comes up" in mail.text


@pytest.mark.parametrize("audience", ["company", "public"])
async def test_the_editors_words_are_for_whom_they_are_meant(room: Mailroom, audience: str) -> None:
    await switch_on(room)
    lena = await room.colleague()
    await wants_it(room, lena)
    await guest(room)
    await note(
        room, "Unser **neuer** Raum <script>alert(1)</script> [hier](https://b.example)", audience=audience
    )
    await room.publish()

    mails = {mail.to: mail for mail in await go(room)}

    for address, mail in mails.items():
        reads = address == lena.email or audience == "public"
        assert ("<strong>neuer</strong>" in mail.html, "**neuer**" in mail.text) == (reads, reads)
        assert "<script>" not in mail.html


async def test_each_reads_it_in_their_language_and_zone(room: Mailroom) -> None:
    await switch_on(room, everybody=True)
    lena, tom = await room.colleague(), await room.colleague("Tom Ott")
    async with room.instance.unit_of_work() as uow:
        await choose_language(uow, tom.id, language="en", timezone="Europe/Lisbon")
    await guest(room)
    await room.publish()

    mails = {mail.to: mail for mail in await go(room)}

    assert "10:00–11:00" in mails[lena.email].text
    assert "Hallo Lena Vogt," in mails[lena.email].text
    assert "09:00–10:00" in mails[tom.email].text
    assert "Hello Tom Ott," in mails[tom.email].text
    assert mails["mia@guest.example"].text.startswith("Hallo,")
    assert mails["mia@guest.example"].letter["Content-Language"] == "de"


@pytest.mark.parametrize("to", ["colleague", "guest"])
async def test_it_reads_well(room: Mailroom, to: str) -> None:
    """Golden files: the text of a whole newsletter, de for colleagues and en for guests."""
    await switch_on(room)
    lena = await room.colleague()
    if to == "colleague":
        await wants_it(room, lena)
        async with room.instance.unit_of_work() as uow:
            await follow(uow, lena.id, "topic", "glas")
    else:
        await guest(room, language="en")
    await room.publish(title="Glas schneiden", topics=("Glas",), language="de")
    await room.publish(
        title="Polishing lenses", starts_at=LATER, ends_at=LATER + HOUR, place="hybrid", place_name="Room 3"
    )
    await told(room, room.host, "public")
    await note(room, "Am Freitag ist **Pit Stop**.\n\nBringt Kuchen mit.", "Friday is **pit stop**.")
    room.instance.clock.advance(minutes=1)  # type: ignore[attr-defined]

    (mail,) = await go(room)

    golden = GOLDEN / f"digest_{to}.txt"
    written = f"{mail.subject}\n\n{_without_numbers(mail.text)}"
    if not golden.exists():
        # A new one: look at it, then keep it.
        golden.write_text(written, encoding="utf-8")
        raise AssertionError(f"{golden} was written")
    assert written == golden.read_text(encoding="utf-8")
    assert shape(mail.letter) == ("multipart/alternative", "text/plain", "text/html")


def _without_numbers(text: str) -> str:
    return re.sub(
        r"/(sessions|stories|requests|mail/stop|newsletter/stop)/\S+", r"/\1/…", text.replace("\r\n", "\n")
    )
