"""A second database is asked every statement that the first was asked, by as few tests as will do."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.support.asked import Asked, Recorder, needless, read


def test_the_quickest_tests_that_ask_everything_stay() -> None:
    asked = [
        Asked("slow", 9.0, frozenset("ab")),
        Asked("quick", 0.1, frozenset("a")),
        Asked("again", 0.2, frozenset("a")),
        Asked("other", 0.3, frozenset("b")),
    ]

    assert needless(asked, kept=()) == {"slow", "again"}


def test_what_only_one_test_asks_keeps_it_and_what_it_asks_besides_is_not_asked_by_others() -> None:
    asked = [Asked("alone", 9.0, frozenset("abc")), Asked("quick", 0.1, frozenset("ab"))]

    assert needless(asked, kept=()) == {"quick"}


def test_a_test_that_must_stay_makes_others_needless() -> None:
    asked = [Asked("at once", 9.0, frozenset("a")), Asked("quick", 0.1, frozenset("a"))]

    assert needless(asked, kept=["at once", "not seen before"]) == {"quick"}


def test_lists_of_another_length_ask_nothing_else(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    recorder = Recorder(tmp_path)
    engine = create_engine("sqlite://")

    with recorder.during(request.node), engine.connect() as connection:
        connection.execute(text("SELECT 1 WHERE 1 IN (:a, :b)"), {"a": 1, "b": 2})
        connection.execute(text("SELECT 1 WHERE 1 IN (:a, :b, :c)"), {"a": 1, "b": 2, "c": 3})
        connection.execute(text("SELECT 2"))
    engine.dispose()
    recorder.close()

    (noted,) = read(tmp_path)
    assert noted.test == request.node.nodeid
    assert len(noted.statements) == 2
