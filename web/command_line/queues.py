"""`alliance queue`: what waits, what failed, and what to do about it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from alliance.errors import Invalid, NotFound
from federation.explaining import Explanation
from federation.hosts import refused_requests
from federation.models import RefusedRequest
from federation.queue import Status
from federation.queue import drop as put_aside
from federation.queue import retry as try_again
from federation.queue import status as look
from web.command_line.rooms import room
from web.command_line.running import opened, run, say, say_json
from web.pages.admin.reasons import advice_text, reason_text, step_label
from web.texts import Texts
from web.times import Reader

app = room("alliance queue status", "Shows what waits or failed, tries again, gives up.")

Ids = Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="As shown by status.")]
OfHost = Annotated[str | None, typer.Option("--host", help="Everything of one host.")]
_SIGNS = {"passed": "yes", "failed": "NO ", "open": "   "}
All = Annotated[bool, typer.Option("--all", help="Everything.")]


@app.command(epilog="Example: alliance queue status --json")
def status(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Shows what is on its way, host by host, and the dead letters."""
    found, now = run(_status())
    if as_json:
        say_json({**asdict(found), "oldest_seconds": _seconds(found.oldest_age(now))})
        return
    say(f"Deliveries: {_counts(found.out)}")
    say(f"Received:   {_counts(found.received)}")
    for host in found.hosts:
        arrow = "to" if host.direction == "out" else "from"
        rest = f", left alone until {host.resting_until:%H:%M}" if host.resting_until else ""
        error = f" ({host.last_error})" if host.last_error else ""
        say(f"  {arrow:4} {host.host}: {_counts(host.counts)}{rest}{error}")
    for letter in found.dead:
        say(f"  dead {letter.id}  {letter.type} {letter.address}: {letter.error or letter.status or ''}")


@app.command(epilog="Example: alliance queue explain 912365553694449664")
def explain(
    number: Annotated[int | None, typer.Argument(metavar="[ID]", help="As listed without one.")] = None,
) -> None:
    """Lists what the inbox turned away lately, or explains one of these step by step."""
    reader = Reader(Texts("en"), ZoneInfo("UTC"), datetime.now(UTC))
    found = run(_refused(number))
    if number is None:
        for one in found:
            host, words = one.host or "nobody", reason_text(reader.texts, one.reason)
            say(f"{one.id}  {one.last_at:%Y-%m-%d %H:%M}  {one.count:4} × {host}: {words}")
        return
    if not found:
        raise NotFound("There is no refused request {number}.", number=number)
    _say_explanation(reader, Explanation.read(found[0].explanation))


def _say_explanation(reader: Reader, told: Explanation) -> None:
    say(f"{reason_text(reader.texts, told.reason)}. {advice_text(reader, told)}")
    for step, outcome in told.steps():
        say(f"  {_SIGNS[outcome]} {step_label(reader.texts, step)}")
    skew = "" if told.skew is None else f"{told.skew.total_seconds():+.0f} s"
    for name, value in (
        ("signature", " ".join((told.dialect, told.algorithm))),
        ("key", told.key_id),
        ("covered", " ".join(told.covered)),
        ("missing", " ".join(told.missing)),
        ("their time", skew),
        ("digest sent", told.digest_given),
        ("digest due", told.digest_computed),
        ("detail", told.detail),
    ):
        if value.strip():
            say(f"{name:12} {value}")


async def _refused(number: int | None) -> Sequence[RefusedRequest]:
    async with opened() as federation, federation.instance.reading() as db:
        if number is None:
            return await refused_requests(db)
        one = await db.get(RefusedRequest, number) if 0 < number < 1 << 63 else None
        return [one] if one else []


async def _status() -> tuple[Status, datetime]:
    async with opened() as federation, federation.instance.reading() as db:
        return await look(db), federation.instance.clock.now()


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nothing"


def _seconds(age: timedelta | None) -> float | None:
    return None if age is None else round(age.total_seconds(), 1)


@app.command(epilog="Example: alliance queue retry --host lernen.example")
def retry(ids: Ids = None, host: OfHost = None, everything: All = False) -> None:
    """Puts dead letters back into their queues, as if they had just been queued."""
    say(f"{run(_change(True, _chosen(ids, host, everything), host))} are tried again.")


@app.command(epilog="Example: alliance queue drop 912365553694449664")
def drop(ids: Ids = None, host: OfHost = None, everything: All = False) -> None:
    """Puts dead letters aside for good."""
    say(f"{run(_change(False, _chosen(ids, host, everything), host))} were put aside.")


def _chosen(ids: list[int] | None, host: str | None, everything: bool) -> Sequence[int] | None:
    """The ids to act on; None for all, or all of a host. Raises Invalid when nothing was chosen."""
    if not ids and not host and not everything:
        raise Invalid("Say which: ids, --host HOST or --all.")
    return ids or None


async def _change(again: bool, ids: Sequence[int] | None, host: str | None) -> int:
    async with opened() as federation, federation.instance.unit_of_work() as uow:
        result: Any = await (try_again if again else put_aside)(uow, ids=ids, host=host)
        return int(result)
