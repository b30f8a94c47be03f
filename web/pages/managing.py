"""Who may change a session, and how to get one in order to change it."""

from alliance.errors import Forbidden
from alliance.models import Session
from alliance.queries.sessions import find
from alliance.visibility import may_host
from web.pages.visit import Visit, path_id


def may_manage(visit: Visit, session: Session) -> bool:
    """Whether the visitor may edit, cancel and withdraw: the host, and moderators."""
    employee = visit.visitor.employee
    if employee is None or session.uri is not None:
        return False
    return may_host(visit.viewer, session) or employee.has_role("moderator")


async def managed_session(visit: Visit, session_id: int | None = None) -> Session:
    """A session (else that in the address) if the visitor may change it.

    Raises NotSignedIn, NotFound, Gone, Forbidden.
    """
    employee = visit.employee
    session = await find(visit.db, visit.viewer, session_id or path_id(visit.request))
    if not may_manage(visit, session):
        raise Forbidden("Only the host can change this session.", detail=f"employee {employee.id}")
    return session


def way_back(visit: Visit, session: Session) -> dict[str, object]:
    """What `confirm.html` needs to send its form to the same address, or to lead back."""
    return {
        "action": visit.request.url.path,
        "back_url": f"/sessions/{session.id}",
        "back_label": visit.texts.gettext("Back to the session"),
    }
