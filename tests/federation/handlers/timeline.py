"""Somebody in a timeline: what their server sends for a reply, a mention and a vote, and what they are told.

Shapes as Mastodon 4.4 writes them: app/serializers/activitypub/note_serializer.rb and vote_serializer.rb.
"""

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import func, select, update

from alliance.models import Comment, Person, Session
from alliance.text import plain_text
from federation.handlers import Outcome
from federation.models import RemoteActor
from federation.uris import PUBLIC
from tests.alliance.stage import Stage
from tests.federation.announcements.outgoing import Sent, known_actor, sent
from tests.federation.handlers.arriving import OURS, Arriving

KIM = "https://social.example/users/kim"
COMPANY = f"{OURS}/company"
MENTION = (
    '<span class="h-card" translate="no"><a href="https://nordlicht.example/company" '
    'class="u-url mention">@<span>sessions</span></a></span>'
)


def page(session: Session) -> str:
    return f"{OURS}/sessions/{session.id}"


@dataclass
class Timeline:
    """One person elsewhere, their way to us, and what comes back."""

    arriving: Arriving
    actor: str = KIM
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def stage(self) -> Stage:
        return self.arriving.stage

    def note(self, text: str, *, to: list[str] | None = None, **more: Any) -> dict[str, Any]:
        """A Note that mentions our company, public unless `to` says otherwise."""
        number = next(self.numbers)
        content = f"<p>{MENTION} {text}</p>"
        return {
            "id": f"{self.actor}/statuses/{number}",
            "type": "Note",
            "attributedTo": self.actor,
            "content": content,
            "contentMap": {"en": content},
            "to": [PUBLIC] if to is None else to,
            "cc": [f"{self.actor}/followers", COMPANY],
            "tag": [{"type": "Mention", "href": COMPANY, "name": "@sessions@nordlicht.example"}],
            "inReplyTo": None,
            "attachment": [],
            **more,
        }

    def create(self, note: Any, actor: str | None = None) -> dict[str, Any]:
        return self.arriving.says("Create", note, actor or self.actor, to=[COMPANY])

    async def replies(self, session: Session, text: str, **more: Any) -> Outcome:
        """Answers what we posted about a session."""
        note = self.note(text, inReplyTo=page(session), **more)
        return await self.arriving.take(self.create(note))

    async def mentions(self, text: str, **more: Any) -> Outcome:
        """Mentions us out of the blue."""
        return await self.arriving.take(self.create(self.note(text, **more)))

    async def answers(self, message: dict[str, Any], text: str, **more: Any) -> Outcome:
        """Answers a private message of ours, in private."""
        note = self.note(text, to=[COMPANY], **{"cc": [], "inReplyTo": message["id"], **more})
        return await self.arriving.take(self.create(note))

    def vote(self, question: dict[str, Any], name: Any, **changes: Any) -> dict[str, Any]:
        """A vote: a Note with a name, without content, to whoever asked."""
        number = next(self.numbers)
        note = {
            "id": f"{self.actor}#votes/{number}",
            "type": "Note",
            "name": name,
            "attributedTo": self.actor,
            "inReplyTo": question["id"],
            "to": COMPANY,
        }
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.actor}#votes/{number}/activity",
            "type": "Create",
            "actor": self.actor,
            "to": COMPANY,
            "object": note | changes,
        }

    async def votes(self, question: dict[str, Any], name: Any, **changes: Any) -> Outcome:
        return await self.arriving.take(self.vote(question, name, **changes))

    async def is_looked_up_again(self) -> None:
        """What their server says of them is as fresh as it was."""
        async with self.stage.instance.unit_of_work() as uow:
            changed = update(RemoteActor).where(RemoteActor.uri == self.actor)
            await uow.db.execute(changed.values(fetched_at=uow.now))

    async def told(self) -> list[dict[str, Any]]:
        """What was said to this person in private, in order: Notes and Questions."""
        return [one.body["object"] for one in await self.letters()]

    async def letters(self) -> list[Sent]:
        found = await sent(self.stage.instance, "Create", "Update")
        return [one for one in found if one.body["to"] == [self.actor]]

    async def last(self) -> dict[str, Any]:
        return (await self.told())[-1]

    async def polled(self, session: Session, text: str = "rsvp", **more: Any) -> dict[str, Any]:
        """The poll that this person is offered when they ask."""
        await self.replies(session, text, **more)
        question = await self.last()
        assert question["type"] == "Question"
        return question


async def somebody(
    arriving: Arriving, name: str = "kim", host: str = "social.example", kind: str = "Person", **more: Any
) -> Timeline:
    """A person whom we can look up."""
    actor = f"https://{host}/users/{name}"
    await known_actor(arriving.stage, actor, kind, preferredUsername=name, name=name.title(), **more)
    return Timeline(arriving, actor)


def words(note: dict[str, Any]) -> str:
    """The text of a message on one line."""
    return re.sub(r"\s+", " ", plain_text(note["content"])).strip()


async def people(stage: Stage) -> int:
    """How many people from elsewhere are known."""
    async with stage.instance.reading() as db:
        return await db.scalar(select(func.count()).where(Person.uri.is_not(None))) or 0


async def comments(stage: Stage) -> int:
    """How many comments there are."""
    async with stage.instance.reading() as db:
        return await db.scalar(select(func.count()).select_from(Comment)) or 0


async def everybody(stage: Stage) -> list[Person]:
    """All people, ours and others."""
    async with stage.instance.reading() as db:
        return list(await db.scalars(select(Person).order_by(Person.id)))
