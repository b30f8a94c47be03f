"""Whether the company has turned AI tools on."""

from alliance.errors import NotFound
from alliance.settings import Settings


def refuse_unless_on(settings: Settings) -> None:
    """Raises NotFound: what is off is not there."""
    if not settings.ai:
        raise NotFound
