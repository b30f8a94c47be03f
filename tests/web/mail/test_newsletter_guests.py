"""Guests: a yes by mail before anything comes, one click to leave, no trace afterwards, and no oracle."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from alliance.errors import TooMany
from alliance.exporting import everything_about
from alliance.models import Guest, Mail, MailTrouble
from alliance.replying import count_bounce
from alliance.subscribing import ADDRESS, MOST_ASKED, MOST_WAITING, ask_for_newsletter
from federation.wiring import Federation
from tests.support.clock import FrozenClock
from tests.web.mail.conftest import Mailroom
from tests.web.mail.newsroom import go, guest, guests, path_in, sign_up, switch_on, turns
from web.mail.newsletter_chores import forget_guests

MIA = "mia@guest.example"


def _on(clock: FrozenClock) -> dict[str, Any]:
    """Tomorrow by this clock."""
    starts = clock.now().replace(tzinfo=None) + timedelta(days=1)
    return {"starts_at": starts, "ends_at": starts + timedelta(hours=1)}


async def test_signing_up_takes_a_yes_by_mail_and_leaving_one_click(
    room: Mailroom, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    """The whole way, with a real mail server: form, question, yes, newsletter, one click, gone."""
    await switch_on(room)
    await room.publish(title="Polishing lenses", topics=("Glas",))
    page = await client.get("/newsletter")
    field = re.search(r'name="(topic_\d+)" value="glas"', page.text)
    assert field is not None
    await sign_up(client, MIA, "en", **{field[1]: "glas"})
    question = await room.only()
    yes = path_in(question, "confirm")
    before = await go(room)

    asked = await client.get(yes)
    unchanged = (await guests(room))[0].confirmed_at
    said = [(await client.post(yes)).status_code for _ in range(2)]
    clock.advance(days=7)
    await room.publish(title="Next week", **_on(clock))
    (mail,) = await turns(room)

    assert (question.to, question.subject) == (MIA, "Please confirm: the newsletter of Nordlicht Optik")
    assert "List-Unsubscribe" not in question.letter
    assert (before, unchanged, said) == ([], None, [200, 200])
    assert "Glas" in asked.text
    address = str(mail.letter["List-Unsubscribe"]).strip("<>")
    assert mail.letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (await client.get(address)).status_code == 200
    assert len(await guests(room)) == 1
    click = {"List-Unsubscribe": "One-Click"}
    left = [(await client.post(address, data=click, headers={"Accept": "*/*"})).status_code for _ in range(2)]
    assert (left, await guests(room)) == ([200, 200], [])
    async with room.instance.reading() as db:
        assert (await db.scalars(select(Mail.id).where(Mail.guest_id.is_not(None)))).all() == []


async def test_nobody_learns_whether_an_address_is_known(room: Mailroom, client: httpx.AsyncClient) -> None:
    await switch_on(room)
    await guest(room, MIA)
    addresses = (MIA, "tom@guest.example", room.host.email)

    answers = [await sign_up(client, address) for address in addresses]
    questions = await room.sent()

    pages = {answer.text.replace(address, "…") for answer, address in zip(answers, addresses, strict=True)}
    assert len(pages) == 1
    headers = {re.sub(r"\d", "", str(sorted(answer.headers))) for answer in answers}
    assert len(headers) == 1
    assert [mail.to for mail in questions] == list(addresses)
    assert len({re.sub(r"confirm/\S+", "", mail.text) for mail in questions}) == 1


async def test_what_somebody_else_types_changes_nothing_before_the_owners_yes(
    room: Mailroom, client: httpx.AsyncClient
) -> None:
    await switch_on(room)
    await guest(room, MIA, "de")

    await sign_up(client, MIA, "en")
    (still,) = await guests(room)
    await client.post(path_in(await room.only(), "confirm"))

    (changed,) = await guests(room)
    assert (still.language, changed.language) == ("de", "en")
    assert still.confirmed_at == changed.confirmed_at


async def test_addresses_that_never_say_yes_are_gone_after_two_days(
    room: Mailroom, federation: Federation, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    await switch_on(room)
    known = await guest(room, "tom@guest.example")
    await sign_up(client, "tom@guest.example", "en")
    await sign_up(client, MIA)
    yes = next(path_in(mail, "confirm") for mail in await room.sent() if mail.to == MIA)

    clock.advance(hours=47)
    await forget_guests(federation)
    kept = len(await guests(room))
    clock.advance(hours=2)
    too_late = [(await client.get(yes)).status_code, (await client.post(yes)).status_code]
    await forget_guests(federation)

    (left,) = await guests(room)
    assert (kept, too_late) == (2, [410, 410])
    assert (left.id, left.language, left.wanted) == (known.id, "de", None)


async def test_nobody_fills_somebodys_mailbox_with_questions(
    room: Mailroom, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    await switch_on(room)
    arrived = 0

    for _ in range(20):
        assert (await sign_up(client, MIA)).status_code == 200
        arrived += len(await room.sent())
        clock.advance(minutes=1)

    assert arrived == MOST_ASKED


async def test_a_form_filled_by_a_program_is_stopped_by_the_minute_and_in_all(
    room: Mailroom, client: httpx.AsyncClient
) -> None:
    await switch_on(room)
    statuses = [(await sign_up(client, f"mia{number}@guest.example")).status_code for number in range(7)]
    async with room.instance.unit_of_work() as uow:
        uow.db.add_all(
            Guest(id=uow.new_id(), mark=str(number), address=b"", language="de", topics=[], asked_at=uow.now)
            for number in range(MOST_WAITING - 5)
        )

    with pytest.raises(TooMany):
        async with room.instance.unit_of_work() as uow:
            await ask_for_newsletter(uow, "one.more@guest.example", "de", [])

    assert statuses == [200] * 5 + [429] * 2
    assert len(await guests(room)) == MOST_WAITING


@pytest.mark.parametrize("what", ["confirm", "stop"])
async def test_invented_links_open_nothing(room: Mailroom, client: httpx.AsyncClient, what: str) -> None:
    await switch_on(room)
    await room.publish()
    await guest(room, MIA)
    (mail,) = await go(room)
    await sign_up(client, MIA)
    real = path_in(await room.only(), "confirm") if what == "confirm" else path_in(mail, "stop")
    other = real.replace("confirm", "stop") if what == "confirm" else real.replace("stop", "confirm")
    number, mark = real.rsplit("/", 1)[1].split("-", 1)
    forged = [f"/newsletter/{what}/{token}" for token in (
        f"{number}-{mark[:-1]}{'A' if mark[-1] != 'A' else 'B'}",
        f"{int(number) + 1}-{mark}",
        f"0{number}-{mark}",
        f"{'9' * 30}-{mark}",
        f"{number}-{'a' * 32}",
        "x",
        "%F0%9F",
        "a" * 1500,
    )]  # fmt: skip

    for path in [other, *forged]:
        assert (await client.get(path)).status_code == 404, path
        assert (await client.post(path)).status_code == 404, path
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert (await client.post(real, headers=headers)).status_code == 403
    assert len(await guests(room)) == 1


async def test_what_is_no_address_is_said_beside_the_field(
    room: Mailroom, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    await switch_on(room)

    for typed in ("", "x", f"{MIA}\r\nBcc: all@b.example", f"{MIA}, b@b.example", "ü@b.example", "a" * 5000):
        answer = await sign_up(client, typed, "<script>")
        assert answer.status_code == 422
        assert 'id="email-error"' in answer.text
        assert "<script>" not in answer.text
        clock.advance(minutes=1)

    assert await room.sent() == []
    assert await guests(room) == []


async def test_an_address_that_is_not_there_is_deleted(
    room: Mailroom, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    """At once if it never said yes; else the third time, for a server that is set up wrongly refuses all."""
    await switch_on(room)
    await guest(room, "tom@guest.example")
    assert room.office is not None
    room.office.rcpt_answers.append("550 5.1.1 no such user")
    await sign_up(client, MIA)
    await room.sent()
    after_first = [one.bounces for one in await guests(room)]

    for week in range(3):
        await room.publish(title=f"Week {week}", **_on(clock))
        room.office.rcpt_answers.append("550 5.1.1 no such user")
        assert await go(room) == []
        clock.advance(days=7)

    assert after_first == [0]
    assert await guests(room) == []


async def test_a_mail_that_comes_back_later_counts_too(room: Mailroom) -> None:
    await switch_on(room)
    await room.publish()
    await guest(room, MIA)
    await go(room)
    async with room.instance.unit_of_work() as uow:
        mail = (await uow.db.scalars(select(Mail).where(Mail.kind == "digest"))).one()
        outcome = await count_bounce(uow, "k" * 64, mail.id, "5.1.1 no such user")

    (one,) = await guests(room)
    async with room.instance.reading() as db:
        assert (await db.scalars(select(MailTrouble))).all() == []
    assert (outcome, one.bounces) == ("bounced", 1)


async def test_addresses_of_guests_lie_sealed_and_are_no_ones_export(room: Mailroom) -> None:
    await switch_on(room)
    one = await guest(room, MIA)

    assert MIA.encode() not in one.address
    assert room.instance.vault.open(one.address, ADDRESS) == MIA
    async with room.instance.reading() as db:
        held = await everything_about(db, room.instance.vault, "https://nordlicht.example", room.host.id)
    assert "guest.example" not in str(held)


async def test_without_a_newsletter_nobody_signs_up(room: Mailroom, client: httpx.AsyncClient) -> None:
    answer = await sign_up(client, MIA)

    assert answer.status_code == 404
    assert 'name="email"' not in (await client.get("/newsletter")).text
    assert await guests(room) == []
