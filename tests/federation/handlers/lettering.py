"""An expert of ours, Mira of an allied company, and what her server sends when she writes."""

from typing import Any

from sqlalchemy import select

from alliance.models import Letter, Person
from alliance.news import ProfileNews
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from federation.handlers import ignored
from tests.alliance.stage import Stage
from tests.federation.announcements.outgoing import known_actor
from tests.federation.handlers.arriving import OURS, THEIRS, Arriving

MIRA = f"{THEIRS}/people/7"
NOBODY = ignored("nobody who can be written to")


async def expert(stage: Stage, audience: str = "alliance", *, takes_letters: bool = True) -> int:
    """Jonas shows what he knows."""
    async with stage.instance.unit_of_work() as uow:
        draft = ProfileDraft(name="Jonas Brandt", headline="Optik", takes_letters=takes_letters)
        await edit_profile(uow, stage.host.id, draft)
        await publish_profile(uow, stage.host.id, audience)
    return stage.host.id


async def mira(stage: Stage, *, takes_letters: bool = True) -> Person:
    """An expert of Alpenwerk, with which we are allied."""
    await stage.ally()
    await known_actor(stage, MIRA)
    return await stage.person(MIRA, profile=ProfileNews(takes_letters=takes_letters))


def letter(arriving: Arriving, receiver_id: int, text: str = "<p>Hast du kurz Zeit?</p>", **more: Any) -> Any:
    """What Alpenwerk sends when Mira writes."""
    actor = more.pop("actor", MIRA)
    number, to = next(arriving.numbers), f"{OURS}/people/{receiver_id}"
    note = {
        "id": f"{THEIRS}/letters/{number}",
        "type": "Note",
        "attributedTo": actor,
        "content": text,
        "to": [to],
        "cc": [],
        "tag": [{"type": "Mention", "href": to, "name": "@jonas"}],
        **more,
    }
    return arriving.says("Create", note, actor, to=note["to"], cc=note["cc"])


async def letters(stage: Stage) -> list[str]:
    async with stage.instance.reading() as db:
        found = select(Letter.text).where(Letter.gone_at.is_(None)).order_by(Letter.id)
        return list((await db.scalars(found)).all())
