"""Another process finds the same circles, and is ended when it takes too long."""

import asyncio

import pytest

from alliance.errors import TooMany, Unavailable
from alliance.matching import Question
from alliance.matching.apart import match_apart
from alliance.matching.deciding import match
from alliance.matching.letters import matching_json, matching_of, question_json, question_of
from tests.alliance.matching.people import random_people

pytestmark = pytest.mark.anyio


async def test_another_process_finds_the_same_circles() -> None:
    question = Question(random_people(24))

    assert await match_apart(question) == match(question)


async def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(Unavailable):
        await match_apart(Question(random_people(24)), seconds=0.01)


async def test_only_one_matching_is_thought_about_at_a_time() -> None:
    question = Question(random_people(24))

    first, second = await asyncio.gather(match_apart(question), match_apart(question), return_exceptions=True)

    assert first == match(question)
    assert isinstance(second, TooMany)


def test_questions_and_answers_survive_as_letters() -> None:
    question = Question(random_people(30))

    assert question_of(question_json(question)) == Question(
        tuple(sorted(question.people, key=lambda person: person.key)), question.rules
    )
    assert matching_of(matching_json(match(question))) == match(question)
