"""Takes the text or the calendar file out of a mail that was saved and dropped (RFC 5322)."""

import email
import email.policy
import re
from email.message import EmailMessage
from itertools import islice

from alliance.text import plain_text

_HEAD = re.compile(r"\A(?:[\w-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.ASCII)
_MOST_PARTS = 40


def is_mail_file(text: str) -> bool:
    """Whether a text is a saved mail with its headers."""
    head = _HEAD.match(text[:20_000])
    return (
        head is not None and re.search(r"(?im)^(mime-version|message-id|content-type):", head[0]) is not None
    )


def text_of_mail_file(text: str) -> str:
    """The calendar file in a mail, else subject and text; the mail itself when it can't be taken apart."""
    try:
        message = email.message_from_string(text, policy=email.policy.default)
        parts = list(islice(message.walk(), _MOST_PARTS))
        for kind in ("text/calendar", "text/plain", "text/html"):
            for part in parts:
                if part.get_content_type() == kind:
                    return _said(message, part, kind)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        # The parser of the standard library stumbles over many broken headers.
        return text
    return text


def _said(message: EmailMessage, part: EmailMessage, kind: str) -> str:
    content = str(part.get_content())
    if kind == "text/calendar":
        return content
    text = plain_text(content) if kind == "text/html" else content
    return f"Subject: {message.get('Subject', '')}\n{text}"
