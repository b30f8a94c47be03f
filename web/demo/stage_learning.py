"""Lets people of the demo have learned something before it begins, and make badges of it."""

from collections.abc import Sequence
from datetime import timedelta

from alliance.learning_settings import keep_hosts_confirm
from alliance.models import Confirmation
from alliance.unit_of_work import UnitOfWork
from federation.badges import Bearer, badge_for
from web.demo.content.learning import LEARNED, DemoLearning
from web.demo.stage_company import Cast


async def have_learned(casts: Sequence[Cast]) -> None:
    """What each has confirmed, and the badges that they made of it; hosts may confirm at every company."""
    by_key = {cast.company.key: cast for cast in casts}
    for cast in casts:
        async with cast.federation.instance.unit_of_work() as uow:
            await keep_hosts_confirm(uow, allowed=True)
            made = [
                (learned, await _confirmed(uow, cast, by_key[learned.company], learned))
                for learned in LEARNED
                if learned.who in cast.people
            ]
        names = {person.key: person.name for person in cast.company.people}
        for learned, confirmation in made:
            if learned.badge:
                name = names[learned.who] if learned.badge == "named" else None
                await badge_for(
                    cast.federation, confirmation.id, Bearer(person_id=confirmation.person_id, name=name)
                )


async def _confirmed(uow: UnitOfWork, cast: Cast, held_by: Cast, learned: DemoLearning) -> Confirmation:
    day = uow.now.replace(hour=learned.hour, minute=0, second=0, microsecond=0)
    starts_at = day - timedelta(days=learned.days_ago)
    ends_at = starts_at + timedelta(minutes=learned.minutes)
    said_at = ends_at + timedelta(hours=2)
    number = uow.new_id()
    made = Confirmation(
        id=number,
        person_id=cast.people[learned.who],
        session_id=None,
        # The sessions themselves were before the demo; their addresses are like any other.
        session_uri=f"{held_by.settings.origin}/sessions/{number}",
        title=learned.title,
        language=learned.language,
        company=held_by.name,
        company_uri=f"{held_by.settings.origin}/company",
        starts_at=starts_at,
        ends_at=ends_at,
        confirmed_at=said_at,
        own_at=None if learned.by_host else said_at,
        host_at=said_at if learned.by_host else None,
    )
    uow.db.add(made)
    await uow.db.flush()
    return made
