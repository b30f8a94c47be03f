"""Links in mails ask first (rule 10), unsubscribing is one click, and each choice is kept."""

import re

import httpx
import pytest

from alliance.choosing_notices import choices_of
from alliance.models import Employee
from alliance.notice_kinds import CHOICES, choice_of_kind
from federation.wiring import Federation
from tests.web.mail.conftest import Mailroom
from tests.web.mail.messages import Message
from tests.web.pages.conftest import as_employee
from web.mail.wording import CHOICE_LABELS, LEAD_TEXTS, SUBJECT_TEXTS


async def joined(room: Mailroom) -> tuple[int, Employee, Message]:
    """Somebody has a place, and the mail about it."""
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    return session.id, guest, await room.only()


def address_in(mail: Message, word: str) -> str:
    """The path of the link in a mail with `word` in it."""
    match = re.search(rf"https://nordlicht\.example(/mail/{word}/\S+)", mail.text)
    assert match is not None
    return match[1]


async def test_rule_10_opening_a_link_changes_nothing(room: Mailroom, client: httpx.AsyncClient) -> None:
    _, guest, mail = await joined(room)

    for word in ("leave", "stop"):
        for _ in range(2):
            assert (await client.get(address_in(mail, word))).status_code == 200
            assert (await client.head(address_in(mail, word))).status_code == 200

    async with room.instance.reading() as db:
        assert (await choices_of(db, guest.id))["joined"].by_mail
    assert await room.sent() == []


async def test_rule_8_and_10_the_button_gives_the_place_back_and_twice_is_once(
    room: Mailroom, client: httpx.AsyncClient
) -> None:
    _, guest, mail = await joined(room)
    path = address_in(mail, "leave")

    answers = [(await client.post(path)).status_code for _ in range(2)]

    assert answers == [200, 200]
    last = await room.only()
    assert (last.method, last.to) == ("CANCEL", guest.email)


async def test_rule_8_the_mail_says_that_declining_in_the_calendar_frees_no_place(room: Mailroom) -> None:
    _, _, mail = await joined(room)

    assert "wird dein Platz nicht frei" in mail.text
    assert "wird dein Platz nicht frei" in mail.html


async def test_rule_10_unsubscribing_is_one_click_of_the_mail_program(
    room: Mailroom, client: httpx.AsyncClient
) -> None:
    _, guest, mail = await joined(room)
    address = str(mail.letter["List-Unsubscribe"]).strip("<>")
    assert mail.letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    answers = [
        await client.post(address, data={"List-Unsubscribe": "One-Click"}, headers={"Accept": "*/*"})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    async with room.instance.reading() as db:
        chosen = await choices_of(db, guest.id)
    assert [kind for kind, wish in chosen.items() if wish != CHOICES[kind]] == ["joined"]
    assert chosen["joined"].in_app
    await room.join(await room.publish(title="Another one"), guest)
    assert await room.sent() == []


@pytest.mark.parametrize("what", ["leave", "stop"])
async def test_invented_links_do_nothing(room: Mailroom, client: httpx.AsyncClient, what: str) -> None:
    _, _, mail = await joined(room)
    path = address_in(mail, what)
    forged = [path[:-1] + ("A" if path[-1] != "A" else "B"), f"/mail/{what}/1-{'a' * 32}", f"/mail/{what}/x"]
    number = re.sub(r"/(\d+)-", lambda match: f"/{int(match[1]) + 1}-", path)

    for address in [*forged, number, f"/mail/{what}/{'9' * 30}-{'a' * 32}", f"/mail/{what}/%F0%9F"]:
        assert (await client.post(address)).status_code == 404
        assert (await client.get(address)).status_code == 404


async def test_another_site_can_press_no_button(room: Mailroom, client: httpx.AsyncClient) -> None:
    _, _, mail = await joined(room)

    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answer = await client.post(address_in(mail, "leave"), headers=headers)

    assert answer.status_code == 403
    assert await room.sent() == []


async def test_each_kind_is_switched_on_the_page_and_the_choice_is_kept(
    room: Mailroom, federation: Federation
) -> None:
    guest = await room.colleague()
    async with await as_employee(federation, guest) as browser:
        await browser.post("/settings/notifications", data={"changed_mail": "yes", "comment_app": "yes"})
        page = await browser.get("/settings/notifications")

    assert re.findall(r'name="(\w+)" value="yes" checked', page.text) == ["changed_mail", "comment_app"]
    await room.join(await room.publish(), guest)
    assert await room.sent() == []


async def test_the_address_of_the_calendar_is_made_replaced_and_closed_on_the_page(
    room: Mailroom, federation: Federation
) -> None:
    guest = await room.colleague()
    found = []
    async with await as_employee(federation, guest) as browser:
        for path in ("/settings/calendar", "/settings/calendar", "/settings/calendar/close"):
            assert (await browser.post(path)).status_code == 303
            page = await browser.get("/settings/notifications")
            found.append(re.findall(r'value="https://nordlicht\.example(/feeds/[^"]+)"', page.text))
        first, second, closed = found
        statuses = [(await browser.get(path)).status_code for path in (*first, *second)]

    assert (len(first), len(second), closed) == (2, 2, [])
    assert statuses == [404, 404, 404, 404]


def test_every_kind_has_words_and_a_switch() -> None:
    assert set(SUBJECT_TEXTS) == set(LEAD_TEXTS)
    assert set(CHOICE_LABELS) == set(CHOICES)
    without = {kind for kind in SUBJECT_TEXTS if choice_of_kind(kind) is None}
    assert without == {"invitation", "reset", "webhook_ended"}
