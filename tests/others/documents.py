"""The documents that other servers are given to read: what our code writes, with nothing left out."""

import json
from html.parser import HTMLParser
from typing import Any

from federation.translate.session_event import event_of
from federation.vocabulary.contexts import EVENT_CONTEXT, with_context
from tests.federation.documents.written_sessions import URIS, written_session


def event_document(kind: str) -> dict[str, Any]:
    """The Event of a session of this kind, as somebody else parses it from the wire."""
    written = with_context(EVENT_CONTEXT, event_of(written_session(kind), URIS).as_json())
    read: dict[str, Any] = json.loads(json.dumps(written))
    return read


def visible_text(html: str) -> str:
    """What a person reads of HTML: text without tags, with a line end for each break and paragraph."""
    shown = _Shown()
    shown.feed(html)
    shown.close()
    return "\n".join(line.strip() for line in "".join(shown.parts).split("\n") if line.strip())


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append("\n" if tag in ("p", "br", "h2") else "")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append("\n" if tag in ("p", "h2") else "")
