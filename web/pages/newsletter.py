"""The newsletter for everybody: signing up, saying yes or no by a link from a mail, and the archive.

Whoever signs up is told the same whether the address was known or not. Opening a link changes nothing:
scanners open every link of a mail (RFC 8058 for the one that unsubscribes).
"""

import re

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Gone, Invalid, NotFound
from alliance.models import Edition, Guest
from alliance.queries.digests import WEEK, public_digest
from alliance.queries.newsletter import PER_PAGE, edition_of_week, editions, newsletter_plan
from alliance.queries.sessions import own_states
from alliance.queries.stories import Stories, sessions_told_about
from alliance.queries.topics import topics_to_see, trending_topics
from alliance.subscribing import ask_for_newsletter, is_waited_for, say_no, say_yes
from alliance.text import render_markdown
from alliance.visibility import STRANGER
from web.addresses import address_of_wish
from web.forms import Form, read_form
from web.mail.digests import note_for
from web.mail.doors import door_page
from web.mail.tokens import guest_of
from web.pages.rows import day_groups
from web.pages.stories import views_of
from web.pages.visit import Visit, count_sender, visiting
from web.texts import LANGUAGES
from web.times import Reader

_MOST_OFFERED = 18
_TOPICS = tuple(f"topic_{number}" for number in range(_MOST_OFFERED))
_FIELDS = {"email": 320, "language": 10} | dict.fromkeys(_TOPICS, 60)
_WEEK = re.compile(r"[0-9]{4}-W[0-9]{2}")


async def show(request: Request) -> Response:
    """GET /newsletter: the form for guests, and what went out before."""
    async with visiting(request) as visit:
        return await _page(visit)


async def sign_up(request: Request) -> Response:
    """POST /newsletter: mails a question to the address, and says so."""
    async with visiting(request) as visit:
        if not await _is_open(visit):
            raise NotFound
        values = await read_form(request, _FIELDS)
        count_sender(visit, request.app.state.signing_up)
        try:
            async with visit.instance.unit_of_work() as uow:
                chosen = [values[name] for name in _TOPICS if values[name]]
                await ask_for_newsletter(uow, values["email"], values["language"], chosen)
        except Invalid as error:
            return await _page(visit, visit.form(values, error))
        return door_page(
            visit,
            is_newsletter=True,
            title=visit.texts.gettext("Look into your mail"),
            sentence=visit.texts.gettext(
                "A mail with a button is on its way to %(address)s. The newsletter comes once you have "
                "pressed it; that is possible for two days.",
                address=values["email"],
            ),
        )


async def ask_yes(request: Request) -> Response:
    """GET /newsletter/confirm/<token>: says what the button brings."""
    async with visiting(request) as visit:
        guest = await visit.db.get(Guest, _guest_id(visit, "yes"))
        if guest is None or not is_waited_for(guest, visit.reader.now):
            raise Gone("This link is too old. Please sign up again.")
        return door_page(
            visit,
            is_newsletter=True,
            title=visit.texts.gettext("The newsletter of %(company)s", company=visit.visitor.home.name),
            sentence=visit.texts.gettext("It comes once a week, until you no longer want it."),
            facts=await _choices(visit, guest),
            submit=visit.texts.gettext("Yes, I want it"),
        )


async def yes(request: Request) -> Response:
    """POST /newsletter/confirm/<token>: from now on the newsletter comes; once more is the same."""
    async with visiting(request) as visit:
        guest_id = _guest_id(visit, "yes")
        async with visit.instance.unit_of_work() as uow:
            await say_yes(uow, guest_id)
        return door_page(
            visit,
            is_newsletter=True,
            title=visit.texts.gettext("You get the newsletter"),
            sentence=visit.texts.gettext("Each one has a link that stops it and deletes your address."),
        )


async def ask_no(request: Request) -> Response:
    """GET /newsletter/stop/<token>: says what the button does."""
    async with visiting(request) as visit:
        _guest_id(visit, "no")
        return door_page(
            visit,
            is_newsletter=True,
            title=visit.texts.gettext("No more newsletter"),
            sentence=visit.texts.gettext("Nothing comes any more, and your address is deleted here."),
            submit=visit.texts.gettext("Stop it and delete my address"),
        )


async def no(request: Request) -> Response:
    """POST /newsletter/stop/<token>: the address is gone; once more is the same."""
    async with visiting(request) as visit:
        guest_id = _guest_id(visit, "no")
        async with visit.instance.unit_of_work() as uow:
            await say_no(uow, guest_id)
        return door_page(
            visit,
            is_newsletter=True,
            title=visit.texts.gettext("No more newsletter"),
            sentence=visit.texts.gettext("Done. Your address is deleted here, and nothing comes any more."),
        )


async def edition(request: Request) -> Response:
    """GET /newsletter/<year>-W<week>: what of an edition is for everybody, as it stands today."""
    week = request.path_params["week"]
    async with visiting(request) as visit:
        found = await edition_of_week(visit.db, week) if _WEEK.fullmatch(week) else None
        if found is None or found.starts_at is None or found.state not in ("sending", "sent"):
            raise NotFound
        digest = await public_digest(visit.db, since=found.starts_at)
        shown = [*digest.followed, *digest.others]
        states = await own_states(visit.db, visit.viewer, shown)
        told = await sessions_told_about(visit.db, STRANGER, digest.stories)
        note = note_for(found, STRANGER, visit.reader.language)
        return visit.page(
            "newsletter_edition.html",
            span=_span(visit.reader, found),
            note=render_markdown(note) if note else "",
            groups=day_groups(shown, states, visit.viewer, visit.reader),
            stories=views_of(visit, Stories(digest.stories, told)),
            wishes=[(wish.title, address_of_wish(wish)) for wish in digest.wishes],
        )


async def _page(visit: Visit, form: Form | None = None) -> Response:
    before = visit.request.query_params.get("before", "")
    found = await editions(visit.db, before=before if _WEEK.fullmatch(before) else None)
    trends = await trending_topics(visit.db, STRANGER, visit.reader.now, limit=_MOST_OFFERED)
    topics = await topics_to_see(visit.db, STRANGER, [trend.slug for trend in trends])
    plan = await newsletter_plan(visit.db)
    empty = dict.fromkeys(_FIELDS, "") | {"language": visit.reader.language}
    return visit.page(
        "newsletter.html",
        422 if form is not None else 200,
        form=form or visit.form(empty),
        chosen={form[name] for name in _TOPICS if form[name]} if form is not None else set(),
        is_open=await _is_open(visit),
        is_on=plan is not None and plan.is_on,
        topics=[(name, topic.slug, topic.name) for name, topic in zip(_TOPICS, topics, strict=False)],
        languages=[(code, name, "") for code, name in LANGUAGES.items()],
        editions=[(one.week, _span(visit.reader, one)) for one in found[:PER_PAGE]],
        earlier=found[PER_PAGE - 1].week if len(found) > PER_PAGE else None,
    )


async def _is_open(visit: Visit) -> bool:
    """Whether there is a newsletter to sign up for, and a mail server to ask with."""
    plan = await newsletter_plan(visit.db)
    return plan is not None and plan.is_on and visit.instance.settings.smtp is not None


async def _choices(visit: Visit, guest: Guest) -> list[tuple[str, str]]:
    texts, wanted = visit.texts, guest.wanted or {"language": guest.language, "topics": guest.topics}
    topics = await topics_to_see(visit.db, STRANGER, wanted["topics"])
    facts = [(texts.gettext("Language"), LANGUAGES.get(wanted["language"], wanted["language"]))]
    if topics:
        facts.append((texts.gettext("First of all"), ", ".join(topic.name for topic in topics)))
    return facts


def _guest_id(visit: Visit, what: str) -> int:
    """Whose the link is. Raises NotFound for one that is not ours."""
    guest_id = guest_of(visit.instance.vault, what, visit.request.path_params["token"])
    if guest_id is None:
        raise NotFound
    return guest_id


def _span(reader: Reader, edition: Edition) -> str:
    """About which days it is."""
    if edition.starts_at is None:
        return ""
    first, last = (reader.here(moment).date() for moment in (edition.starts_at, edition.starts_at + WEEK))
    return reader.texts.gettext(
        "%(first)s to %(last)s", first=reader.date_of(first), last=reader.date_of(last)
    )
