"""Verifies a badge that somebody shows: who issued it, whether a byte of it has changed, and what it says.

Everything comes from a stranger: bounded in bytes, depth and length, and nobody is asked on its behalf but
our own company and its allies.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from alliance.text import one_line
from federation.badge_issuers import Issuer
from federation.badges import CONFIRMED_BY
from federation.bounded_json import Unreadable, read_object
from federation.failures import FetchFailed
from federation.fetch import Budget
from federation.signatures import Reason, Rejection
from federation.signatures.credentials import credential_key_id, verify_credential
from federation.signatures.proofs import proof_of
from federation.uris import host_of, origin_of

if TYPE_CHECKING:
    from federation.wiring import Federation

MOST_BYTES = 64_000
MOST_CHARACTERS = 300
_TYPES = frozenset({"VerifiableCredential", "OpenBadgeCredential"})
_CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:Z|[+-][0-9]{2}:[0-9]{2})")
_BADGE_PATH = re.compile(r"/badges/[0-9a-f-]{36}\.json")
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_KEY_REASONS = frozenset({Reason.KEY_NOT_FOUND, Reason.KEY_OWNER, Reason.KEY_REFUSED})

Json = Mapping[str, Any]
Outcome = Literal[
    "valid",
    "unreadable",
    "unknown",
    "unsigned",
    "changed",
    "wrong_key",
    "revoked",
    "not_yet",
    "expired",
    "away",
]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of it; everything but the outcome is empty unless the badge is genuine (or `revoked`)."""

    outcome: Outcome
    host: str = ""
    """Where the issuer is said to be."""
    issuer: str = ""
    """By the name under which we know it."""
    hue: int = 0
    is_home: bool = False
    title: str = ""
    held_by: str = ""
    who: str = ""
    """A name, or empty for a pseudonymous badge."""
    confirmed_by: Literal["host", "person", ""] = ""
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    issued_at: datetime | None = None


class NotABadge(Exception):
    """The bytes are no Open Badges 3.0 credential."""


async def verify_badge(federation: "Federation", raw: bytes) -> Verdict:
    """What can be said about a badge as somebody brought it; never raises for what is in it."""
    try:
        badge = read_badge(raw)
        issuer_id = issuer_of(badge)
    except NotABadge:
        return Verdict(outcome="unreadable")
    host = host_of(issuer_id)
    try:
        issuer = await federation.issuers.find(issuer_id)
    except FetchFailed:
        return Verdict(outcome="away", host=host)
    if issuer is None:
        return Verdict(outcome="unknown", host=host)
    return _judged(badge, issuer, host, federation.instance.clock.now())


async def fetch_badge(federation: "Federation", url: str) -> bytes | None:
    """A badge that its owner shares, from our own address or an ally's; None for every other address.

    Raises FetchFailed.
    """
    origin = origin_of(url)
    if not _BADGE_PATH.fullmatch(url[len(origin) :]) or not url.startswith(origin):
        return None
    await federation.admission.refresh()
    if not federation.admission.is_allied(host_of(url)):
        return None
    federation.issuers.count(host_of(url))
    answer = await federation.fetcher.get(url, "application/json", Budget(2))
    return answer.body[: MOST_BYTES + 1] if origin_of(answer.url) == origin else None


def read_badge(raw: bytes) -> dict[str, Any]:
    """The credential in these bytes. Raises NotABadge: too large, too deep, no JSON, another kind of thing.

    A name that occurs twice is refused, because what one reader shows another would not have verified.
    """
    if len(raw) > MOST_BYTES:
        raise NotABadge
    try:
        badge = read_object(raw)
        json.loads(raw, object_pairs_hook=_once, parse_constant=_no_constant)
    except (Unreadable, ValueError, RecursionError) as error:
        raise NotABadge from error
    contexts, types = badge.get("@context"), badge.get("type")
    if not isinstance(contexts, list) or not contexts or contexts[0] != _CREDENTIALS:
        raise NotABadge
    if not isinstance(types, list) or not {one for one in types if isinstance(one, str)} >= _TYPES:
        raise NotABadge
    return badge


def _judged(badge: Json, issuer: Issuer, host: str, now: datetime) -> Verdict:
    try:
        key_id = credential_key_id(badge)
        verify_credential(badge, issuer.key(key_id))
    except Rejection as refusal:
        return Verdict(outcome=_why(refusal.reason), host=host)
    try:
        shown = _shown(badge, issuer, host)
        signed_at = _moment(_proof(badge).get("created"))
        until = _moment(badge["validUntil"]) if "validUntil" in badge else None
    except NotABadge:
        return Verdict(outcome="unreadable", host=host)
    given_up = issuer.keys[key_id][1]
    if given_up is not None and signed_at > given_up:
        return Verdict(outcome="wrong_key", host=host)
    return Verdict(**(shown | {"outcome": _standing(badge, issuer, shown["issued_at"], until, now)}))


def _standing(
    badge: Json, issuer: Issuer, issued_at: datetime, until: datetime | None, now: datetime
) -> Outcome:
    """Of a badge that is genuine."""
    if badge.get("id") in issuer.revoked:
        return "revoked"
    if issued_at > now:
        return "not_yet"
    return "expired" if until is not None and until <= now else "valid"


def _why(reason: Reason) -> Outcome:
    if reason is Reason.SIGNATURE_WRONG:
        return "changed"
    return "wrong_key" if reason in _KEY_REASONS else "unsigned"


def _shown(badge: Json, issuer: Issuer, host: str) -> dict[str, Any]:
    """What a genuine badge says, as plain text. Raises NotABadge where it does not say it."""
    subject = badge.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    if not isinstance(subject, dict) or not isinstance(badge.get("id"), str):
        raise NotABadge
    achievement = subject.get("achievement")
    if not isinstance(achievement, dict):
        raise NotABadge
    return {
        "host": host,
        "issuer": issuer.name,
        "hue": issuer.hue,
        "is_home": issuer.is_home,
        "title": _text(achievement.get("name")),
        "held_by": _text(_part(achievement, "creator").get("name")),
        "who": _name(subject),
        "confirmed_by": _confirmed_by(_part(achievement, "criteria").get("narrative")),
        "begins_at": _moment(subject.get("activityStartDate")),
        "ends_at": _moment(subject.get("activityEndDate")),
        "issued_at": _moment(badge.get("validFrom")),
    }


def _confirmed_by(narrative: object) -> str:
    return next((who for who, said in CONFIRMED_BY.items() if said == narrative), "")


def _name(subject: Json) -> str:
    """The name by which the badge calls its owner; the rest of what may be there is none."""
    identifiers = subject.get("identifier")
    for one in identifiers[:5] if isinstance(identifiers, list) else []:
        if isinstance(one, dict) and one.get("identityType") == "name" and one.get("hashed") is False:
            return _text(one.get("identityHash"))
    return ""


def issuer_of(badge: Json) -> str:
    """Who is said to have issued it. Raises NotABadge."""
    issuer = badge.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(found, str) or not found.startswith(("https://", "http://")) or len(found) > 500:
        raise NotABadge
    return found


def _proof(badge: Json) -> Json:
    proof = badge.get("proof")
    return proof_of({"proof": proof[0] if isinstance(proof, list) else proof})


def _part(found: Json, name: str) -> Json:
    part = found.get(name)
    return part if isinstance(part, dict) else {}


def _text(said: object) -> str:
    return one_line(said, MOST_CHARACTERS) if isinstance(said, str) else ""


def _moment(said: object) -> datetime:
    """Raises NotABadge."""
    if not isinstance(said, str) or not _MOMENT.fullmatch(said):
        raise NotABadge
    try:
        moment = datetime.fromisoformat(said).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotABadge from error
    # At the ends of the calendar no clock of a reader can show it.
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise NotABadge
    return moment


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
