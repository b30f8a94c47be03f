"""Stores what other servers say about their actors."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from alliance.unit_of_work import UnitOfWork
from federation.actor_keys import listed_keys
from federation.failures import BadDocument
from federation.fetch import Document
from federation.models import RemoteActor
from federation.uris import host_of
from federation.vocabulary.values import is_uri

_MAX_TYPE_CHARACTERS = 40


async def store_actor(uow: UnitOfWork, document: Document) -> RemoteActor:
    """The row of an actor as its own server just described it, new or brought up to date.

    Raises BadDocument when the document is no actor: no type, or no inbox on its own host.
    """
    data = document.data
    shown = {
        "type": _type(document),
        "host": host_of(document.id),
        "inbox": _inbox(document),
        "shared_inbox": _shared_inbox(document),
        "keys": [listed.as_row() for listed in listed_keys(data, uow.now)],
        "document": dict(data),
        "fetched_at": uow.now,
        "gone_at": None,
    }
    row = await uow.db.scalar(select(RemoteActor).where(RemoteActor.uri == document.id))
    if row is None:
        row = RemoteActor(id=uow.new_id(), uri=_address(document, document.id), **shown)
        uow.db.add(row)
    else:
        for name, value in shown.items():
            setattr(row, name, value)
    await uow.db.flush()
    return row


def _type(document: Document) -> str:
    kind = document.data.get("type")
    if isinstance(kind, list):
        kind = next((word for word in kind if isinstance(word, str)), None)
    if not isinstance(kind, str) or not 0 < len(kind) <= _MAX_TYPE_CHARACTERS or not kind.isprintable():
        raise BadDocument(host_of(document.id), detail="an actor without type")
    return kind


def _address(document: Document, value: object) -> str:
    if not is_uri(value):
        raise BadDocument(host_of(document.id), detail="an actor without usable inbox or id")
    return str(value)


def _inbox(document: Document) -> str:
    # An inbox elsewhere would let one server have its mail sent to another.
    inbox = _address(document, document.data.get("inbox"))
    if host_of(inbox) != host_of(document.id):
        raise BadDocument(host_of(document.id), detail="an inbox on another host")
    return inbox


def _shared_inbox(document: Document) -> str | None:
    endpoints: Any = document.data.get("endpoints")
    shared = endpoints.get("sharedInbox") if isinstance(endpoints, Mapping) else None
    is_theirs = is_uri(shared) and host_of(str(shared)) == host_of(document.id)
    return str(shared) if is_theirs else None
