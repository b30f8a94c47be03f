"""Likes count once for each actor, and say nothing of what somebody may not see."""

from tests.hostile.siege import Siege, Verdict
from tests.hostile.talking import (
    page,
    person_of,
    shown_to,
)


async def test_likes_count_once_for_each_actor_and_are_taken_back(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    likes = [
        under.says(under.x, kind, page(session), person_of(under.x))
        for kind in ("Like", "Like", "EmojiReact")
    ]
    for like in likes:
        assert (await under.attack(under.x, like)).state == "processed"
    await under.attack(under.b, under.says(under.b, "Like", page(session), person_of(under.b)))
    await under.attack(under.x, under.says(under.x, "Announce", page(session), person_of(under.x)))
    assert "2 interested · passed on once" in await shown_to(under, session)
    assert under.x.origin not in await shown_to(under, session)

    foreign = under.says(under.b, "Undo", {**likes[0]}, person_of(under.b))
    assert (await under.attack(under.b, foreign)).state == "refused"
    await under.attack(under.x, under.says(under.x, "Undo", likes[2], person_of(under.x)))
    assert "1 interested" in await shown_to(under, session)


async def test_nobody_likes_what_they_may_not_see(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")

    async with under.unchanged():
        verdict = await under.attack(under.x, under.says(under.x, "Like", page(session), person_of(under.x)))

    assert verdict == Verdict(202, "ignored", "no session that they may see")
