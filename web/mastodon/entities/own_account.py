"""CredentialAccount and Profile: one's own account as its owner sees it."""

from collections.abc import Sequence
from typing import Any

from alliance.models import Person, WritingChoice

JSON = dict[str, Any]


def credential_account(
    account: JSON,
    person: Person,
    choice: WritingChoice,
    *,
    roles: Sequence[str],
    language: str,
    locked: bool,
    asking: int,
) -> JSON:
    """CredentialAccount; `asking` is how many ask to follow, `person` has its profile loaded."""
    profile = person.profile
    source = {
        "attribution_domains": [],
        "note": profile.about if profile is not None else "",
        "fields": [],
        "privacy": choice.visibility,
        "sensitive": choice.is_sensitive,
        "language": choice.language or language,
        "follow_requests_count": asking,
        "hide_collections": True,
        "discoverable": _is_published(person),
        "indexable": False,
        "quote_policy": "nobody",
    }
    return account | {"locked": locked, "source": source, "role": _role(roles)}


def profile_entity(account: JSON, person: Person, *, locked: bool, featured: list[JSON]) -> JSON:
    """Profile, to be edited: plain words, and pictures only where there are any."""
    profile = person.profile
    picture = account["avatar"] if profile is not None and profile.picture else None
    return {
        "id": account["id"],
        "display_name": account["display_name"],
        "note": profile.about if profile is not None else "",
        "fields": [],
        "avatar": picture,
        "avatar_static": picture,
        "avatar_description": "",
        "header": None,
        "header_static": None,
        "header_description": "",
        "locked": locked,
        "bot": False,
        "hide_collections": True,
        "discoverable": _is_published(person),
        "indexable": False,
        "show_media": True,
        "show_media_replies": True,
        "show_featured": False,
        "attribution_domains": [],
        "featured_tags": featured,
    }


def _is_published(person: Person) -> bool:
    return person.profile is not None and person.profile.published_at is not None


def _role(roles: Sequence[str]) -> JSON:
    """Role: what somebody may do for the house is done on its pages, so apps have no permissions."""
    name = "admin" if "admin" in roles else "moderator" if "moderator" in roles else ""
    number = {"": "-99", "moderator": "2", "admin": "3"}[name]
    return {
        "id": number,
        "name": name.title(),
        "color": "",
        "permissions": "0",
        "highlighted": bool(name),
        "collection_limit": 0,
    }
