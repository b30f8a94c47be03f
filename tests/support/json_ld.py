"""Expands JSON-LD with the contexts in tests/contexts and nothing else, and tells what gets lost on the way.

The contexts are the documents that their addresses answer with: ActivityStreams 2.0 (W3C), the security
vocabulary and Data Integrity 2.0 (W3C Credentials Community Group).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyld import jsonld

CONTEXTS = Path(__file__).parent.parent / "contexts"
BUNDLED = {
    "https://www.w3.org/ns/activitystreams": "activitystreams.json",
    "https://w3id.org/security/v1": "security.json",
    "https://w3id.org/security/data-integrity/v2": "data-integrity.json",
}
_LOST = "urn:lost:"


def expanded(document: dict[str, Any]) -> Any:
    """The expanded document. Raises JsonLdError when it references a context that is not bundled."""
    return jsonld.expand(document, {"documentLoader": _load})  # type: ignore[no-untyped-call]


def lost_terms(document: dict[str, Any]) -> set[str]:
    """Terms and types without a definition: readers that expand JSON-LD drop them, or take them for others.

    ActivityStreams maps what it doesn't know to blank nodes; here that is made visible.
    """
    contexts = document["@context"]
    all_of_them = contexts if isinstance(contexts, list) else [contexts]
    marked = _marked(document) | {"@context": [*all_of_them, {"@vocab": _LOST}]}
    return {name.removeprefix(_LOST) for name in _names(expanded(marked)) if name.startswith(_LOST)}


def _marked(document: dict[str, Any]) -> dict[str, Any]:
    """The document without contexts further inside (proofs repeat the one at the top)."""

    def without(value: Any) -> Any:
        if isinstance(value, list):
            return [without(item) for item in value]
        if isinstance(value, dict):
            return {name: without(entry) for name, entry in value.items() if name != "@context"}
        return value

    found: dict[str, Any] = without(document)
    return found


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield name
            if name == "@type":
                yield from entry if isinstance(entry, list) else [entry]
            elif name == "@id":
                yield entry
            else:
                yield from _names(entry)


def _load(address: str, _options: Any) -> dict[str, Any]:
    name = BUNDLED.get(address)
    if name is None:
        raise jsonld.JsonLdError(  # type: ignore[no-untyped-call]
            f"not bundled: {address}", "jsonld.LoadDocumentError", code="loading document failed"
        )
    document = json.loads((CONTEXTS / name).read_text(encoding="utf-8"))
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": document,
    }
