"""Where things lie in the index of the search, and the marks by which they are narrowed there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

# Above these bits of the id stands the minute, so that the index is in the order of time.
_ID_BITS = 34
_ID_MASK = (1 << _ID_BITS) - 1
FIRST_SESSION = 1 << _ID_BITS
"""Before this place lies what has no start: experts, communities, requests."""


def minute_place(moment: datetime) -> int:
    """The first place of whatever begins in that minute."""
    return int(moment.timestamp() // 60) << _ID_BITS


def first_place(object_id: int, starts_at: datetime) -> int:
    """Where something belongs: by its start (the epoch for what has none), then by its id."""
    return minute_place(starts_at) | (object_id & _ID_MASK)


def audience_mark(audience: str) -> str:
    """The mark of what this audience may see."""
    return f"_a_{audience}"


def company_mark(company_id: int) -> str:
    """The mark of what comes from a company."""
    return f"_c_{company_id}"


def host_mark(person_id: int) -> str:
    """The mark of the sessions of somebody who lets everybody know."""
    return f"_h_{person_id}"


def topic_mark(topic_id: int) -> str:
    """The mark of a topic."""
    return f"_t_{topic_id}"


def marks_of_session(row: Any, topic_ids: Iterable[int], *, host_shown: bool) -> list[str]:
    """The marks of a session; no word of a person begins with an underscore, so nobody can type one."""
    marks = [audience_mark(row.audience), company_mark(row.company_id)]
    if host_shown and row.host_id is not None:
        marks.append(host_mark(row.host_id))
    return [*marks, *map(topic_mark, topic_ids)]


def marks_of(row: Any, topic_ids: Iterable[int]) -> list[str]:
    """The marks of an expert, a community or a request (by its author)."""
    company = [company_mark(row.company_id)] if row.company_id is not None else []
    return [audience_mark(row.audience), *company, *map(topic_mark, topic_ids)]
