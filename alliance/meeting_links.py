"""Checks meeting links, and finds them where they must not be: in texts that others read."""

import html
import re
from urllib.parse import parse_qsl, unquote, urlsplit

from alliance.errors import Invalid
from alliance.text import render_markdown

MEETING_LINK_LIMIT = 2000
MEETING_LINK_PURPOSE = "session.meeting_link"

_NOT_IN_LINKS = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"{}|^`\u2028\u2029\u200b-\u200f\u202a-\u202e]")
_PASSCODES = re.compile(r"(pwd|pass|passcode|password|pw|pin|kennwort|token|secret|key|jwt)", re.IGNORECASE)
_SHORTEST_PASSCODE = 4


def checked_meeting_link(link: str) -> str:
    """The link without white space around it. Raises Invalid unless people can click on it safely."""
    link = link.strip()
    if len(link) > MEETING_LINK_LIMIT:
        raise Invalid("The meeting link is longer than {limit} characters.", limit=MEETING_LINK_LIMIT)
    try:
        parts = urlsplit(link)
        _ = parts.port
    except ValueError:
        raise Invalid("The meeting link is not a web address.") from None
    if _NOT_IN_LINKS.search(link) or not parts.hostname:
        raise Invalid("The meeting link is not a web address.")
    if parts.scheme != "https":
        raise Invalid("The meeting link must begin with https://.")
    if parts.username is not None or parts.password is not None:
        raise Invalid("The meeting link must not contain a user name or password before the host.")
    return link


def gives_away(text: str, link: str) -> bool:
    """Whether a text (Markdown or plain) contains the meeting link, its path on its host, or its passcode."""
    shown = _folded(f"{text}\n{render_markdown(text)}")
    return any(secret in shown for secret in _secrets(link))


def is_said_in(text: str, link: str) -> bool:
    """The same for long texts that nobody renders: what was said in a session."""
    shown = _folded(text)
    return any(secret in shown for secret in _secrets(link))


def _secrets(link: str) -> set[str]:
    parts = urlsplit(link)
    secrets = {_folded(link)}
    if len(parts.path) > 1:
        secrets.add(_folded(f"{parts.netloc}{parts.path}").rstrip("/"))
    for name, value in parse_qsl(f"{parts.query}&{parts.fragment}"):
        if _PASSCODES.fullmatch(name) and len(value) >= _SHORTEST_PASSCODE:
            secrets.add(_folded(value))
    return secrets


def _folded(text: str) -> str:
    return unquote(html.unescape(text)).casefold()
