"""Addresses in mails that change something for one person, all of them derived by the Vault.

Links are shown first and done by POST: scanners open every link of a mail, so opening one changes nothing,
and using one twice is the same as once. What is written in answer to a mail proves by the address it goes to,
and by the Message-ID it names, that its sender had that mail.
"""

import base64
import re
from collections.abc import Iterator
from hmac import compare_digest
from itertools import islice

from alliance.vault import Vault

_MOST_ADDRESSES = 5
LARGEST_ID = (1 << 63) - 1
_INVITATION, _LETTER = "answer by mail", "answer a letter by mail"
_STOP = re.compile(r"([0-9]{1,19})-([a-z_]{1,40})-([A-Za-z0-9_-]{32})")
_NUMBERED = re.compile(r"([0-9]{1,19})-([A-Za-z0-9_-]{32})")


def stop_token(vault: Vault, employee_id: int, choice: str) -> str:
    """For no longer getting one kind of mail."""
    return f"{employee_id}-{choice}-{vault.mark(f'stop mail:{employee_id}:{choice}')}"


def stop_of(vault: Vault, token: str) -> tuple[int, str] | None:
    """Employee and choice of such a token; None if it is not ours."""
    match = _STOP.fullmatch(token)
    if match is None or int(match[1]) > LARGEST_ID:
        return None
    is_ours = vault.is_mark(f"stop mail:{match[1]}:{match[2]}", match[3])
    return (int(match[1]), match[2]) if is_ours else None


def guest_token(vault: Vault, what: str, guest_id: int) -> str:
    """For saying `yes` or `no` to the newsletter, for the guest to whom it was mailed."""
    return _numbered(vault, f"newsletter {what}", guest_id)


def guest_of(vault: Vault, what: str, token: str) -> int | None:
    """The guest of such a token; None if it is not ours, or for something else."""
    return _number_of(vault, f"newsletter {what}", token)


def leave_token(vault: Vault, attendance_id: int) -> str:
    """For giving back one place."""
    return _numbered(vault, "leave by mail", attendance_id)


def leave_of(vault: Vault, token: str) -> int | None:
    """The attendance of such a token; None if it is not ours."""
    return _number_of(vault, "leave by mail", token)


def answer_address(vault: Vault, mailbox: str, attendance_id: int) -> str:
    """`answers+<token>@lernen.example`: where the calendar of one person answers one invitation.

    Lower-case letters and digits alone: some servers on the way don't keep capitals, RFC 5321 or not.
    """
    return _address(vault, mailbox, _INVITATION, attendance_id)


def letter_address(vault: Vault, mailbox: str, letter_id: int) -> str:
    """The same for the one person who got a letter, and answers it by mail."""
    return _address(vault, mailbox, _LETTER, letter_id)


def answered(vault: Vault, mailbox: str, text: str) -> Iterator[int]:
    """The attendances whose own addresses stand in `text`, at most the first few that look like one."""
    return _answered(vault, mailbox, _INVITATION, text)


def letters_answered(vault: Vault, mailbox: str, text: str) -> Iterator[int]:
    """The same for letters."""
    return _answered(vault, mailbox, _LETTER, text)


def _numbered(vault: Vault, about: str, number: int) -> str:
    return f"{number}-{vault.mark(f'{about}:{number}')}"


def _number_of(vault: Vault, about: str, token: str) -> int | None:
    match = _NUMBERED.fullmatch(token)
    if match is None or int(match[1]) > LARGEST_ID:
        return None
    return int(match[1]) if vault.is_mark(f"{about}:{match[1]}", match[2]) else None


def _address(vault: Vault, mailbox: str, about: str, number: int) -> str:
    name, _, host = mailbox.partition("@")
    written = base64.b32encode(number.to_bytes(8)).decode().rstrip("=").lower()
    return f"{name}+{written}{_answer_mark(vault, about, number)}@{host}"


def _answered(vault: Vault, mailbox: str, about: str, text: str) -> Iterator[int]:
    name, _, host = mailbox.partition("@")
    pattern = rf"{re.escape(name)}\+([a-z2-7]{{13}})([a-z2-7]{{26}})@{re.escape(host)}(?![a-z0-9.-])"
    found = dict.fromkeys(match.groups() for match in islice(re.finditer(pattern, text.lower()), 50))
    for written, mark in islice(found, _MOST_ADDRESSES):
        number = int.from_bytes(base64.b32decode(f"{written}===".upper()))
        if number <= LARGEST_ID and compare_digest(_answer_mark(vault, about, number), mark):
            yield number


def message_id(vault: Vault, host: str, mail_id: int) -> str:
    """The same whenever and by whomever this mail is sent. A mail that comes back names it."""
    return f"<mail-{mail_id}-{vault.mark(f'mail:{mail_id}')}@{host}>"


def came_back(vault: Vault, host: str, text: str) -> int | None:
    """The mail of ours whose Message-ID stands in `text`; None if there is none."""
    pattern = rf"<mail-([0-9]{{1,19}})-([A-Za-z0-9_-]{{32}})@{re.escape(host)}>"
    for match in islice(re.finditer(pattern, text), _MOST_ADDRESSES):
        if int(match[1]) <= LARGEST_ID and vault.is_mark(f"mail:{match[1]}", match[2]):
            return int(match[1])
    return None


def _answer_mark(vault: Vault, about: str, number: int) -> str:
    digest = base64.urlsafe_b64decode(vault.mark(f"{about}:{number}"))
    return base64.b32encode(digest[:16]).decode().rstrip("=").lower()
