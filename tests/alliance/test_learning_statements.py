"""What a record store is told is an xAPI statement, holds nothing about a person, and fits both versions."""

import json
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from alliance.learning_statements import Told, statement, voiding
from tests.support.json_schema import assert_follows

ORIGIN = "https://nordlicht.example"
ACCOUNT = "1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d"
MOMENT = datetime(2026, 3, 17, 11, 0, tzinfo=timezone(timedelta(hours=1)))
SESSION = Told(
    uri="https://alpenwerk.example/sessions/7",
    url=f"{ORIGIN}/sessions/9",
    title="Löten für Neugierige",
    language="de",
    starts_at=MOMENT,
)
UUID = {
    "type": "string",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
}
MAP = {
    "type": "object",
    "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Za-z0-9]+)*$"},
    "additionalProperties": {"type": "string"},
}
IRI = {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:[^ ]+$"}
# Written from the tables of xAPI-Data.md of xAPI 1.0.3 (github.com/adlnet/xAPI-Spec), 2.4.1 to 2.4.7 and
# 4.1.2.2: what may be there is all there is. IEEE 9274.1.1 (2.0.0) allows the same members.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "actor", "verb", "object", "timestamp"],
    "properties": {
        "id": UUID,
        "actor": {
            "type": "object",
            "additionalProperties": False,
            "required": ["account", "objectType"],
            "properties": {
                "objectType": {"const": "Agent"},
                "account": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["homePage", "name"],
                    "properties": {"homePage": IRI, "name": UUID},
                },
            },
        },
        "verb": {
            "type": "object",
            "additionalProperties": False,
            "required": ["id"],
            "properties": {"id": IRI, "display": MAP},
        },
        "object": {
            "oneOf": [
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["objectType", "id"],
                    "properties": {
                        "objectType": {"const": "Activity"},
                        "id": IRI,
                        "definition": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"type": IRI, "name": MAP, "moreInfo": IRI},
                        },
                    },
                },
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["objectType", "id"],
                    "properties": {"objectType": {"const": "StatementRef"}, "id": UUID},
                },
            ]
        },
        "context": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "registration": UUID,
                "platform": {"type": "string"},
                "language": {"type": "string"},
            },
        },
        "timestamp": {"type": "string", "pattern": "^[0-9-]{10}T[0-9:]{8}Z$"},
    },
}


@pytest.mark.parametrize("verb", ["registered", "attended"])
def test_a_statement_is_what_the_specification_says(verb: str) -> None:
    number = str(uuid.uuid4())
    told = json.loads(statement(verb, number, ACCOUNT, ORIGIN, SESSION, MOMENT))

    assert_follows(told, SCHEMA)
    assert told["id"] == number
    assert told["actor"]["account"] == {"homePage": ORIGIN, "name": ACCOUNT}
    assert told["verb"]["id"] == f"http://adlnet.gov/expapi/verbs/{verb}"
    assert told["object"]["id"] == SESSION.uri
    assert told["object"]["definition"]["type"] == "http://adlnet.gov/expapi/activities/meeting"
    assert told["timestamp"] == "2026-03-17T10:00:00Z"


def test_taking_back_names_nothing_but_the_statement() -> None:
    told = json.loads(voiding(str(uuid.uuid4()), str(uuid.uuid4()), ACCOUNT, ORIGIN, MOMENT.astimezone(UTC)))

    assert_follows(told, SCHEMA)
    assert told["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
    assert set(told) == {"id", "actor", "verb", "object", "timestamp"}


def test_one_registration_ties_together_what_is_said_of_one_person_and_session() -> None:
    def registration(account: str, session: Told) -> str:
        told = json.loads(statement("attended", str(uuid.uuid4()), account, ORIGIN, session, MOMENT))
        return str(told["context"]["registration"])

    other = replace(SESSION, uri="https://alpenwerk.example/sessions/8")
    same = {registration(ACCOUNT, SESSION) for _ in range(2)}

    assert len(same) == 1
    assert re.fullmatch(UUID["pattern"], same.copy().pop())
    assert registration(ACCOUNT, other) not in same
    assert registration(str(uuid.uuid4()), SESSION) not in same
