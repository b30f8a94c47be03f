"""What happens with one's data, for everybody who works here: who gets what, what is stored, for how long."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from alliance.counting_traces import counts_about
from alliance.errors import NotFound
from alliance.retention import RULES, days_kept
from federation.outbound_queries import SHOWN_KINDS, Left, left_since, partners_of_ours
from web.approval.configuration import configuration
from web.approval.documents import documents
from web.pages.visit import Visit, visiting
from web.takeaway_labels import SECTION_LABELS
from web.texts import Texts

FIELD_LABELS = {
    "name": "Name",
    "summary": "About the person, or in one line",
    "headline": "In one line",
    "icon": "Picture",
    "image": "Picture",
    "tag": "Topics",
    "speaks": "Languages",
    "askMeAbout": "Ask me about",
    "isLeader": "That somebody leads people",
    "takesLetters": "Whether letters are welcome",
    "organizers": "Names of those who hold it",
    "participantCount": "How many take part",
    "attendees": "The same number, as some programs read it",
    "attachment": "Pictures and material",
    "content": "Description or words",
    "attributedTo": "Who wrote it",
    "startTime": "When it is",
    "location": "Where it is",
}
FOR_ALL = ("staff", "catalogue", "roles", "interfaces", "reports", "measures")
MONTHS = 93


async def show(request: Request) -> Response:
    """GET /privacy."""
    async with visiting(request) as visit:
        me = visit.employee
        since = (visit.reader.now.date() - timedelta(days=MONTHS)).replace(day=1)
        settings = visit.instance.settings
        return visit.page(
            "privacy.html",
            partners=await _partners(visit, since),
            since=since,
            held=await _held(visit, me.id),
            rules=_rules(visit),
            ai=settings.ai,
            is_open=settings.federation == "open",
            names_kept=days_kept(settings.retention, "attendance"),
        )


async def read(request: Request) -> Response:
    """GET /privacy/<document>: a document of the approval pack that is for everybody here."""
    async with visiting(request) as visit:
        _ = visit.employee
        name = request.path_params["document"]
        if name not in FOR_ALL:
            raise NotFound
        held = await configuration(visit.db, visit.instance.settings, visit.reader.now)
        (wanted,) = [one for one in documents(held, visit.reader.language) if one.name == name]
        return visit.page("privacy_document.html", document=wanted, back="/privacy")


def _rules(visit: Visit) -> list[tuple[str, str, int]]:
    """What is kept, what stays of it, and for how many days."""
    say, chosen = visit.texts.gettext, visit.instance.settings.retention
    return [
        (say(rule.what), say(rule.stays) if rule.stays else "", days_kept(chosen, name))
        for name, rule in RULES.items()
    ]


async def _partners(visit: Visit, since: date) -> list[dict[str, Any]]:
    left = await left_since(visit.db, since)
    held_back = await _held_back(visit)
    return [
        {
            "company": company,
            "told": _told(visit, [one for one in left if one.host == company.host]),
            "held_back": sorted({visit.texts.gettext(FIELD_LABELS[f]) for _, f in held_back(company.id)}),
        }
        for company in await partners_of_ours(visit.db)
    ]


async def _held_back(visit: Visit) -> Any:
    rules = visit.request.app.state.federation.held_back
    await rules.refresh()
    return rules.from_company


def _told(visit: Visit, left: Sequence[Left]) -> list[dict[str, Any]]:
    """By kind: how many, and the fields that tell something, each once."""
    found = []
    for kind in SHOWN_KINDS:
        of_kind = {one.field: one.count for one in left if one.kind == kind}
        if of_kind:
            fields = {
                visit.texts.gettext(FIELD_LABELS[field]): count
                for field, count in of_kind.items()
                if field in FIELD_LABELS
            }
            many = of_kind.get("id", max(of_kind.values()))
            found.append({"many": _many(visit.texts, kind, many), "fields": list(fields.items())})
    return found


def _many(texts: Texts, kind: str, count: int) -> str:
    if kind == "Event":
        return texts.ngettext("%(num)s session or change", "%(num)s sessions and changes", count)
    if kind == "Person":
        return texts.ngettext("%(num)s name or profile", "%(num)s names and profiles", count)
    return texts.ngettext("%(num)s comment, story or letter", "%(num)s comments, stories and letters", count)


async def _held(visit: Visit, person_id: int) -> list[tuple[str, int]]:
    counts = await counts_about(visit.db, person_id)
    said = [(visit.texts.gettext(SECTION_LABELS.get(name, "Letters")), n) for name, n in counts.items()]
    return sorted(said, key=lambda item: -item[1])
