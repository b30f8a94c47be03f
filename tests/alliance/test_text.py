"""Nothing that strangers write reaches a page as more than text, and nothing they write takes long."""

import re
import time
from unicodedata import category, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.text import clean_line, clean_text, one_line, plain_text, render_markdown, sanitise, slug_of

REL = 'rel="nofollow noopener noreferrer ugc"'


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Hello <strong>you</strong></p>", "<p>Hello <strong>you</strong></p>"),
        ("<script>alert(1)</script>after", "after"),
        ("<style>p{}</style>after", "after"),
        ('<p onclick="x()" style="color:red" class="invisible">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', f"<a {REL}>a</a>"),
        ('<a href="data:text/html,x">a</a>', f"<a {REL}>a</a>"),
        ('<a href="/sign-out">a</a>', f"<a {REL}>a</a>"),
        ('<a href="//evil.example">a</a>', f"<a {REL}>a</a>"),
        (
            '<a href="https://a.example/" rel="me" target="_top">a</a>',
            f'<a href="https://a.example/" {REL}>a</a>',
        ),
        ("<h2>Agenda</h2><p>a</p>", "<p><strong>Agenda</strong></p><p>a</p>"),
        ('<img src="https://a.example/pixel.gif">a', "a"),
        ("<iframe src='https://a.example'></iframe>a", "a"),
        ("<svg><script>x</script></svg>a", "a"),
        ("<table><tr><td>a</td></tr></table>", "a"),
        ("<form action='/x'><input name=a><button>b</button></form>", "b"),
        ("<!-- secret -->a", "a"),
        ("<ul><li>a<ol><li>b</li></ol></li></ul>", "<ul><li>a<ol><li>b</li></ol></li></ul>"),
        ("a\x00b\u202ec", "abc"),
    ],
)
def test_markup_of_strangers_is_reduced_to_what_reading_needs(markup: str, expected: str) -> None:
    assert sanitise(markup) == expected


@given(st.text(alphabet="<>/\"'= abhprefscriptonclk:&;#x0", max_size=200))
def test_whatever_is_sanitised_holds_only_allowed_tags_and_attributes(markup: str) -> None:
    cleaned = sanitise(markup)

    assert not re.search(
        r"<(?!/?(p|br|a|b|i|u|em|del|code|pre|ul|ol|li|span|strong|blockquote)[ >/])", cleaned
    )
    assert not re.search(r"<[a-z]+[^>]* (?!href=|rel=|start=|reversed=)[a-z]+=", cleaned)


@given(st.text(max_size=300))
def test_sanitising_twice_changes_nothing(text: str) -> None:
    assert sanitise(sanitise(text)) == sanitise(text)


@pytest.mark.parametrize(
    "markup",
    [
        "<b>" * 20_000,
        "<b><p>" * 20_000,
        "<a><p>" * 9_000,
        "<font><b><p>" * 600,
        "<table><b>" * 900,
        "<blockquote>" * 9_000,
        "&" * 60_000,
    ],
)
def test_misnested_markup_takes_no_time(markup: str) -> None:
    begun = time.thread_time()

    sanitise(markup)

    assert time.thread_time() - begun < 1


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        "*a" * 5_000,
        "> " * 5_000,
        "[a](" * 2_500,
        "![[" * 3_000,
        "**a **" * 1_600,
        "\\[" * 5_000,
    ],
)
def test_pathological_markdown_takes_no_time(text: str) -> None:
    begun = time.thread_time()

    render_markdown(text)

    assert time.thread_time() - begun < 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Hi**\nthere", "<p><strong>Hi</strong><br>\nthere</p>"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>"),
        ("https://a.example", "<p>https://a.example</p>"),
        ("<https://a.example>", f'<p><a href="https://a.example" {REL}>https://a.example</a></p>'),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>"),
        ("![pixel](https://a.example/p.gif)", f'<p>!<a href="https://a.example/p.gif" {REL}>pixel</a></p>'),
        ("# Agenda", "<p><strong>Agenda</strong></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ],
)
def test_markdown_is_rendered_without_raw_html_and_pictures(text: str, expected: str) -> None:
    assert render_markdown(text).strip() == expected


def test_plain_text_keeps_paragraphs_and_says_what_the_markup_said() -> None:
    assert plain_text("<p>Tea &amp; bread<br>now</p><ul><li>a</li></ul>") == "Tea & bread\nnow\na"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two \t words\n", "two words"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a\x00\x07b\u200bc\ufeff", "abc"),
        ("e\u0301", "é"),
        ("👩\u200d🔬 lab", "👩\u200d🔬 lab"),
        ("half \ud800 pair", "half pair"),
    ],
)
def test_a_line_has_no_hidden_characters(text: str, expected: str) -> None:
    assert clean_line(text) == expected


def test_lines_of_a_text_stay_and_its_length_is_limited() -> None:
    assert clean_text("a\r\nb\rc", limit=4) == "a\nb"


def test_a_summary_ends_at_a_word() -> None:
    assert one_line("Grinding and polishing of lenses", limit=15) == "Grinding and…"
    assert one_line("Grinding\nlenses", limit=15) == "Grinding lenses"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Künstliche Intelligenz", "kuenstliche_intelligenz"),
        ("#Straßenbau", "strassenbau"),
        ("C++", "cplusplus"),
        ("C#", "csharp"),
        (".NET", "net"),
        ("Café & Bar", "cafe_bar"),
        ("2026", ""),
        ("🙂", ""),
        ("--", ""),
    ],
)
def test_topics_become_hashtags(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@given(st.text(max_size=200))
def test_a_slug_of_a_slug_is_itself(name: str) -> None:
    slug = slug_of(name)

    assert len(slug) <= 60
    assert slug_of(slug) == slug


def test_control_characters_and_halves_of_letters_go_and_nothing_else_does() -> None:
    """All of Unicode's categories Cc and Cs, but for the ends of lines and tabs."""
    letters = [chr(number) for number in range(1 << 16)]
    unwanted = {letter for letter in letters if category(letter) in ("Cc", "Cs")}
    assert set(clean_text(f"a{''.join(letters)}")) & unwanted == {"\n", "\t"}
    plain = "".join(letter for letter in letters[: 1 << 11] if category(letter) in ("Lu", "Ll", "Nd", "Po"))
    assert clean_text(plain) == normalize("NFC", plain)
