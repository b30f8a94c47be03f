"""What apps count is what the reader may read: no hidden answers, no words for one person alone."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import insert, select, update

from alliance.commenting import say
from alliance.models import Comment, Posting
from alliance.moderating import hide_story
from alliance.telling import Telling, tell_story
from tests.alliance.stage import Stage
from tests.support.clock import FrozenClock
from tests.web.mastodon.scenes import got
from tests.web.pages.scenes import offered
from web.mastodon.kept import MANY

pytestmark = pytest.mark.anyio


async def told(stage: Stage, text: str, audience: str, parent: int | None = None) -> tuple[int, int]:
    """Identifiers of a story of the administrator and of its status."""
    async with stage.instance.unit_of_work() as uow:
        telling = Telling(text=text, audience=audience, parent_id=parent)
        story = await tell_story(uow, stage.founded.admin, telling)
    async with stage.instance.reading() as db:
        status = await db.scalar(select(Posting.id).where(Posting.story_id == story.id))
    assert status is not None
    return story.id, status


async def test_hidden_answers_are_not_counted(
    api: AsyncClient, stranger_api: AsyncClient, stage: Stage
) -> None:
    story, status = await told(stage, "Barfuß", "public")
    hidden, _ = await told(stage, "Unsinn", "public", story)
    await told(stage, "Nur hier", "company", story)
    await told(stage, "Für alle", "public", story)
    address = f"/api/v1/statuses/{status}"

    async def counted() -> tuple[int, int]:
        [ours, theirs] = [await got(who, address) for who in (api, stranger_api)]
        return ours["replies_count"], theirs["replies_count"]

    assert await counted() == (3, 2)
    async with stage.instance.unit_of_work() as uow:
        await hide_story(uow, hidden, stage.founded.admin, "Gehört nicht her.")
    assert await counted() == (2, 1)


@pytest.mark.parametrize("is_private", [True, False])
async def test_what_is_said_to_one_person_alone_is_nothing_an_account_said(
    is_private: bool, api: AsyncClient, stage: Stage
) -> None:
    admin = stage.founded.admin
    session = await offered(stage.instance, stage.founded.employee, audience="alliance")
    async with stage.instance.unit_of_work() as uow:
        comment = await say(uow, session.id, admin, "Nur für dich.")
        await uow.db.execute(update(Comment).where(Comment.id == comment.id).values(is_private=is_private))

    account = await got(api, f"/api/v1/accounts/{admin.id}")

    assert account["statuses_count"] == (0 if is_private else 1)
    assert (account["last_status_at"] is None) == is_private


async def test_whoever_said_much_is_counted_again_after_an_hour_or_with_something_new(
    api: AsyncClient, stranger_api: AsyncClient, stage: Stage, clock: FrozenClock
) -> None:
    company = stage.founded.company.id

    async def say_more(first: int, count: int) -> None:
        rows = [row(company, number, clock) for number in range(first, first + count)]
        async with stage.instance.unit_of_work() as uow:
            await uow.db.execute(insert(Posting), rows)

    async def take_back(number: int) -> None:
        async with stage.instance.unit_of_work() as uow:
            await uow.db.execute(update(Posting).where(Posting.id == number).values(gone_at=uow.now))

    async def counted() -> list[int]:
        clock.advance(minutes=1)
        address = f"/api/v1/accounts/{company}"
        return [(await got(who, address))["statuses_count"] for who in (api, stranger_api)]

    everything = 2 * MANY
    await say_more(1, everything)
    assert await counted() == [everything, MANY]
    await take_back(2)
    # What strangers may see never waits.
    assert await counted() == [everything, MANY - 1]
    await take_back(everything)
    assert await counted() == [everything - 2, MANY - 2]
    await say_more(5_000, 1)
    assert await counted() == [everything - 1, MANY - 1]
    await take_back(4)
    clock.advance(hours=1)
    assert await counted() == [everything - 2, MANY - 2]


def row(author: int, number: int, clock: FrozenClock) -> dict[str, Any]:
    """Something that a company said, every second time for everybody."""
    audience = "alliance" if number % 2 else "public"
    told = {"id": number, "kind": "session", "lane": "words", "author_id": author, "audience": audience}
    return {**told, "created_at": clock.now(), "changed_at": clock.now()}
