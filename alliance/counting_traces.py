"""How much is held about one of our people, counted in one question."""

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Attendance, Comment, Letter, Series, Session, Story, Wish
from alliance.traces import TRACES

_TWO_SIDES = ("letters_written", "letters_received")


async def counts_about(db: AsyncSession, person_id: int) -> dict[str, int]:
    """Number of rows by name, as the takeaway names its sections; what there is none of is left out."""
    asked = {name: count.scalar_subquery() for name, count in _counts(person_id).items()}
    row = (await db.execute(select(*(count.label(name) for name, count in asked.items())))).one()
    return {name: number for name, number in row._mapping.items() if number}


def _counts(person_id: int) -> dict[str, Select[int]]:
    said = {
        "sessions": Session.host_id,
        "series": Series.host_id,
        "attendances": Attendance.person_id,
        "comments": Comment.author_id,
        "stories": Story.author_id,
        "requests": Wish.author_id,
    }
    columns = {**said, **{trace.name: trace.column for trace in TRACES if trace.name not in _TWO_SIDES}}
    found = {name: select(func.count()).where(column == person_id) for name, column in columns.items()}
    of_letters = or_(Letter.sender_id == person_id, Letter.receiver_id == person_id)
    return {**found, "letters": select(func.count()).where(of_letters)}
