"""Alpenwerk and Zeder, two allies, speak of circles to Nordlicht: documents as their servers write them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from alliance.circle_calls import CallDraft, PlaceDraft, open_call, sign_up
from alliance.circle_matching import keep_matching, publish_circles, question_for
from alliance.circling import answer_circle
from alliance.matching.deciding import match
from alliance.models import Circle, CircleCall, CircleMember, CirclePlace, Company, Employee
from federation.handlers import PROCESSED, Outcome
from federation.vocabulary.values import written
from tests.alliance.stage import Stage
from tests.federation.announcements.outgoing import Sent, sent
from tests.federation.handlers.arriving import OURS, THEIRS, Arriving

ZEDER = "https://zeder.example"
CALL = f"{THEIRS}/circles/77"
CIRCLE = f"{THEIRS}/circles/mine/78"
LINK = "https://meet.example/clover?pwd=Zebra4711"


def place_of(origin: str, name: str) -> str:
    """A pseudonym of another company."""
    return f"{origin}/circles/places/{name.ljust(22, 'x')}"


@dataclass
class Circling:
    """What arrives about circles; each activity is newer than the one before."""

    arriving: Arriving
    version: int = 0

    @property
    def stage(self) -> Stage:
        return self.arriving.stage

    async def hear(self, said: dict[str, Any], origin: str = THEIRS, kind: str = "Update") -> Outcome:
        """An Update by the company of this origin; `version` is added where it is missing."""
        self.version += 1
        if kind == "Update":
            said = {"version": self.version, **said}
        return await self.arriving.take(self.arriving.says(kind, said, f"{origin}/company"))

    def call(self, **changes: Any) -> dict[str, Any]:
        """A call of Alpenwerk."""
        now = self.stage.instance.clock.now()
        monday = (now + timedelta(days=28 - now.weekday())).date()
        return {
            "id": CALL,
            "type": "CircleCall",
            "name": "Zirkel am Berg",
            "content": "",
            "guide": {"type": "Link", "name": "lernOS", "href": "https://lernos.example/", "licence": "CC"},
            "topics": ["Moderation", "Daten"],
            "languages": ["de"],
            "hours": [{"day": 1, "time": "12:00"}, {"day": 3, "time": "16:00"}],
            "timezone": "Europe/Berlin",
            "minutes": 60,
            "startTime": monday.isoformat(),
            "endTime": written(now + timedelta(days=7)),
            "smallest": 3,
            "largest": 5,
            "circleState": "open",
            **changes,
        }

    def place(self, call: CircleCall, name: str, origin: str = THEIRS, **changes: Any) -> dict[str, Any]:
        """Somebody of another company signs up for a call of ours."""
        return {
            "id": place_of(origin, name),
            "type": "CirclePlace",
            "call": f"{OURS}/circles/{call.id}",
            "topics": ["Moderation"],
            "languages": ["de"],
            "hours": [0, 1],
            "utcOffset": 120,
            "code": "",
            "with": "",
            "apart": [],
            "allies": [],
            **changes,
        }

    def circle(self, members: list[str], **changes: Any) -> dict[str, Any]:
        """A circle that Alpenwerk formed."""
        start = self.stage.instance.clock.now() + timedelta(days=28)
        return {
            "id": CIRCLE,
            "type": "Circle",
            "call": CALL,
            "topics": ["Moderation"],
            "language": "de",
            "hours": [0, 1],
            "wished": 2,
            "members": members,
            "meetings": [
                {
                    "number": week + 1,
                    "startTime": written(start + timedelta(weeks=week)),
                    "endTime": written(start + timedelta(weeks=week, hours=1)),
                    "sequence": 0,
                    "isHeld": False,
                }
                for week in range(12)
            ],
            **changes,
        }

    def word(
        self, people: dict[str, str], circle: str = CIRCLE, origin: str = THEIRS, **more: Any
    ) -> dict[str, Any]:
        """What a company says of its people: answers by pseudonym; with `names` who they are."""
        names = more.pop("names", {})
        rows = [
            {"id": place, "answer": answer} | ({"name": names[place]} if place in names else {})
            for place, answer in people.items()
        ]
        return {
            "id": f"{origin}/company#circle-1",
            "type": "CircleWord",
            "circle": circle,
            "members": rows,
        } | more

    async def ally(self, host: str = "alpenwerk.example") -> Company:
        """The company on this host, allied."""
        return await self.stage.ally(host)

    async def sign_up(self, call_id: int, who: Employee, **more: Any) -> CirclePlace:
        """One of ours."""
        draft = PlaceDraft(("Moderation",), ("de",), (0, 1), "Europe/Berlin", **more)
        async with self.stage.instance.unit_of_work() as uow:
            return await sign_up(uow, call_id, who, draft)

    async def their_call(self) -> CircleCall:
        """Alpenwerk's call, as we hold it."""
        assert (await self.hear(self.call())).state == "processed"
        async with self.stage.instance.reading() as db:
            return (await db.scalars(select(CircleCall).where(CircleCall.uri == CALL))).one()

    async def our_call(
        self, audience: str = "alliance", largest: int = 5, companies: tuple[int, ...] = ()
    ) -> CircleCall:
        """One of Nordlicht's."""
        now = self.stage.instance.clock.now()
        draft = CallDraft(
            title="Zirkel im Norden",
            topics=("Moderation", "Daten"),
            slots=((1, "12:00"), (3, "16:00")),
            starts_on=(now + timedelta(days=28)).date(),
            sign_up_until=now + timedelta(days=7),
            smallest=3,
            largest=largest,
            audience=audience,
            companies=companies,
        )
        async with self.stage.instance.unit_of_work() as uow:
            return await open_call(uow, self.stage.admin, draft)

    async def match(self, call: CircleCall) -> list[Circle]:
        """Forms the circles in this process and publishes them."""
        async with self.stage.instance.unit_of_work() as uow:
            question = await question_for(uow, call.id, self.stage.admin)
            await keep_matching(uow, call.id, self.stage.admin, question, match(question))
        async with self.stage.instance.unit_of_work() as uow:
            return await publish_circles(uow, call.id, self.stage.admin)

    async def answers(self) -> dict[str, str]:
        """What everybody has answered, by the address or token of their place."""
        async with self.stage.instance.reading() as db:
            rows = await db.execute(
                select(CirclePlace.uri, CirclePlace.token, CircleMember.answer).join(
                    CircleMember, CircleMember.place_id == CirclePlace.id
                )
            )
            return {row[0] or row[1] or "": row[2] for row in rows}

    async def the_circle(self) -> Circle:
        """The only one there is."""
        async with self.stage.instance.reading() as db:
            return (await db.scalars(select(Circle))).one()

    async def names(self) -> list[str]:
        """Of people of other companies, as far as we keep any."""
        async with self.stage.instance.reading() as db:
            found = await db.scalars(select(CirclePlace.name).where(CirclePlace.name != ""))
            return sorted(found.all())

    async def said(self, kind: str) -> list[Sent]:
        """What we have sent of this kind."""
        everything = await sent(self.stage.instance, "Update")
        return [one for one in everything if one.body["object"].get("type") == kind]


def ours(place: CirclePlace) -> str:
    """How others call somebody of ours."""
    return f"{OURS}/circles/places/{place.token}"


async def seated(circling: Circling, *others: str) -> tuple[Employee, CirclePlace]:
    """Jonas in a circle that Alpenwerk formed, with these people."""
    call = await circling.their_call()
    jonas = circling.stage.host
    place = await circling.sign_up(call.id, jonas)
    assert await circling.hear(circling.circle([*others, ours(place)])) == PROCESSED
    return jonas, place


async def say_yes(circling: Circling, who: Employee, *, yes: bool = True) -> None:
    circle = await circling.the_circle()
    async with circling.stage.instance.unit_of_work() as uow:
        await answer_circle(uow, circle.id, who.id, yes=yes)
