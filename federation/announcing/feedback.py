"""Tells allies what our people said about their sessions: sums of five answers at least, once an hour.

Fewer than five never leave, so of a session with three of our people its host hears nothing from here.
"""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.feedback import BATCH
from alliance.models import Company, FeedbackTally, Partner, Session
from alliance.unit_of_work import UnitOfWork
from federation.outbox import send
from federation.recipients import inbox_of
from federation.uris import COMPANY, Uris
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import ACTIVITYSTREAMS
from federation.vocabulary.values import Json

AT_ONCE = 100
# https://schema.org/AggregateRating
RATING_TERMS: Json = {
    "sc": "http://schema.org/",
    "AggregateRating": "sc:AggregateRating",
    "itemReviewed": {"@id": "sc:itemReviewed", "@type": "@id"},
    **{term: f"sc:{term}" for term in ("ratingCount", "ratingValue", "bestRating", "worstRating")},
}


async def tell_sums(uow: UnitOfWork) -> int:
    """To the company of each session about which there is news, at most 100; how many it was."""
    rows = await uow.db.execute(
        select(FeedbackTally, Session)
        .join(Session, Session.id == FeedbackTally.session_id)
        .join(Company, Company.id == Session.company_id)
        .join(Partner, Partner.company_id == Company.id)
        .where(
            FeedbackTally.batches > FeedbackTally.told_batches,
            Session.uri.is_not(None),
            Partner.state == "allied",
        )
        .order_by(FeedbackTally.session_id)
        .limit(AT_ONCE)
        .options(joinedload(Session.company))
    )
    told = rows.all()
    for tally, session in told:
        await _tell(uow, tally, session)
        tally.told_batches = tally.batches
    await uow.db.flush()
    return len(told)


async def _tell(uow: UnitOfWork, tally: FeedbackTally, session: Session) -> None:
    uris = Uris(uow.settings.origin)
    rating: Json = {
        "id": f"{uris.company}#feedback-{session.id}",
        "type": "AggregateRating",
        "attributedTo": uris.company,
        "itemReviewed": session.uri,
        "ratingCount": tally.batches * BATCH,
        "ratingValue": round(tally.points / tally.batches, 6),
        "bestRating": 2,
        "worstRating": 0,
    }
    body = activity(
        "Create",
        actor=uris.company,
        object=rating,
        to=[session.company.uri or session.company.origin],
        context=[ACTIVITYSTREAMS, RATING_TERMS],
    )
    inbox = inbox_of(session.company)
    await send(uow, actor=COMPANY, activity=body, object_uri=rating["id"], inboxes={inbox}, is_public=False)
