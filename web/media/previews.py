"""Hands out covers: the picture that others show beside a link to a session."""

import asyncio
import contextlib
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Gone, NotFound
from alliance.instance import Instance
from alliance.models import Company, Session
from alliance.queries.companies import home_company
from alliance.queries.sessions import find
from alliance.times import is_zone
from alliance.visibility import STRANGER
from web.covers import Cover
from web.pages.visit import path_id
from web.texts import LANGUAGES, Texts
from web.times import Reader

# Some 40 kB each; what is asked for again is drawn again.
MOST_KEPT = 500
_KEEP = "public, max-age=3600"
_WHEN = {"de": "EEEE, d. MMMM y, HH:mm", "en": "EEEE, d MMMM y, HH:mm"}
_LOCALES = {"de": "de", "en": "en_GB"}


async def cover(request: Request) -> Response:
    """GET /sessions/<id>/preview.png: what a stranger may know, whoever asks.

    Of every other session, and of those that don't exist, there is the same neutral picture.
    """
    instance: Instance = request.app.state.instance
    async with instance.reading() as db:
        try:
            session = await find(db, STRANGER, path_id(request))
            wanted = cover_of(session)
        except (NotFound, Gone):
            wanted = neutral_cover(await home_company(db))
    headers = {"Cache-Control": _KEEP, "ETag": f'"{wanted.digest}"'}
    if f'"{wanted.digest}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    kept = instance.settings.media / "covers" / f"{wanted.digest}.png"
    content = await asyncio.to_thread(_read, kept)
    if content is None:
        async with request.app.state.at_pictures:
            content = await asyncio.to_thread(_read, kept) or await asyncio.to_thread(_draw, wanted, kept)
    return Response(content, headers=headers, media_type="image/png")


def cover_of(session: Session) -> Cover:
    """What the cover of a session says, in its language and the zone of its host; company is loaded."""
    language = session.language if session.language in LANGUAGES else "en"
    zone = ZoneInfo(session.timezone if is_zone(session.timezone) else "UTC")
    texts = Texts(language)
    reader = Reader(texts, zone, session.starts_at)
    here = format_datetime(session.starts_at.astimezone(zone), _WHEN[language], locale=_LOCALES[language])
    struck = {"cancelled": texts.gettext("Cancelled"), "postponed": texts.gettext("Put off")}
    return Cover(
        seed=f"/sessions/{session.id}",
        title=session.title,
        when=f"{here} ({reader.city(zone.key)})",
        company=session.company.name,
        hue=session.company.hue,
        struck=struck.get(session.status, ""),
    )


def neutral_cover(home: Company) -> Cover:
    """The cover that says nothing but whose server this is."""
    texts = Texts(home.language if home.language in LANGUAGES else "en")
    title = texts.gettext("%(company)s learns", company=home.name)
    return Cover(seed="/", title=title, when=home.host, company=home.name, hue=home.hue)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _draw(wanted: Cover, path: Path) -> bytes:
    from web.cover_drawing import drawn

    content = drawn(wanted)
    # A disk that is full costs time, not the picture.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".half")
        half.write_bytes(content)
        half.replace(path)
        _make_room(path.parent)
    return content


def _make_room(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in kept[:-MOST_KEPT]:
        path.unlink(missing_ok=True)
