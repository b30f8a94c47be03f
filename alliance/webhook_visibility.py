"""What the readers of a channel may see; the same rules as everywhere, for three kinds of readers."""

from sqlalchemy import ColumnElement, and_, or_

from alliance.models import Person, Session, Story, Wish
from alliance.visibility import (
    STRANGER,
    Viewer,
    of_home,
    visible_sessions,
    visible_stories,
    visible_wishes,
)

_COLLEAGUES = Viewer("employee", person_id=None)


def viewer_of(reach: str) -> Viewer:
    """As whom things are shown in a channel; allies learn no more names than strangers do."""
    return _COLLEAGUES if reach == "company" else STRANGER


def told_sessions(reach: str) -> ColumnElement[bool]:
    """The sessions that a channel may be told of, as a condition on `Session`.

    `public`: what strangers see. `alliance`: of ours also what is for allies. `company`: what every employee
    sees.
    """
    open_ = and_(Session.withdrawn_at.is_(None), Session.status != "draft")
    seen = visible_sessions(viewer_of(reach))
    if reach == "alliance":
        seen = or_(seen, and_(of_home(Session.company_id), Session.audience == "alliance"))
    return and_(open_, seen)


def told_stories(reach: str) -> ColumnElement[bool]:
    """The same for stories, as a condition on `Story` and `Person` (the author)."""
    seen = visible_stories(viewer_of(reach))
    if reach == "alliance":
        ours = and_(Story.uri.is_(None), of_home(Person.company_id), Story.audience == "alliance")
        seen = or_(seen, ours)
    return and_(Story.state == "shown", Story.is_quiet.is_(False), seen)


def told_wishes(reach: str) -> ColumnElement[bool]:
    """The same for requests, as a condition on `Wish` and `Person` (the author)."""
    seen = visible_wishes(viewer_of(reach))
    if reach == "alliance":
        ours = and_(Wish.uri.is_(None), of_home(Person.company_id), Wish.audience == "alliance")
        seen = or_(seen, ours)
    return and_(Wish.state == "open", seen)
