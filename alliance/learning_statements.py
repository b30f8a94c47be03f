"""What a learning record store is told, as xAPI statements (1.0.3 and 2.0: IEEE 9274.1.1): pure functions."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from alliance.times import rfc3339

VERBS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "registered": (
        "http://adlnet.gov/expapi/verbs/registered",
        {"en": "registered", "de": "hat sich angemeldet"},
    ),
    "attended": ("http://adlnet.gov/expapi/verbs/attended", {"en": "attended", "de": "hat teilgenommen"}),
    "voided": ("http://adlnet.gov/expapi/verbs/voided", {"en": "voided", "de": "hat zurückgenommen"}),
}
MEETING = "http://adlnet.gov/expapi/activities/meeting"

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A session as a statement names it. `uri` is its identity everywhere, `url` its page here."""

    uri: str
    url: str
    title: str
    language: str
    starts_at: datetime


def statement(
    verb: str, statement_id: str, account: str, origin: str, session: Told, moment: datetime
) -> bytes:
    """Somebody, by a name that only they know to be theirs, `registered` for or `attended` a session.

    No name, no mail address, no other person is in it. `registration` ties what is said of one person and
    one session together. `moment` is aware.
    """
    return orjson.dumps(
        {
            "id": statement_id,
            "actor": _actor(account, origin),
            "verb": _verb(verb),
            "object": {
                "objectType": "Activity",
                "id": session.uri,
                "definition": {
                    "type": MEETING,
                    "name": {session.language: session.title},
                    "moreInfo": session.url,
                },
            },
            "context": {
                "registration": str(uuid.uuid5(uuid.UUID(account), session.uri)),
                "platform": "Alliance",
                "language": session.language,
            },
            "timestamp": rfc3339(moment),
        }
    )


def voiding(statement_id: str, voided_id: str, account: str, origin: str, moment: datetime) -> bytes:
    """The same person takes a statement back (xAPI 1.0.3 part 2, 2.3.2): the store no longer shows it."""
    return orjson.dumps(
        {
            "id": statement_id,
            "actor": _actor(account, origin),
            "verb": _verb("voided"),
            "object": {"objectType": "StatementRef", "id": voided_id},
            "timestamp": rfc3339(moment),
        }
    )


def _actor(account: str, origin: str) -> Json:
    return {"objectType": "Agent", "account": {"homePage": origin, "name": account}}


def _verb(verb: str) -> Json:
    identity, display = VERBS[verb]
    return {"id": identity, "display": dict(display)}
