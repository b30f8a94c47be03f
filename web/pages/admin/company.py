"""Who the company is: the form with which administrators say it, and its mark."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from alliance.company_profile import PAGE_LIMIT, RULES_LIMIT, CompanyDraft, change_company, change_logo
from alliance.errors import Invalid
from alliance.models import Company
from alliance.queries.companies import home_company
from alliance.times import is_zone
from web.forms import read_form
from web.media.uploading import read_upload, shelved
from web.pages.admin.console import admin_page, administering
from web.pages.visit import Visit
from web.texts import LANGUAGES

_FIELDS = {
    "name": 201,
    "summary": 2001,
    "hue": 2,
    "language": 10,
    "timezone": 64,
    "imprint": PAGE_LIMIT + 1,
    "privacy": PAGE_LIMIT + 1,
    "rules": RULES_LIMIT + 1,
}
_HUES = 24


async def show(request: Request) -> Response:
    """GET /admin/company."""
    async with administering(request) as visit:
        return await _page(visit)


async def save(request: Request) -> Response:
    """POST /admin/company: changes it everywhere, or shows the form again."""
    async with administering(request) as visit:
        values = await read_form(request, _FIELDS)
        try:
            async with visit.acting() as uow:
                await change_company(uow, _draft(values), visit.employee)
        except Invalid as error:
            return await _page(visit, values, error)
        return visit.go("/admin/company", "saved")


async def save_logo(request: Request) -> Response:
    """POST /admin/company/logo: another mark, or none."""
    async with administering(request) as visit:
        by, upload = visit.employee, await read_upload(request, {"remove": 5})
        try:
            if upload.values["remove"]:
                async with visit.acting() as uow:
                    await change_logo(uow, None, by)
            else:
                await visit.let_go()
                async with (
                    shelved(visit.request, upload.content, "portrait") as picture,
                    visit.acting() as uow,
                ):
                    await change_logo(uow, picture, by)
        except Invalid as error:
            return await _page(visit, None, error)
        return visit.go("/admin/company", "saved")


def _draft(values: Mapping[str, str]) -> CompanyDraft:
    hue = values["hue"]
    return CompanyDraft(
        name=values["name"],
        summary=values["summary"],
        hue=int(hue) if hue.isascii() and hue.isdigit() else -1,
        language=values["language"],
        timezone=values["timezone"],
        imprint=values["imprint"],
        privacy=values["privacy"],
        rules=values["rules"],
    )


def _values(company: Company) -> dict[str, str]:
    return {
        "name": company.name,
        "summary": company.summary,
        "hue": str(company.hue),
        "language": company.language,
        "timezone": company.timezone,
        "imprint": company.imprint,
        "privacy": company.privacy,
        "rules": company.rules,
    }


async def _page(
    visit: Visit, typed: Mapping[str, str] | None = None, error: Invalid | None = None
) -> Response:
    company = await home_company(visit.db)
    values = dict(typed) if typed is not None else _values(company)
    return admin_page(
        visit,
        "admin/company.html",
        error.status if error else 200,
        form=visit.form({**values, "picture": ""}, error),
        hues=[str(hue) for hue in range(_HUES)],
        languages=LANGUAGES,
        zones=[zone for zone in _ZONES if is_zone(zone)],
        has_logo=company.logo is not None,
    )


_ZONES = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/Lisbon", "Europe/London", "UTC")
