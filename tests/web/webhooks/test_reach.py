"""A channel is told what its readers may see, and nothing else: every leak that could be is tried."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.communities import CommunityDraft, found_community
from alliance.community_posts import post_session, post_wish
from alliance.errors import Forbidden, Invalid, NotFound
from alliance.models import Community, Story, Wish
from alliance.telling import Telling, take_back_story, tell_story
from alliance.webhook_news import may_carry
from alliance.webhooks import WebhookWish, change_webhook, pause_webhook
from alliance.wishing import WishDraft, make_wish
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.web.webhooks.conftest import ALL, Channel, hooked, waiting
from web.webhooks.sending import tell_channels

pytestmark = pytest.mark.anyio


async def story(stage: Stage, text: str, audience: str) -> Story:
    async with stage.instance.unit_of_work() as uow:
        return await tell_story(uow, stage.host, Telling(text=text, audience=audience))


async def wish(stage: Stage, title: str, audience: str) -> Wish:
    async with stage.instance.unit_of_work() as uow:
        return await make_wish(uow, stage.host, WishDraft(kind="learn", title=title, audience=audience))


async def everything(stage: Stage) -> None:
    """One of each kind for each audience, ours and theirs."""
    ally, stranger = await stage.ally(), await stage.know("sonstwo.example")
    for audience in ("company", "alliance", "public"):
        await stage.publish(title=f"Ours for {audience}", audience=audience)
        await story(stage, f"Story for {audience}", audience)
        await wish(stage, f"Wish for {audience}", audience)
    await stage.theirs(ally, 1, title="Theirs for alliance", audience="alliance")
    await stage.theirs(ally, 2, title="Theirs for public", audience="public")
    await stage.theirs(stranger, 3, title="Of somebody", audience="public")


OPEN = {"Ours for public", "Story for public", "Wish for public", "Theirs for public"}
SHARED = OPEN | {"Ours for alliance", "Story for alliance", "Wish for alliance"}
INSIDE = SHARED | {"Ours for company", "Story for company", "Wish for company", "Theirs for alliance"}


async def test_each_kind_of_readers_hears_exactly_this(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    expected = {"public": OPEN, "alliance": SHARED, "company": INSIDE}
    for reach in expected:
        await hooked(stage, channel, reach=reach, url=f"{channel.url}/{reach}")
    await everything(stage)

    await tell_channels(federation)

    told = {path.rpartition("/")[2]: which for which, (_, path, _, _) in enumerate(channel.calls)}
    heard = {
        reach: {one["title"] for one in channel.said(which)["data"]["news"]} for reach, which in told.items()
    }
    assert heard == expected
    assert "meet.example" not in channel.words()


@given(st.sampled_from(["company", "alliance", "public"]), st.booleans())
def test_wider_readers_never_hear_more(audience: str, is_ours: bool) -> None:
    told = [may_carry(reach, audience, is_ours=is_ours) for reach in ("public", "alliance", "company")]

    assert told == sorted(told)
    assert may_carry("public", audience, is_ours=is_ours) is (audience == "public")


async def test_what_becomes_narrower_before_it_is_sent_is_not_told(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel)
    session = await stage.publish(title="Public for a moment")
    told = await story(stage, "Taken back at once", "public")
    await stage.edit(session, title="Public for a moment", audience="company")
    async with stage.instance.unit_of_work() as uow:
        await take_back_story(uow, told.id, stage.host)

    await tell_channels(federation)

    assert (channel.calls, await waiting(stage.instance)) == ([], 0)


async def test_what_becomes_wider_is_new_to_those_who_could_not_see_it(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel)
    session = await stage.publish(title="Inside first", audience="company")
    before = await waiting(stage.instance)
    await stage.edit(session, title="Inside first", audience="public")

    await tell_channels(federation)

    assert (before, channel.titles()) == (0, ["Inside first"])


async def test_of_a_partner_that_is_paused_nothing_is_told(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel, reach="company")
    ally = await stage.ally()
    await stage.theirs(ally, 1, title="Theirs")
    await stage.put(ally, "paused")

    await tell_channels(federation)

    assert channel.calls == []


async def test_a_host_who_is_not_shown_is_named_to_colleagues_alone(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel, kind="slack", reach="alliance")
    await stage.publish(host_shown=False)
    await tell_channels(federation)
    outside = channel.words()
    await hooked(stage, channel, kind="slack", reach="company")
    await stage.publish(host_shown=False)
    stage.instance.clock.advance(minutes=1)  # type: ignore[attr-defined]

    await tell_channels(federation)

    assert ("Jonas" in outside, "Jonas" in channel.words()) == (False, True)


async def test_topics_companies_and_kinds_narrow_what_is_told(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel, topic="Optics", ours_only=True, news=("session", "wish"))
    ally = await stage.ally()
    await stage.publish(title="About it", topics=("optics",))
    await stage.publish(title="About something else", topics=("glass",))
    await stage.theirs(ally, 1, title="Theirs", topics=("Optics",))
    await wish(stage, "Without a topic", "public")

    await tell_channels(federation)

    assert channel.titles() == ["About it"]


async def hooked_community(stage: Stage, channel: Channel) -> Community:
    """A public community of the host's, of which the channel hears."""
    async with stage.instance.unit_of_work() as uow:
        made = await found_community(
            uow, stage.host, CommunityDraft(name="Optics", description="Lenses.", audience="public")
        )
    await hooked(stage, channel, community_id=made.id, by=stage.host)
    return made


async def test_a_community_hears_of_what_stands_in_it(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    made = await hooked_community(stage, channel)
    inside = await stage.publish(title="Stands there")
    await stage.publish(title="Stands nowhere")
    async with stage.instance.unit_of_work() as uow:
        await post_session(uow, made.id, inside.id, stage.host)

    await tell_channels(federation)
    stage.instance.clock.advance(minutes=1)  # type: ignore[attr-defined]
    await stage.cancel(inside)
    await tell_channels(federation)

    assert channel.titles() == ["Stands there", "Stands there"]
    assert channel.said()["data"]["news"][0]["type"] == "session.cancelled"


async def test_a_request_that_is_put_into_a_community_is_told_there(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    made = await hooked_community(stage, channel)
    inside, hidden = await wish(stage, "Stands there", "public"), await wish(stage, "For us", "company")
    await wish(stage, "Stands nowhere", "public")
    async with stage.instance.unit_of_work() as uow:
        for one in (inside, hidden):
            await post_wish(uow, made.id, one.id, stage.host)

    await tell_channels(federation)

    assert channel.titles() == ["Stands there"]


async def test_who_may_say_what(stage: Stage, channel: Channel) -> None:
    """Owners only for their own community, and never that a channel is internal."""
    lena = await stage.colleague()
    async with stage.instance.unit_of_work() as uow:
        made = await found_community(
            uow, stage.host, CommunityDraft(name="Optics", description="Lenses.", audience="company")
        )
    own: dict[str, Any] = {"community_id": made.id, "by": stage.host}
    with pytest.raises(Forbidden):
        await hooked(stage, channel, by=stage.host)
    with pytest.raises(Forbidden):
        await hooked(stage, channel, community_id=made.id, by=lena)
    with pytest.raises(Invalid) as refused:
        await hooked(stage, channel, reach="company", **own)

    hook = await hooked(stage, channel, **own)
    general = await hooked(stage, channel)

    inside = WebhookWish(name="x", news=ALL, reach="company", language="de")
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(Invalid):
            await change_webhook(uow, hook.id, stage.host, inside)
        with pytest.raises(NotFound):
            await pause_webhook(uow, hook.id, lena)
        with pytest.raises(NotFound):
            await pause_webhook(uow, general.id, stage.host)
        await change_webhook(uow, hook.id, stage.admin, inside)
        # What an administrator has said, an owner may leave as it is.
        await change_webhook(uow, hook.id, stage.host, inside)
    assert set(refused.value.problems) == {"reach"}
    assert (hook.is_admitted, general.is_admitted) == (False, True)
