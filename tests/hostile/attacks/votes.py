"""Forged votes: polls that were offered to somebody else, options that nobody offered, words of others."""

from typing import Any

from sqlalchemy import select

from federation.models import OutboxActivity
from tests.hostile.catalogue import Blow, Kind, enlist, refused
from tests.hostile.siege import OURS, Siege

COMPANY = f"{OURS}/company"
YES = "I'm coming"


async def polled(under: Siege) -> str:
    """Kim at X asks about a public session and is offered a poll; its id."""
    session = await under.stage.publish(audience="public", language="en")
    kim = f"{under.x.origin}/people/7"
    asked = {
        "id": f"{under.x.origin}/notes/ask",
        "type": "Note",
        "attributedTo": kim,
        "content": "<p>rsvp</p>",
        "inReplyTo": f"{OURS}/sessions/{session.id}",
        "to": [COMPANY],
        "contentMap": {"en": "<p>rsvp</p>"},
        "tag": [{"type": "Mention", "href": COMPANY, "name": "@sessions"}],
    }
    verdict = await under.attack(under.x, under.says(under.x, "Create", asked, kim))
    assert verdict.state == "processed", verdict
    async with under.federation.instance.reading() as db:
        uri = await db.scalar(
            select(OutboxActivity.object_uri)
            .order_by(OutboxActivity.id.desc())
            .where(OutboxActivity.type == "Create")
            .limit(1)
        )
    assert uri is not None
    return str(uri)


def vote_of(under: Siege, question: str, number: int, **changes: Any) -> dict[str, Any]:
    """A vote as Mastodon sends it."""
    kim = f"{under.x.origin}/people/7"
    vote = {"id": f"{kim}#votes/{number}", "type": "Note", "name": YES, "attributedTo": kim}
    return vote | {"inReplyTo": question, "to": COMPANY} | changes


CHANGES: dict[str, tuple[str, dict[str, Any], str, str]] = {
    # who sends it, then why it is refused
    "a vote in a poll of somebody else": (
        "A poll that was offered to one person is answered by another.",
        {"attributedTo": "{x}/people/8", "id": "{x}/people/8#votes/1"},
        "/people/8",
        "it was not said to them",
    ),
    "a vote for somebody else": (
        "A vote names another voter than its sender.",
        {"attributedTo": "{x}/people/8"},
        "/people/7",
        "somebody else wrote it",
    ),
    "a vote with an id elsewhere": (
        "The id of a vote lies on another host.",
        {"id": "{c}/votes/1"},
        "/people/7",
        "the note is on another host than its author",
    ),
    "a vote for what was not offered": (
        "An option that the poll does not have.",
        {"name": "As a speaker"},
        "/people/7",
        "no option of this poll",
    ),
    "a vote that is not for us": (
        "A vote in our poll that is addressed to another company.",
        {"to": "{c}/company"},
        "/people/7",
        "a vote that is not for us",
    ),
    "a vote by a machine": (
        "A poll is answered by a company.",
        {"attributedTo": "{x}/company", "id": "{x}/company#votes/1"},
        "/company",
        "it was not said to them",
    ),
}


def forged(name: str) -> None:
    """A vote with something wrong with it."""
    sentence, changes, sender, reason = CHANGES[name]

    async def prepare(under: Siege) -> Blow:
        question = await polled(under)
        words = {"{x}": under.x.origin, "{c}": under.c.origin}
        filled = dict(changes)
        for word, origin in words.items():
            filled = {field: value.replace(word, origin) for field, value in filled.items()}
        actor = f"{under.x.origin}{sender}"
        vote = vote_of(under, question, 1, **filled)
        return lambda: under.post(under.x, under.says(under.x, "Create", vote, actor))

    enlist(Kind.VOTES, name, sentence, refused(reason), prepare)


for which in CHANGES:
    forged(which)


async def _several(under: Siege) -> Blow:
    question = await polled(under)
    votes = [vote_of(under, question, number) for number in (1, 2)]
    actor = f"{under.x.origin}/people/7"
    return lambda: under.post(under.x, under.says(under.x, "Create", votes, actor))


enlist(
    Kind.VOTES, "two votes at once", "Two votes in one activity.", refused("several votes at once"), _several
)
