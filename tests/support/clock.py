"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

# A Monday morning in Berlin, two weeks before the clocks change.
MONDAY = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)


class FrozenClock:
    """Tells the same moment (aware, UTC) again and again; satisfies `alliance.identifiers.Clock`."""

    def __init__(self, moment: datetime = MONDAY) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment at which this clock stands."""
        return self.moment

    def set(self, moment: datetime) -> None:
        """Puts the clock to `moment` (aware), forward or back."""
        self.moment = moment.astimezone(UTC)

    def advance(self, **step: float) -> datetime:
        """Moves the clock, as in `clock.advance(hours=1)`, and tells the new moment."""
        self.moment += timedelta(**step)
        return self.moment
