"""How long forming circles of 500 and of 5,000 people takes, and how many of those who fit are placed.

Everybody in these crowds fits somewhere, because they were made circle by circle: the best is known.
"""

import time
from pathlib import Path

from alliance.matching import Question
from alliance.matching.apart import match_apart
from benchmarks.figures import Figure
from tests.alliance.matching.people import crowd

FEW, MANY = 100, 1_000
"""Circles of five."""


async def measure(folder: Path) -> list[Figure]:
    """Both crowds, each in a process of its own, as on a matching day."""
    figures: list[Figure] = []
    for circles, seconds in ((FEW, 10.0), (MANY, 120.0)):
        people = crowd(circles)
        began = time.perf_counter()
        matching = await match_apart(Question(people), seconds=600.0)
        took = time.perf_counter() - began
        figures += [
            Figure(f"circles of {len(people):,} people", took, "s", target=seconds, less_is_better=True),
            Figure(f"placed of {len(people):,} who fit", 100 * matching.placed / len(people), "%", target=95),
        ]
    return figures
