"""What our people choose for their apps: where they stopped reading, who may notify them, how they write."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select, update

from alliance.errors import Conflict, Invalid, NotFound
from alliance.languages import known_languages
from alliance.models import (
    MARKED_TIMELINES,
    MOST_FEATURED_TOPICS,
    NOTICE_TREATMENTS,
    VISIBILITIES,
    FeaturedTopic,
    NoticePolicy,
    Notification,
    ReadingMarker,
    Topic,
    WritingChoice,
)
from alliance.queries.app_choices import NOTICE_GROUPS, ONCE_CHOSEN, UNCHOSEN
from alliance.topics import topics_named
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert


async def remember_place(uow: UnitOfWork, person_id: int, places: Mapping[str, int]) -> list[ReadingMarker]:
    """How far each of these timelines has been read; the version rises each time. Raises Invalid."""
    if set(places) - set(MARKED_TIMELINES):
        raise Invalid(detail="not a timeline with a marker")
    markers = []
    for timeline, last_read in sorted(places.items()):
        said: dict[str, Any] = {"last_read_id": last_read, "updated_at": uow.now}
        marker = await uow.db.scalars(
            insert(uow.db, ReadingMarker)
            .values(person_id=person_id, timeline=timeline, version=1, **said)
            .on_conflict_do_update(
                index_elements=["person_id", "timeline"],
                set_={**said, "version": ReadingMarker.version + 1},
            )
            .returning(ReadingMarker)
            .execution_options(populate_existing=True)
        )
        markers.append(marker.one())
    if "notifications" in places:
        await _read_notifications(uow, person_id, places["notifications"])
    return markers


async def _read_notifications(uow: UnitOfWork, person_id: int, last_read: int) -> None:
    """What was read in an app is no longer new on the page of notifications."""
    await uow.db.execute(
        update(Notification)
        .where(
            Notification.person_id == person_id,
            Notification.id <= last_read,
            Notification.read_at.is_(None),
        )
        .values(read_at=uow.now)
        .execution_options(synchronize_session=False)
    )


async def choose_notice_policy(uow: UnitOfWork, person_id: int, given: Mapping[str, str]) -> NoticePolicy:
    """How notifications of groups of people are treated from now on, by NOTICE_GROUPS. Raises Invalid."""
    if set(given) - set(NOTICE_GROUPS) or set(given.values()) - set(NOTICE_TREATMENTS):
        raise Invalid("Please choose one of the options.")
    row = await uow.db.get(NoticePolicy, person_id)
    if row is None:
        row = NoticePolicy(person_id=person_id, **UNCHOSEN)
        uow.db.add(row)
    for group, treatment in given.items():
        setattr(row, group, treatment)
    await uow.db.flush()
    return row


async def choose_writing(
    uow: UnitOfWork,
    person_id: int,
    *,
    visibility: str | None = None,
    is_sensitive: bool | None = None,
    language: str | None = None,
) -> WritingChoice:
    """How apps write unless told otherwise; None leaves it, an empty language is the account's.

    Raises Invalid.
    """
    if visibility is not None and visibility not in VISIBILITIES:
        raise Invalid("Please choose one of the options.", field="privacy")
    if language and language not in known_languages():
        raise Invalid("Please choose a language from the list.", field="language")
    row = await uow.db.get(WritingChoice, person_id)
    if row is None:
        row = WritingChoice(person_id=person_id, **ONCE_CHOSEN)
        uow.db.add(row)
    row.visibility = visibility or row.visibility
    row.is_sensitive = row.is_sensitive if is_sensitive is None else is_sensitive
    row.language = row.language if language is None else language or None
    await uow.db.flush()
    return row


async def feature_topic(uow: UnitOfWork, person_id: int, name: str) -> tuple[FeaturedTopic, Topic]:
    """Shows a topic on one's own profile; twice is once. Raises Invalid, Conflict beyond ten."""
    found = await topics_named(uow, [name])
    if not found:
        raise Invalid("That is no topic.", field="name")
    topic = found[0]
    mine = (FeaturedTopic.person_id == person_id,)
    known = await uow.db.scalar(select(FeaturedTopic).where(*mine, FeaturedTopic.topic_id == topic.id))
    if known is not None:
        return known, topic
    if (await uow.db.scalar(select(func.count()).where(*mine)) or 0) >= MOST_FEATURED_TOPICS:
        raise Conflict("You show {limit} topics already.", limit=MOST_FEATURED_TOPICS)
    row = FeaturedTopic(id=uow.new_id(), person_id=person_id, topic_id=topic.id, since=uow.now)
    uow.db.add(row)
    await uow.db.flush()
    return row, topic


async def unfeature_topic(uow: UnitOfWork, person_id: int, row_id: int) -> None:
    """It is no longer shown. Raises NotFound."""
    gone = await uow.db.execute(
        delete(FeaturedTopic)
        .where(FeaturedTopic.id == row_id, FeaturedTopic.person_id == person_id)
        .returning(FeaturedTopic.id)
    )
    if gone.first() is None:
        raise NotFound


async def unfeature_topic_named(uow: UnitOfWork, person_id: int, slug: str) -> None:
    """The same by the topic; twice is once."""
    topic = select(Topic.id).where(Topic.slug == slug).scalar_subquery()
    await uow.db.execute(
        delete(FeaturedTopic)
        .where(FeaturedTopic.person_id == person_id, FeaturedTopic.topic_id == topic)
        .execution_options(synchronize_session=False)
    )
