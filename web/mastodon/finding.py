"""What a handle or an address names: things that are known here, and people of allies who are not yet.

Nobody else is ever asked: an app that sends addresses must not make this server fetch what it likes.
"""

import re
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Company, Partner, Person, Posting, Session
from alliance.queries.directory import account_with_handle
from alliance.receiving_people import receive_person
from federation.actors import find_actor
from federation.fetch import Budget
from federation.translate.news import person_news
from federation.uris import Uris, host_of, person_id_of
from federation.vocabulary.values import Malformed
from federation.webfinger import actor_of
from web.mastodon.door import Call

_HANDLE = re.compile(r"@?[^\s@/]{1,100}@[^\s@/]{1,260}")
_FETCHES = 2


@dataclass(frozen=True)
class Finding:
    """An account or a posting, or nothing; whether the one who asks may know it is asked later."""

    account_id: int | None = None
    posting_id: int | None = None


NOTHING = Finding()


def is_address(typed: str) -> bool:
    """Whether somebody pasted the address of something."""
    return typed.startswith(("https://", "http://"))


def is_handle(typed: str) -> bool:
    """Whether it is `@name@host` or `name@host`."""
    return _HANDLE.fullmatch(typed) is not None


async def find_handle(call: Call, typed: str, *, resolve: bool) -> Finding:
    """Whoever is called that. Raises FetchFailed when an ally does not answer."""
    async with call.reading() as db:
        number = await account_with_handle(db, call.instance.settings.host, typed)
        if number is not None or not resolve:
            return Finding(number)
        handle = typed.removeprefix("@").lower()
        origin = await _ally_at(db, handle.rpartition("@")[2])
    if origin is None:
        return NOTHING
    await call.close()
    budget = Budget(_FETCHES)
    uri = await actor_of(call.federation.fetcher, origin, handle, budget)
    return await _person_at(call, uri, budget) if host_of(uri) == host_of(origin) else NOTHING


async def find_address(call: Call, typed: str, *, resolve: bool) -> Finding:
    """Whatever has that address or identity. Raises FetchFailed when an ally does not answer."""
    address = typed.partition("#")[0][:500]
    async with call.reading() as db:
        found = await _known(db, Uris(call.instance.settings.origin), address)
        origin = await _ally_at(db, host_of(address)) if found == NOTHING and resolve else None
    if origin is None or not address.startswith(f"{origin}/"):
        return found
    await call.close()
    return await _person_at(call, address, Budget(_FETCHES))


async def _known(db: AsyncSession, uris: Uris, address: str) -> Finding:
    session_id = uris.session_id(address)
    if session_id is not None:
        return await _posting(db, session_id)
    person_id = person_id_of(uris.actor_key(address) or "")
    if person_id is not None:
        return Finding(person_id)
    if address.startswith(f"{uris.origin}/@"):
        return Finding(await account_with_handle(db, host_of(uris.origin), address.rpartition("/@")[2]))
    company = await db.scalar(
        select(Company.id).where(
            or_(
                Company.uri == address, Company.instance_uri == address, Company.origin == address.rstrip("/")
            )
            | (
                Company.is_home
                if address.rstrip("/") in (uris.origin, uris.company)
                else Company.id.is_(None)
            )
        )
    )
    if company is not None:
        return Finding(company)
    person = await db.scalar(select(Person.id).where(Person.uri == address))
    if person is not None:
        return Finding(person)
    session = await db.scalar(select(Session.id).where(or_(Session.uri == address, Session.url == address)))
    return await _posting(db, session) if session is not None else NOTHING


async def _posting(db: AsyncSession, session_id: int) -> Finding:
    live = (Posting.kind == "session", Posting.gone_at.is_(None))
    return Finding(
        posting_id=await db.scalar(select(Posting.id).where(Posting.session_id == session_id, *live))
    )


async def _ally_at(db: AsyncSession, host: str) -> str | None:
    """The origin of the allied company on that host."""
    allied = exists().where(Partner.company_id == Company.id, Partner.state == "allied")
    return await db.scalar(select(Company.origin).where(Company.host == host, allied))


async def _person_at(call: Call, uri: str, budget: Budget) -> Finding:
    """Somebody at an ally, whom their own server shows to us. No transaction may be open."""
    try:
        actor = await find_actor(call.federation, uri, budget)
    except Malformed:
        return NOTHING
    if actor.type != "Person" or actor.id != uri:
        return NOTHING
    async with call.unit_of_work() as uow:
        return Finding((await receive_person(uow, person_news(actor))).id)
