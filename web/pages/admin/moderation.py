"""The moderators' list: what was reported, what waits for a yes, and whom they keep out."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.decisions import answers_waiting
from alliance.errors import Conflict, Invalid
from alliance.models import Report
from alliance.moderating import close_report, forward_report, home_of_report
from alliance.moderating import decide_answer as settle_answer
from alliance.queries.reports import reports, waiting_comments
from web.forms import read_form
from web.pages.admin.console import admin_page, administering
from web.pages.decisions import KIND_LABELS, DecisionView, thing_url
from web.pages.frame import address_of
from web.pages.talk_views import ReportView
from web.pages.talking import comment_view, quote_of
from web.pages.views import Act, Chip
from web.pages.visit import Visit, path_id

_ROLE = "moderator"
_KIND_TEXTS = {
    "comment": "Comment",
    "session": "Session",
    "story": "Story",
    "wish": "Request",
    "person": "Person",
}
_DECISION_TEXTS = {
    "hidden": "Hide it",
    "withdrawn": "Withdraw the session",
    "blocked": "Block whoever it is from",
    "rejected": "Nothing is wrong with it",
}
_OUTCOME_TEXTS = {
    "hidden": "It was hidden",
    "withdrawn": "The session was withdrawn",
    "blocked": "Whoever it is from was blocked",
    "rejected": "Nothing was wrong with it",
}


async def show(request: Request) -> Response:
    """GET /admin/moderation: open reports, or with ?state=closed those that were decided."""
    async with administering(request, _ROLE) as visit:
        return await _page(visit)


async def decide(request: Request) -> Response:
    """POST /admin/moderation/<report>/decide: does what was decided, with a reason."""
    async with administering(request, _ROLE) as visit:
        values = await read_form(request, {"outcome": 20, "note": 500})
        try:
            async with visit.acting() as uow:
                await close_report(uow, path_id(request), values["outcome"], values["note"], visit.employee)
        except (Invalid, Conflict) as error:
            return await _page(visit, visit.texts.sentence(error.sentence, error.parameters), error.status)
        return visit.go("/admin/moderation", "decided")


async def forward(request: Request) -> Response:
    """POST /admin/moderation/<report>/forward: tells the other company."""
    async with administering(request, _ROLE) as visit:
        try:
            async with visit.acting() as uow:
                await forward_report(uow, path_id(request), visit.employee)
        except Conflict as error:
            return await _page(visit, visit.texts.sentence(error.sentence, error.parameters), error.status)
        return visit.go("/admin/moderation", "forwarded")


async def decide_answer(request: Request) -> Response:
    """POST /admin/moderation/answers/<decision>: keeps or lifts what somebody else decided."""
    async with administering(request, _ROLE) as visit:
        values = await read_form(request, {"outcome": 10, "note": 500})
        try:
            async with visit.acting() as uow:
                await settle_answer(uow, path_id(request), values["outcome"], values["note"], visit.employee)
        except (Invalid, Conflict) as error:
            return await _page(visit, visit.texts.sentence(error.sentence, error.parameters), error.status)
        return visit.go("/admin/moderation", "decided")


async def _page(visit: Visit, wrong: str = "", status: int = 200) -> Response:
    params = visit.request.query_params
    state = "closed" if params.get("state") == "closed" else "open"
    kind = params.get("kind", "") if params.get("kind", "") in _KIND_TEXTS else ""
    before = params.get("before", "")
    page = await reports(
        visit.db,
        state=state,
        kind=kind,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
    )
    waiting = await waiting_comments(visit.db) if state == "open" and not before and not kind else []
    return admin_page(
        visit,
        "admin/moderation.html",
        status,
        wrong=wrong,
        state=state,
        reports=[_view(visit, report) for report in page.reports],
        waiting=[
            (comment_view(visit, comment, acts=_waiting_acts(visit, comment.id)), comment.session)
            for comment in waiting
        ],
        answers=await _answers(visit) if state == "open" and not before and not kind else [],
        chips=_chips(visit, state, kind),
        more_url=f"/admin/moderation?state={state}&kind={kind}&before={page.next}" if page.next else None,
    )


async def _answers(visit: Visit) -> list[DecisionView]:
    """Answers to decisions; whoever decided first only reads them."""
    return [
        DecisionView(
            id=one.id,
            words=visit.texts.gettext(KIND_LABELS[one.kind]),
            url=thing_url(one),
            when=visit.reader.since(one.answered_at or one.at),
            reason=one.reason,
            answer=one.words,
            state="",
            note="",
            may_answer=visit.employee.id not in (one.by_id, one.person_id),
            who=one.person.name,
        )
        for one in await answers_waiting(visit.db)
    ]


def _waiting_acts(visit: Visit, comment_id: int) -> tuple[Act, ...]:
    gettext = visit.texts.gettext
    return (
        Act(gettext("Show"), f"/comments/{comment_id}/show"),
        Act(gettext("Hide"), f"/comments/{comment_id}/hide", get=True, main=False),
    )


def _chips(visit: Visit, state: str, kind: str) -> tuple[Chip, ...]:
    gettext = visit.texts.gettext
    states = (("open", gettext("Open")), ("closed", gettext("Decided")))
    kinds = [("", gettext("Everything")), *((key, gettext(text)) for key, text in _KIND_TEXTS.items())]
    return (
        *(Chip(text, f"/admin/moderation?state={key}", on=key == state) for key, text in states),
        *(Chip(text, f"/admin/moderation?state={state}&kind={key}", on=key == kind) for key, text in kinds),
    )


def _view(visit: Visit, report: Report) -> ReportView:
    gettext, reader = visit.texts.gettext, visit.reader
    kind, title, url, quote = _about(report)
    elsewhere = home_of_report(report) is not None
    return ReportView(
        id=report.id,
        about=gettext(_KIND_TEXTS[kind]),
        kind=kind,
        title=title,
        url=url,
        quote=quote,
        by=report.reporter.name if report.reporter is not None else report.reporter_host,
        reason=report.reason,
        when=reader.since(report.created_at),
        iso=reader.here(report.created_at).isoformat(timespec="minutes"),
        outcome=gettext(_OUTCOME_TEXTS[report.outcome]) if report.outcome else "",
        note=report.note,
        decisions=tuple((key, gettext(_DECISION_TEXTS[key])) for key in _decisions(report)),
        forward_url=f"/admin/moderation/{report.id}/forward"
        if elsewhere and report.forwarded_at is None
        else None,
        forwarded=gettext("Passed on %(moment)s", moment=reader.since(report.forwarded_at))
        if report.forwarded_at
        else "",
    )


def _about(report: Report) -> tuple[str, str, str | None, str]:
    """Kind, title, page and a quotation."""
    if report.comment is not None:
        comment = report.comment
        page = f"/sessions/{comment.session_id}#comment-{comment.id}"
        return "comment", f"{comment.author.name}: {comment.session.title}", page, quote_of(comment.html, 400)
    if report.session is not None:
        return "session", report.session.title, f"/sessions/{report.session.id}", ""
    if report.story is not None:
        story = report.story
        return "story", story.author.name, f"/stories/{story.id}", quote_of(story.html, 400)
    if report.wish is not None:
        wish = report.wish
        return "wish", f"{wish.author.name}: {wish.title}", f"/requests/{wish.id}", quote_of(wish.html, 400)
    person = report.person
    return "person", person.name if person else "", address_of(person) if person else None, ""


def _decisions(report: Report) -> list[str]:
    found, author = ["rejected"], report.person
    if report.comment is not None:
        found, author = ["hidden", *found], report.comment.author
    elif report.story is not None:
        found, author = ["hidden", *found], report.story.author
    elif report.wish is not None:
        found, author = ["hidden", *found], report.wish.author
    elif report.session is not None:
        author = report.session.host
        if report.session.uri is None:
            found = ["withdrawn", *found]
    return [*found, "blocked"] if author is not None and author.uri is not None else found
