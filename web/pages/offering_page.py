"""The page with the form for a session and, beside it, how others will see it."""

from collections.abc import Mapping

from starlette.responses import Response

from alliance.errors import Invalid
from alliance.leaders import may_mark_leaders
from alliance.models import JOIN_MODES, Session
from alliance.natural_time import Timing
from alliance.recurrence import Rhythm
from web.forms import words
from web.pages.companies import companies_taking_part
from web.pages.frame import badge_of
from web.pages.offering_series import may_change_following
from web.pages.repeating import choices, first_day, preview_of_series, rhythm_from, spelled_out
from web.pages.session_communities import chosen, tickable
from web.pages.session_form import has_to_be_unfolded, other_language, timing_of
from web.pages.views import Act, DayGroup, Face, SessionRow
from web.pages.visit import Visit
from web.texts import language_name

JOIN_MODE_LABELS = {
    "free": "Whoever wants to is in",
    "restricted": "I say yes to each",
    "none": "No registration, just come",
}
# Often held here; any other is taken over from the session as it is.
_LANGUAGES = ("de", "en", "fr", "es", "it", "nl", "pl", "cs", "da", "sv", "pt", "tr", "uk")
ZONES = (
    "Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/London", "Europe/Lisbon", "Europe/Paris",
    "Europe/Madrid", "Europe/Warsaw", "Europe/Helsinki", "Europe/Istanbul", "America/New_York",
    "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "UTC",
)  # fmt: skip


async def offering_page(
    visit: Visit,
    values: Mapping[str, str],
    *,
    session: Session | None = None,
    error: Invalid | None = None,
    read: tuple[str, ...] = (),
) -> Response:
    """The form with these values: empty, filled for `session`, or with what is wrong (422).

    `read` tells what was taken over from an invitation.
    """
    values, rhythm, timing = _understood_with_rhythm(visit, values)
    texts = visit.texts
    is_draft = session is not None and session.status == "draft"
    row = _row(visit, values, timing)
    allies = [company.name for company in (await companies_taking_part(visit.db, visit.visitor))[1:]]
    return visit.page(
        "offer.html",
        422 if error else 200,
        form=visit.form(values, error),
        title=_title(visit, session),
        lead=_lead(visit, session),
        action=visit.request.url.path,
        read=read,
        invitation_open=session is None or bool(error and "invitation" in error.problems),
        editing=f"/sessions/{session.id}" if session and not is_draft else "",
        submit=texts.gettext("Save") if session and not is_draft else texts.gettext("Publish"),
        may_be_kept=session is None or is_draft,
        discard_url=f"/sessions/{session.id}/withdraw" if session and is_draft else "",
        more_open=has_to_be_unfolded(values, error),
        other_language=language_name(other_language(values["language"]), visit.reader.language),
        understood=_in_words(visit, timing),
        today_iso=visit.reader.today.isoformat(),
        zones=ZONES,
        preview_row=row,
        preview_day=_day(visit, timing, row),
        preview_series=preview_of_series(rhythm, timing.starts_at, values["timezone"], visit.reader)
        if timing and (session is None or is_draft or values["scope"] == "following")
        else None,
        repeat_choices=choices(texts, values["repeats"], rhythm),
        may_repeat=session is None or is_draft or may_change_following(visit, session),
        series=session.series if session is not None and may_change_following(visit, session) else None,
        communities=await tickable(visit, chosen(values)) if session is None or is_draft else (),
        marks_leaders=await may_mark_leaders(visit.db, visit.employee),
        **_choices(visit, values, allies),
    )


def _title(visit: Visit, session: Session | None) -> str:
    if session is None:
        return visit.texts.gettext("What would you like to share?")
    if session.status == "draft":
        return visit.texts.gettext("Your draft")
    return visit.texts.gettext("Change your session")


def _lead(visit: Visit, session: Session | None) -> str:
    if session is None:
        return visit.texts.gettext("Four things are enough. Everything else can wait.")
    if session.status == "draft":
        return visit.texts.gettext("Only you see it until you publish it.")
    return visit.texts.gettext("Everybody who is going learns about a new time or link by itself.")


def _understood(visit: Visit, values: Mapping[str, str]) -> Timing | None:
    try:
        return timing_of(values, visit.reader.now) if values["when"] or values["date"] else None
    except Invalid:
        return None


def _understood_with_rhythm(
    visit: Visit, values: Mapping[str, str]
) -> tuple[Mapping[str, str], Rhythm | None, Timing | None]:
    """When and how often, as far as that makes sense already."""
    try:
        spelled = spelled_out(values, visit.reader.now)
    except Invalid:
        return values, None, None
    timing = _understood(visit, spelled)
    try:
        first = first_day(timing.starts_at, spelled["timezone"]) if timing else None
        return spelled, rhythm_from(spelled, first) if first else None, timing
    except Invalid:
        return spelled, None, timing


def _in_words(visit: Visit, timing: Timing | None) -> str:
    if timing is None:
        return ""
    reader = visit.reader
    span = reader.span(timing.starts_at, timing.ends_at)
    return f"{reader.day(timing.starts_at)}, {span} ({reader.city(reader.zone.key)})"


def _row(visit: Visit, values: Mapping[str, str], timing: Timing | None) -> SessionRow:
    reader, texts = visit.reader, visit.texts
    starts_at = timing.starts_at if timing else reader.now
    foreign = values["language"] != reader.language
    return SessionRow(
        url="",
        title=values["title"] or texts.gettext("Your title"),
        language=values["language"],
        starts_at=starts_at,
        clock=reader.clock(starts_at) if timing else "––:––",
        length=reader.length(starts_at, timing.ends_at) if timing else "",
        company=badge_of(visit.visitor.home),
        host=Face(visit.employee.person.name) if values["host_shown"] else None,
        foreign_language=language_name(values["language"], reader.language) if foreign else None,
        place=values["place_name"] or None,
        topics=tuple(words(values["topics"], 5)),
        act=Act(texts.gettext("Join"), ""),
    )


def _day(visit: Visit, timing: Timing | None, row: SessionRow) -> DayGroup:
    if timing is None:
        return DayGroup(visit.texts.gettext("Some day soon"), "", "", (row,))
    day = visit.reader.here(timing.starts_at).date()
    return DayGroup(visit.reader.day_name(day), visit.reader.day_detail(day), day.isoformat(), (row,))


def _choices(visit: Visit, values: Mapping[str, str], allies: list[str]) -> dict[str, object]:
    texts, home = visit.texts, visit.visitor.home.name
    languages = dict.fromkeys((visit.reader.language, *_LANGUAGES, values["language"]))
    return {
        "audiences": (
            (
                "alliance",
                texts.gettext("%(company)s and its allied companies", company=home),
                ", ".join(allies[:6]) or texts.gettext("Nobody is allied yet; whoever will be, sees it."),
            ),
            (
                "public",
                texts.gettext("Everyone"),
                texts.gettext("Without signing in, and on the open social web"),
            ),
            (
                "company",
                texts.gettext("Only %(company)s", company=home),
                texts.gettext("It never leaves the house."),
            ),
        ),
        "join_modes": [
            (mode, texts.gettext(JOIN_MODE_LABELS[mode])) for mode in JOIN_MODES if mode in JOIN_MODE_LABELS
        ],
        "session_languages": [
            (code, language_name(code, visit.reader.language)) for code in languages if code
        ],
    }
