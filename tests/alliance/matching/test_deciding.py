"""Circles keep the rules, whoever signs up; of few people they are the best possible, of many nearly so."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.matching import Matching, Question, Rules, SignUp
from alliance.matching.circles import A_PERSON
from alliance.matching.deciding import _in_steps, match
from alliance.matching.units import field_of
from tests.alliance.matching.people import TOPICS, crowd, random_people

SMALL = Rules(3, 4)


def broken_rules(question: Question, matching: Matching) -> list[str]:
    """What is wrong with a matching, looked at without any of the code that made it."""
    people = {person.key: person for person in question.people}
    told = [key for circle in matching.circles for key in circle.members]
    told += [lonely.key for lonely in matching.unmatched]
    wrong = [] if sorted(told) == sorted(people) else ["somebody is twice, or nowhere"]
    for circle in matching.circles:
        members = [people[key] for key in circle.members]
        keys = set(circle.members)
        companies = [member.company for member in members]
        largest = max(companies.count(company) for company in companies)
        shared = frozenset.intersection(*(member.slots for member in members))
        checks = {
            "size": question.rules.smallest <= len(members) <= question.rules.largest,
            "topic": all(circle.topic in member.topics for member in members),
            "language": all(circle.language in member.languages for member in members),
            "hours": set(circle.slots) == shared and len(shared) >= question.rules.slots_in_common,
            "torn pair": all(not _is_pair(people, member) or member.partner in keys for member in members),
            "avoided": not any(member.avoids & keys - {member.key} for member in members),
            "avoided company": not any(member.avoids_companies & set(companies) for member in members),
            "alone": largest * 2 <= len(members) or all(companies.count(c) != 1 for c in companies),
        }
        wrong += [f"{name}: {circle}" for name, holds in checks.items() if not holds]
    return wrong


def _is_pair(people: dict[str, SignUp], one: SignUp) -> bool:
    other = people.get(one.partner or "")
    return other is not None and other.partner == one.key and other.key != one.key


sign_ups = st.builds(
    SignUp,
    key=st.just(""),
    company=st.sampled_from("abc"),
    topics=st.lists(st.sampled_from(TOPICS[:2]), min_size=1, max_size=2, unique=True).map(tuple),
    slots=st.frozensets(st.integers(0, 3), min_size=1),
    languages=st.lists(st.sampled_from(("de", "en")), min_size=1, max_size=2, unique=True).map(tuple),
    utc_offset=st.sampled_from((0, 60, 330)),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    people = draw(st.lists(sign_ups, max_size=10))
    keys = [f"k{number}" for number in range(len(people))]
    for number, person in enumerate(people):
        others = draw(st.frozensets(st.sampled_from([*keys, "nobody"]), max_size=1))
        partner = draw(st.sampled_from([None, None, *keys]))
        away = draw(st.frozensets(st.sampled_from("abc"), max_size=1)) if number % 5 == 0 else frozenset()
        people[number] = replace(
            person, key=keys[number], partner=partner, avoids=others,
            avoids_companies=away - {person.company},
            met=draw(st.frozensets(st.sampled_from(keys), max_size=1)),
        )  # fmt: skip
    return Question(tuple(people), SMALL)


@settings(max_examples=40, deadline=None)
@given(question=questions(), seed=st.integers(0, 3))
def test_whoever_signs_up_the_rules_hold_and_the_order_of_people_is_nothing(
    question: Question, seed: int
) -> None:
    shuffled = list(question.people)
    Random(seed).shuffle(shuffled)

    matching = match(question)

    assert broken_rules(question, matching) == []
    assert match(Question(tuple(shuffled), question.rules)) == matching


@settings(max_examples=25, deadline=None)
@given(question=questions())
def test_the_way_for_many_keeps_the_rules_of_few(question: Question) -> None:
    assert broken_rules(question, _in_steps(field_of(question))) == []


def best_count(question: Question) -> int:
    """How many people can be placed at most: every way of parting them, tried out."""
    people = sorted(question.people, key=lambda person: person.key)

    @cache
    def most(free: tuple[int, ...]) -> int:
        if not free:
            return 0
        first, rest = free[0], free[1:]
        best = most(rest)
        for size in range(question.rules.smallest, question.rules.largest + 1):
            for others in combinations(rest, size - 1):
                if _can_meet([people[number] for number in (first, *others)], people, question.rules):
                    left = tuple(number for number in rest if number not in others)
                    best = max(best, size + most(left))
        return best

    return most(tuple(range(len(people))))


def _can_meet(members: Sequence[SignUp], people: Sequence[SignUp], rules: Rules) -> bool:
    known, keys = {person.key: person for person in people}, {member.key for member in members}
    companies = [member.company for member in members]
    largest = max(companies.count(company) for company in companies)
    return (
        len(frozenset.intersection(*(member.slots for member in members))) >= rules.slots_in_common
        and bool(set.intersection(*(set(member.topics) for member in members)))
        and bool(set.intersection(*(set(member.languages) for member in members)))
        and not any(member.avoids & keys or member.avoids_companies & set(companies) for member in members)
        and all(not _is_pair(known, member) or member.partner in keys for member in members)
        and (largest * 2 <= len(members) or all(companies.count(company) != 1 for company in companies))
    )


@pytest.mark.parametrize("seed", range(12))
def test_of_few_people_as_many_are_placed_as_by_trying_out_everything(seed: int) -> None:
    question = Question(random_people(11, seed, slots=5), SMALL)

    matching = match(question)

    assert matching.is_best
    assert matching.placed == matching.at_most == best_count(question)


def test_the_way_for_many_is_nearly_as_good_as_the_best() -> None:
    best, stepwise = 0, 0
    for seed in range(6):
        question = Question(random_people(60, seed))
        exact = match(question)
        assert exact.is_best
        best += exact.placed
        stepwise += _in_steps(field_of(question)).placed

    assert best * 0.95 <= stepwise <= best


def test_of_a_crowd_in_which_everybody_fits_nearly_everybody_has_a_circle() -> None:
    people = crowd(24)

    matching = match(Question(people))

    assert broken_rules(Question(people), matching) == []
    assert matching.placed >= 0.95 * len(people)


def person(key: str, company: str = "a", **more: object) -> SignUp:
    known: dict[str, object] = {"topics": ("data",), "slots": frozenset({1, 2, 3}), "languages": ("de",)}
    return SignUp(key, company, **{**known, **more})  # type: ignore[arg-type]


def test_mixed_companies_are_preferred_and_nobody_sits_alone_among_others() -> None:
    people = [person(f"a{n}", "a") for n in range(8)] + [person(f"b{n}", "b") for n in range(4)]

    circles = match(Question(tuple(people))).circles

    sizes = sorted(sorted(sum(key[0] == c for key in circle.members) for c in "ab") for circle in circles)
    assert sizes == [[2, 4], [2, 4]]


def test_who_is_alone_of_a_company_among_many_of_another_is_left_out_rather_than_left_alone() -> None:
    people = [person(f"a{n}", "a") for n in range(4)] + [person("b0", "b")]

    assert match(Question(tuple(people))).circles == ()


def test_earlier_circles_are_not_repeated_where_there_are_others() -> None:
    old = [[person(f"{letter}{n}", "ab"[n % 2]) for n in range(5)] for letter in "xy"]
    people = [
        replace(one, met=frozenset(other.key for other in circle) - {one.key})
        for circle in old for one in circle
    ]  # fmt: skip

    circles = match(Question(tuple(people))).circles

    assert [circle.met for circle in circles] == [4, 4]


def test_a_pair_of_which_one_keeps_the_other_away_is_told_so() -> None:
    people = [person(f"k{n}") for n in range(5)]
    pair = [person("one", partner="two", avoids=frozenset({"two"})), person("two", partner="one")]

    matching = match(Question((*people, *pair)))

    assert len(matching.circles) == 1
    assert [(lonely.key, lonely.hints[0].kind) for lonely in matching.unmatched] == [
        ("one", "pair"), ("two", "pair"),
    ]  # fmt: skip


def test_who_finds_no_circle_is_told_which_hour_or_topic_would_bring_them_together_with_whom() -> None:
    people = [person(f"k{n}") for n in range(5)]
    lonely = person("late", topics=("writing",), slots=frozenset({1, 8}))
    nearly = person("nearly", slots=frozenset({3, 8}))

    told = {one.key: one.hints for one in match(Question((*people, lonely, nearly))).unmatched}

    assert [(hint.kind, hint.what, hint.people) for hint in told["nearly"]] == [
        ("slot", "1", 5), ("slot", "2", 5),
    ]  # fmt: skip
    assert [hint.kind for hint in told["late"]] == ["none"]


def test_the_first_wish_of_most_decides_the_topic() -> None:
    people = [person(f"k{n}", topics=("writing", "data") if n else ("data", "writing")) for n in range(5)]

    circle = match(Question(tuple(people))).circles[0]

    assert (circle.topic, circle.wished, circle.companies) == ("writing", 4, 1)


def test_nobody_makes_no_circles() -> None:
    assert match(Question(())) == Matching((), (), 0, is_best=True)


def test_a_person_is_worth_more_than_all_that_makes_circles_nicer() -> None:
    people = [person(f"k{n}", "abcdef"[n], met=frozenset(f"k{m}" for m in range(6))) for n in range(6)]

    matching = match(Question(tuple(people)))

    assert matching.placed == 6
    assert 0 < matching.value < 6 * A_PERSON


def test_a_matching_day_with_sixty_people_of_three_companies() -> None:
    people = crowd(12, seed=4)
    question = Question(people)

    matching = match(question)

    mixed = [circle for circle in matching.circles if circle.companies > 1]
    assert len({person.company for person in people}) == 3
    assert broken_rules(question, matching) == []
    assert matching.placed >= 55
    assert len(mixed) >= 8
