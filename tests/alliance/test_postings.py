"""The rows that apps show follow what they show: sessions, who holds them, and what is said about them."""

import pytest
from sqlalchemy import delete, select, text

from alliance.commenting import delete_comment, edit_comment, say
from alliance.identifiers import moment_of
from alliance.keeping_postings import LISTENERS
from alliance.models import Posting, Topic, posting_topic
from alliance.posting import boost, post, unboost
from alliance.rebuilding_postings import rebuild_postings
from alliance.receiving_sessions import forget_session, receive_session
from tests.alliance.stage import Stage, session_news
from tests.support.clock import FrozenClock


@pytest.fixture
async def kept(stage: Stage) -> Stage:
    """The same stage, on which rows for apps are kept."""
    stage.instance.listeners = LISTENERS
    return stage


async def rows(stage: Stage, *, gone: bool = False) -> list[Posting]:
    async with stage.instance.reading() as db:
        query = select(Posting).order_by(Posting.id)
        return list((await db.scalars(query if gone else query.where(Posting.gone_at.is_(None)))).all())


async def kinds(stage: Stage) -> list[str]:
    return [row.kind for row in await rows(stage)]


async def test_a_published_session_is_its_companys_and_its_host_passes_it_on(kept: Stage) -> None:
    session = await kept.publish()

    posting, passed_on = await rows(kept)
    assert (posting.kind, posting.author_id, posting.session_id) == (
        "session",
        session.company_id,
        session.id,
    )
    assert (posting.audience, posting.is_listed, posting.changed_at) == ("public", True, posting.created_at)
    assert (passed_on.kind, passed_on.author_id, passed_on.boosted_id) == ("boost", kept.host.id, posting.id)
    assert posting.id != session.id


async def test_a_host_who_is_not_shown_passes_nothing_on(kept: Stage) -> None:
    session = await kept.publish(host_shown=False)
    assert await kinds(kept) == ["session"]

    await kept.edit(session, host_shown=True)
    assert await kinds(kept) == ["session", "boost"]

    await kept.edit(session, host_shown=False)
    assert await kinds(kept) == ["session"]


async def test_a_change_keeps_the_number_and_tells_the_moment(kept: Stage, clock: FrozenClock) -> None:
    session = await kept.publish()
    (before, _) = await rows(kept)
    clock.advance(minutes=5)

    await kept.edit(session, audience="alliance", title="Another title")

    (after, passed_on) = await rows(kept)
    assert after.id == before.id
    assert after.changed_at > after.created_at == before.created_at
    assert (after.audience, passed_on.audience) == ("alliance", "alliance")


async def test_what_is_withdrawn_is_in_no_list(kept: Stage) -> None:
    session = await kept.publish()

    await kept.withdraw(session)

    assert await rows(kept) == []
    assert len(await rows(kept, gone=True)) == 2


async def test_a_partners_session_comes_goes_and_comes_back_under_its_number(kept: Stage) -> None:
    ally = await kept.ally()
    news = session_news(ally)
    async with kept.instance.unit_of_work() as uow:
        await receive_session(uow, ally.id, news)
    (first,) = await rows(kept)
    async with kept.instance.unit_of_work() as uow:
        await forget_session(uow, news.uri)
    assert await rows(kept) == []

    async with kept.instance.unit_of_work() as uow:
        await receive_session(uow, ally.id, news, may_return=True)

    assert [row.id for row in await rows(kept)] == [first.id]
    assert first.author_id == first.company_id == ally.id


async def test_the_topics_of_a_session_are_those_of_its_row(kept: Stage) -> None:
    session = await kept.publish(topics=("Optics", "Glass"))
    await kept.edit(session, topics=("Glass", "Sand"))

    async with kept.instance.reading() as db:
        found = await db.scalars(
            select(Topic.slug).join(posting_topic, posting_topic.c.topic_id == Topic.id).order_by(Topic.slug)
        )
        assert list(found) == ["glass", "sand"]


async def test_a_comment_answers_the_row_of_what_it_answers(kept: Stage) -> None:
    session = await kept.publish(host_shown=False)
    async with kept.instance.unit_of_work() as uow:
        first = await say(uow, session.id, kept.host, "First")
    async with kept.instance.unit_of_work() as uow:
        second = await say(uow, session.id, kept.admin, "Second", parent_id=first.id)

    posting, one, two = await rows(kept)
    assert (one.comment_id, one.parent_id, two.comment_id, two.parent_id) == (
        first.id,
        posting.id,
        second.id,
        one.id,
    )
    assert (two.author_id, two.session_id, two.is_listed) == (kept.admin.id, session.id, False)


async def test_a_comment_that_is_changed_or_deleted_is_so_here(kept: Stage, clock: FrozenClock) -> None:
    session = await kept.publish(host_shown=False)
    async with kept.instance.unit_of_work() as uow:
        comment = await say(uow, session.id, kept.host, "First")
    clock.advance(minutes=5)
    async with kept.instance.unit_of_work() as uow:
        await edit_comment(uow, comment.id, "Better", kept.host)
    (_, changed) = await rows(kept)
    assert changed.changed_at > changed.created_at

    async with kept.instance.unit_of_work() as uow:
        await delete_comment(uow, comment.id, kept.host)
    assert await kinds(kept) == ["session"]


async def test_passing_on_twice_is_once_and_again_later_is_new(kept: Stage) -> None:
    await kept.publish(host_shown=False)
    (posting,) = await rows(kept)

    async def pass_on() -> int:
        async with kept.instance.unit_of_work() as uow:
            return (await boost(uow, await uow.db.get_one(Posting, posting.id), kept.admin.id, None)).id

    first = await pass_on()
    assert await pass_on() == first
    async with kept.instance.unit_of_work() as uow:
        assert await unboost(uow, posting.id, kept.admin.id)
        assert not await unboost(uow, posting.id, kept.admin.id)
    assert await pass_on() > first


async def test_a_row_written_twice_is_one_row(kept: Stage) -> None:
    session = await kept.publish(host_shown=False)
    async with kept.instance.unit_of_work() as uow:
        again = await post(
            uow,
            kind="session",
            author_id=session.company_id,
            session_id=session.id,
            audience="public",
            created_at=uow.now,
        )

    assert [row.id for row in await rows(kept)] == [again.id]


async def test_a_rebuild_finds_everything_again(kept: Stage) -> None:
    session = await kept.publish(topics=("Optics",))
    async with kept.instance.unit_of_work() as uow:
        await say(uow, session.id, kept.host, "First")
    gone = await kept.publish()
    await kept.withdraw(gone)
    before = {_told(row) for row in await rows(kept)}
    async with kept.instance.unit_of_work() as uow:
        await uow.db.execute(delete(Posting))

    await rebuild_postings(kept.instance)

    after = await rows(kept)
    assert {_told(row) for row in after} == before
    by_kind = {row.kind: row for row in after}
    assert by_kind["comment"].parent_id == by_kind["session"].id == session.id
    async with kept.instance.reading() as db:
        assert min(await db.scalars(select(posting_topic.c.posting_id))) == session.id


async def test_a_rebuild_changes_nothing_that_is_right(kept: Stage) -> None:
    session = await kept.publish(topics=("Optics",))
    async with kept.instance.unit_of_work() as uow:
        await say(uow, session.id, kept.host, "First")
    before = await _everything(kept)

    await rebuild_postings(kept.instance)

    assert await _everything(kept) == before


async def test_numbers_tell_when_a_row_was_written(kept: Stage) -> None:
    await kept.publish()

    assert all(moment_of(row.id) == kept.instance.clock.now() for row in await rows(kept))


async def _everything(stage: Stage) -> list[tuple[object, ...]]:
    async with stage.instance.reading() as db:
        return [tuple(row) for row in await db.execute(text("SELECT * FROM posting ORDER BY id"))]


def _told(row: Posting) -> tuple[object, ...]:
    return (
        row.kind,
        row.author_id,
        row.company_id,
        row.session_id,
        row.comment_id,
        row.audience,
        row.is_listed,
    )
