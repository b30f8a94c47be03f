"""A hundred thousand sessions of thirteen companies in two years, with words as uneven as in life."""

import itertools
import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from alliance.employing import add_employee
from alliance.instance import Instance
from alliance.models import Company, Employee, ExpertProfile, Partner, Person, Session, Topic, session_topic
from alliance.queries.companies import home_company
from alliance.search_upkeep import merge_index
from alliance.searching import rebuild
from alliance.unit_of_work import UnitOfWork

SESSIONS = 100_000
_COMPANIES, _PEOPLE, _TOPICS = 12, 400, 300
_ROWS = 5000
_BEGINNINGS = (
    *("Führung", "Kultur", "Daten", "Prozess", "Wissen", "Team", "Projekt", "Lern"),
    *("Zukunft", "Energie", "Kunden", "Qualität", "Technik", "Sprach", "Modell", "Werkstatt"),
    *("Planung", "Risiko", "Sicherheit", "Gesundheit", "Leadership", "Product", "Design", "Cloud"),
    *("Network", "Service", "Change", "Learning", "Market", "Story"),
)
_ENDINGS = (
    *("gespräch", "werkstatt", "analyse", "reise", "praxis", "labor", "runde", "methode"),
    *("brücke", "beispiel", "grundlagen", "fragen", "wege", "kompass", "Basics", "Lab"),
    *("Journey", "Hacks", "Sprint", "Canvas", "Coaching", "Review", "Tools", "Guide"),
)
WORDS = [f"{first}{last.lower()}" for first, last in itertools.product(_BEGINNINGS, _ENDINGS)]
WORDS += _BEGINNINGS


async def fill(
    instance: Instance,
    sessions: int = SESSIONS,
    *,
    allies: int = _COMPANIES,
    experts: int = _PEOPLE,
    shares_of_home: int = 1,
) -> Employee:
    """Fills an instance with a founded company; an employee to look as, who follows nothing.

    Our own company holds `shares_of_home` times as many sessions as each of the allies.
    """
    chance = random.Random(4)
    async with instance.unit_of_work() as uow:
        reader = await add_employee(uow, "reader@bench.example", "Rita Lesser")
        companies = [(await home_company(uow.db)).id, *await _allies(uow, allies)]
        people = await _people(uow, companies, chance, experts)
        topics = await _topics(uow)
    now = instance.clock.now().replace(minute=0, second=0, microsecond=0)
    for rows in _batches(
        _sessions(instance, companies, people, topics, now, chance, sessions, shares_of_home)
    ):
        async with instance.unit_of_work() as uow:
            await uow.db.execute(insert(Session), [session for session, _ in rows])
            await uow.db.execute(insert(session_topic), [link for _, links in rows for link in links])
    await rebuild(instance)
    await merge_index(instance)
    return reader


async def _allies(uow: UnitOfWork, count: int) -> list[int]:
    ids = [uow.new_id() for _ in range(count)]
    for number, company_id in enumerate(ids):
        origin = f"https://firma{number}.example"
        uow.db.add(
            Company(
                id=company_id,
                origin=origin,
                host=f"firma{number}.example",
                name=f"Firma {number}",
                hue=number * 2 % 24,
                uri=f"{origin}/company",
                instance_uri=f"{origin}/actor",
                created_at=uow.now,
                updated_at=uow.now,
            )
        )
    await uow.db.flush()
    for company_id in ids:
        uow.db.add(Partner(company_id=company_id, state="allied", since=uow.now, created_at=uow.now))
    return ids


async def _people(
    uow: UnitOfWork, companies: list[int], chance: random.Random, count: int
) -> dict[int, list[int]]:
    """Experts by company; ours are known to have no address elsewhere."""
    found: dict[int, list[int]] = {company_id: [] for company_id in companies}
    for number in range(count):
        company_id, person_id = companies[number % len(companies)], uow.new_id()
        elsewhere = company_id != companies[0]
        host = f"firma{companies.index(company_id) - 1}.example" if elsewhere else None
        name = f"{chance.choice(('Anna', 'Jonas', 'Mira', 'Tobias'))} {chance.choice(WORDS)[:9]}"
        uow.db.add(
            Person(
                id=person_id,
                company_id=company_id,
                uri=f"https://{host}/people/{person_id}" if elsewhere else None,
                username=f"p{number}",
                host=host,
                name=name,
                created_at=uow.now,
                updated_at=uow.now,
            )
        )
        profile = ExpertProfile(person_id=person_id, audience="public", headline=chance.choice(WORDS))
        profile.published_at = profile.updated_at = uow.now
        uow.db.add(profile)
        found[company_id].append(person_id)
    await uow.db.flush()
    return found


async def _topics(uow: UnitOfWork) -> list[int]:
    ids = [uow.new_id() for _ in range(_TOPICS)]
    rows = [{"id": number, "slug": f"thema{n}", "name": f"Thema{n}"} for n, number in enumerate(ids)]
    await uow.db.execute(insert(Topic), rows)
    return ids


def _sessions(
    instance: Instance,
    companies: list[int],
    people: dict[int, list[int]],
    topics: list[int],
    now: datetime,
    chance: random.Random,
    count: int,
    shares_of_home: int,
) -> Iterator[tuple[dict[str, Any], list[dict[str, int]]]]:
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    spread = [1 / (rank + 1) for rank in range(len(topics))]
    holders = [*companies[:1] * (shares_of_home - 1), *companies]
    for number in range(count):
        company_id, session_id = chance.choice(holders), instance.mint.new()
        starts_at = now + timedelta(minutes=chance.randrange(-365 * 96, 365 * 96) * 15)
        home = company_id == companies[0]
        uri = None if home else f"https://firma{companies.index(company_id) - 1}.example/sessions/{number}"
        said = " ".join(chance.choices(WORDS, weights, k=40))
        chosen = set(chance.choices(topics, spread, k=chance.randrange(1, 4)))
        yield (
            {
                "id": session_id,
                "company_id": company_id,
                "host_id": chance.choice(people[company_id]),
                "uri": uri,
                "url": uri,
                "title": " ".join(chance.choices(WORDS, weights, k=4)),
                "description_html": f"<p>{said}</p>",
                "language": chance.choice(("de", "de", "en")),
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(minutes=45),
                "timezone": "Europe/Berlin",
                "capacity": chance.choice((None, 20, 40)),
                "going_count": chance.randrange(20),
                "audience": chance.choice(
                    ("public", "alliance", "alliance", "company" if home else "alliance")
                ),
                "published_at": now,
                "updated_at": now,
            },
            [{"session_id": session_id, "topic_id": topic} for topic in sorted(chosen)],
        )


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while batch := list(itertools.islice(rest, _ROWS)):
        yield batch
