"""How whole domains are treated, and which single accounts elsewhere are kept out."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from alliance.domain_policies import free_domain, treat_domain
from alliance.errors import Conflict, Invalid
from alliance.models import DomainPolicy
from alliance.moderating import unblock_person
from alliance.queries.console_lists import blocked_page, policy_page
from web.forms import read_form
from web.pages.admin.console import admin_page, administering
from web.pages.admin.paging import number_asked, pages, words_asked
from web.pages.visit import Visit

_HERE = "/admin/domains"
_FIELDS = {"domain": 300, "severity": 20, "rejects_media": 3, "reason": 500}
_EMPTY = {"domain": "", "severity": "suspend", "rejects_media": "", "reason": ""}
SEVERITY_TEXTS = {
    "suspend": "Shut out: nothing is taken from there and nothing sent there; what there is disappears",
    "silence": "Silence: shown only after a yes, and never to the public; nobody is notified",
    "none": "Only refuse pictures",
}
_STATE_TEXTS = {"suspend": "Shut out", "silence": "Silenced", "none": "Pictures refused"}


async def show(request: Request) -> Response:
    """GET /admin/domains?q=&after=&actors=: what was decided, and the form for something new."""
    async with administering(request) as visit:
        return await _page(visit, _EMPTY)


async def treat(request: Request) -> Response:
    """POST /admin/domains: decides about a domain, or shows the form again."""
    async with administering(request) as visit:
        values = await read_form(request, _FIELDS)
        try:
            async with visit.acting() as uow:
                await treat_domain(
                    uow,
                    values["domain"],
                    values["severity"],
                    rejects_media=bool(values["rejects_media"]) or values["severity"] == "none",
                    reason=values["reason"],
                    by=visit.employee,
                )
        except Invalid as error:
            return await _page(visit, values, error)
        except Conflict as error:
            return await _page(visit, values, Invalid(error.sentence, field="domain"))
        return visit.go(_HERE, "treated")


async def free(request: Request) -> Response:
    """POST /admin/domains/free: treats a domain like any other again."""
    async with administering(request) as visit:
        values = await read_form(request, {"domain": 300})
        async with visit.acting() as uow:
            await free_domain(uow, values["domain"], visit.employee)
        return visit.go(_HERE, "freed")


async def unblock(request: Request) -> Response:
    """POST /admin/domains/unblock: hears a single account again."""
    async with administering(request) as visit:
        values = await read_form(request, {"actor": 500})
        async with visit.acting() as uow:
            await unblock_person(uow, values["actor"], visit.employee)
        return visit.go(_HERE, "freed")


async def _page(visit: Visit, values: Mapping[str, str], error: Invalid | None = None) -> Response:
    gettext, text = visit.texts.gettext, words_asked(visit)
    after, past = visit.request.query_params.get("after", "")[:260], number_asked(visit, "actors")
    policies, is_more = await policy_page(visit.db, text, after)
    actors, are_more = await blocked_page(visit.db, text, past)
    return admin_page(
        visit,
        "admin/domains.html",
        422 if error else 200,
        text=text,
        pages=pages(
            visit, _HERE, {"q": text, "actors": str(past or "")}, policies[-1].domain if is_more else None
        ),
        actor_pages=pages(
            visit,
            _HERE,
            {"q": text, "after": after},
            actors[-1].id if are_more else None,
            name="actors",
            anchor="#actors",
        ),
        form=visit.form(values, error),
        severities=[(key, gettext(text)) for key, text in SEVERITY_TEXTS.items()],
        policies=[_row(visit, policy) for policy in policies],
        actors=[actor.actor_uri for actor in actors],
    )


def _row(visit: Visit, policy: DomainPolicy) -> dict[str, str]:
    gettext = visit.texts.gettext
    words = gettext(_STATE_TEXTS[policy.severity])
    if policy.rejects_media and policy.severity == "silence":
        words = f"{words}, {gettext('no pictures')}"
    since = gettext("since %(moment)s", moment=visit.reader.since(policy.updated_at))
    return {"domain": policy.domain, "words": f"{words} {since}", "reason": policy.reason}
