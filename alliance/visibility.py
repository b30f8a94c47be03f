"""Which rows may this viewer see: the one helper that every query goes through."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, false, or_, select

from alliance.models import Attendance, Company, ExpertProfile, Partner, Person, Session


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


def partner_viewer(company_id: int) -> Viewer:
    """Another company's instance; what it may see depends on the alliance with it at query time."""
    return Viewer("partner", company_id=company_id)


def _home_companies() -> ColumnElement[bool]:
    return Session.company_id.in_(select(Company.id).where(Company.is_home))


def _allied_companies() -> ColumnElement[bool]:
    return Session.company_id.in_(select(Partner.company_id).where(Partner.state == "allied"))


def _is_allied(company_id: int | None) -> ColumnElement[bool]:
    """True in the database exactly while `company_id` is allied with us."""
    if company_id is None:
        return false()
    return (
        select(Partner.company_id).where(Partner.company_id == company_id, Partner.state == "allied").exists()
    )


def _published() -> ColumnElement[bool]:
    return and_(Session.withdrawn_at.is_(None), Session.status != "draft")


def visible_sessions(viewer: Viewer) -> ColumnElement[bool]:
    """The sessions that `viewer` may know about, as a condition on `Session`.

    Strangers: public ones, ours and our allies'. Employees: all of ours, what allies share, and their own drafts. Partner
    instances: only ours, `public` always and `alliance` while allied. A paused, left or blocked partner's
    sessions are nobody's.
    """
    match viewer.kind:
        case "employee":
            ours_or_allied = or_(_home_companies(), _allied_companies())
            shown = and_(_published(), ours_or_allied)
            own_draft = and_(
                Session.status == "draft", Session.host_id == viewer.person_id, Session.withdrawn_at.is_(None)
            )
            return or_(shown, own_draft)
        case "partner":
            shared = or_(
                Session.audience == "public",
                and_(Session.audience == "alliance", _is_allied(viewer.company_id)),
            )
            return and_(_published(), _home_companies(), shared)
        case _:
            return and_(
                _published(), Session.audience == "public", or_(_home_companies(), _allied_companies())
            )


def visible_profiles(viewer: Viewer) -> ColumnElement[bool]:
    """The expert profiles that `viewer` may know about, as a condition on `ExpertProfile` joined to `Person`."""
    home = Person.company_id.in_(select(Company.id).where(Company.is_home))
    allied = Person.company_id.in_(select(Partner.company_id).where(Partner.state == "allied"))
    published = and_(ExpertProfile.published_at.is_not(None), Person.gone_at.is_(None))
    match viewer.kind:
        case "employee":
            return and_(published, or_(home, allied))
        case "partner":
            shared = or_(
                ExpertProfile.audience == "public",
                and_(ExpertProfile.audience == "alliance", _is_allied(viewer.company_id)),
            )
            return and_(published, home, shared)
        case _:
            return and_(published, ExpertProfile.audience == "public", or_(home, allied))


def may_host(viewer: Viewer, session: Session) -> bool:
    """Whether `viewer` is the host of this session of ours."""
    return viewer.kind == "employee" and session.uri is None and session.host_id == viewer.person_id


def may_see_attendees(viewer: Viewer, session: Session) -> bool:
    """Names of attendees are for the host alone."""
    return may_host(viewer, session)


def may_open_meeting(session: Session, attendance: Attendance | None) -> bool:
    """Whether this attendance opens the meeting link: going, to a session that takes place."""
    return (
        attendance is not None
        and attendance.session_id == session.id
        and attendance.state == "going"
        and session.status == "scheduled"
        and session.withdrawn_at is None
    )
