"""The filters of a list live in its address."""

from dataclasses import replace
from datetime import date

import pytest

from web.pages.filters import Choice

EVERYTHING = Choice(
    outside=True,
    external=True,
    free=True,
    language="fr",
    company="alpenwerk.example",
    topic="2026-12-24",
    leaders=True,
    day="2026-12-24",
    at="morning",
    where="place",
    past=True,
)


@pytest.mark.parametrize(
    "choice", [Choice(), Choice(day="2026-01-01", past=True), Choice(where="online"), EVERYTHING]
)
def test_addresses_made_for_many_days_are_those_made_for_each(choice: Choice) -> None:
    day = date(2026, 12, 31)

    made = choice.address_by_day("/sessions")(day)

    assert made == replace(choice, day=day.isoformat(), past=False).address("/sessions")
