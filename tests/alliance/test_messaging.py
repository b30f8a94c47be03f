"""The post of one employee in their apps: places, letters, and what somebody else never finds there."""

import pytest
from sqlalchemy import select

from alliance.apps import give_token, register_app
from alliance.contacting import write_letter
from alliance.errors import NotFound
from alliance.instance import Instance
from alliance.messaging import (
    exchanges,
    links_for,
    own_message,
    read_conversation,
    throw_conversation_away,
    throw_message_away,
)
from alliance.models import Employee, Message, Posting
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.receiving import receive_attendance_answer
from federation.wiring import Federation
from tests.alliance.stage import LINK, Stage
from tests.support.founding import Founded


@pytest.fixture
async def stage(founded: Founded, federation: Federation) -> Stage:
    """With everything that listens in production."""
    return Stage(founded)


async def with_an_app(instance: Instance, employee: Employee) -> None:
    async with instance.unit_of_work() as uow:
        made = await register_app(uow, "Kiebitz", ["urn:ietf:wg:oauth:2.0:oob"], ("read",), "")
        await give_token(uow, made.app, employee.id, ("read",))


async def post_of(stage: Stage, employee: Employee) -> list[Message]:
    async with stage.instance.reading() as db:
        rows = await db.scalars(select(Message).where(Message.person_id == employee.id).order_by(Message.id))
        return list(rows)


async def links(stage: Stage, messages: list[Message]) -> list[str]:
    settings = stage.instance.settings
    async with stage.instance.reading() as db:
        return list((await links_for(db, stage.instance.vault, settings.origin, messages)).values())


async def test_joining_brings_the_personal_link_to_that_person_alone(stage: Stage) -> None:
    lena, other = await stage.colleague(), await stage.colleague("Somebody Else")
    for one in (lena, other):
        await with_an_app(stage.instance, one)
    session = await stage.publish()

    await stage.join(session, lena)

    (message,) = await post_of(stage, lena)
    assert (message.about, message.direction, message.other_id) == ("joined", "to", session.company_id)
    (link,) = await links(stage, [message])
    assert link.startswith(f"{stage.instance.settings.origin}/meet/")
    assert await post_of(stage, other) == []
    # The link is nowhere in the row.
    assert "meet" not in message.html + message.text
    assert LINK not in message.html + message.text
    async with stage.instance.reading() as db:
        (posting,) = await db.scalars(select(Posting).where(Posting.kind == "message"))
    assert (posting.message_id, posting.audience) == (message.id, "direct")


async def test_leaving_takes_message_and_link_away(stage: Stage) -> None:
    lena = await stage.colleague()
    await with_an_app(stage.instance, lena)
    session = await stage.publish()
    await stage.join(session, lena)
    kept = await post_of(stage, lena)

    await stage.leave(session, lena)

    assert await post_of(stage, lena) == []
    assert await links(stage, kept) == []


async def test_who_moves_up_is_told_once_more(stage: Stage) -> None:
    lena, first = await stage.colleague(), await stage.colleague("First One")
    await with_an_app(stage.instance, lena)
    session = await stage.publish(capacity=1)
    await stage.join(session, first)
    await stage.join(session, lena)
    assert [one.about for one in await post_of(stage, lena)] == ["waiting"]

    await stage.leave(session, first)

    assert [one.about for one in await post_of(stage, lena)] == ["joined"]


async def test_nothing_is_kept_of_people_without_an_app(stage: Stage) -> None:
    lena = await stage.colleague()
    session = await stage.publish()

    await stage.join(session, lena)

    assert await post_of(stage, lena) == []


async def test_a_letter_lies_in_both_posts_and_each_throws_away_their_own(stage: Stage) -> None:
    lena, expert = await stage.colleague(), await stage.colleague("Expert One")
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, expert.id, ProfileDraft(name="Expert One"))
        await publish_profile(uow, expert.id)
    async with stage.instance.unit_of_work() as uow:
        await write_letter(uow, lena.id, expert.id, "How do you <b>grind</b>?")

    (sent,), (got,) = await post_of(stage, lena), await post_of(stage, expert)
    assert (sent.direction, got.direction) == ("from", "to")
    assert got.html == "<p>How do you &lt;b&gt;grind&lt;/b&gt;?</p>"
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(NotFound):
            await own_message(uow, got.id, lena.id)
        with pytest.raises(NotFound):
            await throw_message_away(uow, got.id, lena.id)
        await throw_message_away(uow, sent.id, lena.id)
    assert await post_of(stage, lena) == []
    assert len(await post_of(stage, expert)) == 1


async def test_conversations_are_read_and_thrown_away(stage: Stage) -> None:
    lena = await stage.colleague()
    await with_an_app(stage.instance, lena)
    for title in ("One", "Two"):
        await stage.join(await stage.publish(title=f"Number {title}"), lena)
    company = stage.founded.company.id
    async with stage.instance.reading() as db:
        (found,) = await exchanges(db, lena.id)
    assert (found.other_id, found.is_unread) == (company, True)

    async with stage.instance.unit_of_work() as uow:
        await read_conversation(uow, lena.id, company)
    async with stage.instance.reading() as db:
        assert [one.is_unread for one in await exchanges(db, lena.id)] == [False]
    async with stage.instance.unit_of_work() as uow:
        await throw_conversation_away(uow, lena.id, company)

    assert await post_of(stage, lena) == []
    async with stage.instance.reading() as db:
        assert list(await db.scalars(select(Posting).where(Posting.kind == "message"))) == []


async def test_the_answer_of_a_partner_brings_the_link_when_it_comes(stage: Stage) -> None:
    lena, ally = await stage.colleague(), await stage.ally()
    await with_an_app(stage.instance, lena)
    session = await stage.theirs(ally)
    await stage.join(session, lena)
    (asked,) = await post_of(stage, lena)
    assert (asked.about, await links(stage, [asked])) == ("asked", [])

    assert session.uri is not None
    link = f"{ally.origin}/meet/7-secret"
    async with stage.instance.unit_of_work() as uow:
        await receive_attendance_answer(
            uow,
            request_uri=None,
            session_uri=session.uri,
            person_id=lena.id,
            state="going",
            personal_link=link,
        )

    (joined,) = await post_of(stage, lena)
    assert (joined.about, await links(stage, [joined])) == ("joined", [link])
    assert "secret" not in str(vars(joined))
