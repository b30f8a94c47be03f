"""The streams of which timelines are made: whose words somebody follows, has on a list, or may see at all.

Whether a row may be seen is not decided here; streams of which nothing can be seen are only left out.
"""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    literal,
    not_,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from alliance.database import UtcDateTime
from alliance.models import (
    AppList,
    AppListMember,
    Company,
    Distance,
    Interest,
    Partner,
    Person,
    Posting,
    Source,
)

ME: Any = bindparam("me", type_=Posting.author_id.type)
NOW: Any = bindparam("now", type_=UtcDateTime)
_MINE = Interest.person_id == ME


def followed_accounts() -> CTE:
    """`account_id`, `lane`: our company, what is followed, oneself; nobody who is kept away or listed apart.

    Who holds a session is a stream of its own where the company that says it is not followed.
    """
    companies = select(Interest.company_id).where(_MINE, Interest.company_id.is_not(None))
    # Asked once for all of them, not for each.
    said_anyway = companies.union(select(Company.id).where(Company.is_home), *_silent_companies())
    expert = Interest.expert_id
    experts = select(expert, literal("words")).where(_MINE, expert.is_not(None))
    holding = (
        select(expert, literal("hosting"))
        .join(Person, Person.id == expert)
        .where(
            _MINE,
            Interest.shows_boosts,
            Person.company_id.not_in(said_anyway),
        )
    )
    everybody = union(
        select(Company.id.label("account_id"), literal("words").label("lane")).where(Company.is_home),
        select(Interest.company_id, literal("words")).where(
            _MINE, Interest.company_id.is_not(None), not_(is_silent_company(Interest.company_id))
        ),
        experts,
        holding,
        select(ME, literal("words")),
        select(ME, literal("answers")),
    ).subquery("everybody")
    account = everybody.c.account_id
    near = or_(account == ME, and_(account.not_in(kept_accounts()), account.not_in(_listed_apart())))
    return select(account, everybody.c.lane).where(near).cte("followed")


def followed_topics() -> CTE:
    """`topic_id`."""
    return (
        select(Interest.topic_id.label("topic_id")).where(_MINE, Interest.topic_id.is_not(None)).cte("topics")
    )


def accounts_on_list(replies: str) -> CTE:
    """`account_id`, `lane` of the members of the list that the parameter `list` names, if it is one's own."""
    member = AppListMember.account_id
    own = exists().where(AppList.id == AppListMember.list_id, AppList.person_id == ME)
    here = and_(AppListMember.list_id == bindparam("list"), own)
    members = select(member).where(here)
    parts: list[Any] = [
        select(member.label("account_id"), literal("words").label("lane")).where(here),
        select(member, literal("hosting"))
        .join(Person, Person.id == member)
        .where(here, Person.company_id.not_in(members)),
    ]
    if replies != "none":
        parts.append(select(member, literal("answers")).where(here))
    everybody = union_all(*parts).subquery("everybody")
    account = everybody.c.account_id
    return select(account, everybody.c.lane).where(account.not_in(kept_accounts())).cte("members")


def is_answer_to(row: Any, replies: str) -> ColumnElement[bool]:
    """An answer to oneself, to members of the list, or (`followed`) to whom one follows."""
    answered = aliased(Posting)
    if replies == "list":
        near: Select[Any] = select(AppListMember.account_id).where(AppListMember.list_id == bindparam("list"))
        wanted: ColumnElement[bool] = answered.author_id.in_(near)
    else:
        followed = select(Interest.id).where(
            _MINE,
            or_(Interest.company_id == answered.author_id, Interest.expert_id == answered.author_id),
        )
        wanted = or_(followed.exists(), answered.author_id == _home_id())
    return exists().where(
        answered.id == row.parent_id,
        or_(answered.author_id == ME, answered.author_id == row.author_id, wanted),
    )


def public_companies(*, is_employee: bool, local: bool, remote: bool) -> CTE:
    """`company_id`, `audience` of what the viewer may see of companies; both or neither asks for all."""
    kinds = select(Company.id.label("company_id"), literal("public").label("audience"))
    home, others = kinds.where(Company.is_home), kinds.where(_is_allied())
    parts: list[Any] = []
    if local or not remote:
        parts.append(home)
        if is_employee:
            parts += [_also(home, "alliance"), _also(home, "company")]
    if remote or not local:
        parts.append(others)
        if is_employee:
            parts += [_also(others, "alliance"), _also(kinds.where(_is_followed_source()), "company")]
    everything = union_all(*parts).subquery("everything")
    query = select(everything.c.company_id, everything.c.audience)
    if is_employee:
        query = query.where(everything.c.company_id.not_in(kept_accounts()))
    return query.cte("companies")


def kept_accounts() -> Select[Any]:
    """Whom the viewer keeps away by name; None of them is ever NULL."""
    holds = or_(Distance.until.is_(None), Distance.until > NOW)
    return select(Distance.account_id).where(Distance.person_id == ME, holds)


def is_silent_company(company_id: Any) -> ColumnElement[bool]:
    """A partner that is not allied now, or a source that is not read: nobody sees anything of them."""
    silent: ColumnElement[bool] = company_id.in_(union(*_silent_companies()))
    return silent


def _silent_companies() -> tuple[Any, Any]:
    return (
        select(Partner.company_id).where(Partner.state != "allied"),
        select(Source.company_id).where(or_(Source.state != "following", Source.is_paused)),
    )


def _also(query: Any, audience: str) -> Any:
    return query.with_only_columns(Company.id.label("company_id"), literal(audience).label("audience"))


def _is_allied() -> ColumnElement[bool]:
    return exists().where(Partner.company_id == Company.id, Partner.state == "allied")


def _is_followed_source() -> ColumnElement[bool]:
    return exists().where(
        Source.company_id == Company.id, Source.state == "following", Source.is_paused.is_(False)
    )


def _listed_apart() -> Select[Any]:
    """Members of lists that keep what they say out of the home timeline."""
    return (
        select(AppListMember.account_id)
        .join(AppList, AppList.id == AppListMember.list_id)
        .where(AppList.person_id == ME, AppList.is_exclusive)
    )


def _home_id() -> Any:
    return select(Company.id).where(Company.is_home).scalar_subquery()
