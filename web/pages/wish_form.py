"""The form with which people ask for something or offer it."""

from collections.abc import Mapping

from starlette.responses import Response

from alliance.errors import AllianceError
from alliance.models import WISH_KINDS, Wish
from alliance.wishing import LONGEST_TEXT, LONGEST_TITLE, MONTHS, WishDraft
from web.forms import words
from web.pages.audience_choices import audience_choices
from web.pages.visit import Visit
from web.texts import language_name

FIELDS = {
    "kind": 20,
    "title": LONGEST_TITLE,
    "text": LONGEST_TEXT,
    "topics": 500,
    "audience": 20,
    "language": 10,
    "months": 4,
}
_KIND_CHOICE_TEXTS = {
    "learn": ("I’d like to learn something", "Somebody who knows it may make a session of it."),
    "help": ("I can help with something", "Whoever wants that says so, and you make a session of it."),
    "mentor_wanted": ("I look for a mentor", "Somebody a few steps ahead, now and then for half an hour."),
    "mentor_offered": ("I offer mentoring", "You have walked a way that others are about to go."),
}
_LANGUAGES = ("de", "en", "fr", "es", "it", "nl", "pl")


def empty_values(visit: Visit, kind: str) -> dict[str, str]:
    """The form before anything was typed."""
    given = {"kind": kind if kind in WISH_KINDS else "learn", "audience": "alliance", "months": "6"}
    given["language"] = visit.reader.language
    return {name: given.get(name, "") for name in FIELDS}


def values_of(wish: Wish) -> dict[str, str]:
    """The form filled with a request as it is."""
    topics = ", ".join(topic.name for topic in wish.topics)
    return {
        "kind": wish.kind,
        "title": wish.title,
        "text": wish.text,
        "topics": topics,
        "audience": wish.audience,
        "language": wish.language,
        "months": "6",
    }


def draft_of(values: Mapping[str, str]) -> WishDraft:
    """What the form describes."""
    return WishDraft(
        kind=values["kind"],
        title=values["title"],
        text=values["text"],
        topics=tuple(words(values["topics"], 20)),
        audience=values["audience"],
        language=values["language"],
        months=int(values["months"]) if values["months"].isascii() and values["months"].isdecimal() else 0,
    )


async def wish_page(
    visit: Visit, values: Mapping[str, str], *, wish: Wish | None = None, error: AllianceError | None = None
) -> Response:
    """The form with these values: empty, filled for `wish`, or with what is wrong."""
    texts = visit.texts
    languages = dict.fromkeys((visit.reader.language, *_LANGUAGES, values["language"]))
    return visit.page(
        "request_form.html",
        error.status if error else 200,
        form=visit.form(values, error),
        editing=wish is not None,
        title=texts.gettext("Change your request") if wish else texts.gettext("What are you looking for?"),
        action=visit.request.url.path,
        back_url=f"/requests/{wish.id}" if wish else "/requests",
        longest_title=LONGEST_TITLE,
        longest_text=LONGEST_TEXT,
        kinds=[
            (kind, texts.gettext(name), texts.gettext(why))
            for kind, (name, why) in _KIND_CHOICE_TEXTS.items()
        ],
        audiences=await audience_choices(visit),
        spoken=[(code, language_name(code, visit.reader.language)) for code in languages if code],
        months=[(str(n), texts.ngettext("One month", "%(num)s months", n)) for n in MONTHS],
    )
