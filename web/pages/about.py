"""What the company says of itself to everybody: who it is, how people treat each other, privacy, imprint."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.company_profile import rules_in
from alliance.queries.companies import home_company
from alliance.run_time_settings import CHOICES, changes_told
from alliance.text import render_markdown
from web.pages.admin.settings import value_text
from web.pages.visit import Visit, visiting

PRIVACY_TEXTS = (
    "This server belongs to a company and is for its people. What you publish is shown to whom you choose: "
    "the company, its allies, or everybody.",
    "Nobody is told when you were last here or what you have read. Your meeting links are for you alone.",
    "Under Settings you find everything that is held about you, and can take it along or erase it.",
)


async def show(request: Request) -> Response:
    """GET /about."""
    async with visiting(request) as visit:
        company = await home_company(visit.db)
        return visit.page(
            "about.html",
            summary=company.summary,
            rules=rules_in(company.rules),
            privacy=render_markdown(company.privacy),
            usual=[visit.texts.gettext(text) for text in PRIVACY_TEXTS],
            imprint=render_markdown(company.imprint),
            changes=await _changes(visit) if visit.visitor.employee else [],
        )


async def _changes(visit: Visit) -> list[tuple[str, str]]:
    """What was changed about privacy, with its day; who decided it stands in the audit log."""
    found = []
    for one in await changes_told(visit.db):
        choice = CHOICES.get(one.name)
        if choice is not None and one.decided_at is not None:
            before, value = value_text(visit, choice, one.before), value_text(visit, choice, one.value)
            label = visit.texts.gettext(choice.label)
            day = visit.reader.date_of(visit.reader.here(one.decided_at).date())
            found.append((day, f"{label}: {before} → {value}"))
    return found
