"""Activities as values: what somebody did with what, and to whom they say it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from federation.vocabulary.contexts import ACTIVITYSTREAMS
from federation.vocabulary.values import (
    Json,
    an_object,
    id_of,
    kind_of,
    link_of,
    moment,
    recipients,
    uri,
    written,
)


@dataclass(frozen=True)
class Activity:
    """An activity that came in; `embedded` is its object when that was sent along, else None."""

    id: str
    type: str
    actor: str
    object: str
    embedded: Json | None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    published: datetime | None = None
    result: str | None = None
    """Address in `result`: where an Accept leads to."""

    @property
    def embedded_type(self) -> str:
        """Type of the embedded object; empty when there is none or it has none."""
        found = (self.embedded or {}).get("type")
        first = found[0] if isinstance(found, list) and found else found
        return first if isinstance(first, str) else ""


def parse_activity(value: Json) -> Activity:
    """Reads an activity. Raises Malformed when id, type, actor or object are not usable."""
    found = value.get("object")
    single = found[0] if isinstance(found, list) and len(found) == 1 else found
    return Activity(
        id=uri(value.get("id"), "id"),
        type=kind_of(value),
        actor=id_of(value.get("actor"), "actor"),
        object=id_of(found, "object"),
        embedded=an_object(single, "object") if isinstance(single, dict) else None,
        to=recipients(value.get("to")),
        cc=recipients(value.get("cc")),
        published=moment(value.get("published")),
        result=link_of(value.get("result")),
    )


def activity(
    type: str,  # noqa: A002 - the property's own name
    *,
    actor: str,
    object: str | Json,  # noqa: A002
    to: list[str],
    cc: list[str] | None = None,
    context: object = ACTIVITYSTREAMS,
    published: datetime | None = None,
    id: str | None = None,  # noqa: A002
    **more: Any,
) -> Json:
    """An activity of ours as JSON; without `id` the outbox gives it one."""
    body: Json = {"@context": context}
    if id is not None:
        body["id"] = id
    body |= {"type": type, "actor": actor, "object": object, "to": to}
    if cc is not None:
        body["cc"] = cc
    if published is not None:
        body["published"] = written(published)
    return body | more
