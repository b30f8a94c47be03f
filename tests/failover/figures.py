"""What a drill cost, in figures, and the page of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tests.failover.allies import Ally, about
from tests.failover.drill import Disturbance, Outcome
from tests.failover.employees import Told

BEFORE = "before any of it"


@dataclass(frozen=True)
class Line:
    """What was seen from one disturbance until the next; seconds."""

    name: str
    at: float
    told_later: int
    unanswered: int
    pause: float
    longest_wait: float
    slowest_delivery: float
    refused_to_allies: int
    pause_receiving: float
    slowest_applied: float


@dataclass(frozen=True)
class Delays:
    """Of many: seconds."""

    median: float
    most_of: float
    """99 of 100 are no longer."""
    longest: float


def lines(seen: Outcome) -> list[Line]:
    """One for each disturbance, and one for the quiet before the first."""
    starts = [Disturbance(BEFORE, seen.began, seen.began), *seen.disturbances]
    ends = [one.began for one in seen.disturbances] + [float("inf")]
    return [_line(seen, one, end) for one, end in zip(starts, ends, strict=True)]


def _line(seen: Outcome, one: Disturbance, end: float) -> Line:
    def during(moment: float | None) -> bool:
        return moment is not None and one.began <= moment < end

    told = [kind for moment, kind, _ in seen.employees.told if during(moment)]
    wishes = [wish for wish in seen.employees.wishes if during(wish.pressed)]
    until = min(end, seen.ended)
    taken = [sent.accepted for ally in seen.allies for sent in ally.sent if sent.accepted]
    return Line(
        name=one.name,
        at=one.began - seen.began,
        told_later=told.count(Told.LATER),
        unanswered=told.count(Told.NOTHING),
        pause=_pause(seen.employees.answers, one.began, until),
        longest_wait=max((wish.took for wish in wishes), default=0.0),
        slowest_delivery=max((took for began, took in deliveries(seen) if during(began)), default=0.0),
        refused_to_allies=sum(during(moment) for ally in seen.allies for moment, _ in ally.told),
        pause_receiving=_pause(taken, one.began, until),
        slowest_applied=max((took for began, took in applied(seen) if during(began)), default=0.0),
    )


def _pause(moments: Iterable[float], began: float, ended: float) -> float:
    """The longest time without one, from the last before `began`."""
    known = sorted(moments)
    before = [one for one in known if one < began][-1:] or [began]
    inside = [one for one in known if began <= one <= ended]
    return max((later - earlier for earlier, later in pairwise(before + inside)), default=0.0)


def deliveries(seen: Outcome) -> list[tuple[float, float]]:
    """When somebody read that a session is there, and the seconds until the last ally had it; for each."""
    arrived = [_arrivals(ally, seen.clock_offset) for ally in seen.allies]
    known = [wish for wish in seen.employees.wishes if wish.answered is not None and wish.path]
    return [
        (wish.answered or 0.0, max(0.0, max(got[wish.path] for got in arrived) - (wish.answered or 0.0)))
        for wish in known
        if all(wish.path in got for got in arrived)
    ]


def _arrivals(ally: Ally, offset: float) -> dict[str, float]:
    return {
        about(got).removeprefix(ally.origin): got.at + offset
        for got in ally.server.received
        if got.activity["type"] == "Create" and not got.repeated
    }


def applied(seen: Outcome) -> list[tuple[float, float]]:
    """When something happened at an ally, and the seconds until it counted here; for each."""
    return [
        (one.due, seen.verdict.applied[one.id] - one.due)
        for ally in seen.allies
        for one in ally.sent
        if one.id in seen.verdict.applied and one.due >= seen.began
    ]


def delays(seconds: Sequence[float]) -> Delays:
    """Of at least one."""
    known = sorted(seconds)
    return Delays(known[len(known) // 2], known[min(len(known) - 1, len(known) * 99 // 100)], known[-1])


def page(seen: Outcome, minutes: float, day: date) -> str:
    """Markdown, as it is written."""
    verdict = seen.verdict
    received = [one for ally in seen.allies for one in ally.sent if one.kind != "Follow"]
    out, taken = delays([took for _, took in deliveries(seen)]), delays([took for _, took in applied(seen)])
    repeated = sum(got.repeated for ally in seen.allies for got in ally.server.received)
    found = sum(wish.was_found for wish in seen.employees.wishes)
    in_vain = sum(one.started_in_vain for one in seen.processes)
    published = [
        ("sessions published", len(seen.employees.wishes)),
        ("activities received", len(received)),
        ("**lost**", f"**{len(verdict.lost)}**"),
        ("**doubled**", f"**{len(verdict.doubled)}**"),
        ("out of order", len(verdict.disordered)),
        ("answers 500, errors in logs, processes that ended, and whatever else is wrong", len(verdict.other)),
        ("processes that found no database when they were started, and were started again", in_vain),
        ("activities that we sent again and that were recognised", repeated),
        ("activities that companies sent again", sum(one.tries - 1 for one in received)),
        ("sessions that somebody found again whose answer was lost", found),
        ("seconds after the last minute until everything was through", f"{seen.settled_after:.0f}"),
    ]
    return f"""# Failover, in figures

Two serving and two working processes, PgBouncer in transaction mode, and a primary with a synchronous
replica, while {len(seen.employees.wishes) / minutes:.0f} sessions a minute are published over HTTP and
{len(received) / minutes:.0f} signed activities a minute (Create, Update, Join, Like) come in from
{len(seen.allies)} companies, each of which is sent every session. Measured on {day.isoformat()} with

    .venv/bin/python -m tests.soak failover --minutes {minutes:g}

which writes this page. [PostgreSQL and several processes](operator/postgresql.md) says how such a cluster is
set up.

| in {minutes:g} minutes | |
|---|--:|
{_rows(published)}

| delay in seconds | median | 99 of 100 | longest |
|---|--:|--:|--:|
{_delay("published, until the last of the companies has it", out)}
{_delay("received, from when it happened there until it counts here", taken)}

What was seen from each disturbance until the next, in seconds:

{_table(lines(seen))}

*503*: pages that said so with a sentence and `Retry-After`. *No answer*: the connection broke, or 30 s were
over. *Pause*: the longest time in which nobody could publish, or no company be heard. *Wait*: the longest
that one person needed until a session was there, three seconds of patience between two tries included.
*Delivery*: the longest from that answer to the last of the companies. *Counted*: the longest from what
happened elsewhere until it counted here; companies wait for `Retry-After`, or two seconds.

All of it runs on one machine with two cores. Processes are started again two seconds after they end, as the
units in `deploy/` say. Whoever lost the answer to a session that was being saved looks under *Mine* before
trying again. The full disk is the primary's, with data and log on it; the dead primary stays away.
"""


def _rows(cells: Sequence[tuple[str, object]]) -> str:
    return "\n".join(f"| {name} | {value} |" for name, value in cells)


def _delay(name: str, seen: Delays) -> str:
    return f"| {name} | {seen.median:.1f} | {seen.most_of:.1f} | {seen.longest:.1f} |"


def _table(rows: Sequence[Line]) -> str:
    head = (
        "| at | what | 503 | no answer | pause in publishing | longest wait | slowest delivery "
        "| not taken from allies | pause in receiving | slowest counted |"
    )
    cells = [
        f"| {row.at:.0f} | {row.name} | {row.told_later} | {row.unanswered} | {row.pause:.1f} "
        f"| {row.longest_wait:.1f} | {row.slowest_delivery:.1f} | {row.refused_to_allies} "
        f"| {row.pause_receiving:.1f} | {row.slowest_applied:.1f} |"
        for row in rows
    ]
    return "\n".join([head, "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|", *cells])
