"""How numbers about people are published: in whole multiples of the threshold, and nothing below it.

With the threshold k a count v becomes the largest multiple of k that is not above it, so every published
number stands for k different counts, and 0 for "fewer than k, or nobody". Therefore:

- a group of fewer than k changes nothing that is published, whether it is there or not;
- any sum or difference of published numbers is uncertain by at least k - 1, so none can show that a group has
  between 1 and k - 1 people; totals are sums of what is published, and so tell nothing more.

`tests/alliance/test_small_groups.py` proves both for all combinations.
"""

from collections.abc import Mapping

LEAST = 5
"""The threshold of the agreement with employees; it may only be raised."""


def published(count: int, threshold: int) -> int:
    """A number of people as it may be seen. Again with a higher threshold it becomes coarser, never finer."""
    if threshold < LEAST:
        raise ValueError("the threshold may only be raised")
    return max(count, 0) // threshold * threshold


def published_parts(counts: Mapping[str, int], threshold: int) -> dict[str, int]:
    """The parts of a whole as they may be seen; those that are too small are not even named."""
    rounded = {key: published(count, threshold) for key, count in counts.items()}
    return {key: count for key, count in rounded.items() if count}
