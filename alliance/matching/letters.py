"""A question and its answer as JSON, for the process that thinks about it."""

import json
from dataclasses import asdict
from typing import Any

from alliance.matching.forms import Formed, Hint, Matching, Question, Rules, SignUp, Unmatched


def question_json(question: Question) -> bytes:
    """The question, in an order of its own: equal questions are equal bytes."""
    people = sorted(question.people, key=lambda person: person.key)
    rows = [{name: _plain(value) for name, value in asdict(person).items()} for person in people]
    return json.dumps({"people": rows, "rules": asdict(question.rules)}, sort_keys=True).encode()


def question_of(letter: bytes) -> Question:
    """The question in `letter`."""
    told = json.loads(letter)
    return Question(tuple(_sign_up(row) for row in told["people"]), Rules(**told["rules"]))


def matching_json(matching: Matching) -> bytes:
    """The answer."""
    return json.dumps(asdict(matching), sort_keys=True).encode()


def matching_of(letter: bytes) -> Matching:
    """The answer in `letter`."""
    told = json.loads(letter)
    circles = tuple(Formed(**{**row, "members": tuple(row["members"]), "slots": tuple(row["slots"])})
                    for row in told.pop("circles"))  # fmt: skip
    unmatched = tuple(
        Unmatched(row["key"], tuple(Hint(**hint) for hint in row["hints"])) for row in told.pop("unmatched")
    )
    return Matching(circles, unmatched, **told)


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


def _sign_up(row: dict[str, Any]) -> SignUp:
    sets = {name: frozenset(row[name]) for name in ("slots", "avoids", "avoids_companies", "met")}
    return SignUp(**{**row, **sets, "topics": tuple(row["topics"]), "languages": tuple(row["languages"])})
