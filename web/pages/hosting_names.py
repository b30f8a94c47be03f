"""Names that somebody types for those who are to hold a session with them: who is meant."""

from collections.abc import Mapping, Sequence

from alliance.errors import Conflict, Invalid, NotFound
from alliance.hosting import ask_to_host
from alliance.models import MOST_CO_HOSTS, Employee, Person, Session
from alliance.queries.hosting import people_named
from alliance.unit_of_work import UnitOfWork
from web.forms import beside, words
from web.pages.visit import Visit


async def ask_all(uow: UnitOfWork, session: Session, people: Sequence[int], by: Employee) -> None:
    """Asks everybody whom the form names. Raises Invalid, beside the field."""
    for person_id in people:
        try:
            await ask_to_host(uow, session.id, person_id, by)
        except (Conflict, NotFound) as error:
            raise beside(error, "co_hosts") from error


def handle_of(person: Person) -> str:
    """How somebody is named without a doubt: `@ada`, `@ada@hansewerft.example`."""
    return f"@{person.username}@{person.host}" if person.host else f"@{person.username}"


async def named_hosts(visit: Visit, values: Mapping[str, str]) -> list[int]:
    """The people of the field `co_hosts`. Raises Invalid where a name means nobody, or several people."""
    typed = words(values["co_hosts"], MOST_CO_HOSTS + 1)
    if len(typed) > MOST_CO_HOSTS:
        raise Invalid(
            "At most {limit} people can hold a session with you.", field="co_hosts", limit=MOST_CO_HOSTS
        )
    found: list[int] = []
    for named in await people_named(visit.db, visit.viewer, typed):
        if not named.people:
            raise Invalid(
                "There is nobody called “{name}” whom you can ask.", field="co_hosts", name=named.typed[:100]
            )
        if len(named.people) > 1:
            handles = ", ".join(handle_of(person) for person in named.people)
            raise Invalid(
                "Several people are called “{name}”. Please type one of these: {handles}.",
                field="co_hosts",
                name=named.typed[:100],
                handles=handles,
            )
        if values["audience"] == "company" and named.people[0].uri is not None:
            raise Invalid("Only colleagues can hold a session that never leaves the house.", field="co_hosts")
        found.append(named.people[0].id)
    return list(dict.fromkeys(found))
