"""Every call that masto.js 8 has: what it is made with here, or why it is not answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.apps.masto_js_process import picture
from web.push.base64url import to_base64url


@dataclass
class Around:
    """What there is to ask about; `values` are those of the calls that have been made."""

    me: str
    ada: str
    company: str
    session: str
    said: str
    picture: bytes
    later: str
    even_later: str
    values: dict[str, Any]

    def id(self, call: str) -> str:
        """Of what a call has made."""
        return str(self.values[call]["id"])

    def newest(self, call: str) -> str:
        """The first in the list that a call brought."""
        return str(self.values[call][0]["id"])


With = tuple[Sequence[str], Any]
Make = Callable[[Around], With]


def plain(given: Any = None) -> Make:
    """Nothing is selected."""
    return lambda a: ((), given)


def of(name: str, given: Any = None) -> Make:
    """One of those around is selected."""
    return lambda a: ((getattr(a, name),), given)


def made(call: str, given: Any = None) -> Make:
    """What a call before has made is selected."""
    return lambda a: ((a.id(call),), given)


def device_keys() -> dict[str, str]:
    """Of a device that nobody pushes to: a point of the curve (RFC 8291, 5) and a secret."""
    point = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    written = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {"p256dh": to_base64url(written), "auth": to_base64url(bytes(range(16)))}


def tag(name: str) -> Make:
    """A topic is selected."""
    return lambda a: ((name,), None)


GONE_AGAIN = "v1.statuses.create"
LIST, KEYWORD, HIDDEN = (
    "v1.lists.create",
    "v2.filters.$select.keywords.create",
    "v2.filters.$select.statuses.create",
)
NEW_FILTER = {"title": "Leise", "context": ["home"], "keywordsAttributes": [{"keyword": "laut"}]}
NEWS = "v1.notifications.list"

# In this order; what one makes, later ones use and throw away.
CALLS: dict[str, Make] = {
    "v1.instance.fetch": plain(),
    "v2.instance.fetch": plain(),
    "v1.instance.activity.list": plain(),
    "v1.instance.peers.list": plain(),
    "v1.instance.extendedDescription.fetch": plain(),
    "v1.instance.translationLanguages.list": plain(),
    "v1.instance.languages.list": plain(),
    "v1.instance.domainBlocks.fetch": plain(),
    "v1.apps.create": plain({"clientName": "Meise", "redirectUris": ["meise://back"], "scopes": "read"}),
    "v1.apps.verifyCredentials": plain(),
    "v1.customEmojis.list": plain(),
    "v1.announcements.list": plain(),
    "v1.preferences.fetch": plain(),
    "v1.accounts.verifyCredentials": plain(),
    "v1.accounts.updateCredentials": lambda a: (
        (),
        {
            "note": "Misst Licht",
            "avatar": picture(a.picture),
            "source": {"language": "de"},
        },
    ),
    "v1.profile.fetch": plain(),
    "v1.profile.update": plain({"displayName": "Jonas Brandt"}),
    "v1.profile.avatar.remove": plain(),
    "v1.profile.header.remove": plain(),
    "v1.accounts.fetch": lambda a: ((), {"id": [a.me, a.ada]}),
    "v1.accounts.lookup": plain({"acct": "jonas"}),
    "v1.accounts.search.list": plain({"q": "jonas", "limit": 5}),
    "v1.accounts.relationships.fetch": lambda a: ((), {"id": [a.ada, a.company]}),
    "v1.accounts.familiarFollowers.fetch": lambda a: ((), {"id": [a.ada]}),
    "v1.accounts.$select.fetch": of("ada"),
    "v1.accounts.$select.statuses.list": of("company", {"excludeReplies": True, "limit": 5}),
    "v1.accounts.$select.followers.list": of("me"),
    "v1.accounts.$select.following.list": of("me"),
    "v1.accounts.$select.featuredTags.list": of("me"),
    "v1.accounts.$select.lists.list": of("ada"),
    "v1.accounts.$select.endorsements.list": of("me"),
    "v1.accounts.$select.follow": of("company", {"notify": True}),
    "v1.accounts.$select.note.create": of("ada", {"comment": "kennt Linsen"}),
    "v1.accounts.$select.endorse": of("ada"),
    "v1.endorsements.list": plain(),
    "v1.accounts.$select.unendorse": of("ada"),
    "v1.accounts.$select.pin": of("ada"),
    "v1.accounts.$select.unpin": of("ada"),
    "v1.accounts.$select.removeFromFollowers": of("ada"),
    LIST: plain({"title": "Optik", "exclusive": False}),
    "v1.lists.list": plain(),
    "v1.lists.$select.fetch": made(LIST),
    "v1.lists.$select.update": made(LIST, {"title": "Licht"}),
    "v1.lists.$select.accounts.create": lambda a: ((a.id(LIST),), {"accountIds": [a.ada]}),
    "v1.lists.$select.accounts.list": made(LIST),
    "v1.timelines.list.$select.list": made(LIST),
    "v1.lists.$select.accounts.remove": lambda a: ((a.id(LIST),), {"accountIds": [a.ada]}),
    "v1.lists.$select.remove": made(LIST),
    "v1.accounts.$select.unfollow": of("company"),
    "v1.accounts.$select.mute": of("ada", {"notifications": False, "duration": 3600}),
    "v1.mutes.list": plain(),
    "v1.accounts.$select.unmute": of("ada"),
    "v1.accounts.$select.block": of("ada"),
    "v1.blocks.list": plain(),
    "v1.accounts.$select.unblock": of("ada"),
    "v1.domainBlocks.create": plain({"domain": "laut.example"}),
    "v1.domainBlocks.list": plain(),
    "v1.domainBlocks.remove": plain({"domain": "laut.example"}),
    "v1.followRequests.list": plain(),
    "v1.timelines.home.list": plain({"limit": 5}),
    "v1.timelines.public.list": plain({"local": True}),
    "v1.timelines.tag.$select.list": tag("optik"),
    "v1.timelines.link.list": plain({"url": "https://nordlicht.example/"}),
    "v1.statuses.fetch": lambda a: ((), {"id": [a.session, a.said]}),
    "v1.statuses.$select.fetch": of("session"),
    "v1.statuses.$select.context.fetch": of("session"),
    "v1.statuses.$select.history.list": of("session"),
    "v1.statuses.$select.source.fetch": of("said"),
    "v1.statuses.$select.card.fetch": of("session"),
    "v1.statuses.$select.favouritedBy.list": of("session"),
    "v1.statuses.$select.rebloggedBy.list": of("session"),
    "v1.statuses.$select.quotes.list": of("said"),
    "v1.statuses.$select.favourite": of("session"),
    "v1.favourites.list": plain(),
    "v1.statuses.$select.unfavourite": of("session"),
    "v1.statuses.$select.bookmark": of("session"),
    "v1.bookmarks.list": plain(),
    "v1.statuses.$select.unbookmark": of("session"),
    "v1.statuses.$select.reblog": of("session"),
    "v1.statuses.$select.unreblog": of("session"),
    "v1.statuses.$select.mute": of("said"),
    "v1.statuses.$select.unmute": of("said"),
    "v1.statuses.$select.pin": of("said"),
    "v1.statuses.$select.unpin": of("said"),
    "v1.polls.$select.fetch": of("session"),
    "v1.polls.$select.votes.create": of("session", {"choices": [0]}),
    "v1.media.create": lambda a: ((), {"file": picture(a.picture)}),
    "v2.media.create": lambda a: (
        (),
        {"file": picture(a.picture), "description": "Glas", "skipPolling": True},
    ),
    "v1.media.$select.fetch": made("v2.media.create"),
    "v1.media.$select.update": made("v2.media.create", {"description": "Ein Prisma", "focus": "0.1,0.2"}),
    GONE_AGAIN: lambda a: (
        (),
        {"status": "Gelernt", "mediaIds": [a.id("v2.media.create")], "language": "de"},
    ),
    "v1.statuses.$select.update": made(GONE_AGAIN, {"status": "Viel gelernt"}),
    "v1.statuses.$select.remove": made(GONE_AGAIN),
    "v1.scheduledStatuses.list": plain(),
    "v1.scheduledStatuses.$select.fetch": lambda a: ((a.newest("v1.scheduledStatuses.list"),), None),
    "v1.scheduledStatuses.$select.update": lambda a: (
        (a.newest("v1.scheduledStatuses.list"),),
        {"scheduledAt": a.even_later},
    ),
    "v1.scheduledStatuses.$select.remove": lambda a: ((a.newest("v1.scheduledStatuses.list"),), None),
    "v1.conversations.list": plain(),
    "v1.conversations.$select.read": lambda a: ((a.newest("v1.conversations.list"),), None),
    "v1.conversations.$select.unread": lambda a: ((a.newest("v1.conversations.list"),), None),
    "v1.conversations.$select.remove": lambda a: ((a.newest("v1.conversations.list"),), None),
    NEWS: plain({"types": ["mention"], "limit": 10}),
    "v1.notifications.fetch": plain({"excludeTypes": ["follow"]}),
    "v1.notifications.$select.fetch": lambda a: ((a.newest(NEWS),), None),
    "v1.notifications.unreadCount.fetch": plain(),
    "v2.notifications.list": plain({"groupedTypes": ["favourite"]}),
    "v2.notifications.$select.fetch": lambda a: ((a.values[NEWS][0]["groupKey"],), None),
    "v2.notifications.$select.accounts.fetch": lambda a: ((a.values[NEWS][0]["groupKey"],), None),
    "v2.notifications.unreadCount.fetch": plain(),
    "v2.notifications.$select.dismiss": lambda a: ((a.values[NEWS][0]["groupKey"],), None),
    "v1.notifications.$select.dismiss": lambda a: ((str(a.values[NEWS][1]["id"]),), None),
    "v2.notifications.policy.fetch": plain(),
    "v2.notifications.policy.update": plain({"forNotFollowing": "accept"}),
    "v1.notifications.requests.list": plain(),
    "v1.notifications.requests.accept": plain({"id": []}),
    "v1.notifications.requests.dismiss": plain({"id": []}),
    "v1.notifications.requests.merged.fetch": plain(),
    "v1.notifications.clear": plain(),
    "v1.markers.create": lambda a: ((), {"home": {"lastReadId": a.session}}),
    "v1.markers.fetch": plain({"timeline": ["home"]}),
    "v2.search.list": plain({"q": "Licht", "type": "statuses"}),
    "v2.filters.create": plain(NEW_FILTER),
    "v2.filters.list": plain(),
    "v2.filters.$select.fetch": made("v2.filters.create"),
    "v2.filters.$select.update": made("v2.filters.create", {"title": "Leiser"}),
    KEYWORD: made("v2.filters.create", {"keyword": "grell", "wholeWord": True}),
    "v2.filters.$select.keywords.list": made("v2.filters.create"),
    "v2.filters.keywords.$select.fetch": made(KEYWORD),
    "v2.filters.keywords.$select.update": made(KEYWORD, {"keyword": "schrill"}),
    "v2.filters.keywords.$select.remove": made(KEYWORD),
    HIDDEN: lambda a: ((a.id("v2.filters.create"),), {"statusId": a.said}),
    "v2.filters.$select.statuses.list": made("v2.filters.create"),
    "v2.filters.statuses.$select.fetch": made(HIDDEN),
    "v2.filters.statuses.$select.remove": made(HIDDEN),
    "v2.filters.$select.remove": made("v2.filters.create"),
    "v1.filters.create": plain({"phrase": "laut", "context": ["home"]}),
    "v1.filters.list": plain(),
    "v1.filters.$select.fetch": made("v1.filters.create"),
    "v1.filters.$select.update": made("v1.filters.create", {"phrase": "schrill", "context": ["home"]}),
    "v1.filters.$select.remove": made("v1.filters.create"),
    "v1.tags.$select.fetch": tag("optik"),
    "v1.tags.$select.follow": tag("optik"),
    "v1.followedTags.list": plain(),
    "v1.tags.$select.unfollow": tag("optik"),
    "v1.featuredTags.create": plain({"name": "optik"}),
    "v1.featuredTags.list": plain(),
    "v1.featuredTags.suggestions.list": plain(),
    "v1.featuredTags.$select.remove": made("v1.featuredTags.create"),
    "v1.tags.$select.feature": tag("optik"),
    "v1.tags.$select.unfeature": tag("optik"),
    "v1.trends.tags.list": plain({"limit": 5}),
    "v1.trends.statuses.list": plain(),
    "v1.trends.links.list": plain(),
    "v1.directory.list": plain({"local": True, "order": "active"}),
    "v1.suggestions.list": plain(),
    "v2.suggestions.list": plain({"limit": 5}),
    "v1.suggestions.$select.remove": of("ada"),
    "v1.reports.create": lambda a: (
        (),
        {"accountId": a.company, "statusIds": [a.session], "comment": "Bitte ansehen", "category": "other"},
    ),
    "v1.annualReports.list": plain(),
    "v1.push.subscription.create": plain(
        {
            "subscription": {"endpoint": "https://push.example/kiebitz", "keys": device_keys()},
            "data": {"alerts": {"mention": True}},
            "policy": "followed",
        }
    ),
    "v1.push.subscription.fetch": plain(),
    "v1.push.subscription.update": plain({"data": {"alerts": {"mention": False}}, "policy": "all"}),
    "v1.push.subscription.remove": plain(),
}

# Made as well, with numbers of nothing: a refusal in JSON, and never a fault. These say why themselves;
# of all others docs/mastodon-api.md must say that they are not answered, or answered with a refusal.
REFUSED: dict[str, str] = {
    "v1.followRequests.$select.authorize": "needs a request: tests/web/mastodon",
    "v1.followRequests.$select.reject": "needs a request: tests/web/mastodon",
    "v1.notifications.requests.$select.fetch": "needs a request, which policies never make here",
    "v1.notifications.requests.$select.accept": "needs a request, which policies never make here",
    "v1.notifications.requests.$select.dismiss": "needs a request, which policies never make here",
}
# What Mastodon's documentation does not list with the method that the library takes.
BEGINNINGS = {
    "v1.admin.": "administration has pages of its own",
    "v1.collections.": "since 4.6, which we do not claim to be",
    "v1.accounts.$select.collections.": "since 4.6, which we do not claim to be",
    "v1.accounts.$select.inCollections.": "since 4.6, which we do not claim to be",
}
NOT_CALLED: dict[str, str] = {}
