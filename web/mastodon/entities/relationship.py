"""Relationship, as apps show it beside an account."""

from typing import Any

from alliance.queries.relationships import Relation
from web.mastodon.answers import iso


def relationship(relation: Relation, theirs: str | None) -> dict[str, Any]:
    """Where we stand; `theirs` is the state in which they follow: None, `asked`, `accepted`."""
    interest, mute = relation.interest, relation.mute
    return {
        "id": str(relation.account_id),
        "following": interest is not None,
        "showing_reblogs": interest is not None and interest.shows_boosts,
        "notifying": interest is not None and interest.notifies,
        "languages": interest.languages if interest is not None else None,
        "followed_by": theirs == "accepted",
        "blocking": relation.is_blocked,
        # Whoever is blocked is never told.
        "blocked_by": False,
        "muting": mute is not None,
        "muting_notifications": mute is not None and mute.hides_notifications,
        "muting_expires_at": iso(mute.until) if mute is not None and mute.until else None,
        "requested": False,
        "requested_by": theirs == "asked",
        "domain_blocking": relation.is_from_kept_domain,
        "endorsed": "endorsed" in relation.marks,
        "note": relation.note,
    }
