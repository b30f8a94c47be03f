"""Puts a picture beside a community of ours and takes it away again."""

from alliance.communities import community_to_run
from alliance.community_facts import CommunityChanged
from alliance.models import Community, Employee
from alliance.pictures import StoredPicture, discard_afterwards, words_for
from alliance.unit_of_work import UnitOfWork


async def set_community_picture(
    uow: UnitOfWork, community_id: int, picture: StoredPicture, alt: str, by: Employee
) -> Community:
    """Its owners give it a face, for whoever may see the community; `alt` says in words what it shows.

    Raises Invalid without words, NotFound, Gone, Forbidden.
    """
    return await _put(uow, community_id, picture.name, words_for(alt), by)


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
