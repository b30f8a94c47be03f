"""Plain words as people type them, with links, names and hashtags, turned into the HTML of a timeline."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from alliance.text import clean_text, sanitise_words, slug_of

MOST_NAMES = 20
MOST_HASHTAGS = 30
_MOST_SHOWN = 30

# One pass over the text, so that no name is looked for inside of a link.
_PIECES = re.compile(
    r"(?P<link>https?://[^\s<>\"'`]+)"
    r"|(?<![\w@/.])@(?P<name>[a-z0-9_](?:[a-z0-9_.-]{0,98}[a-z0-9_])?(?:@[a-z0-9][a-z0-9.-]{0,250}(?::[0-9]{1,5})?)?)"
    r"|(?<![\w/&])[#\uff03](?P<tag>\w{1,60})",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?…»«„“”"
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Named:
    """Somebody whose name stands in a text: how they are called there, and the page about them."""

    username: str
    address: str


def composed(text: str, names: Mapping[str, Named], topic_address: Callable[[str], str]) -> str:
    """Sanitised HTML: paragraphs, line breaks, links, and the names and hashtags in it as links.

    `names` is keyed by lower-case handles without their first @ (`jonas`, `mia@sued.example`); others stay
    words. `topic_address` tells the page of a hashtag by its slug.
    """
    paragraphs = re.split(r"\n{2,}", clean_text(text))
    made = (_paragraph(paragraph, names, topic_address) for paragraph in paragraphs if paragraph.strip())
    return sanitise_words("".join(made))


def handles_in(text: str) -> list[str]:
    """The handles in a text, in lower case and without their first @; each once, at most twenty."""
    found = (match["name"] for match in _PIECES.finditer(text) if match["name"])
    return list(dict.fromkeys(_trimmed(name)[0].lower() for name in found))[:MOST_NAMES]


def hashtags_in(text: str) -> list[str]:
    """The hashtags in a text as they are written, without the #; each topic once, at most thirty."""
    found: dict[str, str] = {}
    for match in _PIECES.finditer(text):
        if match["tag"] and (slug := slug_of(match["tag"])):
            found.setdefault(slug, match["tag"])
    return list(found.values())[:MOST_HASHTAGS]


def _paragraph(text: str, names: Mapping[str, Named], topic_address: Callable[[str], str]) -> str:
    made, end = [], 0
    for match in _PIECES.finditer(text):
        made.append(_plain(text[end : match.start()]))
        made.append(_piece(match, names, topic_address))
        end = match.end()
    made.append(_plain(text[end:]))
    return f"<p>{''.join(made)}</p>"


def _piece(match: re.Match[str], names: Mapping[str, Named], topic_address: Callable[[str], str]) -> str:
    if match["link"]:
        address, rest = _trimmed(match["link"])
        return _link(address) + _plain(rest)
    if match["name"]:
        handle, rest = _trimmed(match["name"])
        named = names.get(handle.lower())
        return _plain(match[0]) if named is None else _name(named) + _plain(rest)
    slug = slug_of(match["tag"])
    if not slug:
        return _plain(match[0])
    address = html.escape(topic_address(slug))
    return f'<a href="{address}" class="mention hashtag">#<span>{_plain(match["tag"])}</span></a>'


def _name(named: Named) -> str:
    address, username = html.escape(named.address), _plain(named.username)
    return (
        f'<span class="h-card"><a href="{address}" class="u-url mention">@<span>{username}</span></a></span>'
    )


def _link(address: str) -> str:
    """A link that shows where it leads to, and reads well: the scheme and what is too long are hidden."""
    scheme, _, rest = address.partition("://")
    shown, hidden = rest[:_MOST_SHOWN], rest[_MOST_SHOWN:]
    kind = ' class="ellipsis"' if hidden else ""
    return (
        f'<a href="{html.escape(address)}"><span class="invisible">{_plain(scheme)}://</span>'
        f'<span{kind}>{_plain(shown)}</span><span class="invisible">{_plain(hidden)}</span></a>'
    )


def _trimmed(written: str) -> tuple[str, str]:
    """What belongs to it, and the end of the sentence that does not."""
    end = len(written)
    while end and (written[end - 1] in _TRAILING or _is_unopened(written[:end])):
        end -= 1
    return written[:end], written[end:]


def _is_unopened(written: str) -> bool:
    opening = _PAIRS.get(written[-1])
    return opening is not None and written.count(written[-1]) > written.count(opening)


def _plain(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")
