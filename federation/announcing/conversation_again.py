"""Puts right what allies know of our conversations: after a block, a domain's treatment, a pause, a yes."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select

from alliance.facts import ActorBlocked, DomainTreated
from alliance.models import Comment, Company, Person, Session
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import announced_comments
from federation.announcing.conversation import announce_comment, take_out
from federation.models import OutboxActivity
from federation.recipients import inbox_of, partner_inboxes
from federation.uris import COMPANY

MOST_PUT_RIGHT = 1000
MOST_TOLD_AGAIN = 300
_LATELY = timedelta(days=90)


async def on_treated(uow: UnitOfWork, fact: DomainTreated | ActorBlocked) -> None:
    """Takes out what allies were told of and nobody may read any more; announces again what they may.

    The newest thousand comments of people from elsewhere for which the two differ.
    """
    shown = announced_comments()
    was_announced = _newest_word() == "Announce"
    differs = or_(and_(shown, not_(was_announced)), and_(not_(shown), was_announced))
    rows = await uow.db.execute(
        _of_ours(shown).where(Comment.uri.is_not(None), differs).limit(MOST_PUT_RIGHT)
    )
    allies = await partner_inboxes(uow.db)
    for comment, is_shown in rows.all():
        await _tell(uow, comment, allies, is_shown=is_shown)


async def tell_again(uow: UnitOfWork, company: Company) -> None:
    """To one ally: what is said about our sessions now, and what no longer is; oldest first, at most 300."""
    rows = await uow.db.execute(
        _of_ours(announced_comments())
        .where(Session.ends_at > uow.now - _LATELY, Comment.state != "waiting", Comment.is_private.is_(False))
        .limit(MOST_TOLD_AGAIN)
    )
    for comment, is_shown in reversed(rows.all()):
        await _tell(uow, comment, {inbox_of(company)}, is_shown=is_shown)


async def _tell(uow: UnitOfWork, comment: Comment, inboxes: set[str], *, is_shown: bool) -> None:
    if is_shown:
        await announce_comment(uow, comment, inboxes)
    else:
        await take_out(uow, comment, inboxes)


def _of_ours(shown: ColumnElement[bool]) -> Select[Comment, bool]:
    """Comments on sessions of ours that allies see, newest first, and whether allies may read them."""
    return (
        select(Comment, shown)
        .join(Session, Session.id == Comment.session_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Session.uri.is_(None), Session.withdrawn_at.is_(None), Session.audience != "company")
        .where(Comment.audience != "company")
        .order_by(Comment.id.desc())
    )


def _newest_word() -> ColumnElement[str]:
    """What our company last said about a comment from elsewhere: `Announce`, `Undo`, or nothing ("")."""
    said = (
        select(OutboxActivity.type)
        .where(
            OutboxActivity.object_uri == Comment.uri,
            OutboxActivity.actor == COMPANY,
            OutboxActivity.type.in_(("Announce", "Undo")),
        )
        .order_by(OutboxActivity.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(said, "")
