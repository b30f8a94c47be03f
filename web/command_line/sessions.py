"""`alliance session`: publish, list, show and cancel."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.acts import person
from alliance.database import ReadingSession
from alliance.errors import Invalid, NotFound
from alliance.instance import Instance
from alliance.models import Attendance, Session
from alliance.personal_links import personal_link
from alliance.publishing import SessionDraft, cancel_session, publish_session
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import SessionKey, find, find_by_uri, upcoming
from alliance.times import moment_at
from alliance.visibility import Viewer, employee_viewer
from federation.uris import Uris
from web.command_line.rooms import room
from web.command_line.running import employee_with, opened, run, say, say_json

app = room(
    "alliance session publish --title 'Sketchnotes' --start 2027-01-14T16:00 --end 2027-01-14T16:45 "
    "--timezone Europe/Berlin --link https://meet.example/abc --by mara@nordlicht.example",
    "Publishes, lists, shows and cancels sessions.",
)
PER_PAGE = 100
# The operator sees what any employee sees, and nobody's drafts.
OPERATOR = employee_viewer(0)
AUDIENCES = "public, alliance or company"


@app.command(epilog="Example: alliance session publish --title T --start 2027-01-14T16:00 --end ...")
def publish(
    title: Annotated[str, typer.Option(help="3 to 200 characters.")],
    start: Annotated[str, typer.Option(metavar="ISO", help="2027-01-14T16:00, in --timezone.")],
    end: Annotated[str, typer.Option(metavar="ISO", help="2027-01-14T16:45, in --timezone.")],
    timezone: Annotated[str, typer.Option(metavar="ZONE", help="Such as Europe/Berlin.")],
    link: Annotated[str, typer.Option(metavar="URL", help="The meeting; only for people who are going.")],
    by: Annotated[str, typer.Option(metavar="EMAIL", help="The host.")],
    description: Annotated[str, typer.Option(help="Markdown; the title when left out.")] = "",
    audience: Annotated[str, typer.Option(help=AUDIENCES)] = "alliance",
    capacity: Annotated[int | None, typer.Option(min=1, help="Places; without it there is no limit.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    language: Annotated[str, typer.Option(help="ISO 639-1.")] = "de",
) -> None:
    """Publishes a session; the last line is its address alone."""
    draft = SessionDraft(
        title=title,
        description=description or title,
        starts_at=moment_in(start, timezone, "start"),
        ends_at=moment_in(end, timezone, "end"),
        timezone=timezone,
        meeting_link=link,
        audience=audience,
        capacity=capacity,
        topics=tuple(topic or ()),
        language=language,
    )
    say(run(_publish(draft, by)))


async def _publish(draft: SessionDraft, by: str) -> str:
    async with opened() as federation:
        async with federation.instance.reading() as db:
            host = await employee_with(db, by)
        async with federation.instance.unit_of_work() as uow:
            session = await publish_session(uow, host.id, draft)
            uow.audit("employee.acted-for", person(host.id), session=str(session.id))
        return federation.uris.session(session.id)


def moment_in(text: str, zone: str, field: str) -> datetime:
    """The moment that an ISO time means, in `zone` when it says none itself. Raises Invalid."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            "{text} is not a time such as 2027-01-14T16:00.", field=field, text=text[:40]
        ) from error
    return moment if moment.tzinfo else moment_at(moment, zone)


@app.command(name="list", epilog="Example: alliance session list --from 2027-01-01 --json")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    since: Annotated[str | None, typer.Option("--from", metavar="ISO", help="Begins then or later.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="ISO", help="Begins before.")] = None,
    audience: Annotated[str | None, typer.Option(help=AUDIENCES)] = None,
    as_employee: Annotated[
        str | None, typer.Option("--as", metavar="EMAIL", help="As this employee.")
    ] = None,
) -> None:
    """Lists the sessions of this company and its allies, the next one first."""
    wanted = SessionFilter(
        since=moment_in(since, "UTC", "from") if since else None,
        until=moment_in(until, "UTC", "to") if until else None,
        audience=audience,
    )
    rows = run(_list(wanted, as_employee))
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['start'][:16].replace('T', ' ')}  {row['title']}  ({row['company']}, {row['audience']})")
        say(f"                  {row['url']}")


async def _list(wanted: SessionFilter, email: str | None) -> list[dict[str, Any]]:
    async with opened() as federation, federation.instance.reading() as db:
        viewer = await _viewer(db, email)
        rows: list[dict[str, Any]] = []
        after: SessionKey | None = None
        now = federation.instance.clock.now()
        while True:
            page = await upcoming(db, viewer, wanted, now=now, after=after, limit=PER_PAGE)
            rows += [await _row(federation.instance, db, session, viewer, email) for session in page.sessions]
            if page.next is None:
                return rows
            after = page.next


async def _viewer(db: ReadingSession, email: str | None) -> Viewer:
    return employee_viewer((await employee_with(db, email)).id) if email else OPERATOR


async def _row(
    instance: Instance, db: ReadingSession, session: Session, viewer: Viewer, email: str | None
) -> dict[str, Any]:
    """The fields that scripts rely on."""
    own = Uris(instance.settings.origin).session(session.id)
    zone = ZoneInfo(session.timezone)
    row = {
        "id": session.uri or own,
        "url": session.url or session.uri or own,
        "title": session.title,
        "start": session.starts_at.astimezone(zone).isoformat(),
        "end": session.ends_at.astimezone(zone).isoformat(),
        "timezone": session.timezone,
        "company": session.company.name,
        "audience": session.audience,
        "status": session.status,
        "going": session.going_count,
        "capacity": session.capacity,
    }
    if email:
        attendance = await _attendance(db, session, viewer)
        row["attendance"] = attendance.state if attendance else None
        link = personal_link(instance.settings.origin, instance.vault, attendance) if attendance else None
        if link:
            row["meeting_link"] = link
    return row


async def _attendance(db: ReadingSession, session: Session, viewer: Viewer) -> Attendance | None:
    wanted = select(Attendance).where(
        Attendance.session_id == session.id, Attendance.person_id == viewer.person_id
    )
    return await db.scalar(wanted.options(joinedload(Attendance.session)))


@app.command(
    epilog="Example: alliance session show https://lernen.example/sessions/123 --as mara@lernen.example"
)
def show(
    url: Annotated[str, typer.Argument(help="Any address of a session that is known here.")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    as_employee: Annotated[
        str | None, typer.Option("--as", metavar="EMAIL", help="As this employee.")
    ] = None,
) -> None:
    """Shows one session, with the personal link where --as is going."""
    row = run(_show(url, as_employee))
    if as_json:
        say_json(row)
        return
    width = max(map(len, row))
    for name, value in row.items():
        say(f"{name.ljust(width)}  {'' if value is None else value}")


async def _show(url: str, email: str | None) -> dict[str, Any]:
    async with opened() as federation, federation.instance.reading() as db:
        viewer = await _viewer(db, email)
        session = await session_at(db, federation.uris, viewer, url)
        return await _row(federation.instance, db, session, viewer, email)


async def session_at(db: ReadingSession, uris: Uris, viewer: Viewer, url: str) -> Session:
    """The session behind an address, ours or a partner's. Raises NotFound, Gone."""
    session_id = uris.session_id(url)
    if session_id is not None:
        return await find(db, viewer, session_id)
    if uris.is_ours(url):
        raise NotFound
    return await find_by_uri(db, viewer, url)


@app.command(epilog="Example: alliance session cancel https://lernen.example/sessions/123 --note 'I am ill'")
def cancel(
    url: Annotated[str, typer.Argument(help="A session of this company.")],
    note: Annotated[str, typer.Option(help="A sentence for everybody who was going.")] = "",
) -> None:
    """Calls a session off; it stays visible as cancelled."""
    run(_cancel(url, note))
    say("Cancelled. Everybody who was going learns about it.")


async def _cancel(url: str, note: str) -> None:
    async with opened() as federation:
        session_id = federation.uris.session_id(url)
        if session_id is None:
            raise NotFound("{url} is not a session of this company.", url=url)
        async with federation.instance.unit_of_work() as uow:
            await cancel_session(uow, session_id, note)
