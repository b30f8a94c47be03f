"""A server written with Fedify sends what people do elsewhere, and we take it in."""

from typing import Any

import pytest
from sqlalchemy import func, select

from alliance.models import Comment, Reaction, Session
from federation.models import Follow, ReceivedActivity
from tests.federation.neighbourhood import SECRET_LINK, Neighbour
from tests.peers.fedify_peer import FedifyServer
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey


async def outcome(birke: Neighbour, uri: str) -> tuple[str, str] | None:
    """State and reason of an activity that has been worked on."""
    async with birke.instance.reading() as db:
        row = await db.scalar(select(ReceivedActivity).where(ReceivedActivity.uri == uri))
    return (row.state, row.reason) if row is not None and row.state != "waiting" else None


async def sent(birke: Neighbour, peer: FedifyServer, type_: str, **said: Any) -> tuple[str, str]:
    """Has Robin send an activity to our company; what came of it here."""
    activity = await peer.send(type_, f"{birke.origin}/company", **said)
    return await eventually(lambda: outcome(birke, activity["id"]))


async def followers(birke: Neighbour) -> int:
    async with birke.instance.reading() as db:
        return await db.scalar(select(func.count()).select_from(Follow)) or 0


async def confirmation(birke: Neighbour, peer: FedifyServer) -> dict[str, Any] | None:
    """The Note that has brought a personal link of this company to Robin, if it is there."""
    found = await peer.received("Create")
    has_link = found is not None and f"{birke.origin}/meet/" in (found["content"] or "")
    return found if has_link else None


async def reactions(birke: Neighbour, session: Session) -> list[tuple[str, str]]:
    async with birke.instance.reading() as db:
        rows = await db.scalars(select(Reaction).where(Reaction.session_id == session.id))
        return [(row.kind, row.actor) for row in rows]


def uri_of(birke: Neighbour, session: Session) -> str:
    return f"{birke.origin}/sessions/{session.id}"


async def test_a_follow_and_its_undo(birke: Neighbour, peer: FedifyServer) -> None:
    company = f"{birke.origin}/company"

    follow = await peer.send("Follow", company, object=company)
    await eventually(lambda: peer.received("Accept", follow["id"]))
    had = await followers(birke)
    inner = {"type": "Follow", "id": follow["id"], "object": company}
    undone = await sent(birke, peer, "Undo", inner=inner)

    assert (had, undone, await followers(birke)) == (1, ("processed", ""), 0)


async def test_each_kind_of_signature_is_taken_at_the_first_knock(
    birke: Neighbour, peer: FedifyServer
) -> None:
    company = f"{birke.origin}/company"
    await peer.tell("knocks")

    follow = await peer.send("Follow", company, object=company)
    await eventually(lambda: peer.received("Accept", follow["id"]))

    posts = [knock for knock in await peer.tell("knocks") if knock["method"] == "POST"]
    dialect = peer.name.removeprefix("first-")
    assert [(post["dialect"], post["status"]) for post in posts] == [(dialect, 202)]


@pytest.mark.parametrize("kind", ["Like", "Announce"])
async def test_likes_and_announces_count_until_they_are_undone(
    birke: Neighbour, peer: FedifyServer, kind: str
) -> None:
    """FEDERATION.md: Likes as "interested", Announces counted, each undone by its own actor alone."""
    session = await birke.publish(audience="public")
    uri = uri_of(birke, session)

    act = await peer.send(kind, f"{birke.origin}/company", object=uri)
    took = await eventually(lambda: outcome(birke, act["id"]))
    counted = await reactions(birke, session)
    undone = await sent(birke, peer, "Undo", inner={"type": kind, "id": act["id"], "object": uri})

    assert (took, undone) == (("processed", ""), ("processed", ""))
    assert (counted, await reactions(birke, session)) == ([(kind.lower(), peer.actor)], [])


async def test_a_reply_is_a_comment(birke: Neighbour, peer: FedifyServer) -> None:
    session = await birke.publish(audience="public")

    content = "<p>Is there a <script>alert(1)</script>recording?</p>"
    took = await sent(birke, peer, "Create", content=content, inReplyTo=uri_of(birke, session))

    assert took == ("processed", "")
    async with birke.instance.reading() as db:
        comment = await db.scalar(select(Comment).where(Comment.session_id == session.id))
    assert comment is not None
    assert comment.html == "<p>Is there a recording?</p>"


async def test_a_reply_with_a_word_of_yes_takes_a_place_and_is_confirmed_in_private(
    birke: Neighbour, peer: FedifyServer
) -> None:
    """federation.md, joining: a reply with a join word is answered with time, personal link, how to leave."""
    session = await birke.publish(audience="public", capacity=1)

    took = await sent(birke, peer, "Create", content="<p>Count me in</p>", inReplyTo=uri_of(birke, session))

    confirmed = await eventually(lambda: confirmation(birke, peer))
    assert (took, await going_to(birke, session)) == (("processed", ""), 1)
    assert confirmed["to"] == [peer.actor]
    assert SECRET_LINK not in confirmed["content"]


async def test_a_join_is_answered_with_a_link_and_a_leave_gives_the_place_back(
    birke: Neighbour, peer: FedifyServer
) -> None:
    session = await birke.publish(audience="public", capacity=1)
    uri = uri_of(birke, session)

    join = await peer.send("Join", f"{birke.origin}/company", object=uri)
    accepted = await eventually(lambda: peer.received("Accept", join["id"]))
    going = await going_to(birke, session)
    left = await sent(birke, peer, "Leave", object=uri)

    assert (going, left, await going_to(birke, session)) == (1, ("processed", ""), 0)
    assert accepted["to"] == [peer.actor]
    assert accepted["result"].startswith(f"{birke.origin}/meet/")
    assert SECRET_LINK not in str(await peer.tell("received"))


async def going_to(birke: Neighbour, session: Session) -> int | None:
    async with birke.instance.reading() as db:
        return await db.scalar(select(Session.going_count).where(Session.id == session.id))
