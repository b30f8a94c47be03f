"""Which learning circles may this viewer see; belongs to `alliance.visibility`."""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from alliance.models import Circle, CircleCall, CircleMember, CirclePlace, Partner
from alliance.visibility import Viewer, of_home


def visible_circle_calls(viewer: Viewer) -> ColumnElement[bool]:
    """The calls for learning circles that `viewer` may know about, as a condition on `CircleCall`.

    Employees: those of our company, and what allied companies call for; not what was taken back. Nobody else.
    """
    if viewer.kind != "employee":
        return false()
    allied = exists().where(Partner.company_id == CircleCall.company_id, Partner.state == "allied")
    shared = and_(CircleCall.audience == "alliance", allied)
    return and_(CircleCall.state != "withdrawn", or_(of_home(CircleCall.company_id), shared))


def is_for_company(call: CircleCall, company_id: int) -> bool:
    """Whether people of this allied company may know of a call of ours and sign up for it."""
    wanted = call.companies_wanted
    return call.audience == "alliance" and (wanted is None or company_id in wanted)


def visible_circles(viewer: Viewer) -> ColumnElement[bool]:
    """The learning circles that `viewer` is in or asked to be in, as a condition on `Circle`."""
    if viewer.kind != "employee":
        return false()
    own = (
        select(CircleMember.circle_id)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .where(CirclePlace.person_id == viewer.person_id, CircleMember.answer.in_(("asked", "yes")))
    )
    return Circle.id.in_(own)


def shows_its_people(circle: Circle, answer: str) -> bool:
    """Whether somebody with this answer may know who else is in the circle: all have said yes, they too."""
    return circle.state == "running" and answer == "yes"
