"""A request or an offer on the wire: a Note that is a Proposal of FEP-0837 as well.

The FEP lets a proposal be a Note where other services shall understand it: timelines show `content`, readers
that know proposals take title and words from the intent that it publishes.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from federation.uris import host_of
from federation.vocabulary.contexts import ACTIVITYSTREAMS, NOTE_TERMS
from federation.vocabulary.note import Note, is_note, parse_note
from federation.vocabulary.values import (
    Json,
    an_object,
    compact,
    flag,
    line,
    listed,
    moment,
    natural,
    uri_or_none,
    whole,
    written,
)

MAX_TITLE = 200
MAX_CONTENT = 20_000
MAX_COMPANIES = 100
MAX_NAMES = 50
MAX_ANSWERS = 10
PURPOSES = ("request", "offer")
LEARNING = "urn:alliance:ns#learning"
MENTORING = "urn:alliance:ns#mentoring"

# https://w3id.org/fep/0837: terms of Valueflows and of units of measure, inline as in its examples.
_VF = "https://w3id.org/valueflows/ont/vf#"
_OM2 = "http://www.ontology-of-units-of-measure.org/resource/om-2/"
PROPOSAL_TERMS: Json = {
    **NOTE_TERMS,
    "om2": _OM2,
    "vf": _VF,
    **{term: f"vf:{term}" for term in ("Intent", "action", "purpose", "publishes", "resourceQuantity")},
    "resourceConformsTo": {"@id": "vf:resourceConformsTo", "@type": "@id"},
    "finished": "vf:finished",
    "hasUnit": "om2:hasUnit",
    "alliance": "urn:alliance:ns#",
    "voices": "alliance:voices",
    "answers": {"@id": "alliance:answers", "@type": "@id"},
}
PROPOSAL_CONTEXT = [ACTIVITYSTREAMS, PROPOSAL_TERMS]


@dataclass(frozen=True)
class Chorus:
    """How many of one company want it; `names` with the identities of those who chose to be named."""

    id: str
    name: str
    count: int
    names: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> Json:
        """As a collection of its people."""
        people = [{"type": "Person", "id": who, "name": name} for name, who in self.names]
        return compact(
            {
                "type": "Collection",
                "attributedTo": self.id or None,
                "name": self.name or None,
                "totalItems": self.count,
                "items": people or None,
            }
        )


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A request or an offer; `content` is HTML, not to be trusted."""

    note: Note
    purpose: str
    is_mentoring: bool
    title: str
    content: str
    is_finished: bool = False
    closes_at: datetime | None = None
    voices: tuple[Chorus, ...] | None = None
    """None where nothing is said about them."""
    answers: tuple[str, ...] | None = None

    def as_json(self) -> Json:
        """The document without its context."""
        intent = {
            "type": "Intent",
            "id": f"{self.note.id}#primary",
            "action": "deliverService",
            "resourceConformsTo": MENTORING if self.is_mentoring else LEARNING,
            "resourceQuantity": {"hasUnit": "one"},
            "name": self.title,
            "content": self.content or None,
            "finished": self.is_finished,
        }
        voices = [one.as_json() for one in self.voices] if self.voices is not None else None
        return {
            **self.note.as_json(),
            "purpose": self.purpose,
            "publishes": compact(intent),
            **compact({"endTime": written(self.closes_at) if self.closes_at else None}),
            **({"voices": voices} if voices is not None else {}),
            **({"answers": list(self.answers)} if self.answers is not None else {}),
        }


def is_proposal(value: object) -> bool:
    """Whether a document is a request or an offer: a Note or a Proposal with purpose and intent."""
    if not isinstance(value, dict) or value.get("purpose") not in PURPOSES:
        return False
    return isinstance(value.get("publishes"), dict) and (is_note(value) or value.get("type") == "Proposal")


def parse_proposal(value: Json) -> Proposal:
    """Reads one. Raises Malformed."""
    intent = an_object(value.get("publishes"), "publishes")
    note = parse_note(value)
    title = line(intent.get("name"), MAX_TITLE) or line(value.get("name"), MAX_TITLE)
    has_own_words = "content" in intent or "name" in intent
    return Proposal(
        note=replace(note, content=note.content[:MAX_CONTENT]),
        purpose=str(value["purpose"]),
        is_mentoring=intent.get("resourceConformsTo") == MENTORING,
        title=title,
        content=natural(intent, "content", MAX_CONTENT) if has_own_words else note.content[:MAX_CONTENT],
        is_finished=flag(intent.get("finished"), False),
        closes_at=moment(value.get("endTime")),
        voices=parse_voices(value.get("voices")) if "voices" in value else None,
        answers=_addresses(value.get("answers")) if "answers" in value else None,
    )


def parse_voices(value: object) -> tuple[Chorus, ...]:
    """Who wants it, by company; at most a hundred. Raises Malformed for a list that is too long."""
    found = [_chorus(item) for item in listed(value)[:MAX_COMPANIES] if isinstance(item, dict)]
    return tuple(one for one in found if one is not None)


def _chorus(item: Json) -> Chorus | None:
    count, company = whole(item.get("totalItems")), uri_or_none(item.get("attributedTo"))
    if count is None:
        return None
    people = [_person(one) for one in listed(item.get("items"))[:MAX_NAMES]]
    # A company names its own people alone.
    host = host_of(company or "")
    names = tuple(one for one in people if one is not None and host_of(one[1]) == host)
    return Chorus(company or "", line(item.get("name"), MAX_TITLE), count, names)


def _person(value: object) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return None
    name, who = line(value.get("name"), 100), uri_or_none(value.get("id"))
    return (name, who) if name and who is not None else None


def _addresses(value: object) -> tuple[str, ...]:
    found = [uri_or_none(item) for item in listed(value)[:MAX_ANSWERS]]
    return tuple(dict.fromkeys(one for one in found if one is not None))
