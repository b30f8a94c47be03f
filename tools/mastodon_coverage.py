"""Writes docs/mastodon-api.md: every address of Mastodon's client API, and what is answered here.

python tools/mastodon_coverage.py            writes it
python tools/mastodon_coverage.py --check    fails when it is not what would be written
"""

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from web.mastodon import closed, instance_about
from web.mastodon.door import Endpoint
from web.mastodon.reference import by_address, endpoints, without_names
from web.mastodon.routes import ENDPOINTS

TARGET = Path(__file__).resolve().parent.parent / "docs" / "mastodon-api.md"

# Why something is not answered, by the beginning of its address; the longest that fits counts.
REASONS = {
    "/api/v1/admin/": "administration has pages of its own, with an audit; no app is given these rights",
    "/api/v2/admin/": "administration has pages of its own, with an audit; no app is given these rights",
    "/api/v1/collections": "since 4.6; we say 4.5, so no app asks",
    "/api/v1/{}/collections": "since 4.6; we say 4.5, so no app asks",
    "/api/v1/{}/in_collections": "since 4.6; we say 4.5, so no app asks",
    "/api/proofs": "removed in 3.5",
    "/api/v1/accounts/{}/identity_proofs": "deprecated in 3.5, when the last prover had gone",
    "/api/v1/search": "removed in 3.0; `/api/v2/search` answers",
    "/api/v1/timelines/direct": "removed in 3.0; `/api/v1/conversations` answers",
    "/api/v1/notifications/dismiss": "removed in 3.0; `/api/v1/notifications/{id}/dismiss` answers",
    "/api/v1/statuses/{}/card": "removed in 3.0; a status carries its card",
    "/api/v2_alpha/": "of a beta of 4.3; `/api/v2/notifications` answers",
}
# Answered with nothing, because there is none of it here.
EMPTY = {
    "/api/v1/custom_emojis": "there are none",
    "/api/v1/announcements": "there are none; news are sessions and stories",
    "/api/v1/instance/rules": "the company's own rules hold",
    "/api/v1/instance/translation_languages": "nothing is handed to a translator",
    "/api/v1/annual_reports": "nobody's year is measured",
}
REFUSED = {
    "/api/v1/accounts": "403: accounts are made by the company",
    "/api/v1/emails/confirmations": "403: the company confirms addresses",
    "/api/v1/statuses/{}/translate": "403: nothing is handed to a translator",
}
NOT_YET = "not yet"
# Answered, but with less than one might expect.
REMARKS = {
    ("GET", "/api/v1/statuses/{}/history"): "what stands there now alone: former versions are not kept",
    ("POST", "/api/v1/statuses"): "`direct` is for one person: somebody who takes no letters is a 422",
}
PAGE = {
    ("GET", "/oauth/authorize"): "a page for people, with consent in two languages",
    ("WEBSOCKET", "/api/v1/streaming"): "by a door of its own",
}


CLIENTS = """
## Programs that are tried

`make test` signs Jonas in with each of these against a running instance, as their own documentation says,
and uses them (`tests/apps`): Mastodon.py (PyPI) and masto.js (npm) make every call that they have; toot
(PyPI, for terminals) reads, joins by voting, writes, answers and keeps lists; chromium goes through the page
of consent for an app with an address and for one with a scheme of its own. toot is 0.47 there: from 0.52 on
it asks for a python-dateutil of before 3, and ours is newer.

A whole web client to be served beside an instance was looked for in the registries and not found
(2026-11-23). npm answered E404 to: pinafore, enafore, elk-zone, @elk-zone/elk, phanpy, mastodon-web,
@mastodon/mastodon, sengi, sengi2, @nicolasconstant/sengi, mastodon-fe, masto-fe, glitch-soc, pleroma-fe,
@pleroma/pleroma-fe, akkoma-fe, pl-fe, soapbox-fe, mangane, cuckoo-plus, cuckooplus, brutaldon, mastodeck.
Three of their names belong to something else: semaphore, elk and soapbox. PyPI has clients for terminals, and
fossil-mastodon, which serves pages but needs a language model; brutaldon is not there, and of
mastodon-is-my-blog, whose description fits, pip found no version to install. Debian has toot, a plugin for
bitlbee and one for Emacs, and no web client.
"""


def main(arguments: list[str]) -> int:
    text = document()
    if "--check" not in arguments:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print("docs/mastodon-api.md is not current: python tools/mastodon_coverage.py")
    return 1


def document() -> str:
    """The whole text."""
    rows = [(row, answer(row)) for row in endpoints()]
    counts = {word: sum(found[0] == word for _, found in rows) for word in ("yes", "empty", "no")}
    parts = [
        "# Mastodon's client API, address by address",
        "",
        "Made by `tools/mastodon_coverage.py`; do not edit. The addresses are those of Mastodon 4.6.",
        "",
        f"{counts['yes']} are answered, {counts['empty']} are answered with nothing or a refusal on purpose, "
        f"{counts['no']} are not answered (404, JSON), each with its reason.",
        "`/api/openapi.json` of every instance describes those that are.",
        "",
        "Sessions, comments, stories, letters and boosts are statuses; communities are accounts. "
        "Requests are no",
        "statuses: they want a voice or a session, for which apps have no button. They have feeds instead",
        "(`/requests.atom`, `/requests.json`), and followers of who asks are sent them as notes.",
    ]
    for group, members in groupby(rows, key=lambda found: str(found[0]["group"])):
        parts += ["", f"## {group}", "", "| address | answered | |", "|---|---|---|"]
        parts += [f"| `{row['method']} {row['named']}` | {word} | {why} |" for row, (word, why) in members]
    parts += ["", "## Beyond the documentation", ""]
    parts += [f"- `{endpoint.method} {endpoint.path}`" for endpoint in beyond()]
    return "\n".join(parts) + "\n" + CLIENTS


def beyond() -> Iterator[Endpoint]:
    """What is answered without being in the table."""
    for endpoint in ENDPOINTS:
        if (endpoint.method, without_names(endpoint.path)) not in by_address():
            yield endpoint


def answer(row: dict[str, Any]) -> tuple[str, str]:
    """`yes`, `empty` or `no`, and the reason."""
    key = row["method"], row["path"]
    if key in PAGE:
        return "yes", PAGE[key]
    ours = {(e.method, without_names(e.path)): e for e in ENDPOINTS}
    if key not in ours:
        return "no", reason(row)
    closed_ones = {(e.method, without_names(e.path)) for e in closed.ENDPOINTS}
    if row["path"] in REFUSED and key in closed_ones:
        return "empty", REFUSED[row["path"]]
    if key in closed_ones or ours[key].handler in (instance_about.nothing, instance_about.rules):
        return "empty", EMPTY.get(row["path"], "404: there are none")
    if ours[key].handler is instance_about.translation_languages:
        return "empty", EMPTY[row["path"]]
    return "yes", REMARKS.get(key, "")


def reason(row: dict[str, Any]) -> str:
    """Why an address is not answered."""
    fitting = [start for start in REASONS if str(row["path"]).startswith(start)]
    return REASONS[max(fitting, key=len)] if fitting else NOT_YET


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
