"""Anybody may ask whether a badge is genuine: as a file, as text, or by the address where it is shared."""

from contextlib import suppress

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from alliance.badges import readable_badge
from alliance.errors import NotFound
from federation.badges import badge_number
from federation.failures import FetchFailed
from federation.verifying_badges import MOST_BYTES, Verdict, fetch_badge, verify_badge
from federation.wiring import Federation
from web.media.baking import badge_in, is_picture
from web.pages.views import Badge
from web.pages.visit import Visit, visiting

_PICTURE_BYTES = 900_000
_FIELDS = {"badge": "", "address": ""}


async def ask(request: Request) -> Response:
    """GET /verify, /verify?url=<address of a shared badge>: the form. Nobody is asked by looking at it."""
    async with visiting(request) as visit:
        return _page(visit, address=request.query_params.get("url", "")[:500])


async def verify(request: Request) -> Response:
    """POST /verify."""
    async with visiting(request) as visit:
        federation: Federation = request.app.state.federation
        async with request.form(max_files=1, max_fields=5) as form:
            file, text = form.get("file"), form.get("badge", "")
            address = str(form.get("address", ""))[:500].strip()
            raw = await file.read(_PICTURE_BYTES + 1) if isinstance(file, UploadFile) else b""
        if not raw and isinstance(text, str):
            raw = text.strip().encode()
        if not raw and address:
            return await _verify_at(visit, federation, address)
        if not raw:
            return _page(visit, missing=True)
        return _page(visit, await _verdict(federation, raw))


async def _verify_at(visit: Visit, federation: Federation, address: str) -> Response:
    try:
        raw = await _own(visit, address) or await fetch_badge(federation, address)
    except FetchFailed:
        return _page(visit, Verdict(outcome="away"), address=address)
    if raw is None:
        return _page(visit, Verdict(outcome="unknown"), address=address)
    return _page(visit, await _verdict(federation, raw), address=address)


async def _own(visit: Visit, address: str) -> bytes | None:
    """A badge that is shared here; None for every other address."""
    prefix = f"{visit.instance.settings.origin}/badges/"
    number = badge_number(address.removeprefix(prefix).removesuffix(".json"))
    if not address.startswith(prefix) or number is None:
        return None
    with suppress(NotFound):
        return (await readable_badge(visit.db, number, None)).document
    return None


async def _verdict(federation: Federation, raw: bytes) -> Verdict:
    if is_picture(raw):
        raw = badge_in(raw) or b""
    return await verify_badge(federation, raw[: MOST_BYTES + 1])


def _page(
    visit: Visit, verdict: Verdict | None = None, *, address: str = "", missing: bool = False
) -> Response:
    company = Badge(verdict.issuer, verdict.host, verdict.hue % 24, home=verdict.is_home) if verdict else None
    reader = visit.reader
    begins = verdict.begins_at if verdict else None
    issued = verdict.issued_at if verdict else None
    return visit.page(
        "verify.html",
        422 if missing else 200,
        verdict=verdict,
        company=company,
        day=reader.date_of(reader.here(begins).date()) if begins else "",
        issued=reader.date_of(reader.here(issued).date()) if issued else "",
        form=visit.form({**_FIELDS, "address": address}),
        missing=missing,
    )
