"""The form in which sessions are filtered; it is sent with GET, so every choice has an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from alliance.languages import known_languages
from web.pages.companies import Participant
from web.pages.filters import Choice
from web.parts_of_day import PART_LABELS
from web.texts import Texts, language_name

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FilterForm:
    """The fields with what is chosen in them; `flags` are name, label and whether it is on.

    `question` is carried along where what was searched for is filtered.
    """

    action: str
    companies: Options
    languages: Options
    parts_of_day: Options
    places: Options
    flags: tuple[tuple[str, str, bool], ...]
    choice: Choice
    question: str = ""
    in_time: bool = True


def filter_form(
    choice: Choice,
    action: str,
    companies: Sequence[Participant],
    texts: Texts,
    *,
    with_external: bool = False,
    question: str = "",
    in_time: bool = True,
) -> FilterForm:
    """The form for these companies; without `in_time` nothing about days and what is over."""
    anything = ("", texts.gettext("All"))
    flags = [
        ("outside", texts.gettext("From outside"), choice.outside, len(companies) > 1),
        ("external", texts.gettext("External"), choice.external, with_external),
        ("free", texts.gettext("Free places"), choice.free, True),
        ("leaders", texts.gettext("Leaders share"), choice.leaders, True),
        ("past", texts.gettext("Past"), choice.past, in_time),
    ]
    return FilterForm(
        action=action,
        companies=(anything, *((company.host, company.name) for company in companies)),
        languages=(anything, *_languages(texts.language)),
        parts_of_day=(anything, *((name, texts.gettext(label)) for name, label in PART_LABELS.items())),
        places=(anything, ("online", texts.gettext("Online")), ("place", texts.gettext("On site"))),
        flags=tuple((name, label, on) for name, label, on, shown in flags if shown),
        choice=choice,
        question=question,
        in_time=in_time,
    )


@cache
def _languages(reading: str) -> Options:
    """Those of the pages first, then all others by their name in one of them."""
    first = ("de", "en") if reading == "de" else ("en", "de")
    named = {code: language_name(code, reading) for code in known_languages() if len(code) == 2}
    others = sorted(named.keys() - set(first), key=lambda code: named[code])
    spoken = [code for code in others if code in _COMMON]
    return tuple((code, named[code]) for code in (*first, *spoken))


_COMMON = frozenset(
    (
        *("bg", "cs", "da", "el", "es", "et", "fi", "fr", "hr", "hu", "it", "ja", "ko", "lt", "lv"),
        *("nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr", "uk", "zh"),
    )
)
