"""Poll: whether somebody takes part in a session; its number is the one of the status."""

from datetime import datetime
from typing import Any

from web.mastodon.answers import iso

JSON = dict[str, Any]
OPTIONS = {"de": ("Dabei", "Vielleicht", "Nein"), "en": ("Going", "Maybe", "No")}
GOING, MAYBE, NO = range(3)
_VOTES = {
    **dict.fromkeys(("going", "waiting", "asked"), GOING),
    "maybe": MAYBE,
    **dict.fromkeys(("left", "declined"), NO),
}
# Where a place is taken elsewhere, or none can be, a vote would promise what it can't keep.
_JOINED_HERE = ("free", "restricted")


def poll_of(session: Any) -> JSON | None:
    """What is the same for everybody, of a row of `queries.postings.sessions_said`."""
    if session.join_mode not in _JOINED_HERE:
        return None
    titles = OPTIONS.get(session.language[:2], OPTIONS["en"])
    votes = (session.going_count, 0, 0)
    return {
        "id": str(session.posting_id),
        "expires_at": iso(session.starts_at),
        "expired": session.status in ("cancelled", "postponed"),
        "multiple": False,
        "votes_count": session.going_count,
        "voters_count": session.going_count,
        "options": [
            {"title": title, "votes_count": count} for title, count in zip(titles, votes, strict=True)
        ],
        "emojis": [],
    }


def own_votes(place: str | None) -> list[int]:
    """What somebody has voted, by their attendance."""
    return [_VOTES[place]] if place in _VOTES else []


def answered(poll: JSON, starts_at: datetime, now: datetime, place: str | None, *, has_token: bool) -> JSON:
    """The same for one viewer at one moment; strangers have no votes."""
    mine = own_votes(place)
    own = {"voted": bool(mine), "own_votes": mine} if has_token else {}
    return {**poll, "expired": poll["expired"] or starts_at <= now, **own}
