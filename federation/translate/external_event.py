"""From somebody else's calendar to the domain: the Event of an external source as SessionNews."""

import re
from dataclasses import replace
from datetime import datetime

from alliance.news import SessionNews
from alliance.text import clean_line, plain_text
from federation.translate.news import session_news
from federation.vocabulary.activities import Activity
from federation.vocabulary.event import MAX_NAME, Event, parse_event
from federation.vocabulary.values import Malformed

# A whole tag or a character reference: WordPress 6 sends titles as they stand in its pages ("&#8211;").
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")


def embedded_event(activity: Activity) -> Event:
    """The Event inside of a Create or Update, with what gathio 1.x says in the activity alone.

    gathio's Event has neither author nor addressees (`createActivityPubEvent` in src/activitypub.ts). Raises
    Malformed.
    """
    body = dict(activity.embedded or {})
    if not body.get("attributedTo") and not body.get("actor"):
        body["attributedTo"] = activity.actor
    if not body.get("to") and not body.get("cc"):
        body |= {"to": list(activity.to), "cc": list(activity.cc)}
    return parse_event(body)


def external_news(event: Event, now: datetime) -> SessionNews:
    """An Event of a source as the domain takes it in: no host, no places, a plain title. Raises Malformed."""
    title = plain_title(event.name)
    if not title:
        raise Malformed("name is markup and nothing else")
    news = session_news(event, now)
    # Whoever says nothing about where it is does not say that it is online.
    is_online = event.is_online or (event.place is not None and event.place.is_virtual)
    place = "on_site" if news.place == "online" and not is_online else news.place
    return replace(
        news,
        title=title,
        # Gancio and Pavillion describe in `summary` what others have in `content`.
        description_html=news.description_html if news.description_html.strip() else event.summary,
        language=event.language or "",
        host_uri=None,
        place=place,
        sequence=None,
        place_name=clean_line(plain_title(news.place_name)),
    )


def plain_title(name: str) -> str:
    """A title without markup; one that merely contains a "<" stays as it is."""
    return clean_line(plain_text(name) if _MARKUP.search(name) else name, MAX_NAME)
