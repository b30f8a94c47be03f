"""A part of a unit of work that fails alone leaves neither rows nor facts."""

import pytest

from alliance.errors import Conflict
from alliance.facts import PersonReceived
from alliance.receiving import receive_person
from alliance.unit_of_work import UnitOfWork
from tests.alliance.stage import Stage, person_news


async def test_nobody_hears_of_what_was_given_up(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        await receive_person(uow, person_news("https://alpenwerk.example/people/1"))
        with pytest.raises(Conflict):
            await _in_vain(uow)
        async with uow.attempt():
            await receive_person(uow, person_news("https://alpenwerk.example/people/3"))

    heard = [fact.person.uri for fact in stage.facts if isinstance(fact, PersonReceived)]
    assert heard == ["https://alpenwerk.example/people/1", "https://alpenwerk.example/people/3"]


async def _in_vain(uow: UnitOfWork) -> None:
    async with uow.attempt():
        await receive_person(uow, person_news("https://alpenwerk.example/people/2"))
        raise Conflict
