"""Other companies: each sends what happens there, in order, until it is taken, and notes what it is told."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from alliance.models import Company
from alliance.models import Partner as PartnerRow
from federation.wiring import Federation
from tests.federation.handlers.arriving import event
from tests.partner import Got, Partner

PEOPLE = 30
ANSWER_SECONDS = 10
"""How long Mastodon and others wait for an answer."""
AGAIN_SECONDS = 2.0
"""Until the next try, where the answer does not say how long."""
KINDS = ("Create", "Update", "Join", "Like")
SHARES = (40, 30, 15, 15)


@dataclass
class Sent:
    """One activity on its way."""

    kind: str
    activity: dict[str, Any]
    key_owner: str
    due: float
    """When it happened (`time.time`, as all moments here)."""
    accepted: float | None = None
    tries: int = 0

    @property
    def id(self) -> str:
        return str(self.activity["id"])


@dataclass
class Ally:
    """One company with its server."""

    server: Partner
    origin: str
    """Of ours."""
    targets: Callable[[], list[str]]
    """Sessions of ours that it may speak about."""
    chance: random.Random
    sent: list[Sent] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    """What its sessions are called in the end."""
    joined: set[tuple[str, str]] = field(default_factory=set)
    liked: set[tuple[str, str]] = field(default_factory=set)
    told: list[tuple[float, str]] = field(default_factory=list)
    """When something was not taken, and what was said: a status, or what broke."""

    def introduce_people(self) -> None:
        """Gives the company its actor and those who join and like."""
        self.company = self.server.add_actor("/company", "Group")
        self.people = [
            self.server.add_actor(f"/people/{number}", "Person", name=f"Kim Sommer {number}")
            for number in range(PEOPLE)
        ]

    def follow(self) -> None:
        """Asks to be told of everything that is public."""
        self._add("Follow", self.company, f"{self.origin}/company")

    def happen(self) -> None:
        """Something happens there."""
        kind = self.chance.choices(KINDS, SHARES)[0]
        if kind in ("Join", "Like") and self._speak_of_ours(kind):
            return
        if kind == "Update" and self.titles:
            uri = self.chance.choice(list(self.titles))
            self._tell("Update", uri, f"Optik, Fassung {len(self.sent)}")
        else:
            uri = f"{self.server.origin}/sessions/{len(self.sent)}"
            self._tell("Create", uri, f"Optik {len(self.sent)}")

    def _speak_of_ours(self, kind: str) -> bool:
        done = self.joined if kind == "Join" else self.liked
        targets = self.targets()
        for _ in range(10 if targets else 0):
            pair = self.chance.choice(self.people), self.chance.choice(targets)
            if pair not in done:
                done.add(pair)
                self._add(kind, *pair)
                return True
        return False

    def _tell(self, kind: str, uri: str, title: str) -> None:
        now = datetime.now(UTC)
        start = (now + timedelta(days=20)).replace(microsecond=0)
        document = event("alliance_only", self.server.origin) | {
            "id": uri, "name": title, "nameMap": {"en": title}, "updated": now.isoformat(),
            "startTime": start.isoformat(), "endTime": (start + timedelta(hours=1)).isoformat(),
            "uuid": f"{uri}#uuid", "sequence": len(self.sent),
        }  # fmt: skip
        self.titles[uri] = title
        self._add(kind, self.company, document)

    def _add(self, kind: str, actor: str, about: Any) -> None:
        activity = self.server.activity(kind, len(self.sent), actor=actor, object=about)
        self.sent.append(Sent(kind, activity, actor, time.time()))

    async def send(self, inboxes: list[str]) -> None:
        """Works through what happened, one after the other, for ever; to another server with every try."""
        connector = aiohttp.TCPConnector(local_addr=(self.server.host, 0))
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
            done = 0
            while True:
                while done == len(self.sent):
                    await asyncio.sleep(0.01)
                await self._insist(http, inboxes, self.sent[done])
                done += 1

    async def _insist(self, http: aiohttp.ClientSession, inboxes: list[str], one: Sent) -> None:
        while one.accepted is None:
            one.tries += 1
            pause = await self._try(http, inboxes[(len(self.told) + one.tries) % len(inboxes)], one)
            if pause is not None:
                await asyncio.sleep(pause)

    async def _try(self, http: aiohttp.ClientSession, inbox: str, one: Sent) -> float | None:
        """None when it was taken, otherwise in how many seconds to try again."""
        named = f"{self.origin}/inbox"
        headers, body = self.server.signed(named, one.activity, key=self.server.key(one.key_owner))
        host = {"Host": self.origin.partition("://")[2]}
        try:
            async with http.post(inbox, data=body, headers=headers | host) as answer:
                await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self.told.append((time.time(), type(error).__name__))
            return AGAIN_SECONDS
        if answer.status == 202:
            one.accepted = time.time()
            return None
        self.told.append((time.time(), str(answer.status)))
        return min(float(answer.headers.get("Retry-After", AGAIN_SECONDS)), 30.0)


async def relate(us: Federation, ally: Ally) -> None:
    """Both have said yes."""
    server = ally.server
    async with us.instance.unit_of_work() as uow:
        company = Company(
            id=uow.new_id(), origin=server.origin, host=server.authority, name=f"Alpenwerk {server.host}",
            uri=ally.company, instance_uri=server.actor, created_at=uow.now, updated_at=uow.now,
        )  # fmt: skip
        uow.db.add(company)
        await uow.db.flush()
        uow.db.add(PartnerRow(company_id=company.id, state="allied", since=uow.now, created_at=uow.now))
    us.admission.forget()


def about(got: Got) -> str:
    """The id of what an activity that arrived is about."""
    thing = got.activity.get("object")
    return str(thing.get("id", "")) if isinstance(thing, dict) else str(thing)


def title(got: Got) -> str:
    """What the session is called that an activity brings."""
    thing = got.activity.get("object")
    return str(thing.get("name", "")) if isinstance(thing, dict) else ""
