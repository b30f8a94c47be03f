"""Channels are told over the one client: in order, once, not too often, and not for ever in vain."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from alliance.publishing import publish_session
from alliance.webhook_queue import MOST_ATTEMPTS
from alliance.webhooks import pause_webhook, resume_webhook, secret_of
from federation.wiring import Federation
from federation.worker import Worker
from tests.alliance.stage import TOMORROW, Stage, draft
from tests.support.eventually import eventually
from tests.web.webhooks.conftest import Channel, hooked, log_of, stored, waiting
from web.webhooks.generic import signed_headers
from web.webhooks.sending import WEBHOOK_CHORES, tell_channels

LATER = TOMORROW + timedelta(days=30)

pytestmark = pytest.mark.anyio


def later(stage: Stage, **step: float) -> None:
    stage.instance.clock.advance(**step)  # type: ignore[attr-defined]


async def test_a_new_session_is_told_once_and_noted(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel)
    session = await stage.publish(topics=("Optics",))

    assert await tell_channels(federation) == 1
    later(stage, minutes=1)
    assert await tell_channels(federation) == 0

    told = channel.said()["data"]["news"]
    assert [(one["type"], one["title"]) for one in told] == [("session.published", session.title)]
    assert told[0]["url"] == f"https://nordlicht.example/sessions/{session.id}"
    assert told[0]["starts_at"] == "2026-03-17T09:00:00Z"
    assert told[0]["topics"] == ["Optics"]
    assert "meet.example" not in channel.words()
    assert await log_of(stage.instance) == [("session", 1, 200, "")]


async def test_the_worker_of_a_server_does_it(stage: Stage, channel: Channel, federation: Federation) -> None:
    await hooked(stage, channel)
    await stage.publish(title="By itself")
    worker = Worker(federation, chores=WEBHOOK_CHORES)
    running = asyncio.create_task(worker.run())

    await eventually(lambda: channel.calls)

    worker.stop()
    await running
    assert channel.titles() == ["By itself"]


async def test_what_was_rolled_back_is_told_to_nobody(stage: Stage, channel: Channel) -> None:
    await hooked(stage, channel)

    async def fail() -> None:
        async with stage.instance.unit_of_work() as uow:
            await publish_session(uow, stage.host.id, draft())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert await waiting(stage.instance) == 0


async def test_a_move_and_a_cancellation_are_told(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel)
    session = await stage.publish()
    await tell_channels(federation)
    later(stage, minutes=1)

    await stage.edit(session, starts_at=TOMORROW + timedelta(hours=2), ends_at=TOMORROW + timedelta(hours=3))
    await tell_channels(federation)
    later(stage, minutes=1)
    await stage.cancel(session, "I am ill.")
    await tell_channels(federation)

    moved, off = (channel.said(which)["data"]["news"][0] for which in (1, 2))
    assert (moved["type"], moved["previous_starts_at"]) == ("session.moved", "2026-03-17T09:00:00Z")
    assert moved["starts_at"] == "2026-03-17T11:00:00Z"
    assert (off["type"], off["text"]) == ("session.cancelled", "I am ill.")


async def test_what_is_called_off_before_anybody_heard_of_it_is_never_told(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel)
    await stage.cancel(await stage.publish())
    await stage.withdraw(await stage.publish(title="Withdrawn at once"))

    await tell_channels(federation)

    assert channel.calls == []
    assert await waiting(stage.instance) == 0


async def test_a_burst_becomes_few_messages(stage: Stage, channel: Channel, federation: Federation) -> None:
    """At most three a minute: the first at once, what came meanwhile in one, with how many more there are."""
    await hooked(stage, channel, kind="slack")
    await stage.publish(title="The first of all")
    await tell_channels(federation)
    for number in range(12):
        await stage.publish(title=f"Lens {number}")
    later(stage, seconds=19)
    await tell_channels(federation)
    early = len(channel.calls)
    later(stage, seconds=1)
    await tell_channels(federation)

    assert (early, len(channel.calls)) == (1, 2)
    shown = [one for one in channel.said()["blocks"] if one["type"] == "section"]
    assert len(shown) == 10
    assert channel.said()["blocks"][-1]["elements"][0]["text"] == "and 2 more"
    assert await waiting(stage.instance) == 0
    assert (await log_of(stage.instance))[-1] == ("session", 12, 200, "")


async def test_programs_are_told_everything_in_portions(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel)
    for number in range(26):
        await stage.publish(title=f"Lens {number}")

    for _ in range(3):
        await tell_channels(federation)
        later(stage, seconds=20)

    assert channel.titles() == [f"Lens {number}" for number in range(26)]
    assert len(channel.calls) == 2


async def test_what_is_tried_again_says_the_same_under_the_same_name_signed_anew(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    hook = await hooked(stage, channel)
    secret = secret_of(stage.instance.vault, hook)
    assert secret is not None
    channel.answers = [(503, {}, "")]
    await stage.publish()

    await tell_channels(federation)
    await stage.publish(title="Meanwhile")
    later(stage, minutes=1)
    await tell_channels(federation)

    first, second = channel.calls
    assert first[2]["webhook-id"] == second[2]["webhook-id"]
    assert first[2]["webhook-timestamp"] != second[2]["webhook-timestamp"]
    assert len(channel.said(1)["data"]["news"]) == 1
    now = stage.instance.clock.now()
    expected = signed_headers(secret, second[2]["webhook-id"], now, second[3])
    assert second[2].items() >= expected.items()


async def test_a_room_of_matrix_is_spoken_to_by_put(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    """PUT /_matrix/client/v3/rooms/{roomId}/send/m.room.message/{txnId}, the token in Authorization."""
    server = channel.url.partition("/hooks")[0]
    await hooked(stage, channel, kind="matrix", url=server, room="!abc:matrix.example", token="syt_s3cret99")
    channel.answers = [(429, {"Retry-After": "90"}, '{"errcode": "M_LIMIT_EXCEEDED"}')]
    await stage.publish()

    await tell_channels(federation)
    later(stage, seconds=89)
    early = await tell_channels(federation)
    later(stage, seconds=1)
    await tell_channels(federation)

    (method, path, headers, _), again = channel.calls
    assert (early, method) == (0, "PUT")
    assert path.startswith("/_matrix/client/v3/rooms/%21abc%3Amatrix.example/send/m.room.message/msg_")
    assert (headers["Authorization"], again[1]) == ("Bearer syt_s3cret99", path)
    assert channel.said()["msgtype"] == "m.notice"


@pytest.mark.parametrize(
    "answer", [(500, {}, ""), (302, {"Location": "http://127.0.0.1:9/"}, ""), (404, {}, "")]
)
async def test_what_does_not_arrive_is_tried_again_until_it_is_given_up(
    stage: Stage, channel: Channel, federation: Federation, answer: Any
) -> None:
    await hooked(stage, channel)
    await stage.publish(starts_at=LATER, ends_at=LATER + timedelta(hours=1))
    channel.answers = [answer] * 99

    for _ in range(3 * MOST_ATTEMPTS):
        await tell_channels(federation)
        later(stage, hours=8)

    assert len(channel.calls) == MOST_ATTEMPTS
    assert (await stored(stage.instance)).state == "running"


async def test_content_that_is_refused_is_not_tried_again_and_the_next_is(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel)
    channel.answers = [(400, {}, "invalid_payload")]
    await stage.publish(title="Refused")
    await tell_channels(federation)
    await stage.publish(title="Taken")
    later(stage, minutes=1)

    await tell_channels(federation)

    assert channel.titles() == ["Refused", "Taken"]
    assert (await stored(stage.instance)).failing_since is None


async def test_after_a_week_of_failures_it_ends_and_those_who_run_it_are_told(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel)
    channel.answers = [(500, {}, "")] * 99
    for day in range(9):
        # A new thing each day, so that there is something to try.
        await stage.publish(
            title=f"Day {day}",
            starts_at=TOMORROW + timedelta(days=20 + day),
            ends_at=TOMORROW + timedelta(days=20 + day, hours=1),
        )
        for _ in range(3):
            await tell_channels(federation)
            later(stage, hours=8)

    hook = await stored(stage.instance)
    calls = len(channel.calls)
    await stage.publish(title="Afterwards", starts_at=LATER, ends_at=LATER + timedelta(hours=1))
    await tell_channels(federation)
    assert (hook.state, len(channel.calls)) == ("ended", calls)
    assert await waiting(stage.instance) == 0


async def test_who_is_gone_is_told_nothing_more(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    """410: "the endpoint should be disabled" (Standard Webhooks, "Webhook response")."""
    hook = await hooked(stage, channel)
    channel.answers = [(410, {}, "")]
    await stage.publish()
    await tell_channels(federation)
    ended = (await stored(stage.instance)).state

    async with stage.instance.unit_of_work() as uow:
        await resume_webhook(uow, hook.id, stage.admin)
    await stage.publish(title="Again")
    await tell_channels(federation)

    assert (ended, channel.titles()[-1]) == ("ended", "Again")


async def test_what_happens_during_a_pause_is_not_told_later(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    hook = await hooked(stage, channel)
    await stage.publish(title="Before")
    async with stage.instance.unit_of_work() as uow:
        await pause_webhook(uow, hook.id, stage.admin)
    await stage.publish(title="Meanwhile")
    async with stage.instance.unit_of_work() as uow:
        await resume_webhook(uow, hook.id, stage.admin)
    await stage.publish(title="Afterwards")

    await tell_channels(federation)

    assert channel.titles() == ["Afterwards"]


async def test_an_answer_is_read_to_its_beginning_only(
    stage: Stage, channel: Channel, federation: Federation
) -> None:
    await hooked(stage, channel)
    channel.answers = [(200, {}, "x" * 3_000_000)]
    await stage.publish()

    await tell_channels(federation)

    assert await log_of(stage.instance) == [("session", 1, 200, "")]
