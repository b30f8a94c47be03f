"""Anybody can write to a mailbox: whatever arrives is read in bounded time, and never raises."""

import time
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.vault import Vault
from tests.web.mail.messages import Message
from tests.web.mail.replies import reply_calendar, reply_mail
from web.mail.mailbox import MOST_BYTES
from web.mail.opening import open_mail, read_answer
from web.mail.tokens import answer_address, answered, came_back, message_id

VAULT = Vault(b"v" * 32)
MAILBOX = "answers@nordlicht.example"
INVITATION = Message(
    EmailMessage(),
    "You are in",
    "lena@nordlicht.example",
    "",
    "",
    f"""BEGIN:VCALENDAR\r
METHOD:REQUEST\r
BEGIN:VEVENT\r
UID:7@nordlicht.example\r
SEQUENCE:3\r
SUMMARY:Polishing\r
ORGANIZER:mailto:{answer_address(VAULT, MAILBOX, 42)}\r
END:VEVENT\r
END:VCALENDAR\r
""".encode(),
    None,
)
ANSWER = reply_calendar(INVITATION)
MAIL = reply_mail(INVITATION, ANSWER)


def nested(depth: int, kind: str) -> bytes:
    """A mail inside of a mail, `depth` times."""
    if kind == "message":
        return b"Content-Type: message/rfc822\r\n\r\n" * depth
    return b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number)
        for number in range(depth)
    )


BOMBS = {
    "nothing": b"",
    "zeros": b"\0" * MOST_BYTES,
    "no line ends": b"a" * MOST_BYTES,
    "headers": b"a: b\r\n" * (MOST_BYTES // 6),
    "folded header": b"To: " + b"x\r\n " * (MOST_BYTES // 4),
    "addresses": b"To: " + b"<a@b.example>, " * (MOST_BYTES // 15) + b"\r\n\r\n",
    "our addresses": b"To: " + answer_address(VAULT, MAILBOX, 1).encode() * 4000 + b"\r\n\r\n",
    "words": b"Message-ID: " + b"=?utf-8?q?a?= " * (MOST_BYTES // 15) + b"\r\n\r\n",
    "parts in parts": nested(MOST_BYTES // 60, "multipart"),
    "mails in mails": nested(MOST_BYTES // 40, "message"),
    "a hundred thousand parts": b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    + b"--x\r\n\r\n" * (MOST_BYTES // 8),
    "digests": b"Content-Type: multipart/digest; boundary=x\r\n\r\n" + b"--x\r\n\r\n\r\n" * 5000,
    "parameters": b"Content-Type: text/calendar" + b"; a*0*=b" * (MOST_BYTES // 9) + b"\r\n\r\n",
    "not base64": b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"=" * 99999,
    "charset": b"Content-Type: text/calendar; charset=punycode\r\n\r\n" + b"-a9" * (MOST_BYTES // 4),
    "no charset": b"Content-Type: text/calendar; charset=\xff\xfe\r\n\r\n" + ANSWER.encode(),
    "report of nothing": b"Content-Type: multipart/report\r\n\r\n",
    "report in report": b'Content-Type: multipart/report; boundary="x"\r\n\r\n--x\r\n'
    b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: failed\r\nStatus: 4.0.0\r\n\r\n" * 9999,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_mail_is_of_no_use_and_costs_little(name: str) -> None:
    began = time.process_time()

    mail = open_mail(BOMBS[name][:MOST_BYTES])
    found = [list(answered(VAULT, MAILBOX, mail.addresses)), came_back(VAULT, "nordlicht.example", name)]

    assert (
        (mail.answer, mail.bounce, found) == (None, "", [[], None]) if name != "no charset" else mail.answer
    )
    assert time.process_time() - began < 2


CALENDARS: dict[str, Any] = {
    "lines": "BEGIN:VEVENT\r\n" * 100_000,
    "attendees": ANSWER.replace(
        "END:VEVENT", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:x@y.example\r\n" * 99 + "END:VEVENT"
    ),
    "events": ANSWER.replace("END:VEVENT", "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nEND:VEVENT"),
    "in an alarm": ANSWER.replace("BEGIN:VEVENT", "BEGIN:VALARM").replace("END:VEVENT", "END:VALARM"),
    "a request": ANSWER.replace("METHOD:REPLY", "METHOD:REQUEST"),
    "a counter": ANSWER.replace("METHOD:REPLY", "METHOD:COUNTER"),
    "no method": ANSWER.replace("METHOD:REPLY\r\n", ""),
    "a huge number": ANSWER.replace("SEQUENCE:3", f"SEQUENCE:{'9' * 1500}"),
    "a text for a number": ANSWER.replace("SEQUENCE:3", "SEQUENCE:drei"),
    "a text for a time": ANSWER.replace("DTSTAMP:2026", "DTSTAMP:soon"),
    "a web address": ANSWER.replace("mailto:lena", "https://lena"),
}


@pytest.mark.parametrize("name", CALENDARS)
def test_a_calendar_that_answers_nothing(name: str) -> None:
    began = time.process_time()

    assert read_answer(CALENDARS[name]) is None

    assert time.process_time() - began < 2


def test_an_answer_is_read() -> None:
    mail = open_mail(MAIL)

    assert mail.answer is not None
    assert (mail.answer.uid, mail.answer.attendee) == ("7@nordlicht.example", "lena@nordlicht.example")
    assert (mail.answer.said, mail.answer.sequence) == ("declined", 3)
    assert list(answered(VAULT, MAILBOX, mail.addresses)) == [42]


def test_what_is_cut_off_after_the_answer_is_read_all_the_same() -> None:
    mail = reply_mail(INVITATION, ANSWER) + b"\r\n" + b"A" * MOST_BYTES

    assert open_mail(mail[:MOST_BYTES]).answer == open_mail(MAIL).answer


@given(st.binary(max_size=300), st.integers(0, len(MAIL)), st.integers(0, 300))
def test_whatever_is_changed_in_an_answer_it_is_read_or_left(noise: bytes, where: int, length: int) -> None:
    changed = MAIL[:where] + noise + MAIL[where + length :]

    mail = open_mail(changed)

    # Cutting and pasting makes nobody's address.
    assert set(answered(VAULT, MAILBOX, mail.addresses)) <= {42}


@given(st.integers(0, (1 << 63) - 1), st.integers(0, (1 << 63) - 1))
def test_an_address_opens_the_place_that_it_was_made_for_and_no_other(number: int, other: int) -> None:
    address, another = answer_address(VAULT, MAILBOX, number), answer_address(VAULT, MAILBOX, other)

    assert list(answered(VAULT, MAILBOX, f"To: <{address.upper()}>")) == [number]
    mixed = another[: len("answers+") + 13] + address[len("answers+") + 13 :]
    assert list(answered(VAULT, MAILBOX, mixed)) == ([number] if number == other else [])
    assert list(answered(VAULT, MAILBOX, f"{address}.evil.example {address}x")) == []
    assert list(answered(Vault(b"w" * 32), MAILBOX, address)) == []


@given(st.integers(1, (1 << 63) - 1))
def test_a_mail_that_came_back_is_known_by_its_name(number: int) -> None:
    name = message_id(VAULT, "nordlicht.example", number)

    assert came_back(VAULT, "nordlicht.example", f"Message-ID: {name}\r\n") == number
    assert came_back(VAULT, "alpenwerk.example", name) is None
    assert came_back(VAULT, "nordlicht.example", name.replace("-", "-1", 1)) is None
