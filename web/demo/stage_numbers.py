"""Gives the demo's companies a year to look back on: numbers of months that are over."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, select

from alliance.models import Company, MonthlyNumber, Partner
from alliance.numbers import MADE, month_of, months_after
from alliance.queries.companies import home_company
from alliance.small_groups import LEAST, published
from alliance.times import zone_named
from alliance.unit_of_work import UnitOfWork
from web.demo.content.numbers import SEASON, YEARS, DemoYear
from web.demo.stage_company import Cast

_MONTHS = 12


async def look_back(casts: Sequence[Cast]) -> None:
    """At home: these months are over, so nothing of them is made anew."""
    for cast in casts:
        year = YEARS[cast.company.key]
        async with cast.federation.instance.unit_of_work() as uow:
            home = await home_company(uow.db)
            # A server may have been quicker with the past sessions of the programme.
            await uow.db.execute(delete(MonthlyNumber))
            for place, month in enumerate(await _months(uow)):
                for report, parts in _of_month(year, place, month, str(home.id)).items():
                    _add(uow, month, report, parts)


async def look_back_together(casts: Sequence[Cast]) -> None:
    """Who came from the other companies, once they are allied."""
    for cast in casts:
        year = YEARS[cast.company.key]
        async with cast.federation.instance.unit_of_work() as uow:
            allied = select(Company.id).join(Partner, Partner.company_id == Company.id).order_by(Company.host)
            others = (await uow.db.scalars(allied)).all()
            for place, month in enumerate(await _months(uow)):
                for which, company in enumerate(others):
                    # They came one after the other, and the later one with fewer.
                    came = _people(year.guests // (3 + which), place, month) if place > 3 * which else 0
                    _add(uow, month, "joins", {str(company): published(came, LEAST)})


def _of_month(year: DemoYear, place: int, month: date, home: str) -> Mapping[str, Mapping[str, int]]:
    lively = SEASON[month.month - 1]
    some = _people(year.sessions, place, month)
    topics = {
        slug: max(some * (len(year.topics) - rank) // 16 + (place + rank) % 3, 1)
        for rank, slug in enumerate(year.topics)
    }
    parts: dict[str, Mapping[str, int]] = {
        MADE: {"": LEAST},
        "sessions": {"ours": some, "theirs": _people(year.theirs, max(place - 1, 0), month)},
        "joins": {home: published(_people(year.guests, place, month), LEAST)},
        "topics": topics,
        "growth": {
            "people": published(year.accounts + year.accounts * place // 14, LEAST),
            "experts": published(year.experts + year.experts * place // 12, LEAST),
            "communities": 1 + place // 3,
        },
        "circles": {"people": 25 if month.month in (1, 4, 9) else 0},
        "exchange": {
            "stories": _people(year.stories, place, month),
            "requests": _people(year.requests, place, month),
        },
    }
    if place < _MONTHS - 1:
        answers = published(_people(year.guests // 3, place, month), LEAST)
        parts["feedback"] = {"answers": answers, "quarter": year.quarter - (lively < 60)}
    return parts


def _people(ordinary: int, place: int, month: date) -> int:
    """What an ordinary month has grown to by then, in this season."""
    return ordinary * (100 + 8 * place) * SEASON[month.month - 1] // 10_000


def _add(uow: UnitOfWork, month: date, report: str, parts: Mapping[str, int]) -> None:
    for key, value in parts.items():
        if value:
            uow.db.add(MonthlyNumber(month=month, report=report, key=key, value=value))


async def _months(uow: UnitOfWork) -> list[date]:
    home = await home_company(uow.db)
    this = month_of(uow.now, zone_named(home.timezone))
    return [months_after(this, place - _MONTHS) for place in range(_MONTHS)]
