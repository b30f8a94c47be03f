"""Short ways to let people at other servers talk about a session of Nordlicht."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.models import Comment, Employee, Session
from tests.hostile.siege import OURS, Siege
from tests.partner import Partner

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def person_of(server: Partner, number: int = 7) -> str:
    """One of the people that live there."""
    return f"{server.origin}/people/{number}"


def page(session: Session) -> str:
    """The identity of a session of ours."""
    return f"{OURS}/sessions/{session.id}"


def note(
    by: Partner, about: str, text: str = "<p>Is there coffee?</p>", number: int = 1, **more: Any
) -> dict[str, Any]:
    """What somebody there says to everybody."""
    return {
        "id": f"{by.origin}/notes/{number}",
        "type": "Note",
        "attributedTo": person_of(by),
        "inReplyTo": about,
        "to": [PUBLIC],
        "cc": [f"{OURS}/company"],
        "content": text,
        **more,
    }


def to_allies(
    by: Partner, about: str, text: str = "<p>Is there coffee?</p>", number: int = 1, **more: Any
) -> dict[str, Any]:
    """What somebody there says to the alliance of Nordlicht."""
    return note(by, about, text, number, to=[f"{OURS}/company", f"{OURS}/partners"], cc=[], **more)


async def said(under: Siege) -> list[tuple[str, str]]:
    """State and text of every comment, in order."""
    return [(comment.state, comment.html) for comment in await comments(under)]


async def comments(under: Siege) -> list[Comment]:
    """Every comment with its author, in order."""
    async with under.federation.instance.reading() as db:
        rows = await db.scalars(select(Comment).order_by(Comment.id).options(joinedload(Comment.author)))
        return list(rows)


async def shown_to(under: Siege, session: Session, employee: Employee | None = None) -> str:
    """The page of a session as somebody sees it."""
    async with await under.browser(employee) as browser:
        return (await browser.get(f"/sessions/{session.id}")).text


async def served(by: Partner, path: str, document: dict[str, Any]) -> dict[str, Any]:
    """Publishes a document there."""
    by.documents[path] = {"@context": "https://www.w3.org/ns/activitystreams", **document}
    return document
