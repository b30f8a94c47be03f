"""The collections of our actors: what they published, who follows them, what comes next."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, selectinload

from alliance.errors import NotFound
from alliance.models import Company, ExpertProfile, Partner, Person, Session
from alliance.queries.companies import home_company
from alliance.queries.session_filters import LONGEST, SessionFilter
from alliance.queries.sessions import SessionKey, upcoming
from alliance.settings import Settings
from alliance.visibility import STRANGER, Viewer, is_home, visible_profiles, visible_sessions
from federation.documents import Document, eyes_of, outside
from federation.models import Follow, OutboxActivity
from federation.totals import total_of
from federation.translate.person_actor import expert
from federation.translate.session_event import EVERYTHING_SAID, event_of
from federation.uris import COMPANY, INSTANCE, PUBLIC, Uris
from federation.vocabulary.activities import activity
from federation.vocabulary.collections import collection, collection_page
from federation.vocabulary.contexts import ACTOR_CONTEXT, EVENT_CONTEXT, without_context
from federation.vocabulary.values import Json

PER_PAGE = 20
PAGE_BYTES = 400_000
FEATURED = 10
FIRST_PAGE = "true"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OURS = is_home(Session.company_id)
_TICK = timedelta(microseconds=1)
_KEY = re.compile(r"([0-9]{1,17})-([0-9]{1,19})")
_LARGEST_ID = (1 << 63) - 1


async def outbox_document(
    db: AsyncSession, viewer: Viewer, settings: Settings, actor: str, page: str | None
) -> Document:
    """What an actor of ours published that `viewer` may see now, newest first; `actor` is its key in uris.

    Without `page` the collection; `true` is its first page. The company created its sessions, the instance
    announced the public ones, people have published nothing. Raises NotFound for a page that can't be.
    """
    uris = Uris(settings.origin)
    address = f"{uris.actor(actor)}/outbox"
    eyes = await eyes_of(db, viewer, settings)
    ours = and_(visible_sessions(eyes), _OURS)
    if actor == INSTANCE:
        ours = and_(ours, Session.audience == "public")
    if page is None:
        total = await total_of(db, (actor, eyes), select(Session.id).where(ours))
        body = collection(address, total, first=f"{address}?page={FIRST_PAGE}")
        return await _dated(db, body, eyes)
    sessions = await _older(db, ours, _before(page))
    items = await _published(db, uris, actor, sessions[:PER_PAGE])
    onward = f"{address}?page={sessions[PER_PAGE - 1].id}" if len(sessions) > PER_PAGE else None
    context = EVENT_CONTEXT
    body = collection_page(
        f"{address}?page={page}", part_of=address, items=items, next_page=onward, context=context
    )
    return await _dated(db, body, eyes)


async def upcoming_document(
    db: AsyncSession, viewer: Viewer, settings: Settings, page: str | None, *, now: datetime
) -> Document:
    """The company's sessions that are not over, in the order of their start, each in full (FEP-8a8e).

    Raises NotFound for a page that can't be.
    """
    uris, company = Uris(settings.origin), await home_company(db)
    address = f"{uris.company}/upcoming"
    eyes = await eyes_of(db, viewer, settings)
    if page is None:
        open_ended = and_(
            visible_sessions(eyes),
            _OURS,
            Session.starts_at > now - LONGEST,
            Session.ends_at > now,
        )
        total = await total_of(db, ("upcoming", eyes), select(Session.id).where(open_ended))
        return await _dated(db, collection(address, total, first=f"{address}?page={FIRST_PAGE}"), eyes)
    wanted, after = SessionFilter(company_id=company.id), _after(page)
    found = await upcoming(db, eyes, wanted, now=now, after=after, limit=PER_PAGE, in_full=True)
    items, last = _fitting([(session, event_of(session, uris).as_json()) for session in found.sessions])
    is_last = found.next is None and len(items) == len(found.sessions)
    onward = None if is_last or last is None else f"{address}?page={_written_key(last)}"
    body = collection_page(
        f"{address}?page={page}", part_of=address, items=items, next_page=onward, context=EVENT_CONTEXT
    )
    return await _dated(db, body, eyes)


async def featured_document(
    db: AsyncSession, viewer: Viewer, settings: Settings, *, now: datetime
) -> Document:
    """Bare URIs of the next sessions; Mastodon fetches and pins them."""
    uris = Uris(settings.origin)
    eyes = await eyes_of(db, viewer, settings)
    items = [uris.session(session.id) for session in await _featured(db, eyes, now)]
    body = collection(f"{uris.company}/featured", len(items), items=items)
    return await _dated(db, body, eyes)


async def featured_for_everybody(db: AsyncSession, settings: Settings, *, now: datetime) -> list[Session]:
    """The sessions in the collection as strangers see it; none where the instance is closed to them."""
    is_founded = await db.scalar(select(exists().where(Company.is_home)))
    is_shown = is_founded and settings.federation == "open"
    return await _featured(db, outside(STRANGER), now) if is_shown else []


async def _featured(db: AsyncSession, eyes: Viewer, now: datetime) -> list[Session]:
    wanted = SessionFilter(company_id=(await home_company(db)).id)
    found = await upcoming(db, eyes, wanted, now=now, limit=FEATURED)
    return [session for session in found.sessions if session.status not in ("cancelled", "postponed")]


async def experts_document(
    db: AsyncSession, viewer: Viewer, settings: Settings, page: str | None
) -> Document:
    """The people of the company whose profile `viewer` may see; allies list them among their own experts.

    Raises NotFound for a page that can't be.
    """
    uris = Uris(settings.origin)
    address = f"{uris.company}/experts"
    eyes = await eyes_of(db, viewer, settings)
    shown = (
        select(ExpertProfile).join(ExpertProfile.person).where(visible_profiles(eyes), Person.uri.is_(None))
    )
    if page is None:
        total = await db.scalar(select(func.count()).select_from(shown.subquery()))
        body = collection(address, total or 0, first=f"{address}?page={FIRST_PAGE}")
        return Document(body, _EPOCH, is_public=eyes.company_id is None)
    found = list(
        await db.scalars(
            shown.where(Person.id < _before(page))
            .order_by(Person.id.desc())
            .limit(PER_PAGE + 1)
            .options(
                contains_eager(ExpertProfile.person).joinedload(Person.company),
                selectinload(ExpertProfile.topics),
            )
        )
    )
    items = [_expert(profile, uris) for profile in found[:PER_PAGE]]
    onward = f"{address}?page={found[PER_PAGE - 1].person_id}" if len(found) > PER_PAGE else None
    body = collection_page(
        f"{address}?page={page}", part_of=address, items=items, next_page=onward, context=ACTOR_CONTEXT
    )
    return Document(body, _EPOCH, is_public=eyes.company_id is None)


def _expert(profile: ExpertProfile, uris: Uris) -> Json:
    person = profile.person
    assert person.company is not None  # noqa: S101 - people of ours have a company
    return expert(person, person.company, profile, uris, ()).as_json()


async def followers_document(db: AsyncSession, settings: Settings, actor: str) -> Document:
    """How many follow an actor of ours; who they are is nobody's business."""
    uri = Uris(settings.origin).actor(actor)
    return await _counted(db, f"{uri}/followers", Follow.followed_uri == uri)


async def following_document(db: AsyncSession, settings: Settings, actor: str) -> Document:
    """How many an actor of ours follows."""
    uri = Uris(settings.origin).actor(actor)
    return await _counted(db, f"{uri}/following", Follow.follower_uri == uri)


async def partners_document(db: AsyncSession, settings: Settings) -> Document:
    """How many companies we are allied with; an audience that sessions can be addressed to."""
    allied = select(func.count()).select_from(Partner).where(Partner.state == "allied")
    body = collection(Uris(settings.origin).partners, await db.scalar(allied) or 0)
    return Document(body, (await home_company(db)).updated_at)


async def _dated(db: AsyncSession, body: Json, eyes: Viewer) -> Document:
    changed = await db.scalar(select(func.max(Session.updated_at)).where(_OURS))
    return Document(body, changed or _EPOCH, is_public=eyes.company_id is None)


async def _counted(db: AsyncSession, address: str, which: ColumnElement[bool]) -> Document:
    accepted = select(func.count()).select_from(Follow).where(which, Follow.state == "accepted")
    return Document(collection(address, await db.scalar(accepted) or 0), _EPOCH)


def _before(page: str) -> int:
    """The id before which a page of an outbox begins. Raises NotFound."""
    if page == FIRST_PAGE:
        return _LARGEST_ID
    if not re.fullmatch(r"[0-9]{1,19}", page) or int(page) > _LARGEST_ID:
        raise NotFound
    return int(page)


async def _older(db: AsyncSession, which: ColumnElement[bool], before: int) -> list[Session]:
    """One more than fits on a page."""
    rows = await db.scalars(
        select(Session)
        .where(which, Session.id < before)
        .order_by(Session.id.desc())
        .limit(PER_PAGE + 1)
        .options(*EVERYTHING_SAID)
    )
    return list(rows)


async def _published(db: AsyncSession, uris: Uris, actor: str, sessions: list[Session]) -> list[Json]:
    """The activities with which these sessions were published, showing them as they are now."""
    kind = "Create" if actor == COMPANY else "Announce"
    pages = [uris.session(session.id) for session in sessions]
    sent = await db.execute(
        select(OutboxActivity.object_uri, func.max(OutboxActivity.id))
        .where(OutboxActivity.object_uri.in_(pages), OutboxActivity.type == kind)
        .group_by(OutboxActivity.object_uri)
    )
    numbers: dict[str, int] = {row[0]: row[1] for row in sent}
    return [_item(uris, kind, session, numbers) for session in sessions]


def _item(uris: Uris, kind: str, session: Session, numbers: dict[str, int]) -> Json:
    page = uris.session(session.id)
    number = numbers.get(page)
    id = uris.activity(number) if number is not None else f"{page}#{kind.lower()}"  # noqa: A001
    event = event_of(session, uris)
    if kind == "Announce":
        cc = [f"{uris.instance}/followers"]
        made = activity(kind, id=id, actor=uris.instance, object=page, to=[PUBLIC], cc=cc)
    else:
        made = activity(
            kind,
            id=id,
            actor=uris.company,
            object=event.as_json(),
            to=list(event.to),
            cc=list(event.cc),
            published=event.published,
        )
    return without_context(made)


def _fitting(found: list[tuple[Session, Json]]) -> tuple[list[Any], Session | None]:
    """As many documents as readers take in one answer, at least one; and the last session among them."""
    items: list[Any] = []
    size, last = 0, None
    for session, document in found:
        size += len(orjson.dumps(document))
        if items and size > PAGE_BYTES:
            break
        items.append(document)
        last = session
    return items, last


def _after(page: str) -> SessionKey | None:
    """Where a page of upcoming sessions begins. Raises NotFound."""
    if page == FIRST_PAGE:
        return None
    match = _KEY.fullmatch(page)
    if match is None or int(match[2]) > _LARGEST_ID:
        raise NotFound
    try:
        return SessionKey(_EPOCH + int(match[1]) * _TICK, int(match[2]))
    except OverflowError as error:
        raise NotFound from error


def _written_key(session: Session) -> str:
    return f"{(session.starts_at - _EPOCH) // _TICK}-{session.id}"
