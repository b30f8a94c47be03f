"""Takes in calls for learning circles of allied companies, and who of them signs up for ours: pseudonyms."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from alliance.circle_facts import CircleChanged, CircleSaid
from alliance.circle_news import CallNews, HintsNews, PlaceNews
from alliance.circle_settling import INSIDE, locked_circle, settle
from alliance.circle_tokens import Words, seal_words
from alliance.circle_visibility import is_for_company
from alliance.errors import Conflict, Forbidden, NotFound
from alliance.models import Circle, CircleCall, CircleMember, CirclePlace, Company
from alliance.unit_of_work import UnitOfWork

MOST_CALLS = 20
MOST_EVER = 1000
MOST_PLACES = 1000
_SILENT = {"synchronize_session": False}


async def receive_call(uow: UnitOfWork, company: Company, news: CallNews) -> CircleCall | None:
    """Stores a call of this company, or what has changed; None for what is not newer.

    Raises Forbidden for a call of another company, Conflict for too many, for one that is too late, and for
    other hours than before: people have signed up, and circles meet, by their place in the list.
    """
    call = await _locked(uow, CircleCall.uri == news.call.uri)
    if call is not None and call.company_id != company.id:
        raise Forbidden(detail="somebody else's call")
    if call is not None and (call.version or 0) >= news.version:
        return None
    if call is None or call.state == "withdrawn":
        await _refuse_too_many(uow, company, news.sign_up_until, is_new=call is None)
    slots = [{"day": day, "time": at} for day, at in news.slots]
    if call is None:
        call = CircleCall(id=uow.new_id(), company_id=company.id, uri=news.call.uri, created_at=uow.now)
        call.audience, call.slots = "alliance", slots
        uow.db.add(call)
    if call.slots != slots:
        raise Conflict(detail="other hours than before")
    title, url, licence = news.guide
    call.version, call.title, call.about, call.updated_at = news.version, news.title, news.about, uow.now
    call.guide_title, call.guide_url, call.guide_licence = title, url, licence
    call.topics, call.languages = list(news.topics), list(news.languages)
    call.timezone, call.minutes, call.starts_on = news.timezone, news.minutes, news.starts_on
    call.sign_up_until, call.smallest, call.largest = news.sign_up_until, news.smallest, news.largest
    call.state = news.state
    await uow.db.flush()
    return call


async def forget_call(uow: UnitOfWork, company_id: int, uri: str) -> bool:
    """The company took its call back: who signed up is forgotten, circles end. False when there is none."""
    call = await _locked(uow, CircleCall.uri == uri)
    if call is None or call.company_id != company_id:
        return False
    await end_call(uow, call)
    return True


async def end_call(uow: UnitOfWork, call: CircleCall) -> None:
    """A call of another company is over for us: our people leave its circles, sign-ups are forgotten."""
    call.state, call.updated_at = "withdrawn", uow.now
    await uow.db.flush()
    numbers = await uow.db.scalars(select(Circle.id).where(Circle.call_id == call.id).order_by(Circle.id))
    for number in numbers.all():
        circle = await locked_circle(uow, Circle.id == number)
        if circle is None:
            continue
        ours = select(CirclePlace.id).where(
            CirclePlace.call_id == call.id, CirclePlace.person_id.is_not(None)
        )
        await uow.db.execute(
            update(CircleMember)
            .where(CircleMember.circle_id == number, CircleMember.place_id.in_(ours))
            .where(CircleMember.answer.in_(INSIDE))
            .values(answer="left", since=uow.now),
            execution_options={"synchronize_session": "fetch"},
        )
        circle.state = "ended"
        await settle(uow, circle)
        uow.record(CircleSaid(circle))
    inside = select(CircleMember.place_id).join(Circle).where(Circle.call_id == call.id)
    lonely = delete(CirclePlace).where(CirclePlace.call_id == call.id, CirclePlace.id.not_in(inside))
    await uow.db.execute(lonely, execution_options=_SILENT)


async def receive_place(uow: UnitOfWork, company: Company, news: PlaceNews) -> CirclePlace | None:
    """Somebody of this company wants a circle of a call of ours, or changed that; None if it is not newer.

    Raises NotFound for no call of ours that is for this company, Conflict once its circles were published and
    for too many places, Forbidden for somebody else's.
    """
    call = await _locked(uow, CircleCall.id == news.call.number, CircleCall.uri.is_(None))
    if call is None or call.state == "withdrawn" or not is_for_company(call, company.id):
        raise NotFound
    if call.state != "open":
        raise Conflict(detail="its circles have begun")
    place = await uow.db.scalar(select(CirclePlace).where(CirclePlace.uri == news.place.uri))
    if place is not None and (place.company_id != company.id or place.call_id != call.id):
        raise Forbidden(detail="somebody else's place")
    if place is not None and (place.version or 0) >= news.version:
        return None
    if place is None:
        here = select(func.count()).where(
            CirclePlace.call_id == call.id, CirclePlace.company_id == company.id
        )
        if (await uow.db.scalar(here) or 0) >= MOST_PLACES:
            raise Conflict(detail="too many places")
        place = CirclePlace(id=uow.new_id(), call_id=call.id, company_id=company.id, uri=news.place.uri)
        uow.db.add(place)
    place.version, place.since = news.version, uow.now
    place.topics = [topic for topic in news.topics if topic in call.topics]
    place.languages = [word for word in news.languages if word in call.languages]
    place.slots = sorted({slot for slot in news.slots if slot < len(call.slots)})
    place.utc_offset = news.utc_offset
    place.words = seal_words(uow, Words(news.code, news.wanted, news.apart, news.allies))
    await uow.db.flush()
    return place


async def forget_place(uow: UnitOfWork, company_id: int, uri: str) -> bool:
    """Somebody of this company is gone: nothing of them stays. False when nobody was known by that."""
    place = await uow.db.scalar(
        select(CirclePlace).where(CirclePlace.uri == uri, CirclePlace.company_id == company_id)
    )
    if place is None:
        return False
    await _locked(uow, CircleCall.id == place.call_id)  # its circles may be published just now
    await drop_place(uow, place)
    return True


async def drop_place(uow: UnitOfWork, place: CirclePlace) -> None:
    """Somebody of another company leaves whatever circle they are in, with everything that they said."""
    rows = await uow.db.scalars(
        select(CircleMember.circle_id)
        .where(CircleMember.place_id == place.id, CircleMember.answer.in_(INSIDE))
        .order_by(CircleMember.circle_id)
    )
    circles = rows.all()
    await uow.db.execute(delete(CirclePlace).where(CirclePlace.id == place.id), execution_options=_SILENT)
    uow.db.expunge(place)
    for circle_id in circles:
        circle = await locked_circle(uow, Circle.id == circle_id)
        if circle is not None:
            if await settle(uow, circle):
                uow.record(CircleSaid(circle))
            uow.record(CircleChanged(circle))


async def receive_hints(uow: UnitOfWork, company: Company, news: HintsNews) -> int:
    """What would have helped those of our people who have no circle; how many of them we know."""
    call = await _locked(uow, CircleCall.uri == news.call.uri, CircleCall.company_id == company.id)
    if call is None:
        raise NotFound
    said = {address.own: hints for address, hints in news.hints if address.own}
    places = await uow.db.scalars(
        select(CirclePlace).where(CirclePlace.call_id == call.id, CirclePlace.token.in_(said))
    )
    found = places.all()
    for place in found:
        place.hints = [
            {"kind": kind, "what": what, "people": people}
            for kind, what, people in said[place.token or ""]
            if _is_of(call, kind, what)
        ]
    await uow.db.flush()
    return len(found)


def _is_of(call: CircleCall, kind: str, what: str) -> bool:
    """Whether a hint speaks of what there is in the call."""
    match kind:
        case "slot":
            return what.isascii() and what.isdigit() and len(what) < 3 and int(what) < len(call.slots)
        case "topic":
            return what in call.topics
        case "language":
            return what in call.languages
        case _:
            return kind in ("pair", "avoids", "none")


async def _locked(uow: UnitOfWork, *which: ColumnElement[bool]) -> CircleCall | None:
    return await uow.db.scalar(
        select(CircleCall)
        .where(*which)
        .with_for_update(of=CircleCall)
        .execution_options(populate_existing=True)
    )


async def _refuse_too_many(uow: UnitOfWork, company: Company, until: datetime, *, is_new: bool) -> None:
    here = select(func.count()).where(
        CircleCall.company_id == company.id, CircleCall.state == "open", CircleCall.sign_up_until > uow.now
    )
    ever = select(func.count()).where(CircleCall.company_id == company.id)
    is_late = until <= uow.now
    if is_late or (await uow.db.scalar(here) or 0) >= MOST_CALLS:
        raise Conflict(detail="too late" if is_late else "too many calls")
    if is_new and (await uow.db.scalar(ever) or 0) >= MOST_EVER:
        raise Conflict(detail="too many calls")


__all__ = [
    "MOST_CALLS", "MOST_PLACES", "drop_place", "end_call", "forget_call", "forget_place",
    "receive_call", "receive_hints", "receive_place",
]  # fmt: skip
