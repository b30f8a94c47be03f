"""Whatever a partner does, nothing is lost, nothing counts twice, and it is spared."""

from datetime import timedelta

import pytest

from alliance.settings import Settings
from tests.faults import partners
from tests.support.clock import FrozenClock


async def test_after_three_days_everything_arrives_in_order_for_a_request_a_minute_at_most(
    settings: Settings, clock: FrozenClock
) -> None:
    seen = await partners.away_for_three_days(settings, clock)

    assert (seen.sent, seen.lost, seen.doubled) == (72, 0, 0)
    assert seen.retried <= 400
    assert "order kept: yes" in seen.notes
    assert int(seen.notes.split("at most ")[1].split()[0]) <= 60


async def test_after_five_days_it_is_there_to_be_sent_again(settings: Settings, clock: FrozenClock) -> None:
    seen = await partners.away_for_too_long(settings, clock)

    assert (seen.sent, seen.lost, seen.doubled) == (10, 0, 0)
    assert "10 dead letters after three days, 10 sent again" in seen.notes
    assert "order kept: yes" in seen.notes


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("600", 600, 610), (timedelta(minutes=30), 1799, 1810), ("315360000", 86_400, 86_410)],
    ids=["seconds", "date", "ten years"],
)
async def test_whoever_asks_to_wait_is_waited_for_but_not_for_ever(
    settings: Settings, clock: FrozenClock, header: str | timedelta, least: int, most: int
) -> None:
    seen = await partners.asks_to_wait(settings, clock, header)

    assert (seen.sent, seen.attempts, seen.lost, seen.doubled) == (5, 6, 0, 0)
    assert least <= int(seen.notes.split()[3]) <= most


async def test_what_was_accepted_without_an_answer_is_sent_twice_at_most(
    settings: Settings, clock: FrozenClock
) -> None:
    seen = await partners.accepts_and_cuts(settings, clock)

    assert (seen.sent, seen.attempts, seen.lost, seen.doubled) == (30, 60, 0, 0)
    assert "each sent 2 times at most" in seen.notes
    assert "order kept: yes" in seen.notes


async def test_a_slow_partner_holds_up_nobody_else(settings: Settings, clock: FrozenClock) -> None:
    seen = await partners.answers_after_29_seconds(settings, clock)

    assert (seen.sent, seen.lost, seen.doubled) == (55, 0, 0)
    assert float(seen.notes.split("after ")[1].split()[0]) < 9


async def test_a_line_that_breaks_again_and_again_only_costs_moments(settings: Settings) -> None:
    seen = await partners.bad_weather(settings, 12)

    assert (seen.sent, seen.lost, seen.doubled) == (12, 0, 0)
    assert "order kept: yes" in seen.notes
    # On a busy machine, too: a single pause of a minute would be more.
    assert int(seen.notes.split("drained in ")[1].split()[0]) < 45
