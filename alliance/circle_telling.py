"""Mails to our people about their learning circles; written when they are sent, without anybody's name."""

from collections.abc import Sequence

from alliance.mailing import post_circle
from alliance.models import Circle, CircleCall
from alliance.unit_of_work import UnitOfWork


async def tell_of_circle(
    uow: UnitOfWork, kind: str, circle: Circle, call: CircleCall, person_ids: Sequence[int]
) -> None:
    """`circle_asked`: there is one for them. `circle_runs`: all have said yes. `circle_left`: one went."""
    address = f"/circles/mine/{circle.id}"
    await post_circle(uow, kind, person_ids, title=call.title, circle=circle.id, path=address)


async def tell_without_circle(uow: UnitOfWork, call: CircleCall, person_ids: Sequence[int]) -> None:
    """`circle_none`: there is no circle for them this time, and the page says what would help."""
    await post_circle(
        uow, "circle_none", person_ids, title=call.title, circle=None, path=f"/circles/{call.id}"
    )


async def tell_formed(uow: UnitOfWork, call: CircleCall, organiser_id: int) -> None:
    """`circle_formed`: the organiser can look at the circles and publish them."""
    path = f"/circles/{call.id}/day"
    await post_circle(uow, "circle_formed", [organiser_id], title=call.title, circle=None, path=path)
