"""What mail must not tell: meeting links, other people, sessions that its reader may not see."""

from datetime import timedelta

import pytest

from alliance.following import follow
from alliance.models import Session
from tests.alliance.stage import LINK
from tests.support.clock import FrozenClock
from tests.web.mail.conftest import Mailroom
from tests.web.mail.occasions import everything_on


@pytest.mark.parametrize("audience", ["company", "alliance", "public"])
async def test_the_meeting_link_is_in_no_mail_of_any_audience(room: Mailroom, audience: str) -> None:
    session = await room.publish(audience=audience)
    first, second = await room.colleague(), await room.colleague("Tom Ott")
    await room.join(session, first)
    await room.join(session, second)
    await room.edit(session, audience=audience, title="Another title")
    letters = await room.sent()
    await room.leave(session, second)
    await room.cancel(session)
    letters += await room.sent()

    for mail in letters:
        everything = mail.text + mail.html + (mail.calendar or b"").decode()
        assert LINK not in everything
        assert "s3cretword" not in everything
        other = first if mail.to == second.email else second
        assert other.email not in everything.replace(mail.to, "")


async def test_a_personal_link_is_only_in_the_mail_of_its_person(room: Mailroom) -> None:
    session = await room.publish()
    people = [await room.colleague(), await room.colleague("Tom Ott")]
    for one in people:
        await room.join(session, one)
    ids = {one.email: (await room.attendance(session, one)).id for one in people}

    letters = await room.sent()

    for mail in letters:
        links = {email for email, id_ in ids.items() if f"/meet/{id_}-" in mail.text}
        assert links == {mail.to}


async def test_people_from_elsewhere_get_no_mail_from_us(room: Mailroom) -> None:
    session, guest = await room.publish(), await room.person()
    await room.join(session, guest, "https://alpenwerk.example/activities/1")
    await room.cancel(session)

    assert await room.sent() == []


async def test_an_alliance_that_ended_while_mail_waited_tells_nothing_more(
    room: Mailroom, clock: FrozenClock
) -> None:
    company, guest = await room.ally(), await room.colleague()
    await everything_on(room, guest)
    async with room.instance.unit_of_work() as uow:
        await follow(uow, guest.id, "company", str(company.id))
    theirs = await room.theirs(company, audience="alliance")
    await room.join(theirs, guest)
    await room.answer(theirs, guest, "going")
    await room.put(company, "left")

    assert await room.sent() == []


async def test_what_external_sources_list_is_told_to_nobody(room: Mailroom) -> None:
    company, guest = await room.ally(), await room.colleague()
    await everything_on(room, guest)
    theirs = await room.theirs(company, 1)
    async with room.instance.unit_of_work() as uow:
        await follow(uow, guest.id, "company", str(company.id))
        (await uow.db.get_one(Session, theirs.id)).author_uri = "https://alpenwerk.example/people/1"

    assert await room.sent() == []


async def test_a_title_that_looks_like_a_header_stays_a_title(room: Mailroom, clock: FrozenClock) -> None:
    company, guest = await room.ally(), await room.colleague()
    title = "Hello\r\nBcc: everybody@nordlicht.example\r\n\r\n<script>alert(1)</script>"
    theirs = await room.theirs(company, title=title, place_name="x\r\nATTENDEE:mailto:eve@evil.example")
    await room.join(theirs, guest)
    await room.answer(theirs, guest, "going")

    mail = await room.only()

    assert mail.letter["Bcc"] is None
    assert "<script>" not in mail.html
    assert len(mail.event.attendees) == 1
    assert mail.event.start - mail.event.end == -timedelta(hours=1)


async def test_a_link_of_a_partner_that_is_not_on_their_server_reaches_nobody(room: Mailroom) -> None:
    theirs, guest = await room.theirs(await room.ally()), await room.colleague()
    await room.join(theirs, guest)

    await room.answer(theirs, guest, "going", link="https://evil.example/meet/1")

    assert "evil.example" not in str((await room.only()).letter)
