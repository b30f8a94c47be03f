"""What templates keep is the same as if it were made anew, and as safe."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from web.pages.views import Badge, DayGroup, Face, SessionRow
from web.templating import environment, kept

ROW = SessionRow(
    url="/sessions/5",
    title="<script>alert(1)</script>",
    language="de",
    starts_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    clock="10:00",
    length="45 min",
    company=Badge("<b>Alpenwerk</b>", "alpenwerk.example", 3),
    host=Face("Ines & Lex"),
)


def days(language: str, *rows: SessionRow) -> str:
    """The rows as the programme shows them."""
    made = environment(language).from_string('{% from "parts/sessions.html" import days %}{{ days(groups) }}')
    return made.render(groups=(DayGroup("Today", "Monday", "2026-03-02", rows),))


def test_a_text_is_made_once_for_the_same_values() -> None:
    asked = []

    def macro(*given: object) -> str:
        asked.append(given)
        return Markup("<i>{}</i>").format(given[0])

    again = kept(macro)
    assert [again("a"), again("a"), again("b"), again(["a"])] == [
        "<i>a</i>",
        "<i>a</i>",
        "<i>b</i>",
        "<i>(&#39;a&#39;,)</i>",
    ]
    assert asked == [("a",), ("b",), (("a",),)]
    assert isinstance(again("a"), Markup)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_kept_row_is_escaped_like_a_new_one(language: str) -> None:
    first, second = days(language, ROW), days(language, ROW)

    assert first == second
    assert "&lt;script&gt;" in second
    assert "&lt;b&gt;Alpenwerk" in second
    assert "Ines &amp; Lex" in second


def test_rows_that_differ_in_anything_that_is_shown_differ() -> None:
    cancelled = replace(ROW, cancelled=True)

    assert days("de", ROW) != days("de", cancelled)
    assert "Fällt aus" in days("de", cancelled)
    assert "Cancelled" in days("en", cancelled)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("_('%(company)s learns', company=name)", "&lt;b&gt; learns"),
        ("_('Sessions')", "Sessions"),
        ("_('100 %% of <i>all</i>')", "100 % of <i>all</i>"),
    ],
)
def test_texts_are_filled_safely_whether_they_are_asked_for_again_or_not(given: str, said: str) -> None:
    template = environment("en").from_string(f"{{{{ {given} }}}}")

    assert [template.render(name="<b>"), template.render(name="<b>")] == [said, said]
