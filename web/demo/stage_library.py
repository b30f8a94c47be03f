"""Puts sessions on stage that are over, with recordings and what was said in them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alliance.captions import Cue, as_webvtt
from alliance.drafting import SessionDraft
from alliance.materials import add_material
from alliance.models import Session
from alliance.publishing import publish_session
from alliance.transcribing import keep_transcript, prepared
from alliance.unit_of_work import UnitOfWork
from web.demo.content import TOPICS
from web.demo.content.library import PAST, DemoPast
from web.demo.content.times import SATURDAY
from web.demo.stage_company import Cast


async def fill_libraries(casts: Sequence[Cast]) -> None:
    """Each past session at its host's company; allies hear of it as of any other."""
    for past in PAST:
        for cast in casts:
            if past.host in cast.people:
                async with cast.federation.instance.unit_of_work() as uow:
                    session = await _held(uow, cast, past)
                    await _left(uow, session, past)


async def _held(uow: UnitOfWork, cast: Cast, past: DemoPast) -> Session:
    draft = SessionDraft(
        title=past.title,
        description=past.description,
        starts_at=uow.now + timedelta(hours=1),
        ends_at=uow.now + timedelta(hours=1, minutes=past.minutes),
        timezone=cast.company.zone,
        meeting_link=f"https://meet.jit.si/{cast.company.key}-{past.host}-{past.days_ago}",
        audience=past.audience,
        language=past.language,
        topics=tuple(TOPICS[slug].de for slug in past.topics),
    )
    session = await publish_session(uow, cast.people[past.host], draft)
    zone = ZoneInfo(cast.company.zone)
    day = (uow.now.astimezone(zone) - timedelta(days=past.days_ago)).date()
    day -= timedelta(days=max(0, day.weekday() - SATURDAY + 1))
    # Nothing can be offered for yesterday: it is put there before anybody hears of it.
    session.starts_at = datetime.combine(day, past.start, tzinfo=zone)
    session.ends_at = session.starts_at + timedelta(minutes=past.minutes)
    session.published_at = session.starts_at - timedelta(days=14)
    await uow.db.flush()
    return session


async def _left(uow: UnitOfWork, session: Session, past: DemoPast) -> None:
    german = past.language == "de"
    await add_material(
        uow, session.id, "recording", "Aufzeichnung" if german else "Recording", past.recording
    )
    if past.slides:
        await add_material(uow, session.id, "slides", "Folien" if german else "Slides", past.slides)
    ends = [start for start, _, _ in past.said[1:]] + [past.said[-1][0] + 12]
    cues = [
        Cue(text, start * 1000, end * 1000, who)
        for (start, who, text), end in zip(past.said, ends, strict=True)
    ]
    await keep_transcript(uow, session.id, prepared(as_webvtt(cues, past.language)), past.language)
