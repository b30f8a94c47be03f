"""What one worker does now and then: fetching from allies, telling counts, throwing away what is old."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance import forgetting
from alliance.apps import forget_apps
from alliance.auditing import prune_log
from alliance.circle_matching import form_due_circles
from alliance.circle_parting import forget_old_sign_ups
from alliance.feedback import show_batches
from alliance.given_settings import tell_what_was_given
from alliance.identifiers import first_identifier_of
from alliance.models import Company, Partner, SignIn
from alliance.number_tally import count_sessions
from alliance.numbers import month_to_publish, publish_month
from alliance.pictures import sweep_pictures
from alliance.provisioning import erase_who_left
from alliance.record_queue import forget_statements
from alliance.retention import kept_for
from alliance.run_time_settings import refresh
from alliance.search_upkeep import merge_index, renew_index
from alliance.signing_in import forget_old_sign_ins
from alliance.signs_of_life import EVERY_SECONDS, show_life
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.wishing import close_old_wishes
from federation import forgetting_exchange
from federation.announcements import (
    flush_member_news,
    flush_seat_news,
    is_member_news_due,
    is_seat_news_due,
)
from federation.announcing.featuring import flush_featured_news, is_featured_news_due
from federation.announcing.feedback import tell_sums
from federation.announcing.reminding import flush_reminders, is_reminder_due
from federation.announcing.wishes import flush_wish_news, is_wish_news_due
from federation.catch_ups import ask_for_catch_up
from federation.catching_up import catch_up_with_allies
from federation.counting_outbound import count_outbound
from federation.follower_drift import compare_followers
from federation.models import Delivery, OutboxActivity, ReceivedActivity
from federation.outbox import GIVE_UP_AFTER
from federation.pruning import prune_followers
from federation.reading_sources import look_at_sources_daily, read_sources
from federation.record_store import tell_record_store
from federation.rsvp_messages import forget_old_messages
from federation.told import ToldInbox
from federation.transcripts import fetch_transcripts
from federation.wiring import Federation

CATCH_UP_EVERY = timedelta(days=1)
CHUNK = 500
_ERASED_AT_ONCE = 20


@dataclass(frozen=True)
class Chore:
    """Something to do every `seconds`."""

    name: str
    seconds: float
    do: Callable[[Federation], Awaitable[Any]]


IsDue = Callable[[AsyncSession, datetime], Awaitable[bool]]
Flush = Callable[[UnitOfWork], Awaitable[object]]


async def tell(is_due: IsDue, flush: Flush, federation: Federation) -> None:
    """Tells partners what has changed lately, where something is due; looking takes no writer's turn."""
    async with federation.instance.reading() as db:
        due = await is_due(db, federation.instance.clock.now())
    if due:
        async with federation.instance.unit_of_work() as uow:
            await flush(uow)


async def show_feedback(federation: Federation) -> None:
    """Shows hosts the answers that have come to five, here and at allies; by the hour, so that the moment of
    an answer tells nothing."""
    last: int | None = 0
    while last is not None:
        async with federation.instance.unit_of_work() as uow:
            last = await show_batches(uow, last)
    await in_portions(federation, tell_sums)


async def form_circles(federation: Federation) -> None:
    """On matching day learning circles are formed, for whoever made the call to look at."""
    await form_due_circles(federation.instance)


async def tell_featured(federation: Federation) -> None:
    """Tells followers which sessions have become the next ones, and which no longer are."""
    settings = federation.instance.settings
    await tell(lambda db, now: is_featured_news_due(db, settings, now), flush_featured_news, federation)


async def announce_again(federation: Federation) -> None:
    """The day before they begin, public sessions are announced once more where the operator wants it."""
    settings = federation.instance.settings
    await tell(lambda db, now: is_reminder_due(db, settings, now), flush_reminders, federation)


async def look_in_daily(federation: Federation) -> None:
    """Once a day everything upcoming is fetched from each ally, in case something was lost between us."""
    async with federation.instance.unit_of_work() as uow:
        stale = await uow.db.scalars(
            select(Partner.company_id).where(
                Partner.state == "allied", Partner.caught_up_at < uow.now - CATCH_UP_EVERY
            )
        )
        for company_id in stale.all():
            await ask_for_catch_up(uow, company_id)


async def throw_pictures_away(federation: Federation) -> int:
    """Pictures that nothing names any more."""
    return await sweep_pictures(federation.instance)


async def tidy(federation: Federation) -> int:
    """Everything below, in transactions of at most 500 rows; tells how many rows it touched.

    Nothing goes by a setting that was not told of before.
    """
    await tell_what_was_given_on_the_server(federation)
    touched = 0
    for step in (
        give_up_old_deliveries,
        forget_deliveries,
        forget_received,
        forget_private_messages,
        forget_sign_ins,
        forget_who_left,
        forget_attempts,
        close_old_wishes,
        forget_old_sign_ups,
        forget_statements,
        *forgetting.STEPS,
        *forgetting_exchange.STEPS,
    ):
        touched += await in_portions(federation, step)
    return touched


async def in_portions(federation: Federation, step: Callable[[UnitOfWork], Awaitable[int]]) -> int:
    """Repeats a step, each time in a transaction of its own, until there is nothing left; rows touched."""
    touched = 0
    while True:
        async with federation.instance.unit_of_work() as uow:
            count = await step(uow)
        if not count:
            return touched
        touched += count


async def give_up_old_deliveries(uow: UnitOfWork) -> int:
    """Deliveries that nobody took for three days become dead letters, also those that had no turn yet."""
    old = first_identifier_of(uow.now - GIVE_UP_AFTER)
    chosen = (
        select(Delivery.id)
        .where(Delivery.state == "waiting", Delivery.id < old, Delivery.give_up_at <= uow.now)
        .order_by(Delivery.id)
        .limit(CHUNK)
    )
    return await _count(
        uow,
        update(Delivery)
        .where(Delivery.id.in_(chosen.scalar_subquery()), Delivery.state == "waiting")
        .values(state="dead", finished_at=uow.now),
    )


async def forget_deliveries(uow: UnitOfWork) -> int:
    """What was delivered, or dropped, is remembered for two weeks, dead letters longer."""
    touched = 0
    await _remember_readers(uow)
    for state, rule in (("delivered", "deliveries"), ("dropped", "deliveries"), ("dead", "dead_letters")):
        chosen = (
            select(Delivery.id)
            .where(Delivery.state == state, Delivery.id < first_identifier_of(uow.now - _kept(uow, rule)))
            .order_by(Delivery.id)
            .limit(CHUNK)
        )
        touched += await _count(uow, delete(Delivery).where(Delivery.id.in_(chosen.scalar_subquery())))
    return touched


async def _remember_readers(uow: UnitOfWork) -> None:
    """Who was told of something stays known when the deliveries go: its Delete has to reach them."""
    oldest = first_identifier_of(uow.now - _kept(uow, "deliveries"))
    going = (
        select(Delivery.activity_id, Delivery.inbox)
        .where(Delivery.state == "delivered", Delivery.id < oldest)
        .order_by(Delivery.id)
        .limit(CHUNK)
        .subquery()
    )
    told = (
        select(OutboxActivity.object_uri, going.c.inbox)
        .distinct()
        .join(OutboxActivity, OutboxActivity.id == going.c.activity_id)
        .where(OutboxActivity.type.in_(("Create", "Update")))
    )
    rows = [{"object_uri": uri, "inbox": inbox} for uri, inbox in await uow.db.execute(told)]
    if rows:
        await uow.db.execute(insert(uow.db, ToldInbox).values(rows).on_conflict_do_nothing())


async def forget_received(uow: UnitOfWork) -> int:
    """What came in and is done with is forgotten: a signature that old opens no door."""
    touched = 0
    for state in ("processed", "ignored", "refused", "failed"):
        chosen = (
            select(ReceivedActivity.id)
            .where(
                ReceivedActivity.state == state,
                ReceivedActivity.id < first_identifier_of(uow.now - _kept(uow, "received")),
            )
            .order_by(ReceivedActivity.id)
            .limit(CHUNK)
        )
        touched += await _count(
            uow, delete(ReceivedActivity).where(ReceivedActivity.id.in_(chosen.scalar_subquery()))
        )
    return touched


async def count_what_leaves(federation: Federation) -> int:
    """Which fields went to which partner, for everybody to see."""
    return await in_portions(federation, count_outbound)


async def publish_numbers(federation: Federation) -> None:
    """Counts sessions while names are still known, and makes the numbers of months that are over."""
    async with federation.instance.reading() as db:
        if await db.scalar(select(Company.id).where(Company.is_home)) is None:
            return
    await in_portions(federation, count_sessions)
    while True:
        async with federation.instance.unit_of_work() as uow:
            month = await month_to_publish(uow)
            if month is None:
                return
            await publish_month(uow, month)


async def keep_search_quick(federation: Federation) -> None:
    """Writes the index of the search anew after an upgrade that needs it, and joins its parts."""
    await renew_index(federation.instance)
    await merge_index(federation.instance)


async def forget_private_messages(uow: UnitOfWork) -> int:
    """That somebody elsewhere was told something about a session is remembered for two months."""
    return await forget_old_messages(uow, CHUNK)


async def forget_sign_ins(uow: UnitOfWork) -> int:
    """Sign-ins that have expired."""
    chosen = select(SignIn.token_hash).where(SignIn.expires_at < uow.now).limit(CHUNK)
    return await _count(uow, delete(SignIn).where(SignIn.token_hash.in_(chosen.scalar_subquery())))


async def forget_who_left(uow: UnitOfWork) -> int:
    """Accounts that the company's directory deleted a month ago."""
    return await erase_who_left(uow, _ERASED_AT_ONCE)


async def forget_attempts(uow: UnitOfWork) -> int:
    """Links to choose a password that nobody has used, and failed attempts of more than a day ago."""
    await forget_old_sign_ins(uow)
    await forget_apps(uow)
    return 0


def _kept(uow: UnitOfWork, rule: str) -> timedelta:
    return kept_for(uow.settings.retention, rule)


async def read_settings(federation: Federation) -> None:
    """What administrators decided while this process runs."""
    await refresh(federation.instance)


async def tell_what_was_given_on_the_server(federation: Federation) -> None:
    """Changes of the environment that concern privacy: they need nobody else, and are told."""
    instance = federation.instance
    given = instance.chosen.given if instance.chosen is not None else instance.settings
    async with instance.unit_of_work() as uow:
        await tell_what_was_given(uow, given)


async def say_that_it_works(federation: Federation) -> None:
    """For the overview of administrators."""
    async with federation.instance.unit_of_work() as uow:
        await show_life(uow)


async def end_audit_log(federation: Federation) -> None:
    """What stands there longer than a year goes; the rest still proves itself."""
    async with federation.instance.unit_of_work() as uow:
        await prune_log(uow)


async def _count(uow: UnitOfWork, statement: Any) -> int:
    done = await uow.db.execute(statement.execution_options(synchronize_session=False))
    return done.rowcount if isinstance(done, CursorResult) else 0


CHORES = (
    Chore("fetching from allies", 1, catch_up_with_allies),
    Chore("fetching from sources", 1, read_sources),
    Chore("fetching what was said", 2, fetch_transcripts),
    Chore("telling counts", 1, partial(tell, is_seat_news_due, flush_seat_news)),
    Chore("telling voices", 1, partial(tell, is_wish_news_due, flush_wish_news)),
    Chore("telling the record store", 2, tell_record_store),
    Chore("telling members", 5, partial(tell, is_member_news_due, flush_member_news)),
    Chore("showing feedback", 3600, show_feedback),
    Chore("telling what is next", 30, tell_featured),
    Chore("forming circles", 30, form_circles),
    Chore("announcing again", 300, announce_again),
    Chore("comparing followers", 5, compare_followers),
    Chore("dropping followers that are gone", 3600, prune_followers),
    Chore("looking in daily", 600, look_in_daily),
    Chore("looking at sources daily", 600, look_at_sources_daily),
    Chore("counting what leaves", 300, count_what_leaves),
    Chore("reading settings", 5, read_settings),
    Chore("saying that it works", EVERY_SECONDS, say_that_it_works),
    Chore("ending the audit log", 3600, end_audit_log),
    Chore("making numbers", 3600, publish_numbers),
    Chore("tidying", 600, tidy),
    Chore("keeping the search quick", 86_400, keep_search_quick),
    Chore("throwing pictures away", 3600, throw_pictures_away),
)
