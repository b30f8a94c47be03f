"""What is held back of what may leave: from everybody, or from one partner."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.models import Company
from federation.holding_back import choose_held_back
from federation.outbound import OPTIONAL
from federation.outbound_queries import partners_of_ours
from web.forms import read_form
from web.pages.admin.console import admin_page, administering
from web.pages.privacy import FIELD_LABELS
from web.pages.visit import Visit

_HERE = "/admin/outbound"
KIND_LABELS = {"Person": "Of people", "Event": "Of sessions", "Note": "Of comments and stories"}
CHOICES = [(kind, field) for kind, fields in OPTIONAL.items() for field in fields]


async def show(request: Request) -> Response:
    """GET /admin/outbound."""
    async with administering(request) as visit:
        rules = request.app.state.federation.held_back
        await rules.refresh()
        companies: list[Company | None] = [None, *await partners_of_ours(visit.db)]
        return admin_page(
            visit,
            "admin/outbound.html",
            parties=[_party(visit, one, rules.from_company(one.id if one else None)) for one in companies],
            from_all=rules.from_company(None),
        )


async def save(request: Request) -> Response:
    """POST /admin/outbound: exactly what is ticked is held back from now on."""
    async with administering(request) as visit:
        fields = {f"{kind}.{field}": 2 for kind, field in CHOICES}
        values = await read_form(request, {"company": 20, **fields})
        company_id = await _company(visit, values["company"])
        held = frozenset((kind, field) for kind, field in CHOICES if values[f"{kind}.{field}"])
        async with visit.acting() as uow:
            await choose_held_back(uow, company_id, held, visit.employee.id)
        request.app.state.federation.held_back.forget()
        return visit.go(_HERE, "saved")


async def _company(visit: Visit, given: str) -> int | None:
    """Raises NotFound for a company that is no partner of ours."""
    if not given:
        return None
    known = {str(one.id): one.id for one in await partners_of_ours(visit.db)}
    if given not in known:
        raise NotFound
    return known[given]


def _party(visit: Visit, company: Company | None, held: frozenset[tuple[str, str]]) -> dict[str, object]:
    say = visit.texts.gettext
    return {
        "id": company.id if company else "",
        "name": company.name if company else visit.texts.gettext("From everybody"),
        "kinds": [
            (
                say(KIND_LABELS[kind]),
                [(f"{kind}.{field}", say(FIELD_LABELS[field]), (kind, field) in held) for field in fields],
            )
            for kind, fields in OPTIONAL.items()
        ],
        "count": len(held),
    }
