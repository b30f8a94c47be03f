"""Puts on stage what people ask for and offer: at home first, then across companies."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from alliance.answering_wishes import answer_with
from alliance.errors import Unavailable
from alliance.models import Employee, Wish
from alliance.unit_of_work import UnitOfWork
from alliance.wishing import WishDraft, add_voice, make_wish
from web.demo.content.wishes import WISHES, DemoWish
from web.demo.progress import Storyteller
from web.demo.stage_alliance import until
from web.demo.stage_company import Cast

_PATIENCE = 20


async def ask_at_home(casts: Sequence[Cast]) -> None:
    """Everybody asks and offers in their own company, before there is an alliance to hear of it."""
    for cast in casts:
        async with cast.federation.instance.unit_of_work() as uow:
            for wish in WISHES:
                if wish.by in cast.people:
                    await _ask(uow, cast, wish)


async def join_in(casts: Sequence[Cast], story: Storyteller) -> None:
    """People of other companies add their voice, and one of them makes a session of it."""
    there = sum(wish.by in cast.people for wish in WISHES for cast in casts)
    for cast in casts:
        with suppress(Unavailable):
            await until(lambda: _knows(cast, there), "requests arriving", _PATIENCE)  # noqa: B023
    for cast in casts:
        async with cast.federation.instance.unit_of_work() as uow:
            known = {wish.title: wish for wish in await uow.db.scalars(select(Wish))}
            for wish in WISHES:
                if wish.by not in cast.people and wish.title in known:
                    await _join_in(uow, cast, wish, known[wish.title].id)
    story.says(f"{len(WISHES)} requests and offers are joined in by others, {_answered()} have a session.")


async def _ask(uow: UnitOfWork, cast: Cast, wish: DemoWish) -> None:
    by = await uow.db.get_one(Employee, cast.people[wish.by])
    draft = WishDraft(
        kind=wish.kind,
        title=wish.title,
        text=wish.text,
        topics=wish.topics,
        audience=wish.audience,
        language=wish.language,
    )
    made = await make_wish(uow, by, draft)
    made.created_at = made.updated_at = uow.now - timedelta(days=wish.days, hours=len(wish.title) % 9)
    await uow.db.flush()
    await _join_in(uow, cast, wish, made.id)


async def _join_in(uow: UnitOfWork, cast: Cast, wish: DemoWish, wish_id: int) -> None:
    for key in wish.voices:
        if key in cast.people:
            by = await uow.db.get_one(Employee, cast.people[key])
            await add_voice(uow, wish_id, by, named=key in wish.named)
    if wish.answer is not None and wish.answer[0] == cast.company.key:
        number = wish.answer[1]
        if number < len(cast.sessions):  # a rehearsal has fewer
            host = await uow.db.get_one(Employee, cast.people[cast.company.sessions[number].host])
            await answer_with(uow, wish_id, cast.sessions[number], host)


async def _knows(cast: Cast, count: int) -> bool:
    async with cast.federation.instance.reading() as db:
        return len((await db.scalars(select(Wish.id))).all()) >= count


def _answered() -> int:
    return sum(wish.answer is not None for wish in WISHES)
