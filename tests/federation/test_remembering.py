"""What every request asks for is read every few seconds, and at once after a change of our own."""

from alliance.database import ReadingSession
from alliance.instance import Instance
from federation.remembering import FRESH_FOR, Remembered
from tests.support.clock import FrozenClock


class Looks(Remembered):
    """Counts how often it looked; something may be changed while it does."""

    times = 0
    is_disturbed = False

    async def look(self, db: ReadingSession) -> None:
        """Once more."""
        self.times += 1
        if self.is_disturbed:
            self.forget()


async def test_it_is_looked_at_every_few_seconds(instance: Instance, clock: FrozenClock) -> None:
    looks = Looks(instance)
    await looks.refresh()
    await looks.refresh()
    assert looks.times == 1

    clock.advance(seconds=FRESH_FOR.seconds)
    await looks.refresh()
    assert looks.times == 2

    looks.forget()
    await looks.refresh()
    assert looks.times == 3


async def test_what_changes_while_it_is_looked_at_is_looked_at_again(instance: Instance) -> None:
    looks = Looks(instance)
    looks.is_disturbed = True
    await looks.refresh()
    looks.is_disturbed = False

    await looks.refresh()
    assert looks.times == 2
