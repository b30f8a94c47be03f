"""Addresses in mails that change something for one person: derived by the Vault, shown first, done by POST.

Scanners open every link of a mail, so opening one changes nothing, and using one twice is the same as once.
"""

import re

from alliance.vault import Vault

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
