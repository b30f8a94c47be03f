"""Holds what was promised against what is there: at the allies, and in the database."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import select

from alliance.models import Attendance, Person, Reaction, Session
from federation.models import Delivery, ReceivedActivity, SeatNews
from federation.wiring import Federation
from tests.failover.allies import Ally, about, title
from tests.failover.employees import Employees, Told
from tests.failover.processes import Supervised

_TOLD = {"Create", "Update"}


@dataclass
class Verdict:
    """What is wrong, in words; empty lists when nothing is."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    applied: dict[str, float] = field(default_factory=dict)
    """When each received activity was applied, by id; no fault, but seen on the way."""

    @property
    def is_good(self) -> bool:
        """Whether there is nothing."""
        return not (self.lost or self.doubled or self.disordered or self.other)


async def is_through(us: Federation, employees: Employees, allies: Sequence[Ally]) -> bool:
    """Whether everything was taken, nothing waits in the database and every ally has every session."""
    if any(one.accepted is None for ally in allies for one in ally.sent):
        return False
    async with us.instance.reading() as db:
        for row in (ReceivedActivity, Delivery):
            if await db.scalar(select(row.id).where(row.state == "waiting").limit(1)):
                return False
        # How many are coming is told a little later, in one go.
        if await db.scalar(select(SeatNews.session_id).limit(1)):
            return False
    return all(not list(_missing(employees, ally)) for ally in allies)


async def judge(
    us: Federation, employees: Employees, allies: Sequence[Ally], processes: Sequence[Supervised]
) -> Verdict:
    """Everything that can be compared."""
    made = Verdict()
    made.lost += [f"given up: {wish.title}" for wish in employees.wishes if wish.answered is None]
    made.other += [detail for _, told, detail in employees.told if told is Told.WRONG]
    for ally in allies:
        _judge_sent_to(made, employees, ally)
    for process in processes:
        made.other += [f"{process.command} ended by itself" for _ in process.ended_itself]
        made.other += process.defects()
    await _judge_own(made, us, employees)
    for ally in allies:
        await _judge_received(made, us, ally)
        await _judge_applied(made, us, ally)
    return made


def _judge_sent_to(made: Verdict, employees: Employees, ally: Ally) -> None:
    """What an ally has of ours: each session created once, as it was said last, each Join answered once."""
    name = ally.server.host
    got = [one for one in ally.server.received if not one.repeated]
    made.lost += [f"{name} has not {what}" for what in _missing(employees, ally)]
    created = Counter(about(one) for one in got if one.activity["type"] == "Create")
    made.doubled += [f"{name} was told {count} times of {uri}" for uri, count in created.items() if count > 1]
    seen: set[str] = set()
    for one in got:
        if one.activity["type"] == "Create":
            seen.add(about(one))
        elif one.activity["type"] == "Update" and "/sessions/" in about(one) and about(one) not in seen:
            made.disordered.append(f"{name} was told of a change of {about(one)} first")
    answered = Counter(about(one) for one in got if one.activity["type"] == "Accept")
    made.doubled += [f"{name} was answered {n} times about {uri}" for uri, n in answered.items() if n > 1]
    made.lost += [
        f"{name} was not answered about {one.id}"
        for one in ally.sent
        if one.kind in ("Join", "Follow") and one.id not in answered
    ]


def _missing(employees: Employees, ally: Ally) -> Iterator[str]:
    """Titles that an ally should know in the end and does not."""
    last = {
        about(one): title(one)
        for one in ally.server.received
        if not one.repeated and one.activity["type"] in _TOLD
    }
    known = Counter(last.values())
    for wish in employees.wishes:
        if wish.answered is not None and not known[wish.final_title]:
            yield wish.final_title


async def _judge_own(made: Verdict, us: Federation, employees: Employees) -> None:
    async with us.instance.reading() as db:
        stored = Counter(await db.scalars(select(Session.title).where(Session.uri.is_(None))))
        dead = await db.scalars(select(Delivery.id).where(Delivery.state != "delivered"))
        made.lost += [f"delivery {one} was given up" for one in dead]
    wished = {wish.final_title for wish in employees.wishes}
    made.lost += [f"not stored: {one}" for one in wished if not stored[one]]
    made.doubled += [f"stored {count} times: {one}" for one, count in stored.items() if count > 1]
    made.other += [f"nobody wished for {one}" for one in stored.keys() - wished]


async def _judge_received(made: Verdict, us: Federation, ally: Ally) -> None:
    """Each activity is there once, was applied, and in the order in which it was sent."""
    async with us.instance.reading() as db:
        rows = (
            await db.execute(
                select(
                    ReceivedActivity.uri,
                    ReceivedActivity.state,
                    ReceivedActivity.reason,
                    ReceivedActivity.processed_at,
                )
                .where(ReceivedActivity.uri.startswith(f"{ally.server.origin}/"))
                .order_by(ReceivedActivity.position)
            )
        ).all()
    made.applied |= {row.uri: row.processed_at.timestamp() for row in rows if row.processed_at}
    there = Counter(row.uri for row in rows)
    made.lost += [f"taken and not there: {one.id}" for one in ally.sent if one.id not in there]
    made.doubled += [f"there {count} times: {uri}" for uri, count in there.items() if count > 1]
    made.lost += [f"{row.uri} is {row.state}: {row.reason}" for row in rows if row.state != "processed"]
    if [row.uri for row in rows] != [one.id for one in ally.sent]:
        made.disordered.append(f"{ally.server.host}: not in the order in which it was sent")
    made.disordered += [
        f"{later.uri} before {earlier.uri}"
        for earlier, later in pairwise(rows)
        if earlier.processed_at and later.processed_at and later.processed_at < earlier.processed_at
    ]


async def _judge_applied(made: Verdict, us: Federation, ally: Ally) -> None:
    """What an ally's activities left: its sessions as they were said last, places and likes, once each."""
    begins = f"{ally.server.origin}/"
    async with us.instance.reading() as db:
        sessions = await db.execute(select(Session.uri, Session.title).where(Session.uri.startswith(begins)))
        stored = Counter((row.uri, row.title) for row in sessions)
        places = await db.execute(
            select(Person.uri, Attendance.session_id, Attendance.state)
            .join(Person, Person.id == Attendance.person_id)
            .where(Person.uri.startswith(begins))
        )
        taken = Counter((row.uri, f"{ally.origin}/sessions/{row.session_id}") for row in places)
        likes = await db.execute(
            select(Reaction.actor, Reaction.session_id).where(Reaction.actor.startswith(begins))
        )
        liked = Counter((row.actor, f"{ally.origin}/sessions/{row.session_id}") for row in likes)
    for what, wanted, found in (
        ("session", set(ally.titles.items()), stored),
        ("place", ally.joined, taken),
        ("like", ally.liked, liked),
    ):
        made.lost += [f"{what} {one}" for one in wanted - found.keys()]
        made.other += [f"{what} {one} that nobody sent" for one in found.keys() - wanted]
        made.doubled += [f"{what} {one} {count} times" for one, count in found.items() if count > 1]
