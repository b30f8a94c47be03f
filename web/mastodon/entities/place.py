"""Where this instance is: what the addresses in entities are made of."""

from dataclasses import dataclass
from functools import cached_property

from federation.uris import Uris

HUES = 24


@dataclass(frozen=True)
class Place:
    """`origin` without a slash at the end, `host` as it stands in handles."""

    origin: str
    host: str

    @cached_property
    def uris(self) -> Uris:
        """Every address of ours."""
        return Uris(self.origin)

    def avatar(self, number: int) -> str:
        """The picture of whoever has none, by a company's hue or anybody's number."""
        return f"{self.origin}/avatars/{number % HUES}.png"

    @cached_property
    def cover(self) -> str:
        """The neutral picture of the house, above profiles (see web.media.previews)."""
        return f"{self.origin}/sessions/0/preview.png"

    def preview(self, session_id: int) -> str:
        """The picture beside a link to a session."""
        return f"{self.uris.session(session_id)}/preview.png"

    def topic(self, slug: str) -> str:
        """The page about a topic."""
        return self.uris.topic(slug)
