"""The approval pack in the console: read it, take it along as PDF, compare two versions."""

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Invalid, NotFound
from federation.outbound_queries import open_erasures
from web.approval.changes import MOST_BYTES, changes, read_configuration
from web.approval.configuration import configuration
from web.approval.documents import documents
from web.approval.pdf import pdf
from web.media.uploading import read_upload
from web.pages.admin.console import admin_page, administering
from web.pages.visit import Visit
from web.texts import LANGUAGES

_ROLE = "council"
_HERE = "/admin/approval"
_MOST_SHOWN = 500


async def show(request: Request) -> Response:
    """GET /admin/approval: documents, files to take along, erasures that partners have not confirmed."""
    async with administering(request, _ROLE) as visit:
        return await _page(visit)


async def read(request: Request) -> Response:
    """GET /admin/approval/<document>."""
    async with administering(request, _ROLE) as visit:
        _, documents = await _pack(visit, visit.reader.language)
        wanted = [one for one in documents if one.name == request.path_params["document"]]
        if not wanted:
            raise NotFound
        return admin_page(visit, "admin/approval_document.html", document=wanted[0])


async def as_pdf(request: Request) -> Response:
    """GET /admin/approval/pack.pdf?lang=: everything as one PDF."""
    async with administering(request, _ROLE) as visit:
        language = request.query_params.get("lang", visit.reader.language)
        if language not in LANGUAGES:
            raise NotFound
        held, documents = await _pack(visit, language)
        made = await run_in_threadpool(pdf, held, documents, language)
        return _file(made, "application/pdf", f"approval-pack-{language}-{visit.reader.now:%Y-%m-%d}.pdf")


async def as_json(request: Request) -> Response:
    """GET /admin/approval/configuration.json: what holds now, to be compared with later."""
    async with administering(request, _ROLE) as visit:
        held = await _configuration(visit)
        text = json.dumps(held, indent=1, ensure_ascii=False, sort_keys=True)
        name = f"configuration-{visit.reader.now:%Y-%m-%d}.json"
        return _file(text.encode(), "application/json", name)


async def compare(request: Request) -> Response:
    """POST /admin/approval/compare: what has changed since a configuration that somebody kept."""
    async with administering(request, _ROLE) as visit:
        try:
            upload = await read_upload(request, {"since": 10}, name="configuration", most=MOST_BYTES)
            old = read_configuration(upload.content or b"")
        except Invalid as error:
            return await _page(visit, error=str(visit.texts.sentence(error.sentence, error.parameters)))
        found = changes(old, await _configuration(visit))
        return await _page(visit, found=found[:_MOST_SHOWN], since=str(old.get("made_at", ""))[:10])


async def _page(visit: Visit, *, error: str = "", found: Any = None, since: str = "") -> Response:
    _, documents = await _pack(visit, visit.reader.language)
    return admin_page(
        visit,
        "admin/approval.html",
        422 if error else 200,
        documents=documents,
        error=error,
        found=found,
        since=since,
        erasures=await open_erasures(visit.db),
    )


async def _configuration(visit: Visit) -> dict[str, Any]:
    return await configuration(visit.db, visit.instance.settings, visit.reader.now)


async def _pack(visit: Visit, language: str) -> tuple[dict[str, Any], Any]:
    held = await _configuration(visit)
    return held, documents(held, language)


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
