"""What remains of somebody in calls and learning circles when they go: nothing with their name."""

from sqlalchemy import select, update

from alliance.circling import leave_circle
from alliance.models import CircleCall, CircleMember, CirclePlace
from alliance.unit_of_work import UnitOfWork


async def forget_in_circles(uow: UnitOfWork, person_id: int) -> None:
    """They leave their circles, their calls go on without a name, and nobody waits for them as a partner."""
    inside = (
        select(CircleMember.circle_id)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .where(CirclePlace.person_id == person_id, CircleMember.answer == "yes")
        .order_by(CircleMember.circle_id)
    )
    for circle_id in (await uow.db.scalars(inside)).all():
        await leave_circle(uow, circle_id, person_id)
    silent = {"synchronize_session": False}
    without = update(CirclePlace).where(CirclePlace.partner_id == person_id).values(partner_id=None)
    await uow.db.execute(without, execution_options=silent)
    nameless = update(CircleCall).where(CircleCall.organiser_id == person_id).values(organiser_id=None)
    await uow.db.execute(nameless, execution_options=silent)
