"""What an Event says in other languages: the entries of `nameMap`, `summaryMap` and `contentMap`."""

from dataclasses import dataclass

from federation.vocabulary.values import Json, line, text

MAX_NAME = 200
MAX_HTML = 50_000
MOST_LANGUAGES = 10


@dataclass(frozen=True)
class Wording:
    """What an Event says in one language; `summary` and `content` are HTML."""

    language: str
    name: str
    summary: str = ""
    content: str = ""


def wordings_json(wordings: tuple[Wording, ...]) -> Json:
    """The maps. The first language is the one of the Event: Mastodon takes it for the language of all.

    `summaryMap` only where there are several: readers then know what to take from the front of `contentMap`.
    """
    maps: Json = {
        "nameMap": {one.language: one.name for one in wordings},
        "contentMap": {one.language: one.content for one in wordings},
    }
    if len(wordings) > 1:
        maps["summaryMap"] = {one.language: one.summary for one in wordings}
    return maps


def parse_wordings(value: Json, own: str | None) -> tuple[Wording, ...]:
    """What is said in languages other than `own`, at most 10; nothing where it is not clear which that is."""
    names, summaries, contents = (_map(value, f"{name}Map") for name in ("name", "summary", "content"))
    if own is None:
        return ()
    found = [
        Wording(
            language,
            line(name, MAX_NAME),
            text(summaries.get(language), MAX_HTML),
            text(contents.get(language), MAX_HTML),
        )
        for language, name in names.items()
        if language != own and _is_tag(language) and line(name, MAX_NAME)
    ]
    return tuple(found[:MOST_LANGUAGES])


def _map(value: Json, name: str) -> Json:
    found = value.get(name)
    return found if isinstance(found, dict) and len(found) <= MOST_LANGUAGES * 10 else {}


def _is_tag(language: str) -> bool:
    return 2 <= len(language) <= 10 and language.isascii() and language.replace("-", "").isalnum()
