"""One state machine for all dialects: any order, any repetition, any mix ends in the right place.

The rules play people, the host and the calendar; `Model` says in a few lines what has to come of it.
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from alliance.instance import Instance
from alliance.models import Attendance, Person, Session
from alliance.settings import Settings
from federation.handlers import Outcome
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.federation.announcements.outgoing import Sent, known_actor, sent
from tests.federation.handlers.arriving import Arriving
from tests.federation.handlers.timeline import Timeline, page, words
from tests.support.clock import FrozenClock
from tests.support.founding import found

PEOPLE = ("kim", "tom", "ada")
WHO = st.sampled_from(range(len(PEOPLE)))
DIALECTS = ("join", "accept", "reply", "poll")
HOLDS = {"going", "waiting", "asked", "maybe"}


@dataclass
class Model:
    """What must be true, without any of the code that makes it so."""

    capacity: int
    restricted: bool
    states: dict[int, str | None] = field(default_factory=dict)
    line: list[int] = field(default_factory=list)

    def says(self, who: int, wish: str) -> None:
        state = self.states.get(who)
        if wish == "leave":
            self.put(who, "left" if state in HOLDS else state)
        elif state == "declined" or (wish == "join" and state in HOLDS - {"maybe"}):
            return
        elif wish == "maybe":
            self.put(who, "maybe")
        else:
            self.put(who, "asked" if self.restricted else self.seat())

    def decides(self, who: int, yes: bool) -> None:
        state = self.states.get(who)
        if yes and state in ("asked", "declined"):
            self.put(who, self.seat())
        elif not yes and state in HOLDS:
            self.put(who, "declined")

    def seat(self) -> str:
        return "going" if self.going < self.capacity else "waiting"

    def put(self, who: int, state: str | None) -> None:
        if who in self.line and state != "waiting":
            self.line.remove(who)
        if state == "waiting" and who not in self.line:
            self.line.append(who)
        self.states[who] = state
        self.fill()

    def fill(self) -> None:
        while self.line and self.going < self.capacity:
            self.states[self.line.pop(0)] = "going"

    @property
    def going(self) -> int:
        return sum(state == "going" for state in self.states.values())


class Joining(RuleBasedStateMachine):
    """Three people, a host, a session with one to three places."""

    def __init__(self, given: Settings) -> None:
        super().__init__()
        self.given = given
        self.runner = asyncio.Runner()
        self.clock = FrozenClock()

    def run(self, coroutine: Any) -> Any:
        return self.runner.run(coroutine)

    def teardown(self) -> None:
        self.run(self.federation.close())
        self.run(self.instance.close())
        self.runner.close()

    @initialize(capacity=st.integers(1, 3), restricted=st.booleans())
    def begin(self, capacity: int, restricted: bool) -> None:
        self.model = Model(capacity, restricted)
        self.run(self.open(capacity, "restricted" if restricted else "free"))

    async def open(self, capacity: int, join_mode: str) -> None:
        self.instance = Instance(self.given, clock=self.clock)
        founded = await found(self.instance)
        self.federation = await Federation.open(self.instance)
        self.arriving = Arriving(Stage(founded), self.federation)
        self.session: Session = await self.stage.publish(capacity=capacity, join_mode=join_mode)
        self.people = [await self.somebody(name) for name in PEOPLE]
        self.polls: dict[int, dict[str, Any]] = {}
        self.asked: dict[int, list[dict[str, Any]]] = {}
        self.confirmed: dict[int, str | None] = {}
        self.read = 0

    async def somebody(self, name: str) -> Timeline:
        actor = await known_actor(
            self.stage, f"https://social.example/users/{name}", preferredUsername=name, name=name
        )
        return Timeline(self.arriving, actor)

    @property
    def stage(self) -> Stage:
        return self.arriving.stage

    # People

    @rule(who=WHO, dialect=st.sampled_from(DIALECTS), wish=st.sampled_from(["join", "leave", "maybe"]))
    def says(self, who: int, dialect: str, wish: str) -> None:
        if dialect == "join" and wish == "maybe":
            wish = "join"
        outcome: Outcome = self.run(getattr(self, f"say_{dialect}")(self.people[who], who, wish))
        assert outcome.state in ("processed", "ignored"), outcome
        self.model.says(who, wish)
        self.tick()

    async def say_join(self, person: Timeline, who: int, wish: str) -> Outcome:
        kind = {"join": "Join", "leave": "Leave"}[wish]
        activity = self.arriving.says(kind, page(self.session), person.actor)
        self.asked.setdefault(who, []).append(activity)
        return await self.arriving.take(activity)

    async def say_accept(self, person: Timeline, who: int, wish: str) -> Outcome:
        kind = {"join": "Accept", "leave": "Reject", "maybe": "TentativeAccept"}[wish]
        activity = self.arriving.says(kind, page(self.session), person.actor)
        self.asked.setdefault(who, []).append(activity)
        return await self.arriving.take(activity)

    async def say_reply(self, person: Timeline, who: int, wish: str) -> Outcome:
        text = {"join": "dabei", "leave": "absage", "maybe": "vielleicht"}[wish]
        return await person.replies(self.session, text)

    async def say_poll(self, person: Timeline, who: int, wish: str) -> Outcome:
        if who not in self.polls:
            self.polls[who] = await person.polled(self.session)
        option = {"join": 0, "maybe": 1, "leave": 2}[wish]
        return await person.votes(self.polls[who], self.polls[who]["oneOf"][option]["name"])

    @rule(who=WHO, embedded=st.booleans(), which=st.integers(0, 5))
    def takes_something_back(self, who: int, embedded: bool, which: int) -> None:
        """Undo of a yes: of the last one in any case, of an older one when it is sent along."""
        yes = [one for one in self.asked.get(who, []) if one["type"] in ("Join", "Accept", "TentativeAccept")]
        if not yes:
            return
        undone = yes[which % len(yes)]
        undo = self.arriving.says("Undo", undone if embedded else undone["id"], self.people[who].actor)
        newest = self.run(self.newest_request(who))
        self.run(self.arriving.take(undo))
        if embedded or newest == undone["id"]:
            self.model.says(who, "leave")
        self.tick()

    async def newest_request(self, who: int) -> str | None:
        async with self.instance.reading() as db:
            return await db.scalar(
                select(Attendance.request_uri).join(Person).where(Person.uri == self.people[who].actor)
            )

    @rule(who=WHO, dialect=st.sampled_from(["accept", "reply", "poll"]))
    def says_the_same_twice(self, who: int, dialect: str) -> None:
        """The very same activity again, as a server that tries too often delivers it."""
        person = self.people[who]
        match dialect:
            case "accept":
                said = self.arriving.says("Accept", page(self.session), person.actor)
            case "reply":
                said = person.create(person.note("dabei", inReplyTo=page(self.session)))
            case _:
                if who not in self.polls:
                    return
                said = person.vote(self.polls[who], self.polls[who]["oneOf"][0]["name"])
        for _ in range(2):
            self.run(self.arriving.take(said))
        self.model.says(who, "join")
        self.tick()

    # The host

    @rule(who=WHO, yes=st.booleans())
    def decides(self, who: int, yes: bool) -> None:
        if self.run(self.newest_request(who)) is None:
            return
        person = self.run(self.person(who))
        answer = self.stage.approve if yes else self.stage.decline
        try:
            self.run(answer(self.session, person))
        except Exception as error:
            assert type(error).__name__ == "NoPlace", error  # noqa: PT017
            return
        self.model.decides(who, yes)
        self.tick()

    async def person(self, who: int) -> Person:
        async with self.instance.reading() as db:
            return (await db.scalars(select(Person).where(Person.uri == self.people[who].actor))).one()

    @rule(capacity=st.integers(1, 3))
    def gives_more_places(self, capacity: int) -> None:
        if capacity <= self.model.capacity:
            return
        mode = "restricted" if self.model.restricted else "free"
        self.run(self.stage.edit(self.session, capacity=capacity, join_mode=mode))
        self.model.capacity = capacity
        self.model.fill()
        self.tick()

    def tick(self) -> None:
        self.clock.advance(minutes=7)
        self.run(self.listen())

    # What must hold

    @invariant()
    def everybody_is_where_they_should_be(self) -> None:
        rows, session = self.run(self.look())
        held = {who: rows.get(person.actor) for who, person in enumerate(self.people)}
        wanted = {who: self.model.states.get(who) for who in held}
        assert held == wanted
        going = [who for who, state in held.items() if state == "going"]
        waiting = [who for who, state in held.items() if state == "waiting"]
        assert (session.going_count, session.waiting_count) == (len(going), len(waiting))
        assert len(going) <= session.capacity
        assert not waiting or len(going) == session.capacity

    @invariant()
    def what_everybody_heard_last_is_what_they_have(self) -> None:
        rows, _ = self.run(self.look())
        for who, person in enumerate(self.people):
            heard = self.confirmed.get(who)
            state = rows.get(person.actor)
            # Leave is answered by nothing, and Join has no word for a question to the host.
            if heard is not None and state not in ("left", "asked", None):
                assert heard == state, (person.actor, heard, state)

    @invariant()
    def nobody_learns_of_anybody_else(self) -> None:
        for one in self.letters:
            (to,) = one.body["to"]
            others = [person.actor for person in self.people if person.actor != to]
            assert one.inboxes == (f"{to}/inbox",)
            assert not one.is_public
            assert not any(other in str(one.body) for other in others)

    letters: list[Sent] = []  # noqa: RUF012 - replaced by each machine

    async def listen(self) -> None:
        """Reads what was said since, as the person hears it."""
        found = await sent(self.instance, "Accept", "TentativeAccept", "Reject", "Create", "Update")
        everything = [one for one in found if one.body["to"][0] in {p.actor for p in self.people}]
        new, self.read = everything[self.read :], len(everything)
        self.letters = new
        for one in new:
            who = [person.actor for person in self.people].index(one.body["to"][0])
            told = meaning(one)
            if told is not None:
                self.confirmed[who] = told

    async def look(self) -> tuple[dict[str, str], Session]:
        async with self.instance.reading() as db:
            rows = await db.execute(select(Person.uri, Attendance.state).join(Attendance.person))
            states = {str(uri): state for uri, state in rows}
            total = await db.scalar(select(func.count()).select_from(Attendance))
            assert total == len(states)
            return states, (await db.scalars(select(Session))).one()


def meaning(one: Sent) -> str | None:
    """What somebody has been told they have; None for polls."""
    if one.type in ("Accept", "TentativeAccept", "Reject"):
        return {"Accept": "going", "TentativeAccept": "waiting", "Reject": "declined"}[one.type]
    said = one.body["object"]
    if said["type"] == "Question":
        return None
    beginnings = {
        "You have a place": "going",
        "“Polishing lenses by hand” is full": "waiting",
        "You have asked": "asked",
        "Noted: perhaps": "maybe",
        "Noted: you don't": "left",
        "There is no place": "declined",
    }
    return next(state for text, state in beginnings.items() if words(said).startswith(text))


def test_any_order_any_repetition_any_dialect_ends_in_the_right_place(
    settings: Settings, databases: Any
) -> None:
    """issue: "One state machine, property-tested: ... never over capacity"."""

    class Here(Joining):
        def __init__(self) -> None:
            super().__init__(replace(settings, database=databases.new()))

    run_state_machine_as_test(Here, settings=EXAMPLES)


EXAMPLES = examples(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    # Making a failure smaller takes minutes here; the first one tells enough.
    phases=(Phase.generate,),
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
