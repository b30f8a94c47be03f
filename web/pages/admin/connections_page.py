"""What the pages about other servers show: answers first, then figures, in the reader's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from starlette.responses import Response

from federation.hosts import WHICH, Got, HostRow, Reach, Sent, Which, hosts, reach
from federation.models import RefusedRequest
from web.pages.admin.console import admin_page
from web.pages.admin.paging import pages, words_asked
from web.pages.admin.reasons import failure_text, reason_text
from web.pages.views import Chip
from web.pages.visit import Visit

STATE_TEXTS = {
    "": "Stranger",
    "allied": "Allied",
    "invited": "Invited",
    "asking": "Asking",
    "paused": "Paused",
    "left": "Parted",
    "blocked": "Blocked",
}
OUTCOME_LABELS = {
    "waiting": "Waiting",
    "delivered": "Delivered",
    "dead": "Given up",
    "dropped": "Put aside",
    "processed": "Done",
    "ignored": "Not needed",
    "refused": "Refused",
    "failed": "Failed",
}
WHICH_LABELS: Mapping[Which, str] = {
    "all": "All servers",
    "partners": "Partners",
    "trouble": "Not answering",
    "waiting": "Something waits",
    "dead": "Given up",
    "refused": "Turned away today",
}
# Longer than this, and somebody should look whether a worker runs at all.
_SOON = timedelta(minutes=2)


@dataclass(frozen=True)
class Line:
    """One server in the table."""

    host: str
    url: str
    company: str
    state: str
    tone: str
    standing: str
    detail: str
    waiting: str
    given_up: str
    received: str
    refused: str
    can_retry: bool


async def overview_page(visit: Visit) -> Response:
    """The answer in one sentence, then the table."""
    query = visit.request.query_params
    which = _which(query.get("which", "all"))
    text = words_asked(visit).lower()
    found, has_more = await hosts(
        visit.db, visit.reader.now, which=which, text=text, after=query.get("after", "")[:260]
    )
    figures = await reach(visit.db)
    tone, answer = answer_of(visit, figures)
    following = found[-1].host if has_more else None
    return admin_page(
        visit,
        "admin/connections.html",
        tone=tone,
        answer=answer,
        chips=[_chip(visit, one, which, text) for one in WHICH],
        lines=[_line(visit, row) for row in found],
        text=text,
        which=which,
        is_filtered=which != "all" or bool(text),
        pages=pages(visit, "/admin/federation", {"which": which, "q": text}, following),
    )


def host_page(
    visit: Visit,
    row: HostRow,
    *,
    sent: Sequence[Sent],
    dead: Sequence[Sent],
    got: Sequence[Got],
    refused: Sequence[RefusedRequest],
) -> Response:
    """One server in full."""
    return admin_page(
        visit,
        "admin/host.html",
        line=_line(visit, row),
        row=row,
        outcome={word: visit.texts.gettext(label) for word, label in OUTCOME_LABELS.items()},
        since=visit.reader.since,
        sent=sent,
        dead=dead,
        got=got,
        refused=refused,
        failure=lambda error: failure_text(visit.texts, row.host, error),
        reason=lambda word: reason_text(visit.texts, word),
    )


def answer_of(visit: Visit, figures: Reach) -> tuple[str, str]:
    """Is everything reaching everyone? A kind of notice, and the sentence."""
    texts, reader = visit.texts, visit.reader
    if figures.failing:
        since = reader.since(figures.oldest) if figures.oldest else "–"
        return "careful", texts.ngettext(
            "Not everything: %(num)s server does not answer. %(waiting)s deliveries wait, the oldest since "
            "%(since)s. They leave by themselves as soon as it is back.",
            "Not everything: %(num)s servers do not answer. %(waiting)s deliveries wait, the oldest since "
            "%(since)s. They leave by themselves as soon as those servers are back.",
            figures.failing,
            waiting=figures.waiting,
            since=since,
        )
    if figures.oldest and reader.now - figures.oldest > _SOON:
        return "careful", texts.gettext(
            "Not yet: deliveries have been waiting since %(since)s. Is a worker running?",
            since=reader.since(figures.oldest),
        )
    if figures.dead or figures.failed:
        return "careful", texts.ngettext(
            "Nearly: %(num)s message was given up. Choose “Given up” to see it and to try it again.",
            "Nearly: %(num)s messages were given up. Choose “Given up” to see them and to try them again.",
            figures.dead + figures.failed,
        )
    if figures.waiting:
        return "good-news", texts.ngettext(
            "Yes. %(num)s delivery is on its way at this moment.",
            "Yes. %(num)s deliveries are on their way at this moment.",
            figures.waiting,
        )
    return "good-news", texts.gettext("Yes. Everything has reached everyone it is meant for.")


def _which(word: str) -> Which:
    return next((one for one in WHICH if one == word), "all")


def _chip(visit: Visit, one: Which, chosen: Which, text: str) -> Chip:
    query = urlencode({"which": one, **({"q": text} if text else {})})
    label = visit.texts.gettext(WHICH_LABELS[one])
    return Chip(label, f"/admin/federation?{query}", one == chosen)


def _line(visit: Visit, row: HostRow) -> Line:
    tone, standing, detail = _standing(visit, row)
    return Line(
        host=row.host,
        url=f"/admin/federation/hosts/{quote(row.host, safe=':[]')}",
        company=row.company,
        state=visit.texts.gettext(STATE_TEXTS[row.state]),
        tone=tone,
        standing=standing,
        detail=detail,
        waiting=_waiting(visit, row),
        given_up=str(row.dead + row.failed or ""),
        received=_counts(visit, row.received),
        refused=", ".join(f"{reason_text(visit.texts, why)}: {n}" for why, n in row.refused.items()),
        can_retry=row.failures > 0 or row.waiting > 0,
    )


def _standing(visit: Visit, row: HostRow) -> tuple[str, str, str]:
    """How we reach it: a class, words, and why not."""
    texts, since = visit.texts, visit.reader.since
    if row.failures:
        reason = failure_text(texts, row.host, row.last_error)
        pause = ""
        if row.open_until and row.open_until > visit.reader.now:
            pause = " " + texts.gettext("Next try at %(moment)s.", moment=since(row.open_until))
        if row.last_success_at is None:
            return "off", texts.gettext("Has never answered"), reason + pause
        moment = since(row.last_success_at)
        return "off", texts.gettext("No success since %(moment)s", moment=moment), reason + pause
    if row.last_success_at is None:
        return "soft", texts.gettext("Nothing sent so far"), ""
    return "good", texts.gettext("Reached at %(moment)s", moment=since(row.last_success_at)), ""


def _waiting(visit: Visit, row: HostRow) -> str:
    if not row.waiting or row.oldest is None:
        return ""
    return visit.texts.gettext(
        "%(count)s, the oldest since %(moment)s", count=row.waiting, moment=visit.reader.since(row.oldest)
    )


def _counts(visit: Visit, counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{visit.texts.gettext(OUTCOME_LABELS[state])}: {count}" for state, count in sorted(counts.items())
    )
