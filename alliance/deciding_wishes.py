"""Moderators decide whether a request is shown."""

from alliance.acts import Subject
from alliance.decisions import lift_decisions, tell_decision
from alliance.errors import Forbidden, NotFound
from alliance.models import Employee, Wish
from alliance.queries.wishes import wish_to_read
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer
from alliance.wish_facts import WishMade, WishReceived, WishTakenBack
from alliance.wishing import wish_with

MOST_REASON = 500


async def hide_wish(uow: UnitOfWork, wish_id: int, by: Employee, reason: str = "") -> Wish:
    """Takes a request away, here and, of ours, wherever it was told. Raises NotFound, Forbidden."""
    wish = await _to_decide(uow, wish_id, by)
    if wish.state != "hidden":
        wish.state, wish.reason, wish.updated_at = "hidden", clean_line(reason, MOST_REASON), uow.now
        await uow.db.flush()
        uow.record(WishTakenBack(wish) if wish.uri is None else WishReceived(wish))
        uow.audit("wish.hidden", Subject("wish", str(wish.id)), by=by)
        await tell_decision(uow, "wish", wish.id, wish.author_id, by, wish.reason)
    return wish


async def show_wish(uow: UnitOfWork, wish_id: int, by: Employee) -> Wish:
    """Shows a request again; others are told of ours anew. Raises NotFound, Forbidden."""
    wish = await _to_decide(uow, wish_id, by)
    if wish.state == "hidden":
        wish.state, wish.reason, wish.updated_at = "open", "", uow.now
        await uow.db.flush()
        uow.record(WishMade(wish) if wish.uri is None else WishReceived(wish))
        uow.audit("wish.shown", Subject("wish", str(wish.id)), by=by)
        await lift_decisions(uow, "wish", wish.id)
    return wish


async def _to_decide(uow: UnitOfWork, wish_id: int, by: Employee) -> Wish:
    if not by.has_role("moderator"):
        raise Forbidden
    await wish_to_read(uow.db, employee_viewer(by.id), wish_id, moderates=True)
    wish = await wish_with(uow, wish_id)
    if wish is None or wish.state == "deleted":
        raise NotFound
    return wish
