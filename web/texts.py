"""The languages that pages speak, chosen per reader."""

import io
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

CATALOGUES = Path(__file__).parent / "locale"
LANGUAGES = {"de": "Deutsch", "en": "English"}
FALLBACK = "en"


@cache
def translations(language: str) -> NullTranslations:
    """The texts in one of LANGUAGES; English is the language of the msgids themselves.

    Catalogues are kept as text and compiled here, once per process: what translators edit is what is used.
    """
    source = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return NullTranslations()
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@lru_cache(maxsize=1024)
def preferred_language(accept_language: str) -> str:
    """The best of LANGUAGES for an Accept-Language header (RFC 9110 section 12.5.4), English for none."""
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language[:500].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if tag and quality > 0:
            wishes.append((-quality, position, tag.replace("-", "_")))
    ordered = [tag for _, _, tag in sorted(wishes)]
    return negotiate_locale(ordered, LANGUAGES) or FALLBACK


@lru_cache(maxsize=1024)
def language_name(code: str, reader_language: str) -> str:
    """What a reader calls a language: `language_name("en", "de")` is "Englisch"; the code when unknown."""
    name = Locale(reader_language).languages.get(code.split("-")[0])
    return name[:1].upper() + name[1:] if isinstance(name, str) and name else code


class Texts:
    """One reader's language: translates msgids with `%(name)s` or `{name}` placeholders."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else FALLBACK
        self._translations = translations(self.language)

    def gettext(self, msgid: str, **parameters: object) -> str:
        """The text for `msgid`, filled with `parameters`."""
        text = str(self._translations.ugettext(msgid))
        return text % parameters if parameters else text

    def ngettext(self, singular: str, plural: str, count: int, **parameters: object) -> str:
        """The text for a number of things; `%(num)s` is the number."""
        return str(self._translations.ungettext(singular, plural, count)) % {"num": count, **parameters}

    def sentence(self, msgid: str, parameters: dict[str, object]) -> str:
        """An error's sentence: translated, then filled in the manner of str.format."""
        text = str(self._translations.ugettext(msgid))
        return text.format(**parameters) if parameters else text
