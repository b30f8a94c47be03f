"""The nearest hits are found however far is walked for them, and by whichever way (search_by_place.py)."""

from datetime import timedelta

import pytest

from alliance import searching
from alliance.queries.search import question_of, search
from alliance.queries.search_by_place import REACH, Reach
from alliance.queries.session_filters import SessionFilter
from alliance.visibility import employee_viewer
from tests.alliance.stage import Stage
from tests.support.clock import MONDAY, FrozenClock
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio

# Days from now, and how often the word is said there; half an hour from now something is under way.
_HALF_AN_HOUR = 1 / 48
_TO_COME = (-_HALF_AN_HOUR, *range(1, 9))
_PAST = tuple(range(-1, -9, -1))
_WAYS = {
    "as it is": REACH,
    "enough on the way": Reach(most=3, near=100, headlines=100, few=100),
    "often, so walked on": Reach(most=3, near=2, often=1, headlines=1, few=1),
    "often, but fewer than wanted": Reach(most=40, near=4, often=1, headlines=100, few=100),
    "often, and too many before": Reach(most=7, near=4, often=1, headlines=1, few=3),
    "a few by the index": Reach(most=3, near=1, often=3, headlines=1, few=100),
    "more than a few, walked on": Reach(most=3, near=1, often=3, headlines=1, few=1),
    "more than a few, all walked": Reach(most=40, near=1, often=30, headlines=100, few=1),
    "all on the way, fewer than wanted": Reach(most=40, near=100, often=30, headlines=100, few=100),
}


@pytest.fixture
async def stage(founded: Founded) -> Stage:
    """An ally's sessions: of every second one the description says it, of every fifth the title."""
    founded.instance.listeners = searching.LISTENERS
    stage = Stage(founded)
    company = await stage.ally()
    for number, day in enumerate((*_TO_COME, *_PAST)):
        at = MONDAY + timedelta(days=day)
        title = f"Session {day}" + (" on welding" if _in_title(number) else "")
        text = "For people who weld: welding." if number % 2 == 0 else "Nothing of it."
        await stage.theirs(
            company,
            number,
            title=title,
            description_html=text,
            starts_at=at,
            ends_at=at + timedelta(hours=1),
            topics=(),
        )
    return stage


@pytest.mark.parametrize("way", _WAYS)
async def test_the_nearest_are_found_by_every_way(stage: Stage, way: str) -> None:
    reach = _WAYS[way]
    found = await _found(stage, "welding", reach)

    hits = [day for number, day in enumerate((*_TO_COME, *_PAST)) if number % 2 == 0 or _in_title(number)]
    to_come = [day for day in hits if day in _TO_COME]
    past = [day for day in hits if day in _PAST]
    wanted = to_come[: reach.most] + (past[: reach.most // 2] if len(to_come) < reach.most else [])
    assert set(wanted) <= set(found) <= set(hits)
    assert found == sorted(found, key=lambda day: (day in _PAST, -_score(day), abs(day)))


@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize("typed", ["weaving", "weaving welding"])
async def test_what_is_nowhere_is_found_by_no_way(stage: Stage, way: str, typed: str) -> None:
    assert await _found(stage, typed, _WAYS[way]) == []


@pytest.mark.parametrize("way", _WAYS)
async def test_what_is_under_way_is_found_when_nothing_is_to_come(
    stage: Stage, clock: FrozenClock, way: str
) -> None:
    clock.advance(days=8, minutes=30)

    found = await _found(stage, "welding", _WAYS[way])

    assert found[0] == max(_TO_COME)


async def test_a_title_further_away_comes_before_a_description_nearby(stage: Stage) -> None:
    found = await _found(stage, "welding", _WAYS["enough on the way"])

    assert found[:3] == [-_HALF_AN_HOUR, 5, 2]


async def _found(stage: Stage, typed: str, reach: Reach) -> list[float]:
    """Days of what was found, best first."""
    viewer = employee_viewer(stage.admin.id)
    async with stage.instance.reading() as db:
        now = stage.instance.clock.now()
        found = await search(
            db, viewer, question_of(typed), SessionFilter(), now=now, sessions=100, reach=reach
        )
    return [float(session.title.split()[1]) for session in found.sessions]


def _in_title(number: int) -> bool:
    return number % 5 == 0


def _score(day: float) -> int:
    number = (*_TO_COME, *_PAST).index(day)
    return 8 if _in_title(number) else 1
