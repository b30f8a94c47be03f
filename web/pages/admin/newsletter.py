"""The newsletter as its editor sees it: when it goes out, the note, a look beforehand, and how far it is."""

from collections.abc import Mapping
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from alliance.errors import Invalid, NotFound
from alliance.models import EDITION_NOTE_LIMIT, Edition
from alliance.newsletter import change_plan, next_time, send_now, send_test, stop, write_note
from alliance.queries.digests import digest_for_employee, digest_for_guest
from alliance.queries.newsletter import (
    count_of_readers,
    latest_editions,
    newsletter_plan,
    next_edition,
    progress_of,
)
from alliance.visibility import STRANGER, employee_viewer
from web.forms import Form, read_form
from web.mail.digests import Addressee, copy_of
from web.mail.writing import Desk, reader_of
from web.pages.admin.console import admin_page, administering
from web.pages.visit import Visit, path_id
from web.templating import fill
from web.texts import LANGUAGES

_HERE = "/admin/newsletter"
_PLAN = {"is_on": 3, "weekday": 1, "hour": 2, "for_everybody": 3}
_NOTE = {"note_de": EDITION_NOTE_LIMIT + 1, "note_en": EDITION_NOTE_LIMIT + 1, "note_audience": 10}
_LATEST = 10
# A mail brings its looks along, which pages of ours never do; nothing else is allowed in it.
_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
STATE_TEXTS = {
    "sending": "On its way",
    "sent": "Sent",
    "stopped": "Stopped",
}


async def show(request: Request) -> Response:
    """GET /admin/newsletter."""
    async with administering(request) as visit:
        return await _page(visit)


async def save_plan(request: Request) -> Response:
    """POST /admin/newsletter/plan: on or off, day, hour, and who gets it."""
    async with administering(request) as visit:
        values = await read_form(request, _PLAN)
        try:
            async with visit.acting() as uow:
                await change_plan(
                    uow,
                    visit.employee,
                    is_on=bool(values["is_on"]),
                    weekday=_number(values["weekday"]),
                    hour=_number(values["hour"]),
                    for_everybody=bool(values["for_everybody"]),
                )
        except Invalid as error:
            return await _page(visit, plan=visit.form(values, error))
        return visit.go(_HERE, "saved")


async def save_note(request: Request) -> Response:
    """POST /admin/newsletter/note: what stands first in the next one."""
    async with administering(request) as visit:
        values = await read_form(request, _NOTE)
        try:
            async with visit.acting() as uow:
                await write_note(
                    uow, visit.employee, values["note_de"], values["note_en"], values["note_audience"]
                )
        except Invalid as error:
            return await _page(visit, note=visit.form(values, error))
        return visit.go(f"{_HERE}#note", "saved")


async def test(request: Request) -> Response:
    """POST /admin/newsletter/test: mails the next one to whoever asks."""
    async with administering(request) as visit:
        async with visit.acting() as uow:
            await send_test(uow, visit.employee)
        return visit.go(f"{_HERE}#note", "newsletter-test")


async def ask_send(request: Request) -> Response:
    """GET /admin/newsletter/send: asks first."""
    async with administering(request) as visit:
        plan = await newsletter_plan(visit.db)
        for_everybody = plan is not None and plan.is_for_everybody
        employees, guests = await count_of_readers(visit.db, for_everybody=for_everybody)
        texts = visit.texts
        return _ask(
            visit,
            title=texts.gettext("Send the newsletter now"),
            sentence=texts.gettext(
                "It goes to %(employees)s colleagues and %(guests)s guests. The next one comes next week.",
                employees=employees,
                guests=guests,
            ),
            action=f"{_HERE}/send",
            submit=texts.gettext("Send it now"),
        )


async def send(request: Request) -> Response:
    """POST /admin/newsletter/send: begins this week's edition."""
    async with administering(request) as visit:
        async with visit.acting() as uow:
            await send_now(uow, visit.employee)
        return visit.go(_HERE, "newsletter-begun")


async def ask_stop(request: Request) -> Response:
    """GET /admin/newsletter/<edition>/stop: asks first."""
    async with administering(request) as visit:
        edition = await visit.db.get(Edition, path_id(request))
        if edition is None or edition.state != "sending":
            raise NotFound
        return _ask(
            visit,
            title=visit.texts.gettext("Stop the newsletter"),
            sentence=visit.texts.gettext("Whoever does not have it yet does not get it any more this week."),
            action=f"{_HERE}/{edition.id}/stop",
            submit=visit.texts.gettext("Stop it"),
        )


async def stop_sending(request: Request) -> Response:
    """POST /admin/newsletter/<edition>/stop."""
    async with administering(request) as visit:
        async with visit.acting() as uow:
            await stop(uow, visit.employee, path_id(request))
        return visit.go(_HERE, "newsletter-stopped")


async def preview(request: Request) -> Response:
    """GET /admin/newsletter/preview/<readers>/<language>: the mail as it would be at this moment."""
    readers, language = request.path_params["readers"], request.path_params["language"]
    async with administering(request) as visit:
        if readers not in ("colleagues", "guests") or language not in LANGUAGES:
            raise NotFound
        response = HTMLResponse(await _mail(visit, language, for_guests=readers == "guests"))
        response.headers["Content-Security-Policy"] = _MAIL_POLICY
        response.headers["Cache-Control"] = "no-store"
        return response


async def _mail(visit: Visit, language: str, *, for_guests: bool) -> str:
    """As a colleague who follows what the editor does, or as a guest without a choice of topics."""
    instance, now = visit.instance, visit.reader.now
    desk = Desk(instance.settings, instance.vault, visit.visitor.home, now)
    reader, edition = reader_of(desk, language, None), await next_edition(visit.db)
    if for_guests:
        to = Addressee(STRANGER, reader)
        digest = await digest_for_guest(visit.db, [], since=now, now=now)
    else:
        me = visit.employee
        to = Addressee(employee_viewer(me.id), reader, name=me.person.name)
        digest = await digest_for_employee(visit.db, me.id, since=now, now=now)
    return fill("mail/digest.html", language, **copy_of(desk, edition, digest, to, since=now))


def _ask(visit: Visit, *, title: str, sentence: str, action: str, submit: str) -> Response:
    return visit.page(
        "confirm.html",
        title=title,
        sentence=sentence,
        action=action,
        submit=submit,
        back_url=_HERE,
        back_label=visit.texts.gettext("Newsletter"),
    )


async def _page(visit: Visit, *, plan: Form | None = None, note: Form | None = None) -> Response:
    reader, stored = visit.reader, await newsletter_plan(visit.db)
    draft = await next_edition(visit.db)
    is_on, for_everybody = bool(stored and stored.is_on), bool(stored and stored.is_for_everybody)
    readers = await count_of_readers(visit.db, for_everybody=for_everybody)
    due = next_time(stored, visit.visitor.home.timezone) if stored is not None and is_on else None
    values = _plan_values(stored.weekday if stored else 0, stored.hour if stored else 8)
    values |= {"is_on": "yes" if is_on else "", "for_everybody": "yes" if for_everybody else ""}
    return admin_page(
        visit,
        "admin/newsletter.html",
        422 if plan is not None or note is not None else 200,
        plan=plan or visit.form(values),
        note=note or visit.form(_note_values(draft)),
        weekdays=_weekdays(visit),
        hours=[(str(hour), f"{hour:02}:00") for hour in range(24)],
        audiences=_audiences(visit),
        is_on=is_on,
        sends_mail=visit.instance.settings.smtp is not None,
        employees=readers[0],
        guests=readers[1],
        due=f"{reader.day(due)}, {reader.clock(due)}" if due is not None else "",
        zone=reader.city(visit.visitor.home.timezone),
        languages=LANGUAGES,
        editions=[await _edition(visit, one) for one in await latest_editions(visit.db, _LATEST)],
    )


async def _edition(visit: Visit, edition: Edition) -> dict[str, object]:
    begun = edition.starts_at
    return {
        "id": edition.id,
        "week": edition.week,
        "state": edition.state,
        "words": visit.texts.gettext(STATE_TEXTS[edition.state]),
        "begun": visit.reader.since(begun) if begun is not None else "",
        "progress": await progress_of(visit.db, edition),
    }


def _plan_values(weekday: int, hour: int) -> dict[str, str]:
    return {"is_on": "", "weekday": str(weekday), "hour": str(hour), "for_everybody": ""}


def _note_values(draft: Edition | None) -> Mapping[str, str]:
    if draft is None:
        return {"note_de": "", "note_en": "", "note_audience": "company"}
    return {"note_de": draft.note_de, "note_en": draft.note_en, "note_audience": draft.note_audience}


def _weekdays(visit: Visit) -> list[tuple[str, str]]:
    monday = date(2026, 11, 23)
    return [(str(day), visit.reader.weekday(monday + timedelta(days=day))) for day in range(7)]


def _audiences(visit: Visit) -> list[tuple[str, str, str]]:
    texts = visit.texts
    return [
        ("company", texts.gettext("Only colleagues"), texts.gettext("Guests and the archive have none.")),
        ("public", texts.gettext("Everybody"), texts.gettext("Guests and the archive as well.")),
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1
