"""Which rows may this viewer see: the one helper that every query goes through; circles have one beside."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from alliance.models import (
    ActorBlock,
    Attendance,
    CoHost,
    Comment,
    Community,
    Company,
    ExpertProfile,
    Partner,
    Person,
    Series,
    Session,
    Source,
    Story,
    Transcript,
    Wish,
)
from alliance.models.domain_policy import is_treated


@dataclass(frozen=True)
class Viewer:
    """Who is looking.

    `stranger`: nobody we know. `employee`: signed in here. `partner`: another company's instance that proved
    itself by a signature; `company_id` is that company's.
    """

    kind: Literal["stranger", "employee", "partner"] = "stranger"
    person_id: int | None = None
    company_id: int | None = None


STRANGER = Viewer()


def employee_viewer(person_id: int) -> Viewer:
    """One of our employees, signed in."""
    return Viewer("employee", person_id=person_id)


def partner_viewer(company_id: int | None) -> Viewer:
    """Another company's instance (None: a server of no company that we know).

    What it may see depends on where we stand with it when the query runs.
    """
    return Viewer("partner", company_id=company_id)


def of_home(company_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    # Correlated on purpose: with IN, SQLite walks the index by company and sorts everything it finds.
    return exists().where(Company.id == company_id, Company.is_home)


def _of_allies(company_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return exists().where(Partner.company_id == company_id, Partner.state == "allied")


def is_external() -> ColumnElement[bool]:
    """A session of an external source, as a condition on `Session`."""
    return exists().where(Source.company_id == Session.company_id)


def _of_shown_sources() -> ColumnElement[bool]:
    # The host of its company row is a handle, so its server is asked for here.
    return exists().where(
        Source.company_id == Session.company_id,
        Source.state == "following",
        Source.is_paused.is_(False),
        not_(is_treated(Source.host, "suspend")),
    )


def _is_treated(company_id: InstrumentedAttribute[Any], *severities: str) -> ColumnElement[bool]:
    return exists().where(Company.id == company_id, is_treated(Company.host, *severities))


def _is_allied(company_id: int | None) -> ColumnElement[bool]:
    """True in the database exactly while `company_id` is allied with us."""
    if company_id is None:
        return false()
    return exists().where(Partner.company_id == company_id, Partner.state == "allied")


def visible_sessions(viewer: Viewer, *, by_audience: bool = False) -> ColumnElement[bool]:
    """The sessions that `viewer` may know about, as a condition on `Session`.

    Strangers: public ones, ours and our allies'. Employees: all of ours, what allies share, what external
    sources list, and their own drafts. Partner instances: only ours, `public` always and `alliance` while
    allied. A paused, left or blocked partner's sessions are nobody's; neither are withdrawn ones. An external
    source is neither home nor allied, so its sessions are for employees alone, while it is followed and not
    paused.

    `by_audience` lets the database walk the index of audiences, which is right where the caller narrows
    nothing further; the rows are the same.
    """
    return and_(Session.withdrawn_at.is_(None), once_visible_sessions(viewer, by_audience=by_audience))


def once_visible_sessions(viewer: Viewer, *, by_audience: bool = False) -> ColumnElement[bool]:
    """The same, with those that have been withdrawn: of these `viewer` may know that they are gone."""
    match viewer.kind:
        case "employee":
            own_draft = and_(Session.status == "draft", Session.host_id == viewer.person_id)
            return or_(_of_every_employee(), own_draft)
        case "partner":
            published = Session.status != "draft"
            return and_(published, is_home(Session.company_id), _is_shared_with(viewer.company_id))
        case _:
            return _of_every_stranger(by_audience)


# Conditions that are the same for everybody are made once: they never change, and making one takes longer
# than asking it.
@cache
def _of_every_employee() -> ColumnElement[bool]:
    home, allied = of_home(Session.company_id), _of_allies(Session.company_id)
    shared = and_(allied, Session.audience != "company")
    return and_(Session.status != "draft", or_(home, shared, _of_shown_sources()))


@cache
def _of_every_stranger(by_audience: bool) -> ColumnElement[bool]:
    home, allied = of_home(Session.company_id), _of_allies(Session.company_id)
    audience = Session.audience if by_audience else _unindexed(Session.audience)
    welcome = and_(allied, not_(_is_treated(Session.company_id, "silence", "suspend")))
    return and_(Session.status != "draft", audience == "public", or_(home, welcome))


def _is_shared_with(company_id: int | None) -> ColumnElement[bool]:
    audience = _unindexed(Session.audience)
    if company_id is None:
        return audience == "public"
    return or_(audience == "public", and_(audience == "alliance", _is_allied(company_id)))


def is_home(company_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """What belongs to our own company: an equation, so that databases find it by the index by company."""
    return company_id == select(Company.id).where(Company.is_home).scalar_subquery()


def _unindexed(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    return func.coalesce(column, "")


def visible_series(viewer: Viewer) -> ColumnElement[bool]:
    """The series that `viewer` may know about, as a condition on `Series`.

    What it is called and how often it is may be meant for fewer people than one of its dates was, so both
    have to be for the viewer: the series itself, by the rules for sessions, and at least one date of it.
    """
    dates = select(Session.id).where(Session.series_id == Series.id, visible_sessions(viewer))
    return and_(dates.correlate(Series).exists(), _is_meant_for(viewer, Series.company_id, Series.audience))


def visible_transcripts(viewer: Viewer) -> ColumnElement[bool]:
    """What was said in the sessions that `viewer` may know about, as a condition on `Transcript`.

    A partner instance reads ours alone, as it sees our sessions alone.
    """
    heard = select(Session.id).where(Session.id == Transcript.session_id, visible_sessions(viewer))
    return and_(Transcript.is_there, heard.correlate(Transcript).exists())


def visible_profiles(viewer: Viewer) -> ColumnElement[bool]:
    """The expert profiles that `viewer` may know about, as a condition on `ExpertProfile` and `Person`."""
    published = and_(ExpertProfile.published_at.is_not(None), Person.gone_at.is_(None))
    return and_(published, _is_meant_for(viewer, Person.company_id, ExpertProfile.audience))


def _is_meant_for(
    viewer: Viewer, company_id: InstrumentedAttribute[Any], audience: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """What a company shares, by whose it is and for whom it is meant.

    Strangers: what is public, ours and our allies'. Employees: all of ours and what allies share. Partner
    instances: ours alone, `public` always and `alliance` while allied. Nothing of suspended domains, and of
    silenced ones nothing for strangers.
    """
    home, allied = of_home(company_id), _of_allies(company_id)
    match viewer.kind:
        case "employee":
            return or_(home, and_(allied, not_(_is_treated(company_id, "suspend")), audience != "company"))
        case "partner":
            return and_(home, _is_for_partner(viewer, audience))
        case _:
            welcome = and_(allied, not_(_is_treated(company_id, "silence", "suspend")))
            return and_(audience == "public", or_(home, welcome))


def _is_for_partner(viewer: Viewer, audience: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return or_(audience == "public", and_(audience == "alliance", _is_allied(viewer.company_id)))


def is_host(person_id: int | None, session: Session) -> bool:
    """Whether this person holds the session, whoever's it is: its host, or a co-host who said yes."""
    if person_id is None:
        return False
    return session.host_id == person_id or person_id in (session.co_host_ids or ())


def hosts_of(session: Session) -> list[int]:
    """Everybody who holds the session, the host first."""
    return [*([session.host_id] if session.host_id is not None else []), *(session.co_host_ids or ())]


def may_host(viewer: Viewer, session: Session) -> bool:
    """Whether `viewer` is a host of this session of ours, and so decides about it."""
    return viewer.kind == "employee" and session.uri is None and is_host(viewer.person_id, session)


def takes_part_as_host(viewer: Viewer, session: Session) -> bool:
    """Whether `viewer` is one of those who hold this session, also where another company decides about it."""
    return viewer.kind == "employee" and is_host(viewer.person_id, session)


def is_co_hosted_by(person_id: int | None) -> ColumnElement[bool]:
    """A session that this person said yes to holding, as a condition on `Session`."""
    return exists().where(
        CoHost.session_id == Session.id, CoHost.person_id == person_id, CoHost.state == "yes"
    )


def with_co_hosts() -> ORMOption:
    """Loads with sessions what `shown_co_hosts` needs. One query."""
    people = selectinload(Session.co_hosts).joinedload(CoHost.person)
    return people.joinedload(Person.company).joinedload(Company.partner)


def shown_co_hosts(session: Session) -> list[Person]:
    """Those who said yes to holding a session with its host, in the order in which they were asked.

    `co_hosts` must be loaded by `with_co_hosts`. People of companies that are no longer allied
    are not shown; of companies that nobody here knows they are.
    """
    people = (co_host.person for co_host in session.co_hosts if co_host.state == "yes")
    return [person for person in people if person.gone_at is None and _is_of_the_alliance(person.company)]


def _is_of_the_alliance(company: Company | None) -> bool:
    if company is None or company.is_home:
        return True
    return company.partner is not None and company.partner.state == "allied"


def shown_host(viewer: Viewer, session: Session) -> Person | None:
    """The host, if `viewer` may know the name; `host` must be loaded. Colleagues always may."""
    is_colleague = viewer.kind == "employee" and session.uri is None
    return session.host if session.host_shown or is_colleague else None


def shown_portrait(viewer: Viewer, profile: ExpertProfile | None) -> str | None:
    """Name of the picture beside a profile that `viewer` may see; outside of the company only if shared."""
    if profile is None or not (profile.picture_shared or viewer.kind == "employee"):
        return None
    return profile.picture


def may_see_attendees(viewer: Viewer, session: Session) -> bool:
    """Names of attendees are for those who hold the session."""
    return may_host(viewer, session)


def may_open_meeting(session: Session, place: Attendance | CoHost | None) -> bool:
    """Whether this place opens the meeting link: going or holding it, a session that takes place."""
    if place is None or place.session_id != session.id:
        return False
    enters = place.state == ("yes" if isinstance(place, CoHost) else "going")
    return enters and session.status == "scheduled" and session.withdrawn_at is None


def visible_comments(viewer: Viewer, *, moderates: bool = False) -> ColumnElement[bool]:
    """The comments that `viewer` may read, as a condition on `Comment`, `Session` and `Person` (the author).

    Never more than of the session: `visible_sessions` (or `may_fetch_comments`) has to hold besides.
    Everybody: what is shown. Employees also: their own that wait. Hosts and moderators also: what waits, is
    hidden, or was said to the host alone. What comes from a silenced domain is for employees only; from a
    suspended one, or by a blocked actor, for nobody.
    """
    welcome = _is_welcome("suspend")
    shown = and_(Comment.state == "shown", Comment.is_private.is_(False))
    if viewer.kind != "employee":
        written_for = [Comment.audience == "public"]
        if viewer.kind == "partner":
            written_for.append(and_(Comment.audience == "alliance", _is_allied(viewer.company_id)))
        return and_(shown, _is_welcome("silence", "suspend"), or_(*written_for))
    there = Comment.state.not_in(("deleted", "retracted"))
    own = Comment.author_id == viewer.person_id
    hosts = or_(Session.host_id == viewer.person_id, is_co_hosted_by(viewer.person_id))
    decides = true() if moderates else hosts
    return and_(welcome, or_(shown, and_(there, or_(own, decides))))


def announced_comments() -> ColumnElement[bool]:
    """The comments on sessions of ours that all allies read, as a condition on the same three."""
    ours = and_(Session.uri.is_(None), Session.withdrawn_at.is_(None), Session.audience != "company")
    shown = and_(Comment.state == "shown", Comment.is_private.is_(False), Comment.audience != "company")
    return and_(ours, shown, _is_welcome("silence", "suspend"))


@cache
def _is_welcome(*severities: str) -> ColumnElement[bool]:
    """An author whom nobody here blocks, and whose domain is treated with none of these severities."""
    blocks = select(ActorBlock.id).where(ActorBlock.actor_uri == Person.uri, ActorBlock.by_them.is_(False))
    # With an offset, as in `is_treated`: asked author by author.
    is_blocked = blocks.correlate_except(ActorBlock).offset(0).exists()
    return and_(not_(is_blocked), not_(is_treated(Person.host, *severities)))


def may_fetch_comments(viewer: Viewer) -> ColumnElement[bool]:
    """The sessions of which `viewer` may fetch what our people said, as a condition on `Session`.

    Of ours those that it may see. Of partners': public ones, and what is for an alliance as far as the viewer
    is allied with us; who knows the address of such a comment has it from the company that holds the session.
    """
    theirs = and_(
        Session.withdrawn_at.is_(None), Session.uri.is_not(None), _is_shared_with(viewer.company_id)
    )
    return or_(visible_sessions(partner_viewer(viewer.company_id)), theirs)


def may_moderate(viewer: Viewer, session: Session, *, moderates: bool) -> bool:
    """Whether `viewer` decides about comments here: the host of a session of ours, and moderators."""
    return viewer.kind == "employee" and (moderates or may_host(viewer, session))


def visible_stories(
    viewer: Viewer, *, moderates: bool = False, gone: bool = False, once: bool = False
) -> ColumnElement[bool]:
    """The stories that `viewer` may read, as a condition on `Story` and `Person` (the author).

    Strangers: public ones, ours and our allies'. Employees: all of ours and what allies' people tell us.
    Partner instances: ours alone, `public` always and `alliance` while allied. What comes from a silenced
    domain is for employees only; from a suspended one, or by a blocked actor, for nobody. What is hidden is
    for its author and moderators. With `gone` those that were taken back, of which one may know that; with
    `once` those that were hidden as well.
    """
    states = ("deleted", "hidden") if once else ("deleted",) if gone else ("shown",)
    return _told(viewer, Story, Story.state.in_(states), moderates=moderates)


def visible_wishes(viewer: Viewer, *, moderates: bool = False, gone: bool = False) -> ColumnElement[bool]:
    """The requests that `viewer` may read, as a condition on `Wish` and `Person` (the author); as stories."""
    shown = Wish.state == "deleted" if gone else Wish.state.in_(("open", "answered", "closed"))
    return _told(viewer, Wish, shown, moderates=moderates)


def _told(
    viewer: Viewer, what: type[Story] | type[Wish], shown: ColumnElement[bool], *, moderates: bool
) -> ColumnElement[bool]:
    home, allied = of_home(Person.company_id), _of_allies(Person.company_id)
    match viewer.kind:
        case "employee":
            decides = true() if moderates else what.author_id == viewer.person_id
            there = or_(shown, and_(what.state == "hidden", decides))
            return and_(there, or_(home, and_(allied, what.audience != "company")), _is_welcome("suspend"))
        case "partner":
            return and_(shown, what.uri.is_(None), home, _is_for_partner(viewer, what.audience))
        case _:
            welcome = _is_welcome("silence", "suspend")
            return and_(shown, what.audience == "public", or_(home, allied), welcome)


def visible_communities(viewer: Viewer, *, closed: bool = False) -> ColumnElement[bool]:
    """The communities that `viewer` may know about, as a condition on `Community`.

    With `closed` those that were ended, of which one may know that. What stands in one is shown to whoever
    may see that thing besides.
    """
    there = Community.state == ("closed" if closed else "open")
    return and_(there, _is_meant_for(viewer, Community.company_id, Community.audience))
