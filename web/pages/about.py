"""What the company says of itself to everybody: who it is, how people treat each other, privacy, imprint."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.company_profile import rules_in
from alliance.queries.companies import home_company
from alliance.text import render_markdown
from web.pages.visit import visiting

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
        )
