"""Asks external sources whether we may follow them, and stops following: always as the instance."""

from sqlalchemy import select

from alliance.facts import SourceAdded, SourceRemoved, SourceResumed
from alliance.unit_of_work import UnitOfWork
from federation.catch_ups import ask_for_catch_up
from federation.models import Follow, RemoteActor
from federation.outbox import new_activity_id, send
from federation.uris import INSTANCE, Uris
from federation.vocabulary.activities import activity
from federation.vocabulary.values import Json


async def on_source_added(uow: UnitOfWork, fact: SourceAdded) -> None:
    """Follow by our instance actor: servers give it the least of all (see DECISIONS.md)."""
    ours, theirs = Uris(uow.settings.origin).instance, fact.source.uri
    _, address = new_activity_id(uow)
    follow = await _follow(uow, theirs)
    if follow is None:
        follow = Follow(id=uow.new_id(), follower_uri=ours, followed_uri=theirs, created_at=uow.now)
        uow.db.add(follow)
    follow.state, follow.activity_uri = "asked", address
    await uow.db.flush()
    await _send(uow, "Follow", theirs, theirs, address)


async def on_source_resumed(uow: UnitOfWork, fact: SourceResumed) -> None:
    """They said yes, or we listen again: what they list is fetched."""
    await ask_for_catch_up(uow, fact.company.id)


async def on_source_removed(uow: UnitOfWork, fact: SourceRemoved) -> None:
    """Undo of our Follow."""
    follow = await _follow(uow, fact.uri)
    if follow is None:
        return
    about = {
        "id": follow.activity_uri,
        "type": "Follow",
        "actor": follow.follower_uri,
        "object": follow.followed_uri,
    }
    await _send(uow, "Undo", about, fact.uri)
    await uow.db.delete(follow)
    await uow.db.flush()


async def _follow(uow: UnitOfWork, uri: str) -> Follow | None:
    ours = Uris(uow.settings.origin).instance
    return await uow.db.scalar(select(Follow).where(Follow.follower_uri == ours, Follow.followed_uri == uri))


async def _send(uow: UnitOfWork, kind: str, about: str | Json, uri: str, id: str | None = None) -> None:  # noqa: A002
    """To the account alone, where its own server said that it takes mail."""
    inbox = await uow.db.scalar(select(RemoteActor.inbox).where(RemoteActor.uri == uri))
    if inbox is None:
        return
    ours = Uris(uow.settings.origin).instance
    body = activity(kind, id=id, actor=ours, object=about, to=[uri], published=uow.now)
    object_uri = about if isinstance(about, str) else str(about["id"])
    await send(uow, actor=INSTANCE, activity=body, object_uri=object_uri, inboxes=[inbox], is_public=False)
