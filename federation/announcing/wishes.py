"""Tells followers and allies what our people ask for, and partners which of theirs our people want too.

The home of a request knows all voices and answers, and tells its allies. A company tells the home how many of
its people want it, never who, but for those who chose to be named.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.models import Company, Partner, Person, Session, Wish, WishAnswer, WishVoice
from alliance.queries.companies import home_company
from alliance.queries.wishes import voices_of
from alliance.unit_of_work import UnitOfWork
from alliance.wish_facts import WishAnswered, WishChanged, WishMade, WishTakenBack
from federation.announcing.taking_back import take_back
from federation.outbox import send
from federation.recipients import follower_inboxes, inbox_of, partner_inboxes, told_of
from federation.translate.wish_note import proposal_of, wish_uri
from federation.uris import COMPANY, Uris, person_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.proposal import PROPOSAL_CONTEXT, Chorus
from federation.vocabulary.values import Json

MOST_TOLD_AGAIN = 200
NEWS_AT_ONCE = 50
_LATELY = timedelta(days=200)
_SHOWN = ("open", "answered", "closed")


async def on_made(uow: UnitOfWork, fact: WishMade) -> None:
    """Create by the person."""
    await _send(uow, "Create", fact.wish, await _readers(uow, fact.wish))


async def on_changed(uow: UnitOfWork, fact: WishChanged) -> None:
    """Update to those, and to everybody who was ever told of it."""
    if inboxes := await _readers(uow, fact.wish):
        address = wish_uri(fact.wish, Uris(uow.settings.origin))
        await _send(uow, "Update", fact.wish, inboxes | await told_of(uow.db, address))


async def on_taken_back(uow: UnitOfWork, fact: WishTakenBack) -> None:
    """Delete with a Tombstone to everybody who was ever told of it."""
    address = wish_uri(fact.wish, Uris(uow.settings.origin))
    if inboxes := await told_of(uow.db, address):
        await take_back(uow, fact.wish, address, inboxes)


async def on_answered(uow: UnitOfWork, fact: WishAnswered) -> None:
    """A request of ours: allies hear which session answers it. One of theirs: we offer ours, as a company."""
    wish, session = fact.wish, fact.session
    if wish.uri is None:
        await _tell_allies(uow, wish)
    elif session.uri is None and session.audience != "company":
        await _offer(uow, wish, session)


async def is_wish_news_due(db: AsyncSession, now: datetime) -> bool:
    """Whether `flush_wish_news` would find something to tell."""
    return bool(await db.scalar(select(exists().where(Wish.news_due_at <= now))))


async def flush_wish_news(uow: UnitOfWork) -> int:
    """Tells what has changed about voices lately, at most 50 requests at once; how many it was."""
    due = select(Wish.id).where(Wish.news_due_at <= uow.now).order_by(Wish.news_due_at).limit(NEWS_AT_ONCE)
    taken = await uow.db.scalars(
        update(Wish)
        .where(Wish.id.in_(due.scalar_subquery()))
        .values(news_due_at=None)
        .returning(Wish.id)
        .execution_options(synchronize_session=False)
    )
    rows = await uow.db.scalars(_loaded().where(Wish.id.in_(taken.all())).order_by(Wish.id))
    wishes = list(rows)
    for wish in wishes:
        if wish.uri is None:
            await _tell_allies(uow, wish)
        elif wish.state in _SHOWN:
            await _tell_home(uow, wish)
    return len(wishes)


async def tell_wishes_again(uow: UnitOfWork, company: Company) -> None:
    """To one ally, new or back from a pause: what our people ask for, and which of theirs we want too.

    The newest 200 requests of the last 200 days, oldest first.
    """
    inbox, origin = inbox_of(company), uow.settings.origin
    rows = await uow.db.scalars(
        _loaded()
        .where(Wish.uri.is_(None), Wish.audience != "company", Wish.created_at > uow.now - _LATELY)
        .order_by(Wish.id.desc())
        .limit(MOST_TOLD_AGAIN)
    )
    for wish in reversed(rows.all()):
        address = wish_uri(wish, Uris(origin))
        if wish.state in _SHOWN:
            await _send(uow, "Update", wish, {inbox}, for_allies=True)
        elif inbox in await told_of(uow.db, address):
            await take_back(uow, wish, address, {inbox})
    voiced = exists().where(WishVoice.wish_id == Wish.id)
    theirs = await uow.db.scalars(
        _loaded()
        .join(Person, Person.id == Wish.author_id)
        .where(Person.company_id == company.id, Wish.uri.is_not(None), Wish.state.in_(_SHOWN), voiced)
        .order_by(Wish.id.desc())
        .limit(MOST_TOLD_AGAIN)
    )
    for wish in theirs.all():
        await _tell_home(uow, wish)


async def _tell_allies(uow: UnitOfWork, wish: Wish) -> None:
    """Update with voices and answers, to allies alone: for a reader elsewhere every Update is an edit."""
    if wish.state in _SHOWN:
        await _send(uow, "Update", wish, await partner_inboxes(uow.db), for_allies=True)


async def _tell_home(uow: UnitOfWork, wish: Wish) -> None:
    """Like by the company with the number of voices, or Undo where there is none left."""
    company = await _allied_home(uow, wish)
    if company is None or wish.uri is None:
        return
    uris, home = Uris(uow.settings.origin), await home_company(uow.db)
    voices = (await voices_of(uow.db, [wish], None))[wish.id]
    own = next((count for _, host, count in voices.companies if host == home.host), 0)
    to = [wish.author.uri or company.uri or company.origin]
    if own:
        named = tuple((name, uris.person(int(who))) for name, who in voices.named_of(home.host))
        body = activity("Like", actor=uris.company, object=wish.uri, to=to, context=PROPOSAL_CONTEXT)
        body["voices"] = Chorus(uris.company, home.name, own, named).as_json()
    else:
        name = f"{uris.company}#voices-{wish.id}"
        like: Json = {"id": name, "type": "Like", "actor": uris.company, "object": wish.uri}
        body = activity("Undo", actor=uris.company, object=like, to=to)
    await _to_home(uow, body, wish.uri, company)


async def _offer(uow: UnitOfWork, wish: Wish, session: Session) -> None:
    """Offer of the session to the request, by the company: it follows the Create of the session."""
    company = await _allied_home(uow, wish)
    if company is None or wish.uri is None:
        return
    uris = Uris(uow.settings.origin)
    body = activity(
        "Offer",
        actor=uris.company,
        object=uris.session(session.id),
        target=wish.uri,
        to=[wish.author.uri or company.origin],
        published=uow.now,
    )
    await _to_home(uow, body, wish.uri, company)


async def _to_home(uow: UnitOfWork, body: Json, address: str, company: Company) -> None:
    await send(
        uow, actor=COMPANY, activity=body, object_uri=address, inboxes={inbox_of(company)}, is_public=False
    )


async def _allied_home(uow: UnitOfWork, wish: Wish) -> Company | None:
    return await uow.db.scalar(
        select(Company)
        .join(Partner, Partner.company_id == Company.id)
        .join(Person, Person.company_id == Company.id)
        .where(Person.id == wish.author_id, Partner.state == "allied")
    )


async def _readers(uow: UnitOfWork, wish: Wish) -> set[str]:
    if wish.audience == "company":
        return set()
    inboxes = await partner_inboxes(uow.db)
    if wish.audience == "public":
        inboxes |= await follower_inboxes(uow.db, Uris(uow.settings.origin).person(wish.author_id))
    return inboxes


async def _send(
    uow: UnitOfWork, kind: str, wish: Wish, inboxes: set[str], *, for_allies: bool = False
) -> None:
    if wish.audience == "company":
        return
    uris = Uris(uow.settings.origin)
    voices = (await voices_of(uow.db, [wish], None))[wish.id] if for_allies else None
    answers = await answers_of(uow.db, wish.id, uris) if for_allies else None
    proposal = proposal_of(wish, uris, voices=voices, answers=answers)
    note = proposal.note
    body = activity(
        kind,
        actor=note.attributed_to,
        object=proposal.as_json(),
        to=list(note.to),
        cc=list(note.cc),
        context=PROPOSAL_CONTEXT,
        published=uow.now,
    )
    await send(
        uow,
        actor=person_actor(wish.author_id),
        activity=body,
        object_uri=note.id,
        inboxes=inboxes,
        is_public=wish.audience == "public" and not for_allies,
    )


async def answers_of(db: AsyncSession, wish_id: int, uris: Uris) -> list[str]:
    """The sessions that answer a request, as far as they are for others than one company."""
    rows = await db.scalars(
        select(Session)
        .join(WishAnswer, WishAnswer.session_id == Session.id)
        .where(WishAnswer.wish_id == wish_id, Session.audience != "company", Session.withdrawn_at.is_(None))
        .order_by(WishAnswer.since, WishAnswer.session_uri)
    )
    return [session.uri or uris.session(session.id) for session in rows]


def _loaded() -> Select[Wish]:
    return select(Wish).options(
        joinedload(Wish.author), selectinload(Wish.topics), selectinload(Wish.choruses)
    )
