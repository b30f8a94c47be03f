"""Fetches what was said in partners' sessions, from their own servers, for people here to read and search."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.captions import decoded
from alliance.errors import AllianceError, Invalid
from alliance.models import Partner, Session, Transcript
from alliance.transcribing import Prepared, prepared, take_in_transcript, transcript_not_had

if TYPE_CHECKING:
    from federation.wiring import Federation

MOST_AT_ONCE = 4
_ACCEPT = "text/vtt, text/plain;q=0.5"

log = structlog.get_logger("alliance.transcripts")


async def fetch_transcripts(federation: "Federation") -> int:
    """A chore: fetches what is due from allies, a few at once; how many it was.

    Each is bounded like every answer of another server (1 MB, 10 s) and signed, so that what allies alone may
    read can be fetched too.
    """
    async with federation.instance.reading() as db:
        due = await _due(db, federation.instance.clock.now())
    await asyncio.gather(*(_fetch(federation, number, uri) for number, uri in due))
    return len(due)


async def _due(db: AsyncSession, now: datetime) -> list[tuple[int, str]]:
    rows = await db.execute(
        select(Transcript.id, Transcript.uri)
        .join(Session, Session.id == Transcript.session_id)
        .join(Partner, Partner.company_id == Session.company_id)
        .where(
            Transcript.fetch_at <= now,
            Transcript.uri.is_not(None),
            Session.withdrawn_at.is_(None),
            Partner.state == "allied",
        )
        .order_by(Transcript.fetch_at)
        .limit(MOST_AT_ONCE)
    )
    return [(number, uri) for number, uri in rows if uri is not None]


async def _fetch(federation: "Federation", transcript_id: int, uri: str) -> None:
    try:
        answer = await federation.fetcher.get(uri, _ACCEPT)
    except AllianceError as error:
        log.info("a transcript could not be fetched", uri=uri, why=str(error), detail=error.detail)
        async with federation.instance.unit_of_work() as uow:
            await transcript_not_had(uow, transcript_id)
        return
    said = await asyncio.to_thread(_read, answer.body)
    async with federation.instance.unit_of_work() as uow:
        await take_in_transcript(uow, transcript_id, said)


def _read(body: bytes) -> Prepared | None:
    try:
        return prepared(decoded(body))
    except Invalid:
        return None
