"""The languages in which sessions are held: the two-letter codes of ISO 639-1. And ours."""

from functools import cache

from babel import Locale

OURS = ("de", "en")
"""In which pages, mails and messages are written."""


@cache
def known_languages() -> frozenset[str]:
    """Every code, such as `de`."""
    return frozenset(code for code in map(str, Locale("en").languages) if len(code) == 2)


def known_language(tag: str, default: str) -> str:
    """The language of a tag such as `de-AT`, or `default` when nobody knows it."""
    code = tag[:2].lower()
    is_tag = len(tag) == 2 or tag[2:3] in ("-", "_")
    return code if is_tag and code in known_languages() else default
