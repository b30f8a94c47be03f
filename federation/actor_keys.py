"""Which keys an actor document publishes: `publicKey` (RSA) and `assertionMethod` (Multikey, FEP-521a)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from federation.signatures import KeyKind, PublicKey, Reason, Rejection, rejection
from federation.signatures.material import public_key_from_multibase, public_key_from_pem
from federation.uris import origin_of

MAX_KEYS = 20

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A usable key with the text (PEM or Multibase) it was read from."""

    key: PublicKey
    text: str

    def as_row(self) -> dict[str, str]:
        """The shape in which a RemoteActor stores it."""
        return {"id": self.key.key_id, "kind": self.key.kind, "public": self.text}


def key_from_row(row: Mapping[str, str], owner: str) -> PublicKey:
    """The key that `as_row` stored. Raises Rejection(KEY_REFUSED)."""
    if row["kind"] == KeyKind.RSA:
        return public_key_from_pem(row["id"], owner, row["public"])
    return public_key_from_multibase(row["id"], owner, row["public"])


def is_key_document(document: Json) -> bool:
    """Whether a document is a key by itself and not an actor (`/main-key`)."""
    return "publicKeyPem" in document or "publicKeyMultibase" in document


def owner_named_by(document: Json) -> str:
    """The actor that a key names as its owner or controller. Raises Rejection(KEY_OWNER)."""
    owner = document.get("owner", document.get("controller"))
    if not isinstance(owner, str) or not owner:
        raise rejection(Reason.KEY_OWNER, "the key names no owner")
    return owner


def listed_keys(actor: Json, now: datetime) -> tuple[ListedKey, ...]:
    """Every key of an actor document that we can use; unusable ones are left out."""
    usable = []
    for entry in _entries(actor):
        try:
            usable.append(_listed(entry, str(actor.get("id")), now))
        except Rejection:
            continue
    return tuple(usable)


def listed_key(actor: Json, key_id: str, now: datetime) -> ListedKey:
    """The key `key_id` as embedded in its actor's document. Raises Rejection (KEY_NOT_FOUND and others)."""
    for entry in _entries(actor):
        if entry.get("id") == key_id:
            return _listed(entry, str(actor.get("id")), now)
    raise rejection(Reason.KEY_NOT_FOUND, f"{actor.get('id')} does not list {key_id}")


def separate_key(document: Json, actor: Json, key_id: str, now: datetime) -> ListedKey:
    """The key of a document of its own; its actor must list it back, embedded or by id. Raises Rejection."""
    key = _listed(document, owner_named_by(document), now)
    if key.key.key_id != key_id or actor.get("id") != key.key.owner:
        raise rejection(Reason.KEY_OWNER, f"{key_id} and {actor.get('id')} differ")
    if key_id in _references(actor):
        return key
    embedded = listed_key(actor, key_id, now)
    if embedded.key.material != key.key.material:
        raise rejection(Reason.KEY_OWNER, f"{actor.get('id')} lists another key as {key_id}")
    return embedded


def _values(actor: Json) -> list[Any]:
    values: list[Any] = []
    for name in ("publicKey", "assertionMethod"):
        value = actor.get(name)
        values += value if isinstance(value, list) else [value]
    return values[:MAX_KEYS]


def _entries(actor: Json) -> Iterator[dict[str, Any]]:
    return (value for value in _values(actor) if isinstance(value, dict))


def _references(actor: Json) -> frozenset[str]:
    return frozenset(value for value in _values(actor) if isinstance(value, str))


def _listed(entry: Json, actor_id: str, now: datetime) -> ListedKey:
    key_id = entry.get("id")
    if not isinstance(key_id, str) or owner_named_by(entry) != actor_id:
        raise rejection(Reason.KEY_OWNER, f"{key_id} is not owned by {actor_id}")
    if origin_of(key_id) != origin_of(actor_id):
        raise rejection(Reason.KEY_OWNER, f"{key_id} lives on another host than {actor_id}")
    if not _is_in_force(entry, now):
        raise rejection(Reason.KEY_REFUSED, f"{key_id} is revoked or expired")
    pem, multibase = entry.get("publicKeyPem"), entry.get("publicKeyMultibase")
    if isinstance(pem, str):
        return ListedKey(public_key_from_pem(key_id, actor_id, pem), pem)
    if isinstance(multibase, str) and entry.get("type") == "Multikey":
        return ListedKey(public_key_from_multibase(key_id, actor_id, multibase), multibase)
    raise rejection(Reason.KEY_REFUSED, f"{key_id} is neither PEM nor Multikey")


def _is_in_force(entry: Json, now: datetime) -> bool:
    if entry.get("revoked") is not None:
        return False
    expires = entry.get("expires")
    if expires is None:
        return True
    try:
        moment = datetime.fromisoformat(str(expires))
    except ValueError:
        return False
    return moment.tzinfo is not None and moment > now
