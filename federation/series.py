"""A series of ours as a document: what the `superEvent` of its dates leads to."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import NotFound
from alliance.models import Series, Session
from alliance.rhythm_words import rhythm_by_language
from alliance.settings import Settings
from alliance.visibility import Viewer, visible_series, visible_sessions
from federation.documents import Document, eyes_of
from federation.uris import PUBLIC, Uris
from federation.vocabulary.contexts import EVENT_CONTEXT, with_context
from federation.vocabulary.series import SUB_EVENT, SeriesTold

MOST_DATES = 50


async def series_document(db: AsyncSession, viewer: Viewer, settings: Settings, series_id: int) -> Document:
    """Name, rhythm in words and the identities of its latest dates, as far as `viewer` may see them.

    Raises NotFound.
    """
    uris, eyes = Uris(settings.origin), await eyes_of(db, viewer, settings)
    seen = select(Series).where(Series.id == series_id, Series.uri.is_(None), visible_series(eyes))
    series = await db.scalar(seen)
    if series is None:
        raise NotFound
    dates = await db.scalars(
        select(Session.id)
        .where(Session.series_id == series_id, visible_sessions(eyes))
        .order_by(Session.starts_at.desc(), Session.id.desc())
        .limit(MOST_DATES)
    )
    told = SeriesTold(uris.series(series.id), series.title, rhythm_by_language(series))
    body = told.as_json() | {
        "attributedTo": uris.company,
        "to": [PUBLIC] if series.audience == "public" else [uris.partners],
        SUB_EVENT: [uris.session(number) for number in dates],
    }
    is_public = series.audience == "public" and eyes.company_id is None
    return Document(with_context(EVENT_CONTEXT, body), series.updated_at, is_public=is_public)
