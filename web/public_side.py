"""What partners and their software have to reach: all that a company's DMZ lets in when pages stay inside."""

import re
from dataclasses import dataclass
from typing import Literal

from starlette.routing import Route

from web.activitypub.answers import Negotiated
from web.routes import DOCUMENTS, FEEDS, FOR_MACHINES

Kind = Literal["machines", "documents", "inboxes"]

# Beside what is for machines by its nature: pictures, links of those who come, badges, and taking back mail.
_ALSO = (
    "/media/{name}",
    "/sessions/{id:int}/preview.png",
    "/meet/{token}",
    "/badges/{badge}.json",
    "/badges/{badge}.png",
    "/robots.txt",
    "/.well-known/security.txt",
)
# These send a person on to a page.
_FOR_PEOPLE = ("/authorize_interaction",)
_PERSONAL = "/feeds/"
_INBOXES = (
    "/inbox",
    "/actor/inbox",
    "/company/inbox",
    "/people/{id:int}/inbox",
    "/communities/{id:int}/inbox",
)
_PARTS = {"int": "[0-9]{1,19}", "": "[^/]{1,100}"}
_PLACEHOLDER = re.compile(r"\{\w+(?::(\w+))?\}")


@dataclass(frozen=True, order=True)
class Opened:
    """An address that is open: `documents` only for those who ask for JSON, `inboxes` only for POST."""

    kind: Kind
    path: str

    @property
    def pattern(self) -> str:
        """The path as a regular expression that nginx (PCRE) and Caddy (RE2) read alike."""
        ends = [match.span() for match in _PLACEHOLDER.finditer(self.path)]
        marks = [_PARTS[match[1] or ""] for match in _PLACEHOLDER.finditer(self.path)]
        edges = [0, *(edge for span in ends for edge in span), len(self.path)]
        fixed = [re.escape(self.path[edges[i] : edges[i + 1]]) for i in range(0, len(edges), 2)]
        pieces = [part for pair in zip(fixed, [*marks, ""], strict=True) for part in pair]
        return "".join(pieces).replace("\\-", "-")


def public_side() -> list[Opened]:
    """Every address that has to be open, by kind."""
    found = {Opened("inboxes", path) for path in _INBOXES}
    found |= {Opened("documents", path) for path in DOCUMENTS}
    found |= {Opened("machines", path) for path in _ALSO}
    found |= {
        Opened("documents" if isinstance(route.endpoint, Negotiated) else "machines", route.path)
        for route in (*FOR_MACHINES, *FEEDS)
        if isinstance(route, Route) and route.path not in _FOR_PEOPLE and not route.path.startswith(_PERSONAL)
    }
    return sorted(found)


def one_pattern(kind: Kind) -> str:
    """All addresses of a kind in one expression."""
    return "^(" + "|".join(opened.pattern for opened in public_side() if opened.kind == kind) + ")$"
