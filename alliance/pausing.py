"""How long the queues of mail and of channels leave alone what did not get through."""

import random
from collections.abc import Sequence
from datetime import timedelta


def pause_of(minutes: Sequence[float], failures: int) -> timedelta:
    """After so many failures (at least 1) the pause that stands there, the last one for ever; up to a fifth
    longer by chance, so that what failed together is not tried together."""
    pause = minutes[min(max(failures, 1), len(minutes)) - 1]
    return timedelta(minutes=pause * random.uniform(1, 1.2))  # noqa: S311 - spreads load
