"""What has happened to communities, said in the past tense and heard before the commit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance.facts import Fact

if TYPE_CHECKING:
    from alliance.models import Community, CommunityPost, Person


@dataclass(frozen=True)
class CommunityFounded(Fact):
    """One of our people has founded a community."""

    community: "Community"


@dataclass(frozen=True)
class CommunityChanged(Fact):
    """A community of ours says something else of itself, or has other owners.

    `previous_audience` tells who loses or gains sight of it.
    """

    community: "Community"
    previous_audience: str


@dataclass(frozen=True)
class CommunityClosed(Fact):
    """The owners of one of ours have ended it."""

    community: "Community"


@dataclass(frozen=True)
class CommunityReceived(Fact):
    """An allied company told us of a community of theirs, of a change to it, or that it is gone."""

    community: "Community"


@dataclass(frozen=True)
class MembershipChanged(Fact):
    """One of our people joined a community, left it, or decided about being seen there.

    `was` and `now` are `none`, `hidden` or `shown`.
    """

    community: "Community"
    person: "Person"
    was: str
    now: str


@dataclass(frozen=True)
class MembersCounted(Fact):
    """A community of ours has another number of members than before."""

    community: "Community"


@dataclass(frozen=True)
class CommunityPosted(Fact):
    """Something stands in a community from now on; in a partner's one it `waits` for that company's yes."""

    post: "CommunityPost"
    community: "Community"


@dataclass(frozen=True)
class CommunityUnposted(Fact):
    """Something was taken out of a community again, by its host or by a moderator."""

    post: "CommunityPost"
    community: "Community"
