"""Filters find words as people mean them, in bounded time, and belong to one person."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Conflict, Invalid, NotFound
from alliance.filtering import (
    FilterChange,
    KeywordChange,
    add_keyword,
    change_filter,
    change_keyword,
    drop_filter,
    filter_posting,
    make_filter,
)
from alliance.models import MOST_KEYWORDS, AppFilter
from alliance.queries.app_filters import filters_of, filters_on, is_in, own_filter
from tests.alliance.stage import Stage


@pytest.mark.parametrize(
    ("word", "text", "whole", "found"),
    [
        ("lens", "a lens.", True, True),
        ("lens", "lenses", True, False),
        ("lens", "lenses", False, True),
        ("lens", "lenses and a lens", True, True),
        ("#optik", "schöne #optik!", True, True),
        ("c++", "wir lernen c++.", True, True),
        ("über", "darüber", True, False),
        ("two words", "just two words", True, True),
        ("straße".casefold(), "Die STRASSE".casefold(), True, True),
    ],
)
def test_a_word_is_found_as_people_mean_it(word: str, text: str, whole: bool, found: bool) -> None:
    assert is_in(word, text, whole=whole) is found


@given(st.text(min_size=1, max_size=8), st.text(max_size=40))
def test_a_whole_word_is_never_found_where_the_word_is_not(word: str, text: str) -> None:
    if is_in(word, text, whole=True):
        assert is_in(word, text, whole=False)
    assert is_in(word, text, whole=False) == (word in text)


async def _made(stage: Stage, *keywords: str, person_id: int = 0, **options: object) -> AppFilter:
    wanted = FilterChange(
        title="Quiet please",
        contexts=("public", "home"),
        keywords=[KeywordChange(word) for word in keywords],
        **options,  # type: ignore[arg-type]
    )
    async with stage.instance.unit_of_work() as uow:
        return await make_filter(uow, person_id or stage.host.id, wanted)


async def test_what_holds_for_a_text_is_told_with_its_words(stage: Stage) -> None:
    now = stage.instance.clock.now()
    made = await _made(stage, "Lens", "Excel", action="hide")
    await _made(stage, "lens", changes_end=True, expires_at=now)
    await _made(stage, "lens", person_id=stage.admin.id)

    filters = await stage.instance.look(lambda db: filters_on(db, stage.host.id, now))
    nobodys = await stage.instance.look(lambda db: filters_on(db, None, now))
    [match] = filters.matches("How a LENS is made")

    assert (match.filter.id, match.filter.action, match.filter.contexts) == (
        made.id,
        "hide",
        ("home", "public"),
    )
    assert (match.keywords, match.postings) == (["Lens"], [])
    assert filters.matches("Nothing") == []
    assert not nobodys


async def test_single_things_are_hidden_too_and_only_what_is_there(stage: Stage) -> None:
    made = await _made(stage)
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(NotFound):
            await filter_posting(uow, stage.host.id, made.id, 4711)


async def test_words_are_changed_dropped_and_counted_over_all_filters(stage: Stage) -> None:
    me = stage.host.id
    made = await _made(stage, "one", "two")
    async with stage.instance.unit_of_work() as uow:
        one, two = (await change_filter(uow, me, made.id, FilterChange())).keywords
        await change_filter(
            uow,
            me,
            made.id,
            FilterChange(
                title="Loud",
                keywords=[KeywordChange("eins", False, one.id), KeywordChange(id=two.id, is_dropped=True)],
            ),
        )
        await add_keyword(uow, me, made.id, "three", whole_word=True)

    async with stage.instance.reading() as db:
        [found] = await filters_of(db, me)
    assert [(row.keyword, row.is_whole_word) for row in found.keywords] == [("eins", False), ("three", True)]
    assert found.title == "Loud"

    many = [KeywordChange(f"w{number}") for number in range(MOST_KEYWORDS - 1)]
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(Conflict):
            await make_filter(uow, me, FilterChange(title="x", contexts=["home"], keywords=many))


async def test_a_filter_of_somebody_else_is_not_there(stage: Stage) -> None:
    made, me = await _made(stage, "one"), stage.admin.id
    async with stage.instance.reading() as db:
        word = (await own_filter(db, stage.host.id, made.id)).keywords[0]
        with pytest.raises(NotFound):
            await own_filter(db, me, made.id)
    for verb in (
        lambda uow: change_filter(uow, me, made.id, FilterChange(title="mine")),
        lambda uow: change_keyword(uow, me, word.id, KeywordChange("mine")),
        lambda uow: drop_filter(uow, me, made.id),
        lambda uow: filter_posting(uow, me, made.id, 1),
    ):
        with pytest.raises(NotFound):
            async with stage.instance.unit_of_work() as uow:
                await verb(uow)


@pytest.mark.parametrize(
    "wanted",
    [
        FilterChange(title="x", contexts=[]),
        FilterChange(title="x", contexts=["home", "moon"]),
        FilterChange(title="", contexts=["home"]),
        FilterChange(title="x" * 256, contexts=["home"]),
        FilterChange(title="x", contexts=["home"], action="shout"),
        FilterChange(title="x", contexts=["home"], keywords=[KeywordChange(" \u202e")]),
        FilterChange(),
    ],
)
async def test_nonsense_is_refused(stage: Stage, wanted: FilterChange) -> None:
    with pytest.raises(Invalid):
        async with stage.instance.unit_of_work() as uow:
            await make_filter(uow, stage.host.id, wanted)


async def test_a_filter_that_ended_holds_no_more(stage: Stage) -> None:
    now = stage.instance.clock.now()
    await _made(stage, "lens", changes_end=True, expires_at=now + timedelta(minutes=1))
    later = now + timedelta(minutes=1)
    before = await stage.instance.look(lambda db: filters_on(db, stage.host.id, now))
    after = await stage.instance.look(lambda db: filters_on(db, stage.host.id, later))
    assert (bool(before), bool(after)) == (True, False)
