"""Delete with a Tombstone for what one of our people said, a story or a request."""

from collections.abc import Set

from alliance.models import Story, Wish
from alliance.unit_of_work import UnitOfWork
from federation.documents import tombstone
from federation.outbox import send
from federation.uris import PUBLIC, Uris, person_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import without_context


async def take_back(uow: UnitOfWork, said: Story | Wish, address: str, inboxes: Set[str]) -> None:
    """Tells these inboxes that what was at `address` is gone."""
    uris = Uris(uow.settings.origin)
    body = activity(
        "Delete",
        actor=uris.person(said.author_id),
        object=without_context(tombstone(address, uow.now, former="Note").body),
        to=[PUBLIC] if said.audience == "public" else [uris.partners],
        published=uow.now,
    )
    key = person_actor(said.author_id)
    await send(uow, actor=key, activity=body, object_uri=address, inboxes=inboxes, is_public=False)
