"""What takes how much room: the database by table, pictures, and what is free."""

import asyncio
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from alliance.models import (
    Attendance,
    AuditEntry,
    Comment,
    Employee,
    Mail,
    Notification,
    Person,
    Session,
    Story,
)
from alliance.shelves import Shelf, ShelfAway
from federation.models import Delivery, OutboxActivity, ReceivedActivity
from web.pages.admin.console import admin_page, administering
from web.pages.admin.overview_figures import disk_of
from web.pages.visit import Visit

_MOST_FILES = 200_000
_LIST_SECONDS = 5.0
Counted = tuple[int, int, bool]
_COUNTED_LABELS = {
    "sessions": ("Sessions", Session),
    "attendances": ("Places in sessions", Attendance),
    "people": ("People known here", Person),
    "employees": ("Accounts", Employee),
    "comments": ("Comments", Comment),
    "stories": ("Stories", Story),
    "notifications": ("Notifications", Notification),
    "mails": ("Mails", Mail),
    "sent": ("Messages made for other servers", OutboxActivity),
    "deliveries": ("Deliveries of these", Delivery),
    "received": ("Messages received", ReceivedActivity),
    "audit": ("Entries of the audit log", AuditEntry),
}


async def show(request: Request) -> Response:
    """GET /admin/storage."""
    async with administering(request) as visit:
        pictures = await _pictures(visit)
        asked = (select(func.count()).select_from(table) for _, table in _COUNTED_LABELS.values())
        row = (await visit.db.execute(select(*(one.scalar_subquery() for one in asked)))).one()
        rows = zip((label for label, _ in _COUNTED_LABELS.values()), row, strict=True)
        return admin_page(
            visit,
            "admin/storage.html",
            places=[
                (visit.texts.gettext("Database"), _size(await _database(visit)), ""),
                *pictures,
            ],
            media=visit.instance.shelf.place,
            is_bucket=visit.instance.settings.s3_endpoint is not None,
            counts=[
                (visit.texts.gettext(label), f"{number:,}".replace(",", "\u202f")) for label, number in rows
            ],
        )


async def _database(visit: Visit) -> int:
    """Bytes, without what is being written at the moment."""
    db: AsyncSession = visit.db
    if visit.instance.database.is_sqlite:
        pages = await db.scalar(text("SELECT page_count FROM pragma_page_count()"))
        size = await db.scalar(text("SELECT page_size FROM pragma_page_size()"))
        return int(pages or 0) * int(size or 0)
    return int(await db.scalar(text("SELECT pg_database_size(current_database())")) or 0)


async def _pictures(visit: Visit) -> list[tuple[str, str, str]]:
    """Rows about the pictures: how many bytes, how many files, and of a folder what is free there."""
    texts, settings = visit.texts, visit.instance.settings
    if settings.s3_endpoint:
        await visit.let_go()
        return [(texts.gettext("Pictures"), *_counted(visit, await _of_bucket(visit.instance.shelf)))]
    counted = await asyncio.to_thread(_of_folder, settings.media)
    free, total = disk_of(settings.media)
    return [
        (texts.gettext("Pictures"), *_counted(visit, counted)),
        (texts.gettext("Free where pictures lie"), _size(free), _size(total)),
    ]


def _counted(visit: Visit, found: Counted | None) -> tuple[str, str]:
    if found is None:
        return _size(None), visit.texts.gettext("The bucket can't be reached at the moment.")
    count, size, is_more = found
    files = visit.texts.ngettext("%(num)s file", "%(num)s files", count) + ("+" if is_more else "")
    return _size(size), files


async def _of_bucket(shelf: Shelf) -> Counted | None:
    """What can be listed in a few seconds; None when the bucket can't be reached."""
    count = size = 0
    try:
        async with asyncio.timeout(_LIST_SECONDS):
            async for one in shelf.stored():
                if count >= _MOST_FILES:
                    return count, size, True
                count, size = count + 1, size + one.size
    except TimeoutError:
        return (count, size, True) if count else None
    except ShelfAway:
        return None
    return count, size, False


def _of_folder(folder: Path) -> Counted:
    """How many files, how many bytes, and whether there are more than were looked at."""
    count = size = 0
    for path in folder.rglob("*") if folder.is_dir() else ():
        if count >= _MOST_FILES:
            return count, size, True
        if path.is_file():
            count, size = count + 1, size + path.stat().st_size
    return count, size, False


def _size(found: int | None) -> str:
    """Bytes as people say them."""
    if found is None:
        return "–"
    value, unit = float(found), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if value >= 10 or unit == "B" else f"{value:.1f} {unit}"
