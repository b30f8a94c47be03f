"""Companies whose people look for learning circles together, and everything that they have sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from alliance.circle_calls import CallDraft, PlaceDraft, open_call, sign_up
from alliance.circle_matching import keep_matching, publish_circles, question_for
from alliance.circling import answer_circle
from alliance.employing import add_employee
from alliance.matching import Matching
from alliance.matching.apart import match_apart
from alliance.models import Circle, CircleCall, CircleMember, CirclePlace, Company, Employee
from federation.models import Delivery, OutboxActivity, ReceivedActivity
from federation.sealing import opened
from tests.federation.neighbourhood import Neighbour
from tests.support.eventually import eventually

SLOTS = ((0, "12:00"), (1, "08:30"), (2, "12:00"), (3, "16:00"))
_PATIENCE = 30.0
TOPICS = ("Moderation", "Schreiben", "Daten")


def call_draft(here: Neighbour, **changes: object) -> CallDraft:
    """A call for all allies that begins in four weeks."""
    today = here.instance.clock.now()
    monday = (today + timedelta(days=28 - today.weekday())).date()
    draft = CallDraft(
        title="Zirkel im Bund",
        about="Zwölf Wochen.",
        topics=TOPICS,
        slots=SLOTS,
        starts_on=monday,
        sign_up_until=today + timedelta(days=7),
        languages=("de",),
        audience="alliance",
    )
    return CallDraft(**{**draft.__dict__, **changes})


async def calls(here: Neighbour, **changes: object) -> CircleCall:
    async with here.instance.unit_of_work() as uow:
        return await open_call(uow, here.admin, call_draft(here, **changes))


async def call_at(here: Neighbour, title: str = "Zirkel im Bund") -> CircleCall | None:
    async with here.instance.reading() as db:
        return await db.scalar(
            select(CircleCall).where(CircleCall.title == title, CircleCall.state != "withdrawn")
        )


async def arrived(here: Neighbour, title: str = "Zirkel im Bund") -> CircleCall:
    return await eventually(lambda: call_at(here, title), within=_PATIENCE)


async def colleagues(here: Neighbour, count: int, name: str) -> list[Employee]:
    host = here.instance.settings.host.split(".")[0]
    async with here.instance.unit_of_work() as uow:
        return [
            await add_employee(uow, f"{name.lower()}{n}@{host}.example", f"{name} Nummer{n}")
            for n in range(count)
        ]


async def signs_up(
    here: Neighbour,
    call: CircleCall,
    who: Employee,
    topics: Sequence[str] = TOPICS[:1],
    slots: Sequence[int] = (0, 1),
    **more: object,
) -> CirclePlace:
    draft = PlaceDraft(tuple(topics), ("de",), tuple(slots), "Europe/Berlin")
    async with here.instance.unit_of_work() as uow:
        return await sign_up(uow, call.id, who, PlaceDraft(**{**draft.__dict__, **more}))


async def places_at(here: Neighbour, call: CircleCall) -> int:
    async with here.instance.reading() as db:
        return await db.scalar(select(func.count()).where(CirclePlace.call_id == call.id)) or 0


async def has_places(here: Neighbour, call: CircleCall, count: int, *, within: float = 30) -> None:
    async def are_there() -> bool:
        return await places_at(here, call) == count

    assert await eventually(are_there, within=within), await places_at(here, call)


async def are_quiet(*companies: Neighbour) -> None:
    """Waits until everything that was said has arrived and was heard."""

    async def nothing_waits() -> bool:
        for here in companies:
            async with here.instance.reading() as db:
                sent = await db.scalar(select(exists().where(Delivery.state == "waiting")))
                heard = await db.scalar(select(exists().where(ReceivedActivity.state == "waiting")))
            if sent or heard:
                return False
        return True

    assert await eventually(nothing_waits, within=_PATIENCE)


async def matches(here: Neighbour, call: CircleCall) -> Matching:
    """Forms the circles and publishes them."""
    async with here.instance.unit_of_work() as uow:
        question = await question_for(uow, call.id, here.admin)
    matching = await match_apart(question)
    async with here.instance.unit_of_work() as uow:
        await keep_matching(uow, call.id, here.admin, question, matching)
    async with here.instance.unit_of_work() as uow:
        await publish_circles(uow, call.id, here.admin)
    return matching


@dataclass(frozen=True)
class Seat:
    """One of our people in a circle, as their company knows it."""

    circle_id: int
    person_id: int
    answer: str
    state: str


async def seats(here: Neighbour) -> list[Seat]:
    async with here.instance.reading() as db:
        rows = await db.execute(
            select(CircleMember.circle_id, CirclePlace.person_id, CircleMember.answer, Circle.state)
            .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
            .join(Circle, Circle.id == CircleMember.circle_id)
            .where(CirclePlace.person_id.is_not(None))
            .order_by(CircleMember.circle_id, CircleMember.id)
        )
        return [Seat(row[0], row[1] or 0, row[2], row[3]) for row in rows]


async def are_seated(here: Neighbour, count: int) -> list[Seat]:
    async def there() -> list[Seat]:
        found = await seats(here)
        return found if len(found) == count else []

    return await eventually(there, within=_PATIENCE)


async def says(here: Neighbour, seat: Seat, *, yes: bool = True) -> None:
    async with here.instance.unit_of_work() as uow:
        await answer_circle(uow, seat.circle_id, seat.person_id, yes=yes)


async def known_names(here: Neighbour, circle_id: int) -> list[str]:
    """Of people of other companies who are inside, as this company knows them; sorted."""
    async with here.instance.reading() as db:
        rows = await db.scalars(
            select(CirclePlace.name)
            .join(CircleMember, CircleMember.place_id == CirclePlace.id)
            .where(CircleMember.circle_id == circle_id, CirclePlace.person_id.is_(None))
            .where(CircleMember.answer.in_(("asked", "yes")))
        )
        return sorted(rows.all())


async def composition(here: Neighbour, circle_id: int) -> list[tuple[str, str]]:
    """Host and answer of everybody in a circle, as this company knows it; sorted."""
    async with here.instance.reading() as db:
        rows = await db.execute(
            select(Company.host, CircleMember.answer)
            .join(CirclePlace, CirclePlace.company_id == Company.id)
            .join(CircleMember, CircleMember.place_id == CirclePlace.id)
            .where(CircleMember.circle_id == circle_id)
        )
        return sorted((row[0], row[1]) for row in rows)


async def circle_of(here: Neighbour, person_id: int) -> Circle | None:
    async with here.instance.reading() as db:
        return await db.scalar(
            select(Circle)
            .join(CircleMember, CircleMember.circle_id == Circle.id)
            .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
            .where(CirclePlace.person_id == person_id, CircleMember.answer.in_(("asked", "yes")))
            .options(joinedload(Circle.call))
        )


async def everything_sent(here: Neighbour, since: int = 0) -> bytes:
    """The exact bytes of everything that this company has sent about circles, opened."""
    async with here.instance.reading() as db:
        rows = await db.scalars(
            select(OutboxActivity.body).where(OutboxActivity.id > since).order_by(OutboxActivity.id)
        )
        bodies = [opened(here.instance.vault, bytes(body)) for body in rows]
    return b"\n".join(body for body in bodies if b"ircle" in body)


async def keeps_nothing_of_what_came(here: Neighbour) -> bool:
    """Whether what others said of circles lies nowhere as it came."""
    async with here.instance.reading() as db:
        bodies = await db.scalars(select(ReceivedActivity.body))
        return not any(b'"type":"Circle' in bytes(body) for body in bodies)
