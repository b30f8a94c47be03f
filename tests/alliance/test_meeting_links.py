"""Meeting links lead to meetings and stay out of texts."""

import pytest

from alliance.errors import Invalid
from alliance.meeting_links import checked_meeting_link, gives_away

LINK = "https://zoom.example/j/93487234?pwd=a1B2c3D4#success"


@pytest.mark.parametrize(
    "link", [LINK, " https://teams.example/l/meetup-join/19%3ameeting ", "https://a.b:444/"]
)
def test_web_addresses_with_tls_are_taken(link: str) -> None:
    assert checked_meeting_link(link) == link.strip()


@pytest.mark.parametrize(
    "link",
    [
        "http://zoom.example/j/1",
        "zoom.example/j/1",
        "javascript:alert(1)",
        "https://",
        "https:///j/1",
        "https://user:pass@zoom.example/j/1",
        "https://zoom.example/j/1 and more",
        "https://zoom.example/\nj",
        "https://zoom.example/\u202ej",
        "https://zoom.example:port/",
        "https://[::1/",
        "https://zoom.example\\@evil.example/",
        '"https://zoom.example"',
        f"https://zoom.example/{'j' * 2000}",
    ],
)
def test_anything_else_is_refused_with_a_sentence(link: str) -> None:
    with pytest.raises(Invalid, match=r"^The meeting link "):
        checked_meeting_link(link)


@pytest.mark.parametrize(
    "text",
    [
        f"Come to {LINK}",
        f"[click]({LINK})",
        "zoom.example/j/93487234",
        "ZOOM.example/j/93487234",
        "https://zoom.example/j/93487234?pwd=other",
        r"https://zoom\.example/j/93487234",
        "https://zoom.example/j/93487234".replace("e", "&#101;", 1),
        "https://zoom.example/%6a/93487234",
        "The code is A1b2C3d4.",
    ],
)
def test_a_text_with_the_link_or_its_passcode_gives_it_away(text: str) -> None:
    assert gives_away(text, LINK)


@pytest.mark.parametrize("text", ["We meet on zoom.example.", "j/9", "pwd=", "https://zoom.example/help", ""])
def test_other_texts_do_not(text: str) -> None:
    assert not gives_away(text, LINK)
