"""What an app may be allowed to do: the scopes of Mastodon's API, and which of them include which."""

from collections.abc import Iterable
from functools import lru_cache

_READ = (
    *("accounts", "blocks", "bookmarks", "collections", "favourites", "filters", "follows", "lists"),
    *("mutes", "notifications", "search", "statuses"),
)
_WRITE = (
    *("accounts", "blocks", "bookmarks", "collections", "conversations", "favourites", "filters"),
    *("follows", "lists", "media", "mutes", "notifications", "reports", "statuses"),
)
GRANTS: dict[str, tuple[str, ...]] = {
    "profile": (),
    "read": tuple(f"read:{what}" for what in _READ),
    "write": tuple(f"write:{what}" for what in _WRITE),
    "follow": (
        *("read:blocks", "read:follows", "read:mutes"),
        *("write:blocks", "write:follows", "write:mutes"),
    ),
    "push": (),
}
"""A scope and what it includes. Administration happens on our own pages, so `admin:*` is not given."""

SCOPES = (*GRANTS, *GRANTS["read"], *GRANTS["write"])
DEFAULT_SCOPES = ("read",)
LEVELS = ("read", "write", "follow", "push", "profile")
MOST_CHARACTERS = 1500


# What other servers know, and what apps ask for without minding whether they get it.
_LEFT_OUT = ("admin:", "crypto")


def scopes_from(text: str) -> tuple[str, ...] | None:
    """The scopes of a list separated by spaces, without repetition; the usual ones for an empty list.

    None when it names one that nobody knows, or only such as are not given here.
    """
    wanted = tuple(dict.fromkeys(text[: MOST_CHARACTERS + 1].split())) or DEFAULT_SCOPES
    given = tuple(scope for scope in wanted if not scope.startswith(_LEFT_OUT))
    return given if given and len(text) <= MOST_CHARACTERS and set(SCOPES).issuperset(given) else None


@lru_cache(maxsize=500)
def reach_of(scopes: tuple[str, ...]) -> frozenset[str]:
    """Everything that these scopes allow, each by its own name."""
    return frozenset(scopes).union(*(GRANTS.get(scope, ()) for scope in scopes))


def includes(granted: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether nothing is `wanted` that `granted` does not allow."""
    return reach_of(tuple(granted)).issuperset(wanted)
