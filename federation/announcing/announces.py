"""The Announce with which the instance passes on what its company made public."""

from alliance.unit_of_work import UnitOfWork
from federation.outbox import send
from federation.recipients import follower_inboxes
from federation.uris import INSTANCE, PUBLIC, Uris
from federation.vocabulary.activities import activity


async def announce(uow: UnitOfWork, session_id: int) -> None:
    """Mobilizon lists an event only if an actor that it follows announced it."""
    uris = Uris(uow.settings.origin)
    page = uris.session(session_id)
    body = activity(
        "Announce",
        actor=uris.instance,
        object=page,
        to=[PUBLIC],
        cc=[f"{uris.instance}/followers"],
        published=uow.now,
    )
    inboxes = await follower_inboxes(uow.db, uris.instance)
    await send(uow, actor=INSTANCE, activity=body, object_uri=page, inboxes=inboxes, is_public=True)
