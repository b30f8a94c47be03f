"""The page of the alliance and, before anybody is invited, of who a company says it is."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from starlette.responses import Response

from alliance.errors import Invalid
from alliance.introductions import Introduction
from alliance.models import Partner
from alliance.queries.interests import Followed, followed
from alliance.queries.partners import partners
from federation.models import Destination
from web.pages.following import follow_company
from web.pages.frame import badge_of
from web.pages.views import Act, Badge, PartnerRow
from web.pages.views import Introduction as IntroductionView
from web.pages.visit import Visit

ACT_LABELS = {
    "accept": "Accept",
    "decline": "Decline",
    "pause": "Pause",
    "resume": "Resume",
    "unblock": "Unblock",
    "take-back": "Take back",
    "leave": "Leave",
    "block": "Block",
    "again": "Invite again",
}
# What an administrator can do in each state; the first one is the likely one.
_ACTS = {
    "asking": ("accept", "decline", "block"),
    "invited": ("take-back",),
    "allied": ("pause", "leave", "block"),
    "paused": ("resume", "leave", "block"),
    "left": ("again", "block"),
    "blocked": ("unblock",),
}
_ASK_FIRST = {"leave", "block"}


async def alliance_page(visit: Visit, values: Mapping[str, str], error: Invalid | None = None) -> Response:
    """Every company and how we stand to it; with an error beside the field for a new one (422)."""
    found = await partners(visit.db)
    what = await followed(visit.db, visit.employee.id)
    silent = await _silent_hosts(visit, found)
    rows = {
        state: [_row(visit, partner, silent, what) for partner in found if partner.state == state]
        for state in _ACTS
    }
    return visit.page(
        "alliance.html",
        422 if error else 200,
        form=visit.form(values, error),
        lead=_lead(visit, len(rows["allied"])),
        asking=rows["asking"],
        allied=rows["allied"],
        invited=rows["invited"],
        others=[*rows["paused"], *rows["left"], *rows["blocked"]] if visit.employee.has_role("admin") else [],
    )


def introduction_page(visit: Visit, who: Introduction, host: str) -> Response:
    """Who answers at a host, with the fingerprint of its key, and the button that invites it."""
    shown = IntroductionView(
        badge=Badge(who.name, who.host, who.hue % 24),
        origin=who.origin,
        software=who.software,
        fingerprint=who.key_fingerprint,
        summary=who.summary,
    )
    return visit.page("introduction.html", who=shown, host=host)


def _lead(visit: Visit, allied: int) -> str:
    if not allied:
        return visit.texts.gettext("Companies that open their sessions to each other, without a centre.")
    return visit.texts.gettext(
        "What you open to the alliance appears at these companies, and theirs at yours."
    )


def _row(visit: Visit, partner: Partner, silent: Mapping[str, str], what: Followed) -> PartnerRow:
    tie = partner.state in ("allied", "invited", "asking")
    return PartnerRow(
        badge=badge_of(partner.company),
        state=partner.state,
        words=_words(visit, partner),
        detail=silent.get(partner.company.host, "") if tie else "",
        acts=_acts(visit, partner) if visit.employee.has_role("admin") else (),
        follow=follow_company(visit, what, [partner.company], partner.company.host)
        if partner.state == "allied"
        else None,
    )


def _words(visit: Visit, partner: Partner) -> str:
    texts, since = visit.texts, visit.reader.since(partner.since)
    match partner.state:
        case "allied":
            return texts.gettext("Allied since %(moment)s", moment=since)
        case "invited":
            return texts.gettext("Invited; no answer yet since %(moment)s", moment=since)
        case "asking" if partner.we_said_yes:
            return texts.gettext(
                "You said yes; waiting for their confirmation since %(moment)s", moment=since
            )
        case "asking":
            return texts.gettext("Has been asking since %(moment)s", moment=since)
        case "paused":
            return texts.gettext("Paused by you since %(moment)s", moment=since)
        case "blocked":
            return texts.gettext("Blocked since %(moment)s", moment=since)
        case _ if partner.ended_by_them:
            return texts.gettext("Said no or left on %(moment)s", moment=since)
        case _:
            return texts.gettext("Ended by you on %(moment)s", moment=since)


def _acts(visit: Visit, partner: Partner) -> tuple[Act, ...]:
    names = _ACTS[partner.state]
    if partner.state == "asking" and partner.we_said_yes:
        names = ("take-back",)
    return tuple(_act(visit, partner, name, main=name in ("accept", "resume")) for name in names)


def _act(visit: Visit, partner: Partner, name: str, *, main: bool) -> Act:
    label = visit.texts.gettext(ACT_LABELS[name])
    if name == "again":
        return Act(label, f"/alliance/invite?host={partner.company.host}", get=True, main=False)
    address = f"/alliance/{partner.company_id}/{'leave' if name == 'take-back' else name}"
    return Act(label, address, get=name in _ASK_FIRST, main=main)


async def _silent_hosts(visit: Visit, found: Sequence[Partner]) -> dict[str, str]:
    """Hosts whose last delivery failed, with a sentence that says since when they have been silent."""
    hosts = [partner.company.host for partner in found]
    failing = select(Destination).where(Destination.host.in_(hosts), Destination.failures > 0)
    texts, reader = visit.texts, visit.reader
    said = {}
    for host in (await visit.db.scalars(failing)).all():
        if host.last_success_at is None:
            said[host.host] = texts.gettext("Their server has never answered so far. We keep trying.")
        else:
            moment = reader.since(host.last_success_at)
            said[host.host] = texts.gettext(
                "Their server has not answered since %(moment)s. "
                "What you change arrives as soon as it is back.",
                moment=moment,
            )
    return said
