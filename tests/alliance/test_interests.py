"""What somebody follows comes first for them, and nothing that they may not see."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alliance import following, profiling, searching
from alliance.errors import Conflict, NotFound
from alliance.facts import SessionPublished
from alliance.models import MOST_INTERESTS, Notification, Session
from alliance.profiling import ProfileDraft
from alliance.queries.companies import home_company as find_home
from alliance.queries.discovery import AHEAD, for_you, similar
from alliance.queries.interests import followed, follows, interests
from alliance.queries.sessions import find
from alliance.recurrence import Rhythm
from alliance.series import SeriesPlan, publish_series
from alliance.telling_followers import on_new
from alliance.visibility import STRANGER, Viewer, employee_viewer
from tests.alliance.stage import Stage, draft, wall
from tests.support.clock import MONDAY
from tests.support.counting import queries_of
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


@pytest.fixture
async def stage(founded: Founded) -> Stage:
    """A founded company whose changes the index hears of."""
    founded.instance.listeners = searching.LISTENERS
    return Stage(founded)


def at(when: str) -> dict[str, Any]:
    """An hour that begins then."""
    return {"starts_at": wall(when), "ends_at": wall(when) + timedelta(hours=1)}


async def follow(stage: Stage, kind: str, key: str) -> None:
    async with stage.instance.unit_of_work() as uow:
        await following.follow(uow, stage.admin.id, kind, key)


async def mine(stage: Stage) -> list[str]:
    """What stands under "for you" for Ada."""
    async with stage.instance.reading() as db:
        what = await followed(db, stage.admin.id)
        found = await for_you(db, employee_viewer(stage.admin.id), what, now=stage.instance.clock.now())
    return [session.title for session in found]


async def like(stage: Stage, session: Any, viewer: Viewer | None = None, ahead: int = AHEAD) -> list[str]:
    viewer = viewer or employee_viewer(stage.admin.id)
    async with stage.instance.reading() as db:
        seen = await find(db, viewer, session.id)
        found = await similar(db, viewer, seen, now=stage.instance.clock.now(), ahead=ahead)
    return [found_one.title for found_one in found]


async def test_the_sessions_of_a_topic_that_is_followed_are_for_you(stage: Stage) -> None:
    await stage.publish(title="Lenses", topics=("Optics",))
    await stage.publish(title="Sewing", topics=("Cloth",))

    await follow(stage, "topic", "Optics")

    assert await mine(stage) == ["Lenses"]


async def test_a_topic_that_nobody_has_used_can_be_followed(stage: Stage) -> None:
    await follow(stage, "topic", "Beekeeping")

    await stage.publish(title="Bees", topics=("beekeeping",))

    assert await mine(stage) == ["Bees"]


async def test_the_sessions_of_a_company_and_an_expert_are_for_you(stage: Stage) -> None:
    company = await stage.ally()
    await stage.theirs(company)
    async with stage.instance.unit_of_work() as uow:
        await profiling.edit_profile(uow, stage.host.id, ProfileDraft(name="Jonas Brandt"))
        await profiling.publish_profile(uow, stage.host.id, "company")
    await stage.publish(title="Lenses")

    await follow(stage, "company", str(company.id))
    await follow(stage, "expert", str(stage.host.id))

    assert await mine(stage) == ["Lenses", "Welding for beginners 1"]


async def test_a_host_who_is_not_shown_is_not_told_by_following(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        await profiling.edit_profile(uow, stage.host.id, ProfileDraft(name="Jonas Brandt"))
        await profiling.publish_profile(uow, stage.host.id, "company")
    await follow(stage, "expert", str(stage.host.id))

    await stage.publish(title="Lenses", host_shown=False)

    assert await mine(stage) == []


async def test_own_and_past_and_cancelled_sessions_are_not_for_you(stage: Stage) -> None:
    await follow(stage, "topic", "optics")
    company = await stage.ally()
    await stage.publish(stage.admin, title="Own", topics=("Optics",))
    await stage.cancel(await stage.publish(title="Cancelled", topics=("Optics",)))
    yesterday = MONDAY - timedelta(days=1)
    await stage.theirs(company, title="Past", starts_at=yesterday, ends_at=MONDAY, topics=("Optics",))

    assert await mine(stage) == []


@pytest.mark.parametrize("state", ["paused", "left", "blocked"])
async def test_nothing_of_a_former_ally_is_for_you(stage: Stage, state: str) -> None:
    company = await stage.ally()
    await stage.theirs(company)
    await follow(stage, "company", str(company.id))
    await follow(stage, "topic", "welding")

    await stage.put(company, state)

    assert await mine(stage) == []


async def test_following_twice_is_following_once_and_ends_with_one_word(stage: Stage) -> None:
    await follow(stage, "topic", "Optics")
    await follow(stage, "topic", "optics")
    async with stage.instance.reading() as db:
        assert [row.topic.name for row in await interests(db, stage.admin.id) if row.topic] == ["Optics"]
        assert await follows(db, stage.admin.id, "topic", "optics")

    async with stage.instance.unit_of_work() as uow:
        await following.unfollow(uow, stage.admin.id, "topic", "optics")
        await following.unfollow(uow, stage.admin.id, "expert", "5")

    async with stage.instance.reading() as db:
        assert not await followed(db, stage.admin.id)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        *[("company", key) for key in ("1", "x", "", "-1", "9" * 30, "²")],
        *[("expert", key) for key in ("1", "x", str(1 << 63))],
        *[("topic", key) for key in ("", "!!", "12")],
        ("session", "1"),
    ],
)
async def test_what_is_not_there_cannot_be_followed(stage: Stage, kind: str, key: str) -> None:
    with pytest.raises(NotFound):
        await follow(stage, kind, key)


@pytest.mark.parametrize("state", ["paused", "left", "blocked", "invited", "asking"])
async def test_a_company_that_is_no_ally_and_its_experts_cannot_be_followed(stage: Stage, state: str) -> None:
    company = await stage.ally()
    await stage.put(company, state)

    with pytest.raises(NotFound):
        await follow(stage, "company", str(company.id))


async def test_an_expert_who_shows_nothing_cannot_be_followed(stage: Stage) -> None:
    with pytest.raises(NotFound):
        await follow(stage, "expert", str(stage.host.id))


async def test_nobody_follows_without_end(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        for number in range(MOST_INTERESTS):
            await following.follow(uow, stage.admin.id, "topic", f"topic {number}")

    with pytest.raises(Conflict):
        await follow(stage, "topic", "one more")


async def test_what_is_followed_is_listed(stage: Stage) -> None:
    company = await stage.ally()
    await follow(stage, "company", str(company.id))

    async with stage.instance.reading() as db:
        rows = await interests(db, stage.admin.id)

    assert [row.company.name for row in rows if row.company] == [company.name]


async def test_similar_sessions_share_rare_topics_first(stage: Stage) -> None:
    for number in range(6):
        await stage.publish(title=f"Common {number}", topics=("Leading",), **at(f"2026-03-17 1{number}:00"))
    await stage.publish(title="Rare", topics=("Caustics",), **at("2026-03-20 10:00"))
    looked_at = await stage.publish(title="This", topics=("Leading", "Caustics"))

    assert await like(stage, looked_at) == ["Rare", "Common 0", "Common 1"]


async def test_the_same_language_stands_before_another(stage: Stage) -> None:
    await stage.publish(title="Deutsch", topics=("Optics",), language="de")
    await stage.publish(title="English", topics=("Optics",), **at("2026-03-20 10:00"))
    looked_at = await stage.publish(title="This", topics=("Optics",))

    assert await like(stage, looked_at) == ["English", "Deutsch"]


async def test_strangers_see_similar_sessions_that_are_public(stage: Stage) -> None:
    for audience in ("public", "alliance", "company"):
        await stage.publish(title=audience, topics=("Optics",), audience=audience)
    looked_at = await stage.publish(title="This", topics=("Optics",))

    assert await like(stage, looked_at, STRANGER) == ["public"]


async def series_of_twelve(stage: Stage) -> list[Session]:
    """Every Tuesday, about optics."""
    starts_at = wall("2026-03-17 16:00")
    said = draft(title="Every week", topics=("Optics",), starts_at=starts_at, ends_at=starts_at + HOUR)
    async with stage.instance.unit_of_work() as uow:
        weekly = Rhythm(kind="weekly", weekday=1)
        made = await publish_series(uow, stage.host.id, SeriesPlan(draft=said, rhythm=weekly))
        dates = await uow.db.scalars(
            select(Session).where(Session.series_id == made.id).order_by(Session.starts_at)
        )
        return list(dates)


@pytest.mark.parametrize("ahead", [12, AHEAD])
async def test_the_other_dates_of_its_series_are_not_similar_and_hide_nothing(
    stage: Stage, ahead: int
) -> None:
    first, *others = await series_of_twelve(stage)
    assert len(others) == 11
    await stage.publish(title="Lenses", topics=("Optics",), **at("2026-09-20 10:00"))

    assert await like(stage, first, ahead=ahead) == ["Lenses"]


@pytest.mark.parametrize("ahead", [12, AHEAD])
async def test_of_another_series_one_date_is_similar(stage: Stage, ahead: int) -> None:
    await series_of_twelve(stage)
    for number in range(2):
        await stage.publish(title=f"Lenses {number}", topics=("Optics",), **at(f"2026-09-2{number} 10:00"))
    looked_at = await stage.publish(title="This", topics=("Optics",), **at("2026-09-30 10:00"))

    assert await like(stage, looked_at, ahead=ahead) == ["Every week", "Lenses 0", "Lenses 1"]


@pytest.mark.parametrize("count", [1, 3])
async def test_the_number_of_queries_does_not_grow(stage: Stage, count: int) -> None:
    for number in range(count):
        await stage.publish(title=f"Lenses {number}", topics=("Optics", f"Glass {number}"))
    looked_at = await stage.publish(stage.admin, title="This", topics=("Optics", "Light"))
    await follow(stage, "topic", "optics")
    me, now = employee_viewer(stage.admin.id), stage.instance.clock.now()

    async with stage.instance.reading() as db:
        seen = await find(db, me, looked_at.id)
        with queries_of(db) as sent:
            assert len(await similar(db, me, seen, now=now)) == count
            alike = len(sent)
            assert len(await for_you(db, me, await followed(db, stage.admin.id), now=now)) == count

    assert (alike, len(sent) - alike) == (3, 4)


async def test_what_is_followed_in_one_language_is_for_you_in_that_language(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        home = (await find_home(uow.db)).id
    await follow(stage, "company", str(home))
    await stage.publish(title="Linsen", language="de", topics=("Optics",))
    await stage.publish(title="Lenses", language="en", topics=("Optics",))
    before = await mine(stage)

    async with stage.instance.unit_of_work() as uow:
        await following.choose_follow(uow, stage.admin.id, home, languages=["en", "pt"])
    chosen = await mine(stage)
    await follow(stage, "topic", "Optics")

    assert (sorted(before), chosen, sorted(await mine(stage))) == (
        ["Lenses", "Linsen"],
        ["Lenses"],
        ["Lenses", "Linsen"],
    )


async def test_nobody_is_told_of_sessions_in_other_languages(stage: Stage) -> None:
    stage.instance.listeners = {SessionPublished: [on_new]}
    async with stage.instance.unit_of_work() as uow:
        home = (await find_home(uow.db)).id
    await follow(stage, "company", str(home))
    async with stage.instance.unit_of_work() as uow:
        await following.choose_follow(uow, stage.admin.id, home, languages=["en"])

    told = [await stage.publish(title=f"Optics {language}", language=language) for language in ("de", "en")]

    async with stage.instance.reading() as db:
        assert list(await db.scalars(select(Notification.session_id))) == [told[1].id]
