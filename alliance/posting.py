"""Writes the rows that apps show in the order of time, in the transaction of what they show."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, select, update

from alliance.models import Posting, posting_topic
from alliance.models.posting import is_of
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

_REFERENCES = ("session", "comment", "story", "message")


async def post(
    uow: UnitOfWork,
    *,
    kind: str,
    author_id: int,
    audience: str,
    created_at: datetime,
    changed_at: datetime | None = None,
    company_id: int | None = None,
    session_id: int | None = None,
    comment_id: int | None = None,
    story_id: int | None = None,
    message_id: int | None = None,
    parent_id: int | None = None,
    is_listed: bool = False,
    is_quiet: bool = False,
    has_picture: bool = False,
    topics: Iterable[int] | None = None,
) -> Posting:
    """The row of a session, comment, story or message as it is now: a new one, or the one that it has.

    `created_at` is when it was published where it comes from; `parent_id` the posting that it answers;
    `topics` the identifiers of the topics under which it is found (None leaves them as they are). With
    `is_quiet` no timeline takes it for now. What was taken down is there again.
    """
    references = {
        "session_id": session_id,
        "comment_id": comment_id,
        "story_id": story_id,
        "message_id": message_id,
    }
    values = {
        **references,
        "lane": "answers" if is_quiet else await _lane(uow, kind, author_id, parent_id),
        "author_id": author_id,
        "company_id": company_id,
        "parent_id": parent_id,
        "audience": audience,
        "is_listed": is_listed,
        "has_picture": has_picture,
        "created_at": min(created_at, uow.now),
        "changed_at": max(created_at, changed_at or created_at),
        "gone_at": None,
    }
    posting = await posting_of(uow, kind, references[f"{kind}_id"])
    if posting is None:
        posting = Posting(id=uow.new_id(), kind=kind, boosted_id=None, **values)
        uow.db.add(posting)
    else:
        for name, value in values.items():
            setattr(posting, name, value)
    await uow.db.flush()
    if topics is not None:
        await _set_topics(uow, posting.id, set(topics))
    return posting


async def boost(
    uow: UnitOfWork, posting: Posting, author_id: int, company_id: int | None, *, as_host: bool = False
) -> Posting:
    """Somebody passes a posting on, of their own accord or because they hold the session; twice is once.

    What was taken back gets a new place in the order.
    """
    known = await uow.db.scalar(_boosts(posting.id).where(Posting.author_id == author_id))
    if known is not None and known.gone_at is None:
        known.audience, known.has_picture = posting.audience, posting.has_picture
        return known
    if known is not None:
        await uow.db.delete(known)
        await uow.db.flush()
    row = Posting(
        id=uow.new_id(),
        kind="boost",
        lane="hosting" if as_host and company_id == posting.company_id else "words",
        author_id=author_id,
        company_id=company_id,
        session_id=posting.session_id,
        comment_id=posting.comment_id,
        story_id=posting.story_id,
        boosted_id=posting.id,
        audience=posting.audience,
        has_picture=posting.has_picture,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.db.add(row)
    await uow.db.flush()
    return row


async def unboost(uow: UnitOfWork, posting_id: int, author_id: int) -> bool:
    """Takes that back; False when there was none."""
    known = await uow.db.scalar(
        _boosts(posting_id).where(Posting.author_id == author_id, Posting.gone_at.is_(None))
    )
    if known is not None:
        known.gone_at = uow.now
        await uow.db.flush()
    return known is not None


async def take_down(uow: UnitOfWork, kind: str, reference_id: int) -> Posting | None:
    """A session, comment, story or message is gone, and with it everything that passed it on."""
    posting = await posting_of(uow, kind, reference_id)
    if posting is None or posting.gone_at is not None:
        return posting
    posting.gone_at = uow.now
    await uow.db.flush()
    await take_boosts_down(uow, posting.id)
    return posting


async def take_boosts_down(uow: UnitOfWork, posting_id: int, *which: ColumnElement[bool]) -> None:
    """Nobody passes it on any more, or nobody of those for whom the conditions on `Posting` hold."""
    await uow.db.execute(
        update(Posting)
        .where(Posting.boosted_id == posting_id, Posting.gone_at.is_(None), *which)
        .values(gone_at=uow.now),
        execution_options={"synchronize_session": "fetch"},
    )


async def posting_of(uow: UnitOfWork, kind: str, reference_id: int | None) -> Posting | None:
    """The row of a session, comment, story or message; also one that was taken down."""
    if kind not in _REFERENCES or reference_id is None:
        raise ValueError(f"nothing that has a row of its own: {kind}")
    column = getattr(Posting, f"{kind}_id")
    return await uow.db.scalar(select(Posting).where(column == reference_id, is_of(kind)))


async def postings_of(uow: UnitOfWork, kind: str, reference_ids: Sequence[int]) -> dict[int, int]:
    """The identifiers of the rows of several, by what they show."""
    column = getattr(Posting, f"{kind}_id")
    rows = await uow.db.execute(select(column, Posting.id).where(column.in_(reference_ids), is_of(kind)))
    return {row[0]: row[1] for row in rows}


async def _lane(uow: UnitOfWork, kind: str, author_id: int, parent_id: int | None) -> str:
    if kind in ("comment", "message"):
        return "answers" if kind == "comment" else "direct"
    if parent_id is None:
        return "words"
    answered = await uow.db.scalar(select(Posting.author_id).where(Posting.id == parent_id))
    return "words" if answered == author_id else "answers"


def _boosts(posting_id: int) -> Select[Posting]:
    return select(Posting).where(Posting.boosted_id == posting_id, Posting.kind == "boost")


async def _set_topics(uow: UnitOfWork, posting_id: int, topics: set[int]) -> None:
    here = posting_topic.c.posting_id == posting_id
    known = set((await uow.db.scalars(select(posting_topic.c.topic_id).where(here))).all())
    if known - topics:
        await uow.db.execute(delete(posting_topic).where(here, posting_topic.c.topic_id.in_(known - topics)))
    if topics - known:
        rows = [{"topic_id": topic, "posting_id": posting_id} for topic in sorted(topics - known)]
        await uow.db.execute(insert(uow.db, posting_topic).on_conflict_do_nothing(), rows)
