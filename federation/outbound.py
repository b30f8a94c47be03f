"""The fields that may leave this company, by kind of thing; what is on no list stays here.

Every activity (`federation/outbox.py`) and every document (`federation/documents.py`) passes `only_allowed`
before it is stored or shown. Whoever adds a field to a document adds it here, and to the data catalogue
where it comes from a column: else it is held back, the log says so, and the test that made it fails
(`held_back` in tests/conftest.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import structlog

from federation.uris import host_of

log = structlog.get_logger("alliance.outbound")

_THING = "id type published updated url to cc"
_ACTIVITY = f"{_THING} actor object"
_ANSWER = f"{_ACTIVITY} result content"
_ACTOR = (
    f"{_THING} preferredUsername webfinger name summary inbox outbox followers following endpoints "
    "discoverable indexable manuallyApprovesFollowers alsoKnownAs movedTo attachment tag icon generator "
    "implements publicKey assertionMethod"
)
_CARD = "company instance hue workingLanguage homeTimezone software"
_WORDS = (
    f"{_THING} attributedTo inReplyTo context content contentMap mediaType summary sensitive tag attachment"
)
_LIST = f"{_THING} totalItems first last next prev partOf items orderedItems attributedTo name audience"

_LISTS: Mapping[str, str] = {
    # Who and what there is.
    "Person": f"{_ACTOR} headline speaks askMeAbout isLeader takesLetters visibleTo "
    "alliance:approvedBy",
    "Group": (
        f"{_ACTOR} {_CARD} featured upcomingEvents experts communities visibleTo memberCount attributedTo"
    ),
    "Application": f"{_ACTOR} {_CARD} partners",
    "Event": (
        f"{_WORDS} uuid actor audience name nameMap inLanguage startTime endTime timezone displayEndTime "
        "eventStatus previousStartTime status location isOnline joinMode externalParticipationUrl "
        "maximumAttendeeCapacity remainingAttendeeCapacity participantCount attendees "
        "anonymousParticipationEnabled category image summaryMap commentsEnabled repliesModerationOption "
        "replies sequence waitingCount statusNote organizers sc:superEvent alliance:leadersShare"
    ),
    "Note": f"{_WORDS} name replies purpose publishes voices answers endTime audience",
    "Question": f"{_WORDS} oneOf closed endTime votersCount replies name",
    "AggregateRating": (
        "type id attributedTo itemReviewed ratingCount ratingValue bestRating worstRating"
    ),
    # Learning circles of several companies: by pseudonym until all have said yes.
    "CircleCall": (
        "type id version name content guide topics languages hours timezone minutes startTime endTime "
        "smallest largest circleState"
    ),
    "CirclePlace": "type id version call topics languages hours utcOffset code with apart allies",
    "CircleHints": "type id call hints",
    "Circle": "type id version call hasEnded topics language hours wished members meetings",
    "CircleWord": "type id version circle asks members meetingLink linkSince",
    "CircleMeeting": "type id circle number startTime isHeld",
    "CircleNote": "type id circle place content",
    ".hours": "day time",
    ".hints": "place hints name content number",
    ".meetings": "number startTime endTime sequence isHeld",
    ".members": "id answer name preferredUsername",
    "Intent": "type id action name content finished resourceConformsTo resourceQuantity",
    "sc:EventSeries": "type id url name summaryMap attributedTo to sc:subEvent",
    "Tombstone": "type id formerType deleted",
    # What is done.
    "Accept": _ANSWER,
    **dict.fromkeys(("Reject", "TentativeAccept", "TentativeReject", "Ignore"), _ANSWER),
    **dict.fromkeys(("Add", "Remove"), f"{_ACTIVITY} target audience result origin"),
    **dict.fromkeys(("Offer", "Invite", "Move"), f"{_ACTIVITY} target"),
    **dict.fromkeys(("Announce", "Create", "Update", "Delete", "Undo"), _ACTIVITY),
    **dict.fromkeys(("Follow", "Join", "Leave", "Block"), _ACTIVITY),
    "Like": f"{_ACTIVITY} voices",
    "Flag": f"{_ACTIVITY} content",
    # Parts of it.
    "Place": "type id name address url",
    "VirtualLocation": "type id name url",
    "PostalAddress": "type streetAddress",
    "Hashtag": "type name href summary",
    "Mention": "type name href",
    "Link": "type name href mediaType rel hreflang summary licence",
    "Image": "type url mediaType name summary width height isBannerImage focalPoint",
    "Document": "type url mediaType name width height",
    "Page": "type url mediaType name",
    "PropertyValue": "type name value",
    "Multikey": "type id controller publicKeyMultibase",
    "OrganizersCollection": "type totalItems items",
    **dict.fromkeys(
        ("Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"), _LIST
    ),
    # Parts without a type, by the field in which they stand.
    ".endpoints": "sharedInbox",
    ".implements": "href name",
    ".publicKey": "id owner publicKeyPem",
    ".resourceQuantity": "hasUnit",
    ".proof": "type cryptosuite verificationMethod proofPurpose proofValue created",
}  # fmt: skip

ALLOWED: Mapping[str, frozenset[str]] = {kind: frozenset(names.split()) for kind, names in _LISTS.items()}
"""Fields by kind."""

_BY_LANGUAGE = frozenset({"contentMap", "nameMap", "summaryMap", "@context"})

OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "Person": ("summary", "headline", "icon", "tag", "speaks", "askMeAbout", "isLeader", "takesLetters"),
    "Event": ("organizers", "participantCount", "attendees", "image", "attachment", "tag"),
    "Note": ("attachment",),
}
"""Fields that a company may hold back, from all or from one partner, and everything still works."""

Held = frozenset[tuple[str, str]]
"""Kinds with fields."""


def only_allowed(document: Mapping[str, Any], held: Held = frozenset()) -> dict[str, Any]:
    """The document without what is on no list, and without what is `held` back.

    What others said and is only handed on, such as the Join in an Accept, stays as it came.
    """
    home = _home(document)
    return _object(document, "", home, held)


def tell_held_back(kind: str, field: str) -> None:
    """Says in the log that a document of ours had a field that is on no list; tests take it for a fault."""
    log.error("a field that may not leave was held back: see federation/outbound.py", kind=kind, field=field)


def fields_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Kind and name of every field of a document of ours, each as often as it stands there."""
    yield from _fields(document, "", _home(document))


def _home(document: Mapping[str, Any]) -> str | None:
    id = document.get("id")  # noqa: A001 - the property's own name
    return host_of(id) if isinstance(id, str) else None


def _kind(value: Mapping[str, Any], where: str) -> str:
    kind = value.get("type")
    if isinstance(kind, list):
        kind = kind[0] if kind else None
    return kind if isinstance(kind, str) else f".{where}"


def _is_of_others(value: Mapping[str, Any], home: str | None) -> bool:
    id = value.get("id")  # noqa: A001
    return home is not None and isinstance(id, str) and host_of(id) != home


def _object(value: Mapping[str, Any], where: str, home: str | None, held: Held) -> dict[str, Any]:
    if _is_of_others(value, home):
        return dict(value)
    kind = _kind(value, where)
    allowed = ALLOWED.get(kind, frozenset())
    found = {}
    for name, part in value.items():
        if name != "@context" and name not in allowed:
            tell_held_back(kind, name)
        elif (kind, name) not in held:
            found[name] = part if name in _BY_LANGUAGE else _part(part, name, home, held)
    return found


def _part(value: Any, where: str, home: str | None, held: Held) -> Any:
    if isinstance(value, dict):
        return _object(value, where, home, held)
    if isinstance(value, list | tuple):
        return [_part(item, where, home, held) for item in value]
    return value


def _fields(value: Any, where: str, home: str | None) -> Iterator[tuple[str, str]]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _fields(item, where, home)
    elif isinstance(value, dict) and not _is_of_others(value, home):
        kind = _kind(value, where)
        for name, part in value.items():
            if name != "@context":
                yield kind, name
            if name not in _BY_LANGUAGE:
                yield from _fields(part, name, home)
