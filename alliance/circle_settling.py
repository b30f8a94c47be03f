"""What follows when somebody in a circle has answered or left, here or at another company."""

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import joinedload

from alliance.circle_telling import tell_of_circle
from alliance.models import Circle, CircleMember, CircleNote, CirclePlace
from alliance.unit_of_work import UnitOfWork

INSIDE = ("asked", "yes")
_SILENT = {"synchronize_session": False}


async def settle(uow: UnitOfWork, circle: Circle) -> bool:
    """All have said yes and are enough: it runs. Fewer than two are left: it has ended. The call is loaded.

    Who says no makes room; a circle that is one short of its size still begins, as it expects to lose one.
    Tells whether it has begun just now.
    """
    rows = await uow.db.execute(
        select(CircleMember.answer, CirclePlace.person_id)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .where(CircleMember.circle_id == circle.id, CircleMember.answer.in_(INSIDE))
        .order_by(CirclePlace.id)
    )
    inside = [(row[0], row[1]) for row in rows]
    said_yes = [person_id for answer, person_id in inside if answer == "yes"]
    began = False
    if len(inside) < 2:
        circle.state = "ended"
    elif circle.state == "asked" and len(said_yes) == len(inside) >= circle.call.smallest - 1:
        circle.state, began = "running", True
        ours = [person_id for person_id in said_yes if person_id is not None]
        await tell_of_circle(uow, "circle_runs", circle, circle.call, ours)
    await uow.db.flush()
    await _forget_others_without_us(uow, circle)
    return began


async def locked_circle(uow: UnitOfWork, *which: ColumnElement[bool]) -> Circle | None:
    """A circle with its call; others wait until the transaction ends."""
    return await uow.db.scalar(
        select(Circle)
        .where(*which)
        .options(joinedload(Circle.call))
        .with_for_update(of=Circle)
        .execution_options(populate_existing=True)
    )


async def people_of(uow: UnitOfWork, circle_id: int, *answers: str) -> list[int]:
    """Our people in a circle who have answered so."""
    rows = await uow.db.scalars(
        select(CirclePlace.person_id)
        .join(CircleMember, CircleMember.place_id == CirclePlace.id)
        .where(CircleMember.circle_id == circle_id, CircleMember.answer.in_(answers))
        .where(CirclePlace.person_id.is_not(None))
        .order_by(CirclePlace.id)
    )
    return [person_id for person_id in rows if person_id is not None]


async def forget_name(uow: UnitOfWork, place: CirclePlace) -> None:
    """Somebody of another company is no longer with us: neither are their name and handle."""
    if place.person_id is None:
        place.name = place.handle = ""
        await uow.db.flush()


async def _forget_others_without_us(uow: UnitOfWork, circle: Circle) -> None:
    """Once nobody of ours is inside, nothing is kept of the others."""
    if await people_of(uow, circle.id, *INSIDE):
        return
    circle.meeting_link = None
    others = (
        select(CircleMember.place_id)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .where(CircleMember.circle_id == circle.id, CirclePlace.person_id.is_(None))
    )
    nameless = update(CirclePlace).where(CirclePlace.id.in_(others)).values(name="", handle="")
    await uow.db.execute(nameless, execution_options={"synchronize_session": "fetch"})
    said = delete(CircleNote).where(CircleNote.circle_id == circle.id, CircleNote.author_id.is_(None))
    await uow.db.execute(said, execution_options=_SILENT)
