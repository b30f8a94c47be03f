"""The outside of an activity that arrived: who says it, under which id, of which type."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from federation.bounded_json import Unreadable, read_object
from federation.refusals import InboxReason, NotAccepted

MAX_CONTAINERS = 10_000
MAX_URI_CHARACTERS = 500
MAX_TYPE_CHARACTERS = 40
_URI = re.compile(r"https?://[!-\[\]-~]+")
_TYPE = re.compile(rf"[!-~]{{1,{MAX_TYPE_CHARACTERS}}}")


class Envelope(NamedTuple):
    """What the door has to know of an activity; everything else is read by its handler."""

    id: str
    type: str
    actor: str
    object: str
    """Id of the object, empty when it has none."""

    @property
    def is_self_deletion(self) -> bool:
        """Whether an actor says of itself that it is gone."""
        return self.type == "Delete" and self.object == self.actor


def opened(body: bytes) -> Envelope:
    """The envelope of the activity in `body`. Raises NotAccepted: NOT_JSON, TOO_COMPLEX or NO_ENVELOPE."""
    # Each object and list costs a step of the walk below; counting brackets first costs microseconds, and
    # what is shorter than that can't have as many.
    if len(body) > MAX_CONTAINERS and body.count(b"{") + body.count(b"[") > MAX_CONTAINERS:
        raise NotAccepted(InboxReason.TOO_COMPLEX)
    try:
        activity = read_object(body)
    except Unreadable as error:
        raise NotAccepted(InboxReason.NOT_JSON, str(error)) from error
    return Envelope(
        id=_uri(activity, "id"),
        type=_type(activity),
        actor=_uri(activity, "actor"),
        object=_reference(activity.get("object")),
    )


def _uri(activity: Mapping[str, Any], name: str) -> str:
    uri = _reference(activity.get(name))
    # Narrow on purpose: two parsers can't disagree on where the host ends, and every database stores it.
    if len(uri) > MAX_URI_CHARACTERS or _URI.fullmatch(uri) is None:
        raise NotAccepted(InboxReason.NO_ENVELOPE, name)
    return uri


def _reference(value: object) -> str:
    """The id that a value is or has; of a list with one element, that element's."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""


def _type(activity: Mapping[str, Any]) -> str:
    value = activity.get("type")
    if isinstance(value, list):
        value = next((word for word in value if isinstance(word, str)), None)
    if not isinstance(value, str) or _TYPE.fullmatch(value) is None:
        raise NotAccepted(InboxReason.NO_ENVELOPE, "type")
    return value
