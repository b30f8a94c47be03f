"""What one has confirmed to have learned: to look at, to take along as a table, and as badges."""

import asyncio
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from alliance.badges import readable_badge, revoke_badge, share_badge
from alliance.confirming import REVOCABLE_FOR, take_back
from alliance.errors import NotFound
from alliance.models import Badge, Confirmation
from alliance.queries.learning import (
    badges_of,
    everything_learned,
    learned,
    learned_in_all,
)
from alliance.times import rfc3339
from federation.badges import Bearer, badge_for, badge_number
from federation.wiring import Federation
from web.covers import Cover
from web.feeds.tables import cell
from web.forms import read_form
from web.media.baking import baked
from web.pages.filters import key_in, with_key
from web.pages.visit import Visit, path_id, visiting
from web.times import Reader

HERE = "/mine/learning"
_COLUMNS = (
    "date",
    "begins_at",
    "ends_at",
    "minutes",
    "title",
    "company",
    "address",
    "confirmed_by",
    "confirmed_on",
)


@dataclass(frozen=True)
class BadgeLine:
    """A badge that was made; `address` is where others read it, empty unless it is shared."""

    id: str
    named: bool
    issued: str
    address: str


@dataclass(frozen=True)
class LearnedLine:
    """One session that was confirmed."""

    id: int
    title: str
    language: str
    url: str
    company: str
    day: str
    length: str
    by_host: bool
    revocable: bool
    badges: tuple[BadgeLine, ...]


async def show(request: Request) -> Response:
    """GET /mine/learning: the latest first."""
    async with visiting(request) as visit:
        me = visit.employee.id
        after = key_in(request.query_params)
        rows, following = await learned(visit.db, me, after=after)
        made = await badges_of(visit.db, me, [row.id for row in rows])
        count, length = await learned_in_all(visit.db, me)
        return visit.page(
            "learning.html",
            rows=_lines(visit, rows, made),
            older=with_key(HERE, following),
            is_first=after is None,
            summary=_summary(visit, count, length) if count else "",
        )


async def table(request: Request) -> Response:
    """GET /mine/learning.csv: everything, for whatever else keeps a record of learning."""
    async with visiting(request) as visit:
        rows = await everything_learned(visit.db, visit.employee.id)
        held = io.StringIO()
        writer = csv.writer(held)
        writer.writerow(_COLUMNS)
        writer.writerows(_cells(row, visit.reader) for row in rows)
        headers = {
            "Content-Disposition": 'attachment; filename="learning.csv"',
            "Cache-Control": "no-store",
        }
        # Spreadsheets take it for another encoding without the mark.
        return Response("\ufeff" + held.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


async def withdraw(request: Request) -> Response:
    """POST /mine/learning/<confirmation>/take-back."""
    async with visiting(request) as visit:
        employee = visit.employee
        async with visit.instance.unit_of_work() as uow:
            await take_back(uow, path_id(request), employee)
        return visit.go(HERE, "attended-taken-back")


async def make_badge(request: Request) -> Response:
    """POST /mine/learning/<confirmation>/badge: makes it, or finds the one there is, and hands it out."""
    async with visiting(request) as visit:
        person = visit.employee.person
        named = (await read_form(request, {"named": 5}))["named"] == "yes"
        bearer = Bearer(person_id=person.id, name=person.name if named else None)
        federation: Federation = request.app.state.federation
        badge = await badge_for(federation, path_id(request), bearer)
        return visit.go(f"{HERE}#badge-{badge.id}", "badge-made")


async def share(request: Request) -> Response:
    """POST /mine/badges/<badge>/share: an address for others, or none any more."""
    async with visiting(request) as visit:
        me, number = visit.employee.id, _number(request)
        shared = (await read_form(request, {"shared": 5}))["shared"] == "yes"
        async with visit.instance.unit_of_work() as uow:
            await share_badge(uow, number, me, shared=shared)
        return visit.go(f"{HERE}#badge-{number}", "badge-shared" if shared else "badge-unshared")


async def revoke(request: Request) -> Response:
    """POST /mine/badges/<badge>/revoke: void, wherever it was copied to."""
    async with visiting(request) as visit:
        me, number = visit.employee.id, _number(request)
        async with visit.instance.unit_of_work() as uow:
            await revoke_badge(uow, number, me)
        return visit.go(HERE, "badge-revoked")


async def as_json(request: Request) -> Response:
    """GET /badges/<badge>.json: for its owner, and for everybody while it is shared."""
    async with visiting(request) as visit:
        badge = await readable_badge(visit.db, _number(request), visit.viewer.person_id)
        return _file(badge, badge.document or b"", "application/json", "json")


async def as_picture(request: Request) -> Response:
    """GET /badges/<badge>.png: the same, in a picture that other programs know how to read."""
    async with visiting(request) as visit:
        badge = await readable_badge(visit.db, _number(request), visit.viewer.person_id)
        home = visit.visitor.home
        when = visit.texts.gettext("Learning confirmed by %(company)s", company=home.name)
        cover = Cover(seed=badge.id, title=badge.title, when=when, company=home.name, hue=home.hue)
        async with request.app.state.at_pictures:
            picture = await asyncio.to_thread(baked, cover, badge.document or b"")
        return _file(badge, picture, "image/png", "png")


def _file(badge: Badge, content: bytes, media_type: str, ending: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="badge-{badge.id[:8]}.{ending}"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    return Response(content, media_type=media_type, headers=headers)


def _number(request: Request) -> str:
    number = badge_number(request.path_params["badge"])
    if number is None:
        raise NotFound
    return number


def _lines(visit: Visit, rows: Sequence[Confirmation], made: dict[int, list[Badge]]) -> list[LearnedLine]:
    reader = visit.reader
    return [
        LearnedLine(
            id=row.id,
            title=row.title,
            language=row.language,
            url=f"/sessions/{row.session_id}" if row.session_id is not None else "",
            company=row.company,
            day=reader.date_of(reader.here(row.starts_at).date()),
            length=_length(visit, row.ends_at - row.starts_at),
            by_host=row.host_at is not None,
            revocable=row.confirmed_at + REVOCABLE_FOR > reader.now,
            badges=tuple(_badge_line(visit, badge) for badge in made.get(row.id, ())),
        )
        for row in rows
    ]


def _badge_line(visit: Visit, badge: Badge) -> BadgeLine:
    issued = visit.reader.date_of(visit.reader.here(badge.issued_at).date())
    address = f"{visit.instance.settings.origin}/badges/{badge.id}.json" if badge.is_shared else ""
    return BadgeLine(badge.id, badge.is_named, issued, address)


def _summary(visit: Visit, count: int, length: timedelta) -> str:
    texts = visit.texts
    sessions = texts.ngettext("%(num)s session", "%(num)s sessions", count)
    return texts.gettext(
        "%(sessions)s, %(length)s altogether", sessions=sessions, length=_length(visit, length)
    )


def _length(visit: Visit, length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if not hours:
        return visit.texts.gettext("%(minutes)s min", minutes=minutes)
    if not minutes:
        return visit.texts.gettext("%(hours)s h", hours=hours)
    return visit.texts.gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)


def _cells(row: Confirmation, reader: Reader) -> tuple[str, ...]:
    minutes = int((row.ends_at - row.starts_at).total_seconds()) // 60
    return (
        reader.here(row.starts_at).date().isoformat(),
        rfc3339(row.starts_at),
        rfc3339(row.ends_at),
        str(minutes),
        cell(row.title),
        cell(row.company),
        row.session_uri,
        "host" if row.host_at is not None else "person",
        row.confirmed_at.date().isoformat(),
    )
