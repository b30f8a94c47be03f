"""What remains of somebody in calls and learning circles when they go: nothing with their name."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists, or_, select, update

from alliance.circle_facts import PlaceForgotten, PlacesChanged
from alliance.circle_settling import INSIDE
from alliance.circling import answer_circle, leave_circle, others_in
from alliance.models import WEEKS, CircleCall, CircleMember, CirclePlace
from alliance.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(weeks=WEEKS + 8)


async def forget_in_circles(uow: UnitOfWork, person_id: int) -> None:
    """They leave their circles, their calls go on without a name, and nobody waits for them as a partner.

    Every company that knew a pseudonym of theirs is told that nothing of it may stay.
    """
    await leave_every_circle(uow, person_id)
    await _let_pseudonyms_go(uow, person_id)
    silent = {"synchronize_session": False}
    without = update(CirclePlace).where(CirclePlace.partner_id == person_id).values(partner_id=None)
    await uow.db.execute(without, execution_options=silent)
    nameless = update(CircleCall).where(CircleCall.organiser_id == person_id).values(organiser_id=None)
    await uow.db.execute(nameless, execution_options=silent)


async def leave_every_circle(uow: UnitOfWork, person_id: int) -> None:
    """They are in no circle any more, and who is asked says no."""
    inside = (
        select(CircleMember.circle_id, CircleMember.answer)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .where(CirclePlace.person_id == person_id, CircleMember.answer.in_(INSIDE))
        .order_by(CircleMember.circle_id)
    )
    for circle_id, answer in (await uow.db.execute(inside)).all():
        if answer == "yes":
            await leave_circle(uow, circle_id, person_id)
        else:
            await answer_circle(uow, circle_id, person_id, yes=False)


async def say_places_again(uow: UnitOfWork, person_id: int) -> None:
    """Allies hear whether somebody who signed up for their calls has an account and still wants a circle."""
    calls = await uow.db.scalars(
        select(CircleCall)
        .join(CirclePlace, CirclePlace.call_id == CircleCall.id)
        .where(CirclePlace.person_id == person_id, CircleCall.uri.is_not(None), CircleCall.state == "open")
        .order_by(CircleCall.id)
    )
    for call in calls.all():
        uow.record(PlacesChanged(call))


async def forget_old_sign_ups(uow: UnitOfWork) -> int:
    """Eight weeks after the twelfth, nobody needs to know who would rather not meet whom, or had no circle.

    One call at a time; who was in a circle stays, so that the next matching can bring others together.
    """
    long_ago = (uow.now - KEPT_FOR).date()
    call_id = await uow.db.scalar(
        select(CircleCall.id)
        .where(CircleCall.starts_on < long_ago)
        .where(exists().where(CirclePlace.call_id == CircleCall.id, _is_forgettable()))
        .limit(1)
    )
    if call_id is None:
        return 0
    silent = {"synchronize_session": False}
    of_call = CirclePlace.call_id == call_id
    inside = exists().where(CircleMember.place_id == CirclePlace.id)
    await uow.db.execute(delete(CirclePlace).where(of_call, ~inside), execution_options=silent)
    await uow.db.execute(
        update(CirclePlace)
        .where(of_call)
        .values(avoids=None, partner_id=None, words=None, own_code="", pair_code="", name="", handle=""),
        execution_options=silent,
    )
    await uow.db.execute(
        update(CircleCall).where(CircleCall.id == call_id).values(matching=None), execution_options=silent
    )
    return 1


def _is_forgettable() -> ColumnElement[bool]:
    inside = exists().where(CircleMember.place_id == CirclePlace.id)
    kept = (CirclePlace.avoids, CirclePlace.partner_id, CirclePlace.words)
    said = (CirclePlace.own_code, CirclePlace.pair_code, CirclePlace.name)
    return or_(~inside, *(column.is_not(None) for column in kept), *(column != "" for column in said))


async def _let_pseudonyms_go(uow: UnitOfWork, person_id: int) -> None:
    rows = await uow.db.execute(
        select(CirclePlace, CircleCall)
        .join(CircleCall, CircleCall.id == CirclePlace.call_id)
        .where(CirclePlace.person_id == person_id, CirclePlace.token.is_not(None))
        .order_by(CirclePlace.id)
    )
    for place, call in rows.all():
        circles = await uow.db.scalars(
            select(CircleMember.circle_id).where(CircleMember.place_id == place.id)
        )
        told = {call.company_id} if call.uri is not None else set()
        for circle_id in circles.all():
            told.update(await others_in(uow, circle_id))
        if told:
            uow.record(PlaceForgotten(place.token or "", tuple(sorted(told))))
        if call.uri is not None:
            uow.record(PlacesChanged(call))
