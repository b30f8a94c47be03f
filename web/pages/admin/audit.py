"""The audit log in the console: read, filtered, proved and handed out."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from alliance.acts import ACT_TEXTS, AREA_TEXTS
from alliance.auditing import FINDING_TEXTS, Verdict, entries_in_order, verify_log
from alliance.errors import Forbidden, NotFound
from alliance.instance import Instance
from alliance.models import AuditEntry
from alliance.queries.audit import AuditFilter, audit_page, who_acted
from web.audit_files import json_lines, table
from web.forms import read_form
from web.pages.admin.audit_words import entry_view, may_read_names, on_text, who_text
from web.pages.admin.console import admin_page, administering
from web.pages.admin.paging import number_asked, number_in, pages
from web.pages.visit import Visit
from web.texts import Texts

_ROLE = "council"
_HERE = "/admin/audit"
_WHO_LABELS = {"employee": "Accounts", "command-line": "Command line", "system": "By itself"}


async def show(request: Request) -> Response:
    """GET /admin/audit?area=&act=&who=&from=&to=&below=: what was done, the newest first."""
    async with administering(request, _ROLE) as visit:
        query, names = request.query_params, may_read_names(visit.employee)
        form = {name: query.get(name, "")[:40] for name in ("act", "who", "from", "to")}
        wanted = _filter(visit, form, names=names)
        page = await audit_page(visit.db, wanted, number_asked(visit, "below"))
        verdict = await _verified(visit) if "verify" in query else None
        return admin_page(
            visit,
            "admin/audit.html",
            form=form,
            names=names,
            acts=_acts(visit.texts),
            people=await _people(visit, names=names),
            entries=[
                entry_view(visit.reader, visit.instance.vault, entry, names=names) for entry in page.entries
            ],
            is_filtered=any(form.values()),
            pages=pages(visit, _HERE, form, page.next, name="below"),
            verdict=verdict,
            findings=_findings(visit.texts, verdict) if verdict else [],
        )


async def export(request: Request) -> Response:
    """POST /admin/audit/export: the whole log as a file; with its proof (jsonl) for administrators alone."""
    async with administering(request, _ROLE) as visit:
        form = (await read_form(request, {"form": 10}))["form"]
        names = may_read_names(visit.employee)
        if form not in ("csv", "jsonl"):
            raise NotFound
        if form == "jsonl" and not names:
            # What proves it are numbers of accounts, which every colleague can look up.
            raise Forbidden
        async with visit.acting() as uow:
            uow.audit("audit.exported", form=form)
        body = _file(visit.instance, visit.texts, form, names=names)
        kind = "text/csv; charset=utf-8" if form == "csv" else "application/jsonl"
        headers = {
            "Content-Disposition": f'attachment; filename="audit-{visit.reader.now:%Y-%m-%d}.{form}"',
            "Cache-Control": "no-store",
        }
        return StreamingResponse(body, media_type=kind, headers=headers)


async def _file(instance: Instance, texts: Texts, form: str, *, names: bool) -> AsyncIterator[bytes]:
    async with instance.reading() as db:
        entries = entries_in_order(db)
        if form == "jsonl":
            async for line in json_lines(entries):
                yield line
            return
        if names:
            async for line in table(entries):
                yield line
            return

        def shown(entry: AuditEntry) -> tuple[str, str]:
            vault = instance.vault
            return who_text(texts, vault, entry, names=False), on_text(texts, entry, names=False)

        async for line in table(entries, shown, people=False):
            yield line


async def _verified(visit: Visit) -> Verdict:
    """Through a handle of its own: what it reads is not kept."""
    async with visit.instance.reading() as db:
        return await verify_log(db, visit.instance.vault)


def _findings(texts: Texts, verdict: Verdict) -> list[str]:
    return [texts.gettext(FINDING_TEXTS[one.what], number=one.number) for one in verdict.findings]


def _filter(visit: Visit, form: dict[str, str], *, names: bool) -> AuditFilter:
    act, who = form["act"], form["who"]
    return AuditFilter(
        act=act if act in ACT_TEXTS else "",
        area=act if act in AREA_TEXTS else "",
        who_kind=who if who in _WHO_LABELS else "",
        who_id=number_in(who) if names else None,
        since=_midnight(visit, form["from"]),
        until=_midnight(visit, form["to"], days=1),
    )


def _midnight(visit: Visit, text: str, days: int = 0) -> datetime | None:
    """The beginning of a day in the reader's zone; None for something that is no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return datetime.combine(day, time(), visit.reader.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _acts(texts: Texts) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Areas with their acts, for choosing one of either."""
    return [
        (
            area,
            texts.gettext(label),
            [(act, texts.gettext(said)) for act, said in ACT_TEXTS.items() if act.partition(".")[0] == area],
        )
        for area, label in AREA_TEXTS.items()
    ]


async def _people(visit: Visit, *, names: bool) -> list[tuple[str, str]]:
    kinds = [(kind, visit.texts.gettext(label)) for kind, label in _WHO_LABELS.items()]
    if not names:
        return kinds
    return [*kinds, *((str(number), name) for number, name in await who_acted(visit.db))]
