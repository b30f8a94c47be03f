"""No combination of published numbers shows that a group has between one and four people."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.small_groups import LEAST, published, published_parts

THRESHOLDS = st.integers(LEAST, 40)
# Who took part: each a pair of company and month. Companies are of very different sizes.
WORLDS = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["2026-01", "2026-02"])),
    st.integers(0, 60),
    min_size=1,
    max_size=8,
)


def everything(world: dict[tuple[str, str], int], threshold: int) -> dict[object, int]:
    """All that is ever published about who took part: each cell, its month's sum, how many companies."""
    found: dict[object, int] = {}
    for month in sorted({month for _, month in world}):
        parts = {company: count for (company, of), count in world.items() if of == month}
        shown = published_parts(parts, threshold)
        found |= {(month, company): count for company, count in shown.items()}
        found[month] = sum(shown.values())
        found[(month, "companies")] = len(shown)
    return found


@given(WORLDS, THRESHOLDS, st.data())
def test_whether_a_small_group_was_there_changes_nothing(
    world: dict[tuple[str, str], int], threshold: int, data: st.DataObject
) -> None:
    """The world in which every small group has another size, or is empty, is published just the same."""
    other = {
        cell: data.draw(st.integers(0, threshold - 1)) if count < threshold else count
        for cell, count in world.items()
    }

    assert everything(world, threshold) == everything(other, threshold)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), THRESHOLDS, st.data())
def test_no_sum_and_no_difference_gives_a_small_group_away(
    counts: list[int], threshold: int, data: st.DataObject
) -> None:
    """Whoever adds and subtracts published numbers knows the result to be in an interval; it is never one in
    which there are only groups of one to fewer than the threshold."""
    signs = data.draw(st.lists(st.sampled_from([-1, 1]), min_size=len(counts), max_size=len(counts)))
    low = high = 0
    for sign, count in zip(signs, counts, strict=True):
        shown = published(count, threshold)
        ends = sorted((sign * shown, sign * (shown + threshold - 1)))
        low, high = low + ends[0], high + ends[1]
    true = sum(sign * count for sign, count in zip(signs, counts, strict=True))

    assert low <= true <= high
    assert low <= 0 or high >= threshold


@pytest.mark.parametrize("threshold", [5, 7])
def test_an_attacker_who_tries_every_world_can_exclude_neither_nobody_nor_many(threshold: int) -> None:
    """By brute force: of all worlds of three companies that are published alike, each small group is empty in
    one; and so is each difference of two months, or it is large in another."""
    alike: dict[tuple[tuple[str, int], ...], list[tuple[int, ...]]] = {}
    for counts in product(range(0, 2 * threshold + 1, 2), repeat=3):
        shown = published_parts(dict(zip("abc", counts, strict=True)), threshold)
        alike.setdefault(tuple(sorted(shown.items())), []).append(counts)

    for worlds in alike.values():
        for group in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
            sizes = {sum(world[place] for place in group) for world in worlds}
            assert not sizes <= set(range(1, threshold))


@given(st.integers(0, 10_000), THRESHOLDS, THRESHOLDS)
def test_a_threshold_that_is_raised_only_makes_it_coarser(count: int, one: int, other: int) -> None:
    """What was published with one threshold and is shown with a higher one tells no more than with either."""
    before, after = sorted((one, other))
    shown = published(published(count, before), after)

    assert shown == 0 or shown >= after
    assert shown <= published(count, after)
    assert shown % after == 0


def test_the_threshold_can_not_be_lowered() -> None:
    with pytest.raises(ValueError, match="only be raised"):
        published(100, LEAST - 1)


def test_sums_are_those_of_what_is_shown() -> None:
    parts = Counter(a=14, b=4, c=5)

    assert published_parts(parts, 5) == {"a": 10, "c": 5}
