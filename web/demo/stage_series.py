"""Puts the series of the demo on stage: published at home, joined from the other companies, held in turn."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import select

from alliance.drafting import SessionDraft, Translation
from alliance.hosting import answer_hosting
from alliance.models import CoHost, Employee, ExpertProfile, Person, Series
from alliance.recurrence import days_of, moment_on
from alliance.series import SeriesPlan, publish_series
from alliance.series_joining import join_series
from web.demo.content.series import SERIES, DemoSeries
from web.demo.progress import Storyteller
from web.demo.stage_alliance import until
from web.demo.stage_company import Cast


async def hold_series(casts: Sequence[Cast], story: Storyteller) -> None:
    """Every series whose host is on stage; call it once everybody sees everybody."""
    homes = {key: cast for cast in casts for key in cast.people}
    shown = [one for one in SERIES if one.host in homes]
    for one in shown:
        home = homes[one.host]
        series_id = await _publish(home, one, homes)
        for cast in casts:
            members = [key for key in one.members if homes.get(key) is cast]
            if members:
                await until(lambda: _here(cast, home, series_id), f"{cast.name} knowing {one.title}")  # noqa: B023
                await _join(cast, await _here(cast, home, series_id) or 0, members)
    story.says(f"{len(shown)} series have begun; the dates of one are held by three companies in turn.")


async def say_yes_to_turns(casts: Sequence[Cast]) -> None:
    """Whoever takes turns and was asked for a date by now says yes."""
    turning = {key for one in SERIES for key in one.turns}
    for cast in casts:
        people = [number for key, number in cast.people.items() if key in turning]
        async with cast.federation.instance.reading() as db:
            asked = select(CoHost.session_id, CoHost.person_id).where(
                CoHost.person_id.in_(people), CoHost.state == "asked"
            )
            rows = (await db.execute(asked)).all()
        for session_id, person_id in rows:
            async with cast.federation.instance.unit_of_work() as uow:
                await answer_hosting(uow, session_id, person_id, yes=True)


async def _publish(home: Cast, one: DemoSeries, homes: dict[str, Cast]) -> int:
    now = home.federation.instance.clock.now()
    async with home.federation.instance.unit_of_work() as uow:
        host = await uow.db.get_one(Employee, home.people[one.host])
        if one.leaders:
            profile = await uow.db.get(ExpertProfile, host.id)
            if profile is not None:
                profile.leads_since = uow.now
        turns = [await _person(home, homes[key], key) for key in one.turns if key in homes]
        plan = SeriesPlan(
            draft=_draft(one, now),
            rhythm=one.rhythm,
            turns=tuple(number for number in turns if number is not None),
        )
        return (await publish_series(uow, host.id, plan)).id


def _draft(one: DemoSeries, now: datetime) -> SessionDraft:
    starts_at = moment_on(_first(one, now), one.start, one.zone)
    other = "en" if one.language == "de" else "de"
    title, description = one.translation
    return SessionDraft(
        title=one.title,
        description=one.description,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=one.minutes),
        timezone=one.zone,
        meeting_link=one.meeting_link,
        audience=one.audience,
        language=one.language,
        topics=one.topics,
        is_leaders=one.leaders,
        translations=(Translation(language=other, title=title, description=description),),
    )


def _first(one: DemoSeries, now: datetime) -> date:
    """The next day of the rhythm from tomorrow on."""
    return next(islice(days_of(one.rhythm, (now + timedelta(days=1)).date()), 1))


async def _person(home: Cast, there: Cast, key: str) -> int | None:
    if there is home:
        return home.people[key]
    async with home.federation.instance.reading() as reading:
        return await reading.scalar(select(Person.id).where(Person.uri == there.person_uri(key)))


async def _here(cast: Cast, home: Cast, series_id: int) -> int | None:
    """The number of a series of `home` in the company of `cast`."""
    if cast is home:
        return series_id
    async with cast.federation.instance.reading() as db:
        uri = home.federation.uris.series(series_id)
        return await db.scalar(select(Series.id).where(Series.uri == uri))


async def _join(cast: Cast, series_id: int, members: Sequence[str]) -> None:
    for key in members:
        async with cast.federation.instance.unit_of_work() as uow:
            await join_series(uow, series_id, cast.people[key])
