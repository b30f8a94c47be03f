"""Takes out of an invitation what must not become public, and what nobody wants to read.

Passcodes, numbers of meetings, numbers to dial and links to meetings go, whatever stands around them; the
host's own sentences stay.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

from alliance.invitations.frames import CREDENTIAL, CREDENTIAL_ALONE, is_frame
from alliance.invitations.links import is_of_meetings, written_addresses
from alliance.meeting_links import gives_away
from alliance.text import clean_text

_MOST_LINES = 2000
_LONGEST_LINE = 4000
_MOST_PARAMETERS = 100
_DIGITS = re.compile(r"\d(?:[\s-]?\d){8,24}")
_HOLLOW = re.compile(r"[\s<>()\[\]|:,;.*_\-–—\"'„“”]*")
_ANGLES = re.compile(r"<\s*>|\(\s*\)|\[\s*\]|\s+(?=[,.;:!?](?:\s|$))")


def public_text(text: str, link: str, limit: int = 9_000) -> str:
    """`text` (plain) without secrets, without the frame of the invitation; at most `limit` characters."""
    lines = [_unquoted(line[:_LONGEST_LINE]) for line in text.splitlines()[:_MOST_LINES]]
    secrets = _secrets(lines, link)
    kept = [line for line in _kept(lines, link) if not _gives(line, secrets)]
    cleaned = clean_text(re.sub(r"\n{3,}", "\n\n", "\n".join(kept)), limit)
    return "" if link and gives_away(cleaned, link) else cleaned


def _kept(lines: list[str], link: str) -> Iterator[str]:
    after_label = False
    for line in lines:
        # "Passcode:" and the code itself may stand on two lines.
        hidden = after_label and bool(line.strip())
        after_label = bool(CREDENTIAL_ALONE.match(line)) or (after_label and not line.strip())
        if hidden or is_frame(line):
            continue
        without = _without_links(line, link)
        if without is not None:
            yield without


def _without_links(line: str, link: str) -> str | None:
    """The line without links to meetings; None when nothing worth reading is left of it."""
    taken = line
    for written, real in written_addresses(line):
        if real == link or written == link or is_of_meetings(real):
            taken = taken.replace(written, "")
    if taken == line:
        return line
    rest = " ".join(_ANGLES.sub("", taken).split())
    if _HOLLOW.fullmatch(rest) or rest.endswith(":") or len(rest.split()) < 4:
        return None
    return rest


def _secrets(lines: Iterable[str], link: str) -> set[str]:
    """What opens the meeting, without spaces and folded: numbers and codes beside labels and in its link."""
    found: set[str] = set()
    for line in lines:
        for match in CREDENTIAL.finditer(line):
            words = match["value"].split()
            # The code alone, or with words behind it: "Der Passcode ist 7733Fuchs und ...".
            found |= {_folded(match["value"]), *(_folded(word) for word in words[:1])}
    parts = urlsplit(link)
    found |= {_folded(match[0]) for match in _DIGITS.finditer(parts.path)}
    if parts.query.count("&") < _MOST_PARAMETERS:
        found |= {_folded(value) for _, value in parse_qsl(parts.query)}
    return {secret for secret in found if len(secret) >= 4}


def _gives(line: str, secrets: set[str]) -> bool:
    if not secrets:
        return False
    words = {_folded(word) for word in line.split()}
    digits = {_folded(match[0]) for match in _DIGITS.finditer(line)}
    return not secrets.isdisjoint(words | digits)


def _folded(text: str) -> str:
    return re.sub(r"[\s\-.,;:()#*]+", "", text).casefold()


def _unquoted(line: str) -> str:
    return re.sub(r"^(?:\s*>)+ ?", "", line).rstrip()
