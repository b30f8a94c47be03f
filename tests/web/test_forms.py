"""Forms keep what was typed, and nobody is sent away from this site."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.errors import Invalid, NotSignedIn
from web.forms import Form, safe_next, words
from web.texts import Texts


def test_an_error_stands_beside_its_field_in_the_readers_language() -> None:
    error = Invalid(problems={"title": Invalid("The title is longer than {limit} characters.", limit=200)})

    form = Form({"when": "morgen", "title": "x"}, Texts("de"), error)

    assert form.errors == {"title": "Der Titel ist länger als 200 Zeichen."}
    assert form.first_error == "title"
    assert form.summary == "Sieh dir bitte die markierten Felder an."
    assert dict(form) == {"when": "morgen", "title": "x"}


def test_the_first_error_is_the_first_on_the_page() -> None:
    error = Invalid(problems={"b": Invalid("Please choose one of the options."), "a": Invalid("x")})

    assert Form({"a": "", "b": ""}, Texts("en"), error).first_error == "a"


def test_an_error_without_a_field_is_said_above_the_form() -> None:
    form = Form({"email": "x"}, Texts("en"), NotSignedIn("Please sign in first."))

    assert (form.errors, form.first_error, form.summary) == ({}, None, "Please sign in first.")


@pytest.mark.parametrize("address", ["/", "/sessions/7", "/?after=1-2&outside=1", "/@ines@alpenwerk.example"])
def test_a_path_of_ours_is_followed(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a b",
        "/a\nb",
        "/" + "a" * 600,
        "/ä",
    ],
)
def test_anything_else_is_not(address: str) -> None:
    assert safe_next(address, "/here") == "/here"


@given(st.text(max_size=60).map(lambda text: f"/{text}"))
def test_wherever_we_send_people_it_is_here(text: str) -> None:
    parts = urlsplit(safe_next(text))

    assert (parts.scheme, parts.netloc) == ("", "")
    assert parts.path.startswith("/")
    assert not parts.path.startswith("//")


def test_lists_are_separated_by_commas_or_lines() -> None:
    assert words(" #KI, Einkauf;;KI\n  gute   Fragen ,", 3) == ["KI", "Einkauf", "gute Fragen"]
    assert words("a,b,c,d", 2) == ["a", "b"]
