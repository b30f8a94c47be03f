"""Puts a picture beside a community of ours and takes it away again."""

from alliance.communities import community_to_run
from alliance.community_facts import CommunityChanged
from alliance.errors import Invalid
from alliance.models import Community, Employee
from alliance.pictures import ALT_LIMIT, StoredPicture, discard_afterwards
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork


async def set_community_picture(
    uow: UnitOfWork, community_id: int, picture: StoredPicture, alt: str, by: Employee
) -> Community:
    """Its owners give it a face, for whoever may see the community; `alt` says in words what it shows.

    Raises Invalid without words, NotFound, Gone, Forbidden.
    """
    words = clean_line(alt)
    if not 1 <= len(words) <= ALT_LIMIT:
        raise Invalid(
            "Please say in a few words what the picture shows, for people who don't see it.",
            field="image_alt",
        )
    return await _put(uow, community_id, picture.name, words, by)


async def remove_community_picture(uow: UnitOfWork, community_id: int, by: Employee) -> Community:
    """Takes it away. Raises NotFound, Gone, Forbidden."""
    return await _put(uow, community_id, None, "", by)


async def _put(uow: UnitOfWork, community_id: int, name: str | None, alt: str, by: Employee) -> Community:
    community = await community_to_run(uow, community_id, by, "owner")
    discard_afterwards(uow, community.picture)
    community.picture, community.picture_alt, community.updated_at = name, alt, uow.now
    await uow.db.flush()
    uow.record(CommunityChanged(community, community.audience))
    return community
