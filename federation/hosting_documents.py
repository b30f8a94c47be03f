"""The yes of one of our people to holding an ally's session, which others look up before they show it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.models import CoHost, Session
from alliance.settings import Settings
from federation.announcing.hosting import written_invitation
from federation.uris import Uris
from federation.vocabulary.activities import activity
from federation.vocabulary.values import Json


async def yes_to_hosting(
    db: AsyncSession, settings: Settings, activity_id: int
) -> tuple[CoHost, Json] | None:
    """The Accept with this number while it stands, as it was sent; None once they stepped down or are gone.

    For whom it is, the session says: what that company shares with its alliance is for ours alone.
    """
    uris = Uris(settings.origin)
    row = await db.scalar(
        select(CoHost)
        .where(CoHost.answer_uri == uris.activity(activity_id), CoHost.state == "yes")
        .options(joinedload(CoHost.person), joinedload(CoHost.session).joinedload(Session.company))
    )
    if row is None or row.person.uri is not None or row.session.uri is None or row.person.gone_at is not None:
        return None
    company = row.session.company
    body = activity(
        "Accept",
        id=uris.activity(activity_id),
        actor=uris.person(row.person_id),
        object=written_invitation(uris, row, row.session, row.person, company),
        to=[company.uri or ""],
        published=row.since,
    )
    return row, body
