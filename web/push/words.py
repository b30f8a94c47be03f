"""What stands on the screen of a device: who it is from, and what about."""

from typing import Any

from alliance.text import one_line, plain_text
from web.texts import Texts

JSON = dict[str, Any]
BODY_CHARACTERS = 140


def message_of(notification: JSON, texts: Texts) -> JSON:
    """The content as apps expect it of Mastodon's servers.

    No token is in it: here they are stored as digests only, so there is none to send.
    """
    return {
        "access_token": "",
        "preferred_locale": texts.language,
        "notification_id": int(notification["id"]),
        "notification_type": notification["type"],
        "icon": notification["account"]["avatar_static"],
        "title": _title(notification, texts),
        # What the company's account writes is put together for its reader alone, and may carry a link.
        "body": _body(notification) or texts.gettext("Open it to read it."),
    }


def _title(notification: JSON, texts: Texts) -> str:
    name = notification["account"]["display_name"] or notification["account"]["acct"]
    match notification["type"]:
        case "mention":
            return texts.gettext("%(name)s has written to you", name=name)
        case "poll":
            return texts.gettext("%(name)s: how you stand with a session", name=name)
        case "update":
            return texts.gettext("%(name)s has changed a session", name=name)
        case "follow":
            return texts.gettext("%(name)s follows you", name=name)
        case "follow_request":
            return texts.gettext("%(name)s would like to follow you", name=name)
        case _:
            return texts.gettext("%(name)s has something new", name=name)


def _body(notification: JSON) -> str:
    status = notification.get("status")
    markup = status["content"] if status else notification["account"]["note"]
    return one_line(plain_text(markup), BODY_CHARACTERS)
