"""Topics keep the name that people gave them, also where a hashtag can't carry it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.text import clean_line, slug_of
from federation.vocabulary.hashtags import hashtag, hashtags_json, parse_hashtags

HREF = "https://nordlicht.example/sessions?topic=x"


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Security", "Security"),
        ("iOS", "iOS"),
        ("data science", "DataScience"),
        ("Künstliche Intelligenz", "KünstlicheIntelligenz"),
        ("C++", "Cplusplus"),
        ("C#", "Csharp"),
        ("Retro-Computing", "RetroComputing"),
        ("R & D", "RD"),
    ],
)
def test_a_name_becomes_one_word_with_its_capitals(name: str, tag: str) -> None:
    """federation.md: `tag`: Hashtags (topics)."""
    (json,) = hashtags_json(((name, HREF),))

    assert json["name"] == f"#{tag}"
    assert parse_hashtags([json]) == ((name, HREF),)


@pytest.mark.parametrize("name", ["", "#", ":", "#-", "☃", "²", "٠"])
def test_what_no_address_could_list_is_no_topic(name: str) -> None:
    """Nor could most of it be told on as a hashtag."""
    assert parse_hashtags({"type": "Hashtag", "name": name}) == ()


def test_a_name_that_the_hashtag_does_not_stand_for_is_not_believed() -> None:
    """Else a page would show one topic and link another."""
    lie = {"type": "Hashtag", "name": "#Security", "summary": "Free money"}

    assert parse_hashtags(lie) == (("Security", None),)


def test_hashtags_of_others_are_taken_as_they_are() -> None:
    assert parse_hashtags([{"type": "Hashtag", "name": "#dataScience"}]) == (("dataScience", None),)


@given(st.text(max_size=60))
def test_every_topic_arrives_under_the_same_slug(text: str) -> None:
    name = clean_line(text, 60).lstrip("# ")
    if slug_of(name) and hashtag(name):
        found = parse_hashtags(hashtags_json(((name, HREF),)))
        assert [slug_of(read) for read, _ in found] == [slug_of(name)]
