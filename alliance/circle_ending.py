"""What ends in learning circles together with an alliance."""

from sqlalchemy import select

from alliance.models import CircleCall, CirclePlace
from alliance.receiving_circle_calls import drop_place, end_call
from alliance.unit_of_work import UnitOfWork


async def end_circles_with(uow: UnitOfWork, company_id: int) -> None:
    """Calls of that company and the circles that it formed end here; its people leave all others."""
    calls = await uow.db.scalars(
        select(CircleCall)
        .where(CircleCall.company_id == company_id, CircleCall.uri.is_not(None))
        .where(CircleCall.state != "withdrawn")
        .order_by(CircleCall.id)
    )
    for call in calls.all():
        await end_call(uow, call)
    places = await uow.db.scalars(
        select(CirclePlace)
        .where(CirclePlace.company_id == company_id, CirclePlace.person_id.is_(None))
        .order_by(CirclePlace.id)
    )
    for place in places.all():
        await drop_place(uow, place)
