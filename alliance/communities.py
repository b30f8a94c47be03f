"""Our people found communities, say what they are about, and end them."""

import re
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload, selectinload

from alliance.acts import Subject
from alliance.community_facts import CommunityChanged, CommunityClosed, CommunityFounded
from alliance.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from alliance.languages import known_languages
from alliance.models import (
    AUDIENCES,
    MOST_COMMUNITIES,
    Community,
    CommunityCrowd,
    CommunityMember,
    CommunityPost,
    Employee,
    Person,
)
from alliance.names import is_name_free, username_from
from alliance.problems import Problems
from alliance.queries.companies import home_company
from alliance.text import clean_line, clean_text, render_markdown
from alliance.topics import MOST_TOPICS, topic_names, topics_named
from alliance.unit_of_work import UnitOfWork

NAME_LIMIT = 80
DESCRIPTION_LIMIT = 10_000
SLUG_LIMIT = 30
_SLUG = re.compile(r"[a-z0-9_]([a-z0-9_.]{0,28}[a-z0-9_])?")


@dataclass(frozen=True, kw_only=True)
class CommunityDraft:
    """A community as typed: `topics` by name, `description` in Markdown; `slug` counts when founding."""

    name: str
    description: str = ""
    slug: str = ""
    audience: str = "alliance"
    language: str = "de"
    topics: tuple[str, ...] = ()


async def found_community(uow: UnitOfWork, by: Employee, draft: CommunityDraft) -> Community:
    """Founds a community, whose owner and first member the founder is; seen there by name, as owners are.

    Raises Invalid with a problem per field, Conflict when the company has 200, Forbidden.
    """
    person = await _founder(uow, by)
    _check(draft)
    slug = await _free_slug(uow, draft)
    home = await home_company(uow.db)
    count = select(func.count()).select_from(Community).where(Community.uri.is_(None))
    if (await uow.db.scalar(count.where(Community.state == "open")) or 0) >= MOST_COMMUNITIES:
        raise Conflict("There are {limit} communities already.", limit=MOST_COMMUNITIES)
    community = Community(
        id=uow.new_id(),
        company=home,
        slug=slug,
        state="open",
        member_count=1,
        owners=[],
        created_at=uow.now,
        updated_at=uow.now,
    )
    await _write(uow, community, draft)
    uow.db.add(community)
    await uow.db.flush()
    uow.db.add(
        CommunityMember(
            community_id=community.id, person_id=person.id, role="owner", is_shown=True, joined_at=uow.now
        )
    )
    await uow.db.flush()
    uow.record(CommunityFounded(community))
    return community


async def change_community(
    uow: UnitOfWork, community_id: int, by: Employee, draft: CommunityDraft
) -> Community:
    """Its owners say something else of it; its handle stays. Raises Invalid, NotFound, Gone, Forbidden."""
    community = await community_to_run(uow, community_id, by, "owner")
    _check(draft)
    previous = community.audience
    await _write(uow, community, draft)
    community.updated_at = uow.now
    await uow.db.flush()
    uow.record(CommunityChanged(community, previous))
    return community


async def close_community(uow: UnitOfWork, community_id: int, by: Employee) -> Community:
    """Its owners end it: nobody is a member any more and nothing stands in it. Sessions stay what they are.

    Raises NotFound, Gone, Forbidden.
    """
    community = await community_to_run(uow, community_id, by, "owner")
    community.state, community.closed_at, community.updated_at = "closed", uow.now, uow.now
    await forget_content(uow, community)
    uow.record(CommunityClosed(community))
    return community


async def forget_content(uow: UnitOfWork, community: Community) -> None:
    """Members, counts and posts of a community that is no longer there."""
    for column in (CommunityMember.community_id, CommunityCrowd.community_id, CommunityPost.community_id):
        await uow.db.execute(
            delete(column.class_).where(column == community.id).execution_options(synchronize_session=False)
        )
    community.member_count = 0
    await uow.db.flush()


async def community_to_run(uow: UnitOfWork, community_id: int, by: Employee, role: str) -> Community:
    """A community of ours, locked, if `by` is one of its owners, or (with `moderator`) of its moderators too.

    Moderators of the company may do whatever owners may. Raises NotFound, Gone, Forbidden.
    """
    community = await locked_community(uow, community_id)
    if community is None or community.uri is not None:
        raise NotFound
    if community.state == "closed":
        raise Gone
    if not await may_run(uow, community, by, role):
        raise Forbidden("Only those who run this community can do that.")
    return community


async def may_run(uow: UnitOfWork, community: Community, by: Employee, role: str) -> bool:
    """Whether `by` is an owner of this community of ours, or with `moderator` one of its moderators too."""
    if by.disabled_at is not None or community.uri is not None:
        return False
    own = await uow.db.get(CommunityMember, (community.id, by.id))
    enough = ("owner",) if role == "owner" else ("owner", "moderator")
    if own is not None and own.role in enough:
        return True
    if by.has_role("moderator"):
        uow.audit("community.run", Subject("community", str(community.id)), by=by)
        return True
    return False


async def locked_community(uow: UnitOfWork, community_id: int) -> Community | None:
    """A community, with company and topics, as it is now; others wait until the transaction ends."""
    return await uow.db.scalar(
        select(Community)
        .where(Community.id == community_id)
        .with_for_update(of=Community, key_share=True)
        .options(joinedload(Community.company), selectinload(Community.topics))
        .execution_options(populate_existing=True)
    )


def draft_of(community: Community) -> CommunityDraft:
    """A community of ours as its owner would have typed it, to fill a form."""
    return CommunityDraft(
        name=community.name,
        description=community.description,
        slug=community.slug,
        audience=community.audience,
        language=community.language,
        topics=tuple(topic.name for topic in community.topics),
    )


async def _founder(uow: UnitOfWork, by: Employee) -> Person:
    person = await uow.db.get(Person, by.id)
    if by.disabled_at is not None or person is None or person.gone_at is not None:
        raise Forbidden("This account is closed.")
    return person


async def _write(uow: UnitOfWork, community: Community, draft: CommunityDraft) -> None:
    topics = await topics_named(uow, draft.topics)
    community.name = clean_line(draft.name)
    community.description = clean_text(draft.description)
    community.description_html = render_markdown(community.description)
    community.audience, community.language = draft.audience, draft.language
    community.topics = topics


def _check(draft: CommunityDraft) -> None:
    problems = Problems()
    if not 3 <= len(clean_line(draft.name)) <= NAME_LIMIT:
        problems.add("name", "Please give it a name of 3 to {limit} characters.", limit=NAME_LIMIT)
    if not clean_text(draft.description):
        problems.add("description", "Please say in a sentence or two what it is about.")
    if len(clean_text(draft.description)) > DESCRIPTION_LIMIT:
        problems.add("description", "This is longer than {limit} characters.", limit=DESCRIPTION_LIMIT)
    if draft.audience not in AUDIENCES:
        problems.add("audience", "Please choose who may see it.")
    if draft.language not in known_languages():
        problems.add("language", "Please choose a language from the list.")
    if len(topic_names(draft.topics)) > MOST_TOPICS:
        problems.add("topics", "{limit} topics at most.", limit=MOST_TOPICS)
    problems.raise_if_any()


async def _free_slug(uow: UnitOfWork, draft: CommunityDraft) -> str:
    """The given handle if it is free, else one made of the name. Raises Invalid."""
    wish = draft.slug.strip().removeprefix("@").lower()
    if wish and not _SLUG.fullmatch(wish):
        raise Invalid("A handle is 1 to 30 of a-z, 0-9, dot and underscore.", field="slug")
    if wish and not await is_name_free(uow, wish):
        raise Invalid("This handle is taken.", field="slug")
    stem = wish or username_from(clean_line(draft.name).replace(" ", "."))[: SLUG_LIMIT - 4]
    for candidate in [stem] if wish else [stem, *(f"{stem}{number}" for number in range(2, 1000))]:
        if await is_name_free(uow, candidate):
            return candidate
    raise Invalid("This handle is taken.", field="slug")
