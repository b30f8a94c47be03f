"""An external source is asked, answers, is read, paused and removed; states tell the truth."""

from typing import Any

import pytest
from sqlalchemy import select

from alliance.errors import Conflict, Forbidden
from alliance.models import Company, Session, Source
from alliance.receiving_external import MOST_UPCOMING
from alliance.sources import pause_source, remove_source, resume_source
from federation.models import CatchUp, Delivery, Follow, OutboxActivity
from federation.reading_sources import look_at_sources_daily, read_sources
from federation.source_standings import SourceStanding, source_standings
from tests.federation.sources.library import Library
from tests.hostile.siege import OURS
from tests.support.clock import FrozenClock


async def standing(library: Library) -> SourceStanding:
    """The only source."""
    instance = library.under.federation.instance
    async with instance.reading() as db:
        (found,) = await source_standings(db, instance.clock.now())
    return found


async def act(library: Library, verb: Any) -> None:
    """Pauses, resumes or removes it."""
    source = await library.source()
    assert source is not None
    async with library.under.federation.instance.unit_of_work() as uow:
        await verb(uow, source.company_id)


async def test_the_instance_asks_the_group_to_be_followed(library: Library) -> None:
    await library.subscribe()

    async with library.under.federation.instance.reading() as db:
        (row,) = (await db.scalars(select(OutboxActivity).where(OutboxActivity.type == "Follow"))).all()
        (delivery,) = (await db.scalars(select(Delivery))).all()
    assert (row.actor, row.object_uri, row.is_public) == ("instance", library.uri, False)
    assert delivery.inbox == f"{library.uri}/inbox"
    assert (await standing(library)).word == "asked"


async def test_nothing_is_taken_before_they_have_said_yes(library: Library) -> None:
    await library.subscribe()

    verdict = await library.says("Create", library.event())

    assert (verdict.state, verdict.reason) == ("ignored", "not followed")
    assert await read_sources(library.under.federation) == 0
    assert await library.titles() == []


async def test_their_list_is_read_once_they_have_said_yes(library: Library) -> None:
    event, past = library.event(1), library.event(2, startTime="2025-01-01T10:00:00Z", endTime=None)
    library.lists(
        {"type": "Create", "id": f"{event['id']}/activity", "actor": library.uri, "object": event}, past
    )

    await library.followed()

    assert await library.titles() == ["Bindings 1"]
    assert (await standing(library)).word == "following"
    assert (await standing(library)).upcoming == 1


async def test_a_no_is_a_no_also_later(library: Library) -> None:
    await library.followed()
    await library.says("Create", library.event())

    verdict = await library.accept("Reject")

    assert verdict.state == "processed"
    assert (await standing(library)).word == "refused"
    assert (await library.says("Create", library.event(2))).reason == "not followed"


@pytest.mark.parametrize("by", ["/@eva", "/@chess", "/actor"])
@pytest.mark.parametrize("kind", ["Accept", "Reject"])
async def test_only_who_was_asked_answers(library: Library, kind: str, by: str) -> None:
    await library.subscribe()
    about = {"type": "Follow", "id": await library.follow(), "actor": f"{OURS}/actor", "object": library.uri}

    verdict = await library.says(kind, about, by)

    assert (verdict.state, verdict.reason) == ("refused", "it was not asked of them")
    assert (await standing(library)).word == "asked"


async def test_an_old_yes_does_not_answer_a_new_question(library: Library) -> None:
    await library.subscribe()
    old = await library.follow()
    await act(library, remove_source)
    await library.subscribe()

    about = {"type": "Follow", "id": old, "actor": f"{OURS}/actor", "object": library.uri}
    await library.says("Accept", about)

    assert (await standing(library)).word == "asked"


async def test_a_pause_hides_and_takes_nothing_in(library: Library) -> None:
    await library.followed()
    await act(library, pause_source)

    verdict = await library.says("Create", library.event())

    assert verdict.reason == "paused"
    assert (await standing(library)).word == "paused"
    with pytest.raises(Conflict):
        await act(library, pause_source)


async def test_after_a_pause_what_was_missed_is_fetched(library: Library) -> None:
    await library.followed()
    await act(library, pause_source)
    library.lists(library.event())

    await act(library, resume_source)
    await read_sources(library.under.federation)

    assert await library.titles() == ["Bindings 1"]


async def test_what_is_removed_leaves_nothing(library: Library) -> None:
    await library.followed()
    await library.says("Create", library.event(tag=[{"type": "Hashtag", "name": "#Craft"}]))
    follow = await library.follow()

    await act(library, remove_source)

    async with library.under.federation.instance.reading() as db:
        left = [
            (await db.scalars(query)).all()
            for query in (
                select(Source.uri),
                select(CatchUp.company_id),
                select(Follow.id).where(Follow.followed_uri == library.uri),
                select(Session.id).where(Session.author_uri.is_not(None)),
                select(Company.id).where(Company.origin == library.uri),
            )
        ]
    assert left == [[], [], [], [], []]
    assert ("Undo", follow) in await library.sent()


async def test_it_can_be_subscribed_to_again(library: Library) -> None:
    await library.followed()
    await act(library, remove_source)

    library.lists(library.event())
    await library.followed()

    assert await library.titles() == ["Bindings 1"]


async def test_the_same_calendar_is_not_read_twice(library: Library) -> None:
    await library.subscribe()

    with pytest.raises(Conflict, match="subscribed to Stadtbibliothek already"):
        await library.subscribe()


async def test_employees_do_not_decide_about_sources(library: Library) -> None:
    await library.subscribe()
    source = await library.source()
    assert source is not None

    with pytest.raises(Forbidden):
        async with library.under.federation.instance.unit_of_work() as uow:
            await remove_source(uow, source.company_id, library.under.stage.host)


async def test_a_list_that_cannot_be_read_is_told_with_its_reason(library: Library) -> None:
    library.server.documents["/@library/outbox"] = 500
    await library.subscribe()
    await library.accept()

    await read_sources(library.under.federation)

    found = await standing(library)
    assert found.word == "unreachable"
    assert (
        found.sentence.format(**dict(found.parameters))
        == f"{library.server.authority} has trouble of its own at the moment."
    )


async def test_a_list_that_can_be_read_again_is_told_as_well(library: Library, clock: FrozenClock) -> None:
    library.server.documents["/@library/outbox"] = 500
    await library.subscribe()
    await library.accept()
    await read_sources(library.under.federation)

    library.lists(library.event())
    clock.advance(hours=1)
    await read_sources(library.under.federation)

    assert (await standing(library)).word == "following"
    assert await library.titles() == ["Bindings 1"]


async def test_a_question_that_nobody_takes_is_told(library: Library) -> None:
    await library.subscribe()
    async with library.under.federation.instance.unit_of_work() as uow:
        (delivery,) = (await uow.db.scalars(select(Delivery))).all()
        delivery.state = "dead"

    assert (await standing(library)).word == "unreachable"


async def test_an_account_that_is_deleted_is_a_no(library: Library) -> None:
    await library.followed()

    await library.says("Delete", library.uri)

    assert (await standing(library)).word == "refused"


async def test_the_list_is_read_again_after_a_day(library: Library, clock: FrozenClock) -> None:
    await library.followed()
    library.lists(library.event(startTime="2026-03-20T10:00:00Z", endTime="2026-03-20T11:00:00Z"))

    await look_at_sources_daily(library.under.federation)
    assert await read_sources(library.under.federation) == 0
    clock.advance(hours=25)
    await look_at_sources_daily(library.under.federation)

    assert await read_sources(library.under.federation) == 1
    assert await library.titles() == ["Bindings 1"]


async def test_what_is_long_over_is_forgotten(library: Library, clock: FrozenClock) -> None:
    await library.followed()
    await library.says("Create", library.event())

    clock.advance(days=40)
    await look_at_sources_daily(library.under.federation)

    assert await library.titles() == []


async def test_topics_decide_what_is_taken(library: Library) -> None:
    await library.followed("python", "machine learning")

    events: tuple[dict[str, Any], ...] = (
        {"name": "Python evening"},
        {"name": "A", "tag": [{"type": "Hashtag", "name": "#MachineLearning"}]},
        {"name": "Machine Learning for all"},
        {"name": "B", "content": "<p>We write <b>Python</b>.</p>"},
        {"name": "Pythons in the zoo"},
        {"name": "C", "tag": [{"type": "Hashtag", "name": "#Python"}]},
        {"name": "D", "tag": [{"type": "Hashtag", "name": "#Machines"}]},
    )
    for number, changes in enumerate(events):
        await library.says("Create", library.event(number, **changes))

    assert await library.titles() == ["A", "B", "C", "Machine Learning for all", "Python evening"]


async def test_an_event_that_no_longer_fits_goes_and_comes_back(library: Library, clock: FrozenClock) -> None:
    await library.followed("python")
    await library.says("Create", library.event(name="Python evening"))

    clock.advance(minutes=1)
    verdict = await library.says("Update", library.event(name="Chess evening"))
    assert (verdict.reason, await library.titles()) == ("other topics", [])
    clock.advance(minutes=1)
    await library.says("Update", library.event(name="Python again"))

    assert await library.titles() == ["Python again"]


async def test_a_source_that_floods_is_cut_off(library: Library) -> None:
    await library.followed()
    source = await library.source()
    assert source is not None
    starts = library.under.stage.instance.clock.now()
    async with library.under.federation.instance.unit_of_work() as uow:
        for number in range(MOST_UPCOMING):
            uow.db.add(
                Session(
                    id=uow.new_id(), company_id=source.company_id, uri=f"{library.server.origin}/e/{number}",
                    title=f"{number}", starts_at=starts, ends_at=starts.replace(year=2027), timezone="UTC",
                    audience="company", updated_at=uow.now, author_uri=library.uri,
                )
            )  # fmt: skip

    verdict = await library.says("Create", library.event())

    assert (verdict.state, verdict.reason) == ("ignored", "too many")
