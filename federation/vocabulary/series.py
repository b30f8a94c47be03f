"""What an Event says of the series that it is a date of: schema.org's `superEvent`, an `EventSeries`.

https://schema.org/EventSeries: "Included events can relate with the series using the superEvent property."
FEP-8a8e has no word for it, and `context` of ActivityStreams is what conversations are grouped by (FEP-7888).
No rule is in it: each date is an Event of its own, and how often is said in words. The names are written
with the prefix that stands in our context already, so all other Events are written as ever.
"""

from dataclasses import dataclass, field

from federation.vocabulary.values import Json, compact, line, listed, uri_or_none

SUPER_EVENT, SUB_EVENT = "sc:superEvent", "sc:subEvent"
NAME_LIMIT = 200
WORDS_LIMIT = 200
_MOST_LANGUAGES = 4


@dataclass(frozen=True)
class SeriesTold:
    """A series by its identity and name; `rhythm` is how often, in words, by language."""

    id: str
    name: str = ""
    rhythm: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> Json:
        """The object inside an Event."""
        return compact(
            {
                "type": "sc:EventSeries",
                "id": self.id,
                "url": self.id,
                "name": self.name,
                "summaryMap": self.rhythm or None,
            }
        )


def parse_series(value: object) -> SeriesTold | None:
    """The first series that `superEvent` names, by object or bare identity; None for anything else."""
    for item in listed(value)[:1]:
        told = {"id": item} if isinstance(item, str) else item
        if not isinstance(told, dict) or (id := uri_or_none(told.get("id"))) is None:  # noqa: A001
            return None
        return SeriesTold(id, line(told.get("name"), NAME_LIMIT), _rhythm(told.get("summaryMap")))
    return None


def _rhythm(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    found = {}
    for language, words in list(value.items())[:_MOST_LANGUAGES]:
        if isinstance(language, str) and len(language) <= 10 and (said := line(words, WORDS_LIMIT)):
            found[language] = said
    return found
