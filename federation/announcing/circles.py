"""Tells allied companies of calls for learning circles, and the company of a call who of ours wants one."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from alliance.circle_facts import CallChanged, PlaceForgotten, PlacesChanged, WithoutCircle
from alliance.circle_matching import kept_matching
from alliance.circle_news import Address, CallNews, HintsNews, PlaceNews
from alliance.circle_tokens import ally_tokens, our_words
from alliance.circle_visibility import is_for_company
from alliance.models import WEEKS, CircleCall, CirclePlace, Company, Employee, Partner
from alliance.unit_of_work import UnitOfWork
from federation.outbox import send
from federation.recipients import inbox_of, told_of
from federation.uris import COMPANY, Uris
from federation.vocabulary.activities import activity
from federation.vocabulary.circles import CIRCLE_CONTEXT, call_json, hints_json, place_json
from federation.vocabulary.values import Json


async def on_call(uow: UnitOfWork, fact: CallChanged) -> None:
    """How it stands, to allies that it is for; that it was taken back, to whom it was told."""
    call = fact.call
    if call.audience != "alliance" or call.uri is not None:
        return
    address = Uris(uow.settings.origin).circle_call(call.id)
    if call.state == "withdrawn":
        await say_gone(uow, address, await told_of(uow.db, address))
    else:
        allied = select(Company).join(Company.partner).where(Partner.state == "allied")
        await _tell_call(uow, call, (await uow.db.scalars(allied.order_by(Company.id))).all())


async def on_places(uow: UnitOfWork, fact: PlacesChanged) -> None:
    """Of our people in an ally's call, those of whom something else is to be said than before."""
    call = await uow.db.scalar(
        select(CircleCall).where(CircleCall.id == fact.call.id).options(joinedload(CircleCall.company))
    )
    company = await allied_company(uow, call.company_id) if call is not None else None
    if call is None or company is None or call.uri is None or call.state != "open":
        return
    rows = await uow.db.execute(
        select(CirclePlace, Employee.disabled_at)
        .join(Employee, Employee.id == CirclePlace.person_id)
        .where(CirclePlace.call_id == call.id)
        .order_by(CirclePlace.id)
    )
    found = rows.all()
    places = [place for place, disabled_at in found if disabled_at is None]
    words = our_words(uow, places, await ally_tokens(uow.db, uow.settings.host))
    uris = Uris(uow.settings.origin)
    for place in places:
        said = words[place.id]
        news = PlaceNews(
            Address(uris.circle_place(place.token or ""), uow.settings.host),
            Address(call.uri, company.host),
            0,
            tuple(place.topics),
            tuple(place.languages),
            tuple(place.slots),
            place.utc_offset,
            said.code,
            said.wanted,
            said.apart,
            said.allies,
        )
        digest = hashlib.sha256(orjson.dumps(place_json(news))).hexdigest()
        if place.told != digest:
            place.told = digest
            await tell(uow, place_json(news) | {"version": uow.new_id()}, [company])
    for place, disabled_at in found:
        if disabled_at is not None and place.told:
            place.told = ""
            await say_gone(uow, uris.circle_place(place.token or ""), {inbox_of(company)})
    await uow.db.flush()


async def on_place_forgotten(uow: UnitOfWork, fact: PlaceForgotten) -> None:
    """Delete of the pseudonym, to every company that knew it."""
    companies = [await allied_company(uow, number) for number in fact.companies]
    inboxes = {inbox_of(company) for company in companies if company is not None}
    if inboxes:
        await say_gone(uow, Uris(uow.settings.origin).circle_place(fact.token), inboxes)


async def on_without_circle(uow: UnitOfWork, fact: WithoutCircle) -> None:
    """To each company what would have helped those of its people who have no circle."""
    call, matching = fact.call, kept_matching(fact.call)
    rows = await uow.db.scalars(
        select(CirclePlace)
        .where(CirclePlace.call_id == call.id, CirclePlace.uri.is_not(None))
        .order_by(CirclePlace.id)
    )
    without = set(fact.places)
    left = {place.id: place for place in rows if place.id in without}
    hints: dict[int, list[tuple[Address, tuple[tuple[str, str, int], ...]]]] = {}
    for one in matching.unmatched if matching is not None else ():
        place = left.get(int(one.key))
        if place is not None:
            told = tuple((hint.kind, hint.what, hint.people) for hint in one.hints)
            hints.setdefault(place.company_id, []).append((Address(place.uri or "", ""), told))
    address = Uris(uow.settings.origin).circle_call(call.id)
    for company_id, rows_of_one in sorted(hints.items()):
        company = await allied_company(uow, company_id)
        if company is not None:
            news = HintsNews(Address(address, uow.settings.host), tuple(rows_of_one))
            await tell(uow, hints_json(f"{address}#hints", news), [company])


async def tell_calls_again(uow: UnitOfWork, company: Company) -> None:
    """To one ally, new or back from a pause: our open calls, and who of ours signed up for theirs.

    Of calls that it knows also whether they were published or taken back meanwhile.
    """
    ended_lately = CircleCall.starts_on > uow.now.date() - timedelta(weeks=WEEKS)
    ours = await uow.db.scalars(
        select(CircleCall)
        .where(CircleCall.uri.is_(None), CircleCall.audience == "alliance", ended_lately)
        .where(or_(CircleCall.state != "open", CircleCall.sign_up_until > uow.now))
        .order_by(CircleCall.id)
    )
    for call in ours.all():
        address = Uris(uow.settings.origin).circle_call(call.id)
        knows = call.state != "open" and inbox_of(company) in await told_of(uow.db, address)
        if call.state == "withdrawn" and knows:
            await say_gone(uow, address, {inbox_of(company)})
        elif call.state == "open" or knows:
            await _tell_call(uow, call, [company])
    theirs = await uow.db.scalars(
        select(CircleCall)
        .where(CircleCall.company_id == company.id, CircleCall.uri.is_not(None), CircleCall.state == "open")
        .order_by(CircleCall.id)
    )
    for call in theirs.all():
        places = await uow.db.scalars(select(CirclePlace).where(CirclePlace.call_id == call.id))
        for place in places:
            place.told = ""
        await on_places(uow, PlacesChanged(call))


async def allied_company(uow: UnitOfWork, company_id: int) -> Company | None:
    """A company that we are allied with now."""
    allied = select(Company).join(Company.partner).where(Partner.state == "allied")
    return await uow.db.scalar(allied.where(Company.id == company_id))


async def tell(uow: UnitOfWork, said: Json, companies: Iterable[Company]) -> None:
    """Update by our company, to these alone, sealed as long as it lies here."""
    there = list(companies)
    await _send(uow, "Update", said, [company.uri or company.origin for company in there],
                {inbox_of(company) for company in there}, str(said["id"]))  # fmt: skip


async def say_gone(uow: UnitOfWork, address: str, inboxes: set[str]) -> None:
    """Delete by our company."""
    if inboxes:
        await _send(uow, "Delete", {"id": address, "type": "Tombstone"}, [], inboxes, address)


async def _tell_call(uow: UnitOfWork, call: CircleCall, allies: Sequence[Company]) -> None:
    there = [company for company in allies if is_for_company(call, company.id)]
    uris, hours = Uris(uow.settings.origin), [(int(slot["day"]), str(slot["time"])) for slot in call.slots]
    news = CallNews(
        call=Address(uris.circle_call(call.id), uow.settings.host),
        version=uow.new_id(),
        title=call.title,
        about=call.about,
        guide=(call.guide_title, call.guide_url, call.guide_licence),
        topics=tuple(call.topics),
        languages=tuple(call.languages),
        slots=tuple(hours),
        timezone=call.timezone,
        minutes=call.minutes,
        starts_on=call.starts_on,
        sign_up_until=call.sign_up_until,
        smallest=call.smallest,
        largest=call.largest,
        state=call.state,
    )
    if call.companies_wanted is None:
        inboxes = {inbox_of(company) for company in there}
        await _send(uow, "Update", call_json(news), [uris.partners], inboxes, news.call.uri)
        return
    for company in there:  # each for itself, because none is to read who else was asked
        await tell(uow, call_json(news), [company])


async def _send(
    uow: UnitOfWork, kind: str, said: Json, to: list[str], inboxes: set[str], address: str
) -> None:
    uris = Uris(uow.settings.origin)
    body = activity(
        kind,
        actor=uris.company,
        object=said,
        to=to or [uris.partners],
        context=CIRCLE_CONTEXT,
        published=uow.now,
    )
    await send(uow, actor=COMPANY, activity=body, object_uri=address, inboxes=inboxes, is_public=False,
               is_sealed=True)  # fmt: skip
