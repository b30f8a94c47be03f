"""Letters from people of allied companies to one of ours, and what others try with them.

A Note that addresses one person alone is what Mastodon calls a private mention
(docs.joinmastodon.org/spec/activitypub, "Status").
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from alliance.contacting import TEXT_LIMIT, write_letter
from alliance.errors import NotFound
from alliance.models import ActorBlock, Distance, DomainDistance, DomainPolicy, Letter, Message, Person, Story
from alliance.profiling import withdraw_profile
from alliance.receiving_letters import MOST_A_DAY, MOST_TO_ONE
from federation.handlers import PROCESSED, ignored, refused
from federation.uris import PUBLIC
from tests.alliance.stage import Stage
from tests.federation.announcements.outgoing import known_actor
from tests.federation.handlers.arriving import OURS, THEIRS, Arriving
from tests.federation.handlers.lettering import MIRA, NOBODY, expert, letter, letters, mira


async def test_a_letter_is_put_into_the_post_of_one_person_as_plain_words(
    arriving: Arriving, stage: Stage
) -> None:
    await mira(stage)
    jonas = await expert(stage)

    outcome = await arriving.take(
        letter(arriving, jonas, "<p>Hast du <b>kurz</b> Zeit?<br>Morgen?</p><p>Mira<script>x()</script></p>")
    )

    assert outcome == PROCESSED
    async with stage.instance.reading() as db:
        found = (await db.scalars(select(Letter))).one()
        sender = await db.get_one(Person, found.sender_id)
        posts = (await db.scalars(select(Message.person_id))).all()
        stories = await db.scalar(select(func.count()).select_from(Story))
    assert (found.text, found.receiver_id, sender.uri) == ("Hast du kurz Zeit?\nMorgen?\nMira", jonas, MIRA)
    assert (list(posts), stories) == ([jonas], 0)


async def test_the_same_letter_arrives_once(arriving: Arriving, stage: Stage) -> None:
    await mira(stage)
    first = letter(arriving, await expert(stage))

    outcomes = [await arriving.take(one) for one in (first, first | {"id": f"{THEIRS}/activities/9999"})]

    assert outcomes == [PROCESSED, ignored("known already")]
    assert await letters(stage) == ["Hast du kurz Zeit?"]


@pytest.mark.parametrize("audience", ["hidden", "company", "no letters", "nobody"])
async def test_whoever_can_not_be_written_to_is_one_and_the_same(
    arriving: Arriving, stage: Stage, audience: str
) -> None:
    await mira(stage)
    jonas = await expert(stage, "company" if audience == "company" else "alliance")
    if audience == "hidden":
        async with stage.instance.unit_of_work() as uow:
            await withdraw_profile(uow, jonas)
    if audience == "no letters":
        await expert(stage, takes_letters=False)
    lena = await stage.colleague()
    to = lena.id if audience == "nobody" else jonas

    assert await arriving.take(letter(arriving, to)) == NOBODY
    assert await letters(stage) == []


async def test_who_shows_nothing_is_answered_by_those_they_wrote_to(arriving: Arriving, stage: Stage) -> None:
    person = await mira(stage)
    async with stage.instance.unit_of_work() as uow:
        await write_letter(uow, stage.host.id, person.id, "Darf ich fragen?")

    outcomes = [await arriving.take(letter(arriving, to)) for to in (stage.host.id, stage.admin.id)]

    assert outcomes == [PROCESSED, NOBODY]


@pytest.mark.parametrize("state", ["left", "blocked", "paused", "invited"])
async def test_nothing_is_taken_once_the_alliance_has_ended(
    arriving: Arriving, stage: Stage, state: str
) -> None:
    person = await mira(stage)
    company = await stage.know()
    jonas = await expert(stage, "public")
    await stage.put(company, state)

    outcome = await arriving.take(letter(arriving, jonas))

    assert outcome.state != "processed"
    assert await letters(stage) == []
    with pytest.raises(NotFound):
        async with stage.instance.unit_of_work() as uow:
            await write_letter(uow, jonas, person.id, "Noch da?")


async def test_a_stranger_writes_to_nobody(arriving: Arriving, stage: Stage) -> None:
    jonas = await expert(stage, "public")
    await known_actor(stage, "https://fremd.example/users/eve")

    outcome = await arriving.take(
        letter(arriving, jonas, actor="https://fremd.example/users/eve", id="https://fremd.example/notes/1")
    )

    assert outcome.state == "ignored"
    assert await letters(stage) == []


@pytest.mark.parametrize(
    "lie",
    [
        {"attributedTo": f"{THEIRS}/people/8"},
        {"attributedTo": f"{OURS}/people/1"},
        {"id": "https://evil.example/letters/1"},
        {"id": f"{OURS}/letters/1"},
    ],
    ids=["a neighbour's name", "ours", "another host", "our host"],
)
async def test_a_letter_in_another_name_or_from_another_place_is_none(
    arriving: Arriving, stage: Stage, lie: dict[str, str]
) -> None:
    await mira(stage)
    jonas = await expert(stage)

    outcome = await arriving.take(letter(arriving, jonas, **lie))

    assert outcome.state in ("ignored", "refused")
    assert await letters(stage) == []


@pytest.mark.parametrize(
    "more",
    [
        {"cc": [PUBLIC]},
        {"cc": [f"{THEIRS}/partners"]},
        {"to": [f"{OURS}/people/1", f"{OURS}/people/2"]},
        {"to": [f"{OURS}/company"]},
        {"to": [], "cc": []},
    ],
    ids=["everybody", "allies", "two", "the company", "nobody"],
)
async def test_what_is_not_for_one_person_alone_is_no_letter(
    arriving: Arriving, stage: Stage, more: dict[str, Any]
) -> None:
    await mira(stage)
    jonas = await expert(stage)

    await arriving.take(letter(arriving, jonas, **more))

    assert await letters(stage) == []


@pytest.mark.parametrize("actor", [f"{THEIRS}/company", f"{THEIRS}/actor"])
async def test_companies_write_no_letters(arriving: Arriving, stage: Stage, actor: str) -> None:
    await mira(stage)
    jonas = await expert(stage)
    await known_actor(stage, actor)

    outcome = await arriving.take(letter(arriving, jonas, actor=actor))

    assert outcome.state in ("ignored", "refused")
    assert await letters(stage) == []


@pytest.mark.parametrize(
    "text",
    ["", "<p> </p>", "<p>\u200b</p>", f"<p>{'x' * (TEXT_LIMIT + 1)}</p>", "<b>" * 20_000],
    ids=["none", "space", "hidden", "long", "deep"],
)
async def test_a_letter_says_something_and_not_too_much(arriving: Arriving, stage: Stage, text: str) -> None:
    await mira(stage)
    jonas = await expert(stage)

    outcome = await arriving.take(letter(arriving, jonas, text))

    assert outcome.state in ("ignored", "refused")
    assert await letters(stage) == []


async def test_a_flood_ends_at_twenty_a_day_of_one_person(arriving: Arriving, stage: Stage) -> None:
    await mira(stage)
    jonas = await expert(stage)

    outcomes = [await arriving.take(letter(arriving, jonas)) for _ in range(MOST_A_DAY + 1)]

    assert outcomes == [PROCESSED] * MOST_A_DAY + [refused("too many letters at once")]


async def test_taking_back_makes_no_room_for_more(arriving: Arriving, stage: Stage) -> None:
    await mira(stage)
    jonas = await expert(stage)
    for _ in range(MOST_A_DAY):
        one = letter(arriving, jonas)
        await arriving.take(one)
        await arriving.take(arriving.says("Delete", one["object"]["id"], MIRA))

    assert await arriving.take(letter(arriving, jonas)) == refused("too many letters at once")
    assert await letters(stage) == []


async def test_one_person_gets_fifty_a_day_whoever_writes(arriving: Arriving, stage: Stage) -> None:
    await mira(stage)
    jonas = await expert(stage)
    async with stage.instance.unit_of_work() as uow:
        others = [await stage.person(f"{THEIRS}/people/{n}") for n in (11, 12, 13)]
        for number in range(MOST_TO_ONE):
            uow.db.add(
                Letter(
                    id=uow.new_id(),
                    sender_id=others[number % 3].id,
                    receiver_id=jonas,
                    uri=f"{THEIRS}/letters/a{number}",
                    text="x",
                    created_at=uow.now - timedelta(days=40),
                )
            )

    assert await arriving.take(letter(arriving, jonas)) == refused("too many letters at once")


async def test_the_writer_alone_takes_a_letter_back(arriving: Arriving, stage: Stage) -> None:
    await mira(stage)
    one = letter(arriving, await expert(stage))
    await arriving.take(one)
    await known_actor(stage, f"{THEIRS}/people/8")

    neighbour = await arriving.take(arriving.says("Delete", one["object"]["id"], f"{THEIRS}/people/8"))
    before = await letters(stage)
    own = await arriving.take(arriving.says("Delete", one["object"]["id"], MIRA))
    again = await arriving.take(one | {"id": f"{THEIRS}/activities/777"})

    assert (neighbour, before) == (refused("somebody else wrote it"), ["Hast du kurz Zeit?"])
    assert (own, await letters(stage), again) == (PROCESSED, [], ignored("known already"))
    async with stage.instance.reading() as db:
        assert list(await db.scalars(select(Letter.text))) == [""]
        assert list(await db.scalars(select(Message.id))) == []


async def test_a_letter_that_was_taken_back_before_it_came_stays_away(
    arriving: Arriving, stage: Stage
) -> None:
    await mira(stage)
    one = letter(arriving, await expert(stage), published="2026-01-01T10:00:00Z")

    gone = await arriving.take(arriving.says("Delete", one["object"]["id"], MIRA))

    assert gone == PROCESSED
    assert await arriving.take(one) == ignored("deleted already")


@pytest.mark.parametrize("how", ["a block", "a domain kept away", "moderators", "a silenced domain"])
async def test_who_is_kept_away_writes_to_nobody(arriving: Arriving, stage: Stage, how: str) -> None:
    person = await mira(stage)
    jonas = await expert(stage)
    async with stage.instance.unit_of_work() as uow:
        now: dict[str, Any] = {"id": uow.new_id(), "person_id": jonas, "since": uow.now}
        match how:
            case "a block":
                uow.db.add(Distance(account_id=person.id, kind="block", **now))
            case "a domain kept away":
                uow.db.add(DomainDistance(domain="alpenwerk.example", **now))
            case "moderators":
                uow.db.add(
                    ActorBlock(id=uow.new_id(), actor_uri=MIRA, by_them=False, ours="", created_at=uow.now)
                )
            case _:
                uow.db.add(
                    DomainPolicy(
                        domain="alpenwerk.example", severity="silence", created_at=uow.now, updated_at=uow.now
                    )
                )

    outcome = await arriving.take(letter(arriving, jonas))

    assert outcome.state in ("ignored", "refused")
    assert await letters(stage) == []


async def test_what_answers_a_session_is_for_its_host_as_before(arriving: Arriving, stage: Stage) -> None:
    await mira(stage)
    session = await stage.publish()
    jonas = await expert(stage)

    await arriving.take(letter(arriving, jonas, inReplyTo=f"{OURS}/sessions/{session.id}"))

    assert await letters(stage) == []


async def test_an_edited_letter_changes_nothing_and_becomes_no_story(
    arriving: Arriving, stage: Stage
) -> None:
    await mira(stage)
    one = letter(arriving, await expert(stage))
    await arriving.take(one)

    changed = one["object"] | {"content": "<p>Etwas anderes</p>"}
    outcome = await arriving.take(arriving.says("Update", changed, MIRA))

    assert outcome.state == "ignored"
    assert await letters(stage) == ["Hast du kurz Zeit?"]
