"""Reports from apps, for our moderators."""

from typing import Any

from sqlalchemy import select

from alliance.errors import Invalid, NotFound
from alliance.models import Posting, Report
from alliance.moderating import report
from alliance.queries.known_accounts import known_accounts
from alliance.unit_of_work import UnitOfWork
from web.mastodon.answers import iso
from web.mastodon.door import Call, Endpoint
from web.mastodon.params import blank
from web.mastodon.showing import show_all, show_statuses

JSON = dict[str, Any]
CATEGORIES = ("spam", "legal", "violation", "other")
_MOST_STATUSES = 10
REASON_TEXTS = {
    "spam": "This is advertising.",
    "legal": "This is against the law.",
    "violation": "This is against our rules.",
    "other": "Please look at this.",
}
FORWARD_TEXT = "Please tell the company it comes from as well."
NOTHING_SENTENCE = "Please report what they wrote, or somebody who shows a profile."


async def make(call: Call) -> Any:
    """POST /api/v1/reports: one for each status, or for the person; moderators decide about forwarding."""
    params = call.params
    account_id = params.id("account_id")
    if account_id is None:
        raise blank("account_id") if not params.text("account_id") else NotFound
    category = params.text("category") or "other"
    if category not in CATEGORIES:
        raise Invalid("Please choose one of the options.", field="category")
    status_ids = params.ids("status_ids", most=_MOST_STATUSES)
    seen = {int(status["id"]): status for status in await show_statuses(call, status_ids)}
    authors = {int(status["account"]["id"]) for status in seen.values()}
    if authors - {account_id} or len(seen) < len(status_ids):
        raise NotFound
    words = _words(call, category)
    async with call.unit_of_work() as uow:
        if not await known_accounts(uow.db, call.viewer, [account_id]):
            raise NotFound
        made = [await _report(call, uow, words, status_id) for status_id in status_ids]
        if not made:
            made = [await _report_person(call, uow, words, account_id)]
    accounts = (await show_all(call, [account_id])).accounts
    if account_id not in accounts:
        raise NotFound
    return _entity(made[0], category, params.text("comment"), status_ids, accounts[account_id])


def _words(call: Call, category: str) -> str:
    """What moderators read: the comment, or what the category means, in the reporter's language."""
    said = [call.params.text("comment", most=1000) or call.texts.gettext(REASON_TEXTS[category])]
    if call.params.flag("forward"):
        said.append(call.texts.gettext(FORWARD_TEXT))
    return "\n\n".join(said)


async def _report(call: Call, uow: UnitOfWork, words: str, status_id: int) -> Report:
    posting = (await uow.db.scalars(select(Posting).where(Posting.id == status_id))).one()
    about = {f"{kind}_id": getattr(posting, f"{kind}_id") for kind in ("comment", "story", "session")}
    for name in ("comment_id", "story_id", "session_id"):
        if about[name] is not None:
            return await report(uow, call.me, words, **{name: about[name]})
    raise Invalid(NOTHING_SENTENCE)


async def _report_person(call: Call, uow: UnitOfWork, words: str, account_id: int) -> Report:
    try:
        return await report(uow, call.me, words, person_id=account_id)
    except NotFound:
        raise Invalid(NOTHING_SENTENCE) from None


def _entity(made: Report, category: str, comment: str, status_ids: list[int], account: JSON) -> JSON:
    """Report."""
    return {
        "id": str(made.id),
        "action_taken": False,
        "action_taken_at": None,
        "category": category,
        "comment": comment,
        "forwarded": False,
        "created_at": iso(made.created_at),
        "status_ids": [str(number) for number in status_ids] or None,
        "rule_ids": None,
        "target_account": account,
    }


ENDPOINTS = (Endpoint("POST", "/api/v1/reports", make, "user", ("write:reports",)),)
