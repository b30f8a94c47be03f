"""A request becomes a session: the form opens with what was asked for, and publishing connects both."""

from collections.abc import Mapping

from alliance.answering_wishes import answer_with
from alliance.errors import Conflict, NotFound
from alliance.models import Employee, Session
from alliance.queries.wishes import is_open, wish_to_read
from alliance.unit_of_work import UnitOfWork
from federation.uris import identifier
from web.pages.visit import Visit


async def asked_for(visit: Visit) -> dict[str, str]:
    """What of the form a request fills in, as the address says (`wish`); nothing for one that is closed."""
    number = identifier(visit.request.query_params.get("wish", ""))
    if number is None:
        return {}
    wish = await wish_to_read(visit.db, visit.viewer, number)
    if not is_open(wish, visit.reader.now):
        return {}
    return {
        "wish": str(wish.id),
        "title": wish.title,
        "topics": ", ".join(topic.name for topic in wish.topics),
        "language": wish.language,
        "audience": "company" if wish.audience == "company" else "alliance",
    }


async def publish_answer(uow: UnitOfWork, session: Session, values: Mapping[str, str], by: Employee) -> None:
    """Connects a session with the request that it came of; one that has closed meanwhile hinders nobody."""
    number = identifier(values.get("wish", ""))
    if number is None:
        return
    try:
        await answer_with(uow, number, session.id, by)
    except (Conflict, NotFound):
        return
