"""Words are compared without case, accents, endings and slips of the finger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.words import LONGEST_WORD, fold, indexed, is_slip_of, stems, variants, words_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Führung", "fuhrung"),
        ("Fuehrung", "fuhrung"),
        ("FUHRUNG", "fuhrung"),
        ("Straße", "strasse"),
        ("Café", "cafe"),
        ("C++", "cplusplus"),
        ("C#", "csharp"),
        ("Ærø", "aro"),
    ],
)
def test_umlauts_and_accents_are_folded(text: str, folded: str) -> None:
    assert [word.folded for word in words_of(text)] == [folded]


@pytest.mark.parametrize(
    ("one", "other"), [("Führungen", "führung"), ("learning", "learned"), ("sessions", "Session")]
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert set(stems(fold(one))) & set(stems(fold(other)))


def test_safety_is_not_looked_for_in_every_text_with_a_pronoun() -> None:
    assert stems(fold("Sicherheit")) == ("sicherheit",)
    assert not set(stems(fold("Sicherheit"))) & set(stems(fold("sich")))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("vortrg", "vortrag"), ("vorttrag", "vortrag"), ("vortrak", "vortrag"), ("votrrag", "vortrag")],
)
def test_a_letter_less_more_another_or_two_swapped_is_one_slip(typed: str, meant: str) -> None:
    assert is_slip_of(typed, meant)
    assert variants(typed) & variants(meant)


@pytest.mark.parametrize("other", ["vortrag", "antrag", "vortragen"])
def test_the_same_and_what_is_farther_is_no_slip(other: str) -> None:
    assert not is_slip_of("vortrag", other)


@given(st.text(max_size=300))
def test_whatever_is_typed_becomes_letters_and_digits(text: str) -> None:
    for word in indexed(text):
        assert word.isalnum()
        assert len(word) <= LONGEST_WORD
