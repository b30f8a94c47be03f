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
_STOP = re.compile(r"([0-9]{1,19})-([a-z_]{1,40})-([A-Za-z0-9_-]{32})")
_LEAVE = re.compile(r"([0-9]{1,19})-([A-Za-z0-9_-]{32})")


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


def leave_token(vault: Vault, attendance_id: int) -> str:
    """For giving back one place."""
    return f"{attendance_id}-{vault.mark(f'leave by mail:{attendance_id}')}"


def leave_of(vault: Vault, token: str) -> int | None:
    """The attendance of such a token; None if it is not ours."""
    match = _LEAVE.fullmatch(token)
    if match is None or int(match[1]) > LARGEST_ID:
        return None
    return int(match[1]) if vault.is_mark(f"leave by mail:{match[1]}", match[2]) else None


def answer_address(vault: Vault, mailbox: str, attendance_id: int) -> str:
    """`answers+<token>@lernen.example`: where the calendar of one person answers one invitation.

    Lower-case letters and digits alone: some servers on the way don't keep capitals, RFC 5321 or not.
    """
    name, _, host = mailbox.partition("@")
    number = base64.b32encode(attendance_id.to_bytes(8)).decode().rstrip("=").lower()
    return f"{name}+{number}{_answer_mark(vault, attendance_id)}@{host}"


def answered(vault: Vault, mailbox: str, text: str) -> Iterator[int]:
    """The attendances whose own addresses stand in `text`, at most the first few that look like one."""
    name, _, host = mailbox.partition("@")
    pattern = rf"{re.escape(name)}\+([a-z2-7]{{13}})([a-z2-7]{{26}})@{re.escape(host)}(?![a-z0-9.-])"
    found = dict.fromkeys(match.groups() for match in islice(re.finditer(pattern, text.lower()), 50))
    for number, mark in islice(found, _MOST_ADDRESSES):
        attendance_id = int.from_bytes(base64.b32decode(f"{number}===".upper()))
        if attendance_id <= LARGEST_ID and compare_digest(_answer_mark(vault, attendance_id), mark):
            yield attendance_id


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


def _answer_mark(vault: Vault, attendance_id: int) -> str:
    digest = base64.urlsafe_b64decode(vault.mark(f"answer by mail:{attendance_id}"))
    return base64.b32encode(digest[:16]).decode().rstrip("=").lower()
