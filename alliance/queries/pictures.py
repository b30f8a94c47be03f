"""Which pictures a viewer may see: those beside what they may see, no others."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Community, Company, ExpertProfile, Person, Session, Story, StoryPicture
from alliance.visibility import (
    STRANGER,
    Viewer,
    visible_communities,
    visible_profiles,
    visible_sessions,
    visible_stories,
)


@dataclass(frozen=True)
class Seen:
    """Whether a viewer may see a picture, and whether everybody may, so that anybody may keep a copy."""

    allowed: bool
    public: bool


async def seen(db: AsyncSession, viewer: Viewer, name: str) -> Seen:
    """How `viewer` stands to the picture of that name. One query."""
    row = (await db.execute(select(_shown(viewer, name), _shown(STRANGER, name)))).one()
    return Seen(bool(row[0]), bool(row[1]))


async def used_pictures(db: AsyncSession) -> set[str]:
    """Every picture that something names."""
    portraits = select(ExpertProfile.picture).where(ExpertProfile.picture.is_not(None))
    banners = select(Session.image).where(Session.image.is_not(None), Session.withdrawn_at.is_(None))
    told = select(StoryPicture.name)
    logos = select(Company.logo).where(Company.logo.is_not(None))
    faces = select(Community.picture).where(Community.picture.is_not(None), Community.state == "open")
    named = (portraits, banners, told, logos, faces)
    found = [name for query in named for name in (await db.scalars(query)).all()]
    return {name for name in found if name is not None}


def _shown(viewer: Viewer, name: str) -> ColumnElement[bool]:
    banner = exists().where(Session.image == name, visible_sessions(viewer))
    told = exists().where(
        StoryPicture.name == name,
        Story.id == StoryPicture.story_id,
        Person.id == Story.author_id,
        visible_stories(viewer),
    )
    logo = exists().where(Company.logo == name, Company.is_home)
    face = exists().where(Community.picture == name, visible_communities(viewer))
    beside = and_(ExpertProfile.picture == name, Person.id == ExpertProfile.person_id)
    if viewer.kind == "employee":
        own = Person.id == viewer.person_id
        waiting = exists().where(StoryPicture.name == name, StoryPicture.owner_id == viewer.person_id)
        return or_(
            logo, face, banner, told, waiting, exists().where(beside, or_(own, visible_profiles(viewer)))
        )
    return or_(
        logo,
        face,
        banner,
        told,
        exists().where(beside, ExpertProfile.picture_shared, visible_profiles(viewer)),
    )
