"""Accounts as apps know them: what a company or a person shows of themselves, and how much they said."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from alliance.database import WholeNumber
from alliance.models import Company, ExpertProfile, Interest, Partner, Person, Posting
from alliance.queries.asking import Answer, Question
from alliance.queries.known_accounts import is_known_company, known_people
from alliance.queries.postings import said_aloud
from alliance.queries.streams import ME
from alliance.visibility import STRANGER, Viewer, visible_profiles

Account = Answer
_IDS: Any = bindparam("ids", expanding=True)
_COUNTED_BEFORE: Any = bindparam("counted", type_=WholeNumber, expanding=True)
_COUNTED = ("words", "hosting", "answers")
_OF_COMPANIES = (
    *("id", "is_home", "origin", "host", "name", "handle", "summary", "hue", "language", "uri"),
    "created_at",
)
_OF_PEOPLE = ("id", "company_id", "uri", "url", "username", "host", "name", "created_at", "gone_at")
_OF_PROFILES = ("headline", "about_html", "languages", "ask_me_about")


def companies_with_ids(db: Connection, ids: Sequence[int]) -> dict[int, Account]:
    """Companies that the viewer knows anyway, because something of theirs was found. One query.

    `newest_words` and its like change when they say something; they are no number to be shown.
    """
    return {row.id: row for row in _company_question().rows(db, {"ids": list(ids)})} if ids else {}


def people_with_ids(db: Connection, viewer: Viewer, ids: Sequence[int]) -> dict[int, Account]:
    """People whom the viewer knows anyway; their profile as far as it is shown to the viewer. One query."""
    if not ids:
        return {}
    return {row.id: row for row in _people_question(viewer.kind).rows(db, _values(viewer, ids))}


def known_ids(db: Connection, viewer: Viewer, ids: Sequence[int]) -> set[int]:
    """Those of these identifiers that the viewer may know (see `known_accounts`). Two queries."""
    if not ids:
        return set()
    companies, people = _known_questions(viewer.kind)
    values = _values(viewer, ids)
    return {row.id for question in (companies, people) for row in question.rows(db, values)}


def may_be_told_of(db: Connection, viewer: Viewer, ids: Sequence[int]) -> set[int]:
    """Those of these people of whom the viewer may know that they passed something on that is visible.

    Employees: whoever is of our company or an ally's, as long as it is one; others only whom they may know.
    """
    if not ids:
        return set()
    if viewer.kind != "employee":
        return known_ids(db, viewer, ids)
    return {row.id for row in _near_question().rows(db, {"ids": list(ids)})}


@lru_cache
def _near_question() -> Question:
    company = Person.company_id
    home = exists().where(Company.id == company, Company.is_home)
    allied = exists().where(Partner.company_id == company, Partner.state == "allied")
    query: Any = select(Person.id).where(Person.id.in_(_IDS), or_(home, allied))
    return Question(lambda dialect: query)


def tallies(
    db: Connection, viewer: Viewer, ids: Sequence[int], counted: Collection[int] = ()
) -> dict[int, Answer]:
    """By account: `statuses` that a viewer of this kind may count, the newest of them, and `followers`.

    The newest is what `newest_in` finds in the row. Strangers are told of what is public alone, and not how
    many follow. Of whom is in `counted` the statuses are not counted, but None. One query.
    """
    if not ids:
        return {}
    values = {"ids": list(ids), "counted": list(counted)}
    return {row.id: row for row in _tally_question(viewer.kind).rows(db, values)}


def _values(viewer: Viewer, ids: Sequence[int]) -> dict[str, Any]:
    values: dict[str, Any] = {"ids": list(ids)}
    return values if viewer.person_id is None else values | {"me": viewer.person_id}


def _eyes(kind: str) -> Viewer:
    return Viewer("employee", person_id=cast(int, ME)) if kind == "employee" else STRANGER


@lru_cache
def _company_question() -> Question:
    columns = [*(getattr(Company, name) for name in _OF_COMPANIES), *_newest_of(Company, Company.id)]
    query = select(*columns).where(Company.id.in_(_IDS))
    return Question(lambda dialect: query)


@lru_cache
def _people_question(kind: str) -> Question:
    return Question(lambda dialect: _people(kind))


def _people(kind: str) -> Select[Any]:
    profile, company = ExpertProfile, aliased(Company)
    # See `visibility.shown_portrait`.
    shared = true() if kind == "employee" else profile.picture_shared
    mine = Person.id == ME if kind == "employee" else literal(value=False)
    seen = or_(visible_profiles(_eyes(kind)), mine)
    return (
        select(
            *(getattr(Person, name) for name in _OF_PEOPLE),
            *(getattr(profile, name) for name in _OF_PROFILES),
            case((shared, profile.picture)).label("picture"),
            case((profile.audience == "public", literal(value=True)), else_=literal(value=False)).label(
                "is_public"
            ),
            company.name.label("company_name"),
            company.origin.label("company_origin"),
            *_newest_of(Person, Person.id),
        )
        .select_from(Person)
        .outerjoin(profile, and_(profile.person_id == Person.id, seen))
        .outerjoin(company, company.id == Person.company_id)
        .where(Person.id.in_(_IDS))
    )


@lru_cache
def _known_questions(kind: str) -> tuple[Question, Question]:
    eyes = _eyes(kind)
    companies = select(Company.id).where(Company.id.in_(_IDS), is_known_company(eyes))
    people = known_people(eyes, _IDS)
    return Question(lambda dialect: companies), Question(lambda dialect: people)


@lru_cache
def _tally_question(kind: str) -> Question:
    return Question(lambda dialect: _tallies(kind))


def _tallies(kind: str) -> Select[Any]:
    account = _accounts().subquery("account")
    seen = (
        [said_aloud(Posting)] if kind == "employee" else [said_aloud(Posting), Posting.audience == "public"]
    )
    said = select(func.count(Posting.id)).where(
        Posting.author_id == account.c.id, Posting.lane.in_(_COUNTED), Posting.gone_at.is_(None), *seen
    )
    followers: Any = literal(0)
    if kind == "employee":
        followers = (
            select(func.count())
            .where(or_(Interest.company_id == account.c.id, Interest.expert_id == account.c.id))
            .scalar_subquery()
        )
    return select(
        account.c.id,
        case((account.c.id.not_in(_COUNTED_BEFORE), said.scalar_subquery())).label("statuses"),
        *_newest_of(account, account.c.id, *seen),
        followers.label("followers"),
    )


def newest_in(row: Answer) -> int | None:
    """The newest posting of an account that was read with `tallies`."""
    return max((number for lane in _COUNTED if (number := getattr(row, f"newest_{lane}"))), default=None)


def _newest_of(account: Any, number: Any, *conditions: ColumnElement[bool]) -> list[Any]:
    """One step in an index each, where the newest of all lanes at once would be looked for among all."""
    return [
        select(Posting.id)
        .where(Posting.author_id == number, Posting.lane == lane, Posting.gone_at.is_(None), *conditions)
        .order_by(Posting.id.desc())
        .limit(1)
        .correlate(account)
        .scalar_subquery()
        .label(f"newest_{lane}")
        for lane in _COUNTED
    ]


def people_at(db: Connection, names: Sequence[str], addresses: Sequence[str]) -> Sequence[Answer]:
    """People of ours by user name, and others by the address of their page. One query."""
    if not names and not addresses:
        return []
    return _named_question().rows(db, {"names": list(names), "addresses": list(addresses)})


@lru_cache
def _named_question() -> Question:
    ours = and_(Person.host.is_(None), Person.username.in_(bindparam("names", expanding=True)))
    page: Any = bindparam("addresses", expanding=True)
    theirs = and_(Person.host.is_not(None), or_(Person.uri.in_(page), Person.url.in_(page)))
    columns = (Person.id, Person.username, Person.host, Person.url, Person.uri)
    query: Any = select(*columns).where(Person.gone_at.is_(None), or_(ours, theirs))
    return Question(lambda dialect: query)


def _accounts() -> Any:
    people = select(Person.id.label("id")).where(Person.id.in_(_IDS))
    return people.union_all(select(Company.id).where(Company.id.in_(_IDS)))
