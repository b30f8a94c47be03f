"""Jinja2 as the pages use it: escaping everything, translated, failing on what is not there."""

import hashlib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from web.quilts import quilt
from web.texts import LANGUAGES, language_name, translations

STATIC = Path(__file__).parent / "static"
_KEPT = 512


@cache
def environment(language: str) -> Environment:
    """The templates in one language, parsed once per process."""
    made = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["_"] = _translating(language)
    made.globals.update(static=static, languages=LANGUAGES, language=language, quilt=quilt, kept=kept)
    made.filters["language_name"] = language_name
    return made


_MOST_TEXTS = 4096


def _translating(language: str) -> Callable[..., Markup]:
    """What `_('...')` is in templates: as Jinja's own, but a text without values is looked up once."""
    translated = translations(language).ugettext

    @lru_cache(_MOST_TEXTS)
    def text(msgid: str) -> Markup:
        return Markup(translated(msgid))  # noqa: S704 - texts of ours may hold markup; values are escaped

    @lru_cache(_MOST_TEXTS)
    def plain(msgid: str) -> Markup:
        return text(msgid) % {}

    def translate(msgid: str, /, **values: Any) -> Markup:
        return text(msgid) % values if values else plain(msgid)

    return translate


def kept(macro: Callable[..., str], most: int = _KEPT) -> Callable[..., str]:
    """The same macro, which makes each of the last `most` texts once: rows and marks stand on many pages.

    For macros whose text depends on nothing but what they are given, which has to be hashable; lists may be
    given as well.
    """
    remembered = lru_cache(maxsize=most)(macro)

    def again(*given: Any) -> str:
        return remembered(*(tuple(one) if isinstance(one, list) else one for one in given))

    return again


@cache
def static(path: str) -> str:
    """The address of a file under static/; it changes with the content, so browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def fill(template: str, language: str, **context: object) -> str:
    """The text of a template in one of LANGUAGES."""
    return environment(language).get_template(template).render(**context)
