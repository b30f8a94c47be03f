"""What is typed in answer to the mail about a letter goes back to its writer, at their company or here."""

import pytest
from sqlalchemy import select

from alliance.contacting import take_back_letter, write_letter
from alliance.models import Distance, Letter, Person
from alliance.news import ProfileNews
from alliance.receiving_letters import receive_letter
from tests.web.mail.answers.invited import arrives
from tests.web.mail.conftest import Mailroom
from tests.web.mail.messages import Message

MIRA = "https://alpenwerk.example/people/7"


async def written_to(room: Mailroom, text: str = "<p>Welche Linse?</p>") -> tuple[Person, Letter, Message]:
    """Mira of Alpenwerk answers Jonas, who has written to her, and his mail about it."""
    await room.ally()
    mira = await room.person(MIRA, profile=ProfileNews(takes_letters=True))
    async with room.instance.unit_of_work() as uow:
        await write_letter(uow, room.host.id, mira.id, "Hast du kurz Zeit?")
    async with room.instance.unit_of_work() as uow:
        letter = await receive_letter(uow, mira, room.host.id, f"{MIRA}/letters/1", text, None)
    assert letter is not None
    return mira, letter, await room.only()


def by_hand(mail: Message, *, sender: str = "", name: str = "one", to: str = "") -> bytes:
    return (
        f"From: Jonas Brandt <{sender or mail.to}>\r\nTo: {to or mail.letter['Reply-To']}\r\n"
        f"Message-ID: <{name}@phone.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Die achtziger.\r\n\r\n> Welche Linse?\r\n"
    ).encode()


async def letters(room: Mailroom) -> list[tuple[int, str]]:
    async with room.instance.reading() as db:
        found = await db.scalars(select(Letter).where(Letter.uri.is_(None)).order_by(Letter.id))
        return [(one.receiver_id, one.text) for one in found]


async def test_the_mail_says_who_wrote_from_where_and_shows_no_address(room: Mailroom) -> None:
    _, _, mail = await written_to(room, '<p>Welche Linse?</p><img src="https://evil.example/x.png">')

    assert mail.letter["Subject"] == "Mira Hofer (Alpenwerk) hat dir geschrieben"
    assert "Welche Linse?" in mail.text
    assert "evil.example" not in mail.text + mail.html
    assert str(mail.letter["Reply-To"]).startswith("alliance+")
    assert "geht an Mira Hofer (Alpenwerk), ohne deine Adresse" in mail.text


async def test_an_answer_by_mail_is_a_letter_back(room: Mailroom) -> None:
    mira, _, mail = await written_to(room)

    outcomes = [await arrives(room, by_hand(mail)) for _ in range(2)]

    assert outcomes == ["followed", ""]
    assert await letters(room) == [(mira.id, "Hast du kurz Zeit?"), (mira.id, "Die achtziger.")]


@pytest.mark.parametrize("how", ["another sender", "another token", "blocked", "the alliance is over"])
async def test_nobody_answers_for_somebody_or_whom_they_can_not_write_to(room: Mailroom, how: str) -> None:
    mira, _, mail = await written_to(room)
    raw = by_hand(mail)
    match how:
        case "another sender":
            raw = by_hand(mail, sender="somebody@else.example")
        case "another token":
            raw = by_hand(mail, to=str(mail.letter["Reply-To"]).replace("+", "+a", 1))
        case "blocked":
            async with room.instance.unit_of_work() as uow:
                uow.db.add(
                    Distance(
                        id=uow.new_id(),
                        person_id=room.host.id,
                        account_id=mira.id,
                        kind="block",
                        since=uow.now,
                    )
                )
        case _:
            await room.put(await room.know(), "left")

    assert await arrives(room, raw) == "unused"
    assert await letters(room) == [(mira.id, "Hast du kurz Zeit?")]


async def test_a_letter_that_was_taken_back_in_time_is_not_mailed(room: Mailroom) -> None:
    lena = await room.colleague()
    await room.join(await room.publish(), lena)
    await room.sent()
    async with room.instance.unit_of_work() as uow:
        letter = await write_letter(uow, lena.id, room.host.id, "Hast du kurz Zeit?")
    async with room.instance.unit_of_work() as uow:
        await take_back_letter(uow, letter.id, lena.id)

    assert await room.sent() == []
