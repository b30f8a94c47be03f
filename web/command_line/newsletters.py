"""`alliance newsletter`."""

from typing import Annotated

import typer

from alliance.errors import Invalid
from alliance.newsletter import begin_at_once, next_time
from alliance.queries.companies import home_company
from alliance.queries.newsletter import count_of_readers, latest_editions, newsletter_plan, progress_of
from alliance.times import wall_time
from web.command_line.rooms import room
from web.command_line.running import opened, run, say

app = room("alliance newsletter status", "Shows when the newsletter goes out and how far it is, sends it.")
_LATEST = 5


@app.command(epilog="Example: alliance newsletter status")
def status() -> None:
    """When the next one goes out, to how many, and what became of the last ones."""
    for line in run(_status()):
        say(line)


@app.command(epilog="Example: alliance newsletter send --yes")
def send(yes: Annotated[bool, typer.Option("--yes", help="Without it nothing is sent.")] = False) -> None:
    """Begins this week's newsletter at once; a worker sends it."""
    if not yes:
        raise Invalid("Say --yes to send the newsletter to everybody who gets it.")
    say(f"{run(_send())} is on its way; see `alliance newsletter status`")


async def _status() -> list[str]:
    async with opened() as federation, federation.instance.reading() as db:
        plan = await newsletter_plan(db)
        if plan is None or not plan.is_on:
            return ["there is no newsletter"]
        zone = (await home_company(db)).timezone
        employees, guests = await count_of_readers(db, for_everybody=plan.is_for_everybody)
        due = wall_time(next_time(plan, zone), zone)
        lines = [f"next: {due:%Y-%m-%d %H:%M} ({zone}), to {employees} employees and {guests} guests"]
        for edition in await latest_editions(db, _LATEST):
            is_ = await progress_of(db, edition)
            lines.append(
                f"{edition.week}  {edition.state:8} {is_.sent} sent, {is_.failed} failed, "
                f"{is_.dropped} had nothing, of about {is_.expected}"
            )
        return lines


async def _send() -> str:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        edition = await begin_at_once(uow)
        uow.audit("newsletter.sent", week=edition.week)
        return edition.week or ""
