"""What stands on the screen of a device."""

import pytest

from web.push.words import message_of
from web.texts import Texts

ACCOUNT = {
    "display_name": "Nordlicht Optik",
    "acct": "sessions",
    "note": "",
    "avatar_static": "https://x/a.png",
}


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("<p>See you &amp; bye</p>", "See you & bye"),
        ("", "Open it to read it."),
        ("<p> </p>", "Open it to read it."),
    ],
)
def test_words_from_one_to_one_are_never_empty(content: str, body: str) -> None:
    status = {"content": content}
    notification = {"id": "7", "type": "mention", "account": ACCOUNT, "status": status}

    said = message_of(notification, Texts("en"))

    assert (said["title"], said["body"]) == ("Nordlicht Optik has written to you", body)
    assert said["icon"].endswith(".png")
