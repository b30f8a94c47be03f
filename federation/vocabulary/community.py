"""What the Group of a community says besides what every actor says."""

from dataclasses import dataclass

from federation.vocabulary.actor import Actor, parse_actor
from federation.vocabulary.values import (
    Json,
    Malformed,
    line,
    listed,
    one_of,
    text,
    uri_or_none,
    whole,
)

MOST_OWNERS = 20


@dataclass(frozen=True)
class Community:
    """A Group around a topic: the actor, for whom it is, and who answers for it (address and name)."""

    actor: Actor
    audience: str
    language: str
    member_count: int
    owners: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> Json:
        """The document without its context; people as PeerTube names those who own a channel."""
        people = [{"type": "Person", "id": address, "name": name} for address, name in self.owners]
        return self.actor.as_json() | {
            "visibleTo": self.audience,
            "workingLanguage": self.language,
            "memberCount": self.member_count,
            "attributedTo": people,
        }


def is_community(value: object) -> bool:
    """Whether this is a Group that calls itself a community of an alliance."""
    return isinstance(value, dict) and value.get("type") == "Group" and "memberCount" in value


def parse_community(value: Json) -> Community:
    """Reads such a Group. Raises Malformed."""
    if not is_community(value):
        raise Malformed("not a community")
    return Community(
        actor=parse_actor(value),
        audience=one_of(value.get("visibleTo"), ("alliance", "public"), "alliance"),
        language=text(value.get("workingLanguage"), 10),
        member_count=whole(value.get("memberCount")) or 0,
        owners=tuple(_owners(value.get("attributedTo"))),
    )


def _owners(value: object) -> list[tuple[str, str]]:
    found = []
    for item in listed(value)[:MOST_OWNERS]:
        if not isinstance(item, dict):
            continue
        name, address = line(item.get("name"), 200), uri_or_none(item.get("id"))
        if name and address:
            found.append((address, name))
    return found
