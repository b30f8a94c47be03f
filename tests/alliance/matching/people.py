"""Invented sign-ups: random ones from a seed, and crowds in which everybody is known to find a circle."""

from dataclasses import replace
from random import Random

from alliance.matching import SignUp

TOPICS = ("facilitation", "data", "writing", "leadership")


def random_people(count: int, seed: int = 1, *, slots: int = 8, companies: int = 3) -> tuple[SignUp, ...]:
    """People with few hours each, some in pairs, some who keep others away, some who have met."""
    random = Random(seed)
    people = [
        SignUp(
            f"p{number:05}",
            f"c{min(random.randrange(companies), random.randrange(companies))}",
            tuple(random.sample(TOPICS, random.choice((1, 1, 2, 3)))),
            frozenset(random.sample(range(slots), random.choice((2, 3, 3, 4, 5)))),
            random.choice((("de",), ("de", "en"), ("en",), ("de",))),
            random.choice((60, 60, 60, 0, 120)),
        )
        for number in range(count)
    ]
    for first in range(0, count - 1, 7):
        one, other = people[first], people[first + 1]
        people[first] = replace(one, partner=other.key)
        people[first + 1] = replace(one, key=other.key, company=other.company, partner=one.key)
    for number in range(5, count, 6):
        people[number] = replace(people[number], avoids=frozenset({people[number * 7 % count].key}))
    for number in range(6, count, 5):
        people[number] = replace(people[number], met=frozenset({people[(number + 3) % count].key}))
    return tuple(people)


def crowd(circles: int, seed: int = 1, *, slots: int = 14) -> tuple[SignUp, ...]:
    """People of whom all can be placed, because they were made circle by circle and then shuffled."""
    random = Random(seed)
    people: list[SignUp] = []
    for _ in range(circles):
        topic, language = random.choice(TOPICS), random.choice(("de", "de", "en"))
        hours = random.sample(range(slots), 2)
        companies = random.choice((("a", "a", "b", "b", "c"), ("a", "b", "c", "a", "b"), ("a",) * 5))
        for company in companies:
            others = [other for other in TOPICS if other != topic]
            more = random.sample(others, random.choice((0, 0, 1)))
            own = frozenset((*hours, *random.sample(range(slots), random.choice((0, 1, 2)))))
            wishes = random.sample([topic, *more], 1 + len(more))
            key = f"p{random.getrandbits(40):010x}"
            people.append(SignUp(key, company, tuple(wishes), own, (language,), 60))
    random.shuffle(people)
    return tuple(people)
