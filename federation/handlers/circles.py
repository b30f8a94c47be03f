"""Takes in what allied companies say of learning circles: calls, pseudonyms, circles, answers, check-ins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance.circle_news import (
    Address,
    CallNews,
    CircleNews,
    HintsNews,
    MeetingWish,
    NoteNews,
    PlaceNews,
    WordNews,
)
from alliance.errors import AllianceError, Conflict, Forbidden, Invalid, NotFound
from alliance.models import Company
from alliance.receiving_circle_calls import (
    forget_call,
    forget_place,
    receive_call,
    receive_hints,
    receive_place,
)
from alliance.receiving_circles import (
    forget_circle_note,
    receive_circle,
    receive_circle_note,
    receive_meeting,
    receive_word,
)
from alliance.unit_of_work import UnitOfWork
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored, refused
from federation.handlers.requests import forget_body
from federation.handlers.standing import not_allied, publisher
from federation.uris import Uris, host_of
from federation.vocabulary import circles as said
from federation.vocabulary.activities import Activity
from federation.vocabulary.values import Json

if TYPE_CHECKING:
    from federation.wiring import Federation

News = CallNews | PlaceNews | HintsNews | CircleNews | WordNews | MeetingWish | NoteNews

_READERS: dict[str, Callable[[Json, Callable[[object], Address]], News]] = {
    said.CALL: said.call_news,
    said.PLACE: said.place_news,
    said.HINTS: said.hints_news,
    said.CIRCLE: said.circle_news,
    said.WORD: said.word_news,
    said.MEETING: said.meeting_wish,
    said.NOTE: said.note_news,
}


@dataclass(frozen=True)
class CircleTold:
    """Something about learning circles; `id` is its address."""

    id: str
    news: News


def circle_told(activity: Activity, uris: Uris) -> CircleTold | None:
    """Reads it in an Update; None for every other object. Raises Malformed."""
    reader = _READERS.get(activity.embedded_type)
    if reader is None or activity.embedded is None:
        return None
    return CircleTold(activity.object, reader(activity.embedded, said.addresses_of(uris)))


def authorise_circle(incoming: Incoming, told: CircleTold) -> None:
    """Everybody speaks of their own calls, circles and people alone. Raises Refused."""
    theirs = {told.id, *_spoken_of(told.news)}
    if any(host_of(address) != incoming.host for address in theirs):
        raise Refused("somebody else's circle or people")
    news = told.news
    if isinstance(news, PlaceNews) and not news.call.own:
        raise Refused("no call of ours")
    if isinstance(news, MeetingWish) and (news.circle is None or not news.circle.own):
        raise Refused("no circle of ours")


def _spoken_of(news: News) -> list[str]:
    match news:
        case CallNews() | HintsNews():
            return [news.call.uri]
        case PlaceNews():
            return [news.place.uri]
        case CircleNews():
            return [news.circle.uri, news.call.uri]
        case WordNews():
            return [member.place.uri for member in news.members]
        case NoteNews():
            return [news.uri, news.place.uri]
        case _:
            return []


async def receive_circle_told(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, told: CircleTold
) -> Outcome:
    """Applies it, if the company that says it is allied; the activity itself is not kept."""
    await forget_body(uow, incoming)
    standing = await publisher(uow.db, incoming.actor_uri)
    refusal = not_allied(standing)
    if standing is None or refusal is not None:
        return refusal or ignored("not allied")
    try:
        async with uow.attempt():
            is_new = await _apply(uow, standing.company, told.news)
    except Forbidden as reason:
        return refused(reason.detail or "somebody else's")
    except NotFound:
        return ignored("nothing that we know of, or that they may know")
    except (Conflict, Invalid) as reason:
        return ignored(f"not taken: {_words(reason)}")
    return PROCESSED if is_new else ignored("something newer is known")


async def _apply(uow: UnitOfWork, company: Company, news: News) -> bool:
    match news:
        case CallNews():
            return await receive_call(uow, company, news) is not None
        case PlaceNews():
            return await receive_place(uow, company, news) is not None
        case HintsNews():
            return await receive_hints(uow, company, news) > 0
        case CircleNews():
            return await receive_circle(uow, company, news) is not None
        case WordNews():
            return await receive_word(uow, company, news)
        case MeetingWish():
            await receive_meeting(uow, company, news)
            return True
        case NoteNews():
            return await receive_circle_note(uow, company, news)


async def forget_in_circles(uow: UnitOfWork, uri: str, incoming: Incoming) -> Outcome | None:
    """A company takes back a call, a pseudonym or a check-in of its own; None when it is none of these."""
    standing = await publisher(uow.db, incoming.actor_uri)
    if standing is None:
        return None
    company_id = standing.company.id
    for forget in (forget_place, forget_circle_note, forget_call):
        if await forget(uow, company_id, uri):
            return PROCESSED
    return None


def _words(reason: AllianceError) -> str:
    return str(reason.detail or reason)[:200]
