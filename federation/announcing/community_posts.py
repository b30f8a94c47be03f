"""Announces what stands in our communities, and asks other companies to let ours stand in theirs.

An Announce names a thing by its address alone, so it shows it to nobody: its own server decides that.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.community_facts import CommunityPosted, CommunityUnposted
from alliance.models import Community, CommunityPost, Company, Partner, Person, Session, Story, Wish
from alliance.unit_of_work import UnitOfWork
from federation.models import OutboxActivity
from federation.outbox import send
from federation.recipients import follower_inboxes, inbox_of, partner_inboxes
from federation.translate.story_note import story_uri
from federation.translate.wish_note import wish_uri
from federation.uris import COMPANY, PUBLIC, Uris, community_actor
from federation.vocabulary.activities import activity

_RANK = {"nobody": 0, "company": 0, "alliance": 1, "public": 2}
_NAMES = ("nobody", "alliance", "public")
_KINDS = ("session", "wish")
"""What companies put into each other's communities."""


async def on_posted(uow: UnitOfWork, fact: CommunityPosted) -> None:
    """Announce by a community of ours; a partner's one is asked (Add)."""
    if fact.community.uri is None:
        await settle(uow, fact.community, fact.post)
    elif fact.post.state == "waiting":
        await ask(uow, fact.post, fact.community)


async def on_unposted(uow: UnitOfWork, fact: CommunityUnposted) -> None:
    """Undo of the Announce; a partner's community is told that ours stands there no more (Remove)."""
    if fact.community.uri is None:
        await settle(uow, fact.community, fact.post)
    elif fact.post.posted_by is not None:
        await _tell_their_community(uow, "Remove", fact.post, fact.community)


async def on_session(uow: UnitOfWork, fact: Any) -> None:
    """A session is for others than before, or gone: what was announced about it follows."""
    await _settle_subject(uow, "session", fact.session.id)


async def on_story(uow: UnitOfWork, fact: Any) -> None:
    """The same for a story."""
    await _settle_subject(uow, "story", fact.story.id)


async def on_wish(uow: UnitOfWork, fact: Any) -> None:
    """The same for a request."""
    await _settle_subject(uow, "wish", fact.wish.id)


async def settle_community(uow: UnitOfWork, community: Community) -> None:
    """Everything that stands in one of ours is announced as far as it may be, and no further."""
    rows = await uow.db.scalars(
        select(CommunityPost).where(CommunityPost.community_id == community.id).order_by(CommunityPost.id)
    )
    for post in rows.all():
        await settle(uow, community, post)


async def settle(uow: UnitOfWork, community: Community, post: CommunityPost) -> None:
    """Announces something, or takes that back: `post.announced` is to whom it may be afterwards."""
    page, audience = await _subject(uow, post)
    there = page is not None and post.state == "shown" and community.state == "open"
    wanted = min(_RANK[audience], _RANK[community.audience]) if there else 0
    known = _RANK[post.announced]
    if wanted > known and page is not None:
        await _announce(uow, community, post, page, wanted, to_partners=known == 0)
    elif wanted < known:
        await _undo(uow, community, post, wanted, known)
    post.announced = _NAMES[wanted]
    await uow.db.flush()


async def ask(uow: UnitOfWork, post: CommunityPost, community: Community) -> None:
    """Asks a partner's community to take one of ours in."""
    await _tell_their_community(uow, "Add", post, community)


async def _settle_subject(uow: UnitOfWork, kind: str, subject_id: int) -> None:
    rows = await uow.db.execute(
        select(CommunityPost, Community)
        .join(Community, Community.id == CommunityPost.community_id)
        .where(
            CommunityPost.kind == kind,
            CommunityPost.subject_id == subject_id,
            Community.uri.is_(None),
            Community.state == "open",
        )
        .order_by(CommunityPost.id)
    )
    for post, community in rows.all():
        await settle(uow, community, post)


async def _subject(uow: UnitOfWork, post: CommunityPost) -> tuple[str | None, str]:
    """Address and audience of what stands there; no address while nobody outside may know of it."""
    uris = Uris(uow.settings.origin)
    if post.kind == "session":
        session = await uow.db.scalar(
            select(Session)
            .where(Session.id == post.subject_id)
            .options(joinedload(Session.company).joinedload(Company.partner))
        )
        if session is None or session.withdrawn_at is not None or session.status == "draft":
            return None, "company"
        if not _is_of_the_alliance(session.company):
            return None, "company"
        return session.uri or uris.session(session.id), session.audience
    if post.kind == "story":
        story = await uow.db.scalar(
            select(Story)
            .where(Story.id == post.subject_id)
            .options(joinedload(Story.author).joinedload(Person.company).joinedload(Company.partner))
        )
        if story is None or story.state != "shown" or not _is_of_the_alliance(story.author.company):
            return None, "company"
        return story_uri(story, uris), story.audience
    if post.kind == "wish":
        wish = await uow.db.scalar(
            select(Wish)
            .where(Wish.id == post.subject_id)
            .options(joinedload(Wish.author).joinedload(Person.company).joinedload(Company.partner))
        )
        gone = wish is None or wish.state in ("hidden", "deleted")
        if wish is None or gone or not _is_of_the_alliance(wish.author.company):
            return None, "company"
        return wish_uri(wish, uris), wish.audience
    return None, "company"


async def _own_page(uow: UnitOfWork, post: CommunityPost) -> str:
    """Address of one of ours, also of what nobody outside may see any more."""
    uris = Uris(uow.settings.origin)
    if post.kind == "wish":
        return wish_uri(await uow.db.get_one(Wish, post.subject_id), uris)
    return uris.session(post.subject_id)


def _is_of_the_alliance(company: Company | None) -> bool:
    if company is None:
        return False
    partner: Partner | None = company.partner
    return company.is_home or (partner is not None and partner.state == "allied")


async def _announce(
    uow: UnitOfWork,
    community: Community,
    post: CommunityPost,
    page: str,
    wanted: int,
    *,
    to_partners: bool,
) -> None:
    uris, is_public = Uris(uow.settings.origin), wanted == _RANK["public"]
    group = uris.community(community.id)
    inboxes = await partner_inboxes(uow.db) if to_partners else set()
    if is_public:
        inboxes |= await follower_inboxes(uow.db, group)
    body = activity(
        "Announce",
        actor=group,
        object=page,
        to=[PUBLIC] if is_public else [uris.partners],
        cc=[f"{group}/followers"] if is_public else None,
        published=uow.now,
    )
    stored = await _send(uow, community, body, page, inboxes, is_public=is_public)
    post.announcement = stored.id


async def _undo(uow: UnitOfWork, community: Community, post: CommunityPost, wanted: int, known: int) -> None:
    """To followers when it was public, to allies when nothing is left."""
    uris = Uris(uow.settings.origin)
    group = uris.community(community.id)
    inboxes = await partner_inboxes(uow.db) if wanted == 0 else set()
    if known == _RANK["public"]:
        inboxes |= await follower_inboxes(uow.db, group)
    stored = await uow.db.get(OutboxActivity, post.announcement) if post.announcement else None
    if stored is None:
        return
    announce = {
        "id": uris.activity(stored.id),
        "type": "Announce",
        "actor": group,
        "object": stored.object_uri,
    }
    to = [PUBLIC] if known == _RANK["public"] else [uris.partners]
    body = activity("Undo", actor=group, object=announce, to=to, published=uow.now)
    await _send(uow, community, body, stored.object_uri, inboxes, is_public=False)


async def _send(
    uow: UnitOfWork,
    community: Community,
    body: dict[str, Any],
    page: str,
    inboxes: set[str],
    *,
    is_public: bool,
) -> OutboxActivity:
    key = community_actor(community.id)
    return await send(uow, actor=key, activity=body, object_uri=page, inboxes=inboxes, is_public=is_public)


async def _tell_their_community(
    uow: UnitOfWork, kind: str, post: CommunityPost, community: Community
) -> None:
    """Add to, or Remove from, what stands in a partner's community: by the company, to that one server."""
    page, audience = await _subject(uow, post)
    company = await uow.db.scalar(
        select(Company)
        .join(Company.partner)
        .where(Company.id == community.company_id, Partner.state == "allied")
    )
    if company is None or community.uri is None or post.kind not in _KINDS:
        return
    if kind == "Add" and (page is None or _RANK[audience] == 0):
        return
    uris = Uris(uow.settings.origin)
    page = page or await _own_page(uow, post)
    body = activity(
        kind,
        actor=uris.company,
        object=page,
        to=[community.uri],
        target=f"{community.uri}/featured",
        audience=community.uri,
        published=uow.now,
    )
    await send(
        uow,
        actor=COMPANY,
        activity=body,
        object_uri=page,
        inboxes=[inbox_of(company)],
        is_public=False,
    )
