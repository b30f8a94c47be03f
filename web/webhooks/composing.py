"""Makes the message of some news: what may still be told, folded where one thing says it, in one language."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from alliance.models import Company, Session, Story, Webhook, WebhookNews, Wish
from alliance.queries.webhooks import Told
from alliance.text import one_line, plain_text
from alliance.times import is_zone
from alliance.visibility import shown_host
from alliance.webhook_news import may_carry
from alliance.webhook_visibility import viewer_of
from web.addresses import address_of_story, address_of_wish
from web.texts import Texts
from web.times import Reader
from web.webhooks.message import MOST_LINES, Line, Message

LABEL_TEXTS = {
    "session": "New session",
    "moved": "Moved",
    "cancelled": "Cancelled",
    "story": "New story",
    "wish": "New request",
}
_WISH_TEXTS = {
    "learn": "Would like to learn",
    "help": "Can help with",
    "mentor_wanted": "Looks for a mentor",
    "mentor_offered": "Offers to be a mentor",
}
_EXCERPT = 200


@dataclass(frozen=True)
class Desk:
    """What messages are made with: whose instance, from where, in which language and zone, and when."""

    home: Company
    origin: str
    language: str
    now: datetime

    @property
    def reader(self) -> Reader:
        """The readers of the channel, who see times in the company's zone."""
        zone = self.home.timezone if is_zone(self.home.timezone) else "UTC"
        return Reader(Texts(self.language), ZoneInfo(zone), self.now)


def lines_of(desk: Desk, hook: Webhook, news: Sequence[WebhookNews], told: Told) -> list[Line]:
    """What can be told now: nothing that is over, withdrawn or for others; each thing once.

    A session that is new and was moved meanwhile is new; one that was called off before anybody heard of it
    is nothing. Of the new dates of a series the first stands for all.
    """
    lines: dict[tuple[str, int], Line] = {}
    more_dates: Counter[tuple[str, int]] = Counter()
    moved_from = _first_moves(news)
    for one in _each_once(news):
        line = _line(desk, hook, one, told, moved_from.get(one.subject_id))
        if line is None:
            continue
        series = told.sessions[one.subject_id].series_id if one.kind == "session" else None
        key = (one.kind, one.subject_id) if series is None else ("series", series)
        if key in lines:
            more_dates[key] += 1
        else:
            lines[key] = line
    for key, count in more_dates.items():
        detail = desk.reader.texts.ngettext("%(num)s more date", "%(num)s more dates", count)
        lines[key] = replace(lines[key], detail=detail)
    return list(lines.values())


def message_of(desk: Desk, name: str, lines: Sequence[Line], *, most: int = MOST_LINES) -> Message:
    """The message that tells `lines`, at most `most` of them in full. There has to be one."""
    texts = desk.reader.texts
    rest = len(lines) - most
    heading = texts.gettext("New at %(company)s", company=desk.home.name)
    more = texts.ngettext("and %(num)s more", "and %(num)s more", rest) if rest > 0 else ""
    first = lines[0]
    spoken = f"{first.label}: {first.title}"
    if len(lines) > 1:
        others = texts.ngettext("and %(num)s more", "and %(num)s more", len(lines) - 1)
        spoken = f"{spoken}, {others}"
    return Message(
        name=name,
        heading=heading,
        lines=tuple(lines[:most]),
        more=more,
        open_label=texts.gettext("Open"),
        company=desk.home.name,
        origin=desk.origin,
        language=desk.reader.language,
        sent_at=desk.now,
        spoken=spoken,
    )


def sample_of(desk: Desk, name: str) -> Message:
    """What a test sends: that it works, and from where."""
    texts = desk.reader.texts
    line = Line(
        kind="session",
        label=texts.gettext("Test"),
        title=texts.gettext("It works: what is new at %(company)s appears here.", company=desk.home.name),
        url=f"{desk.origin}/",
        id=f"{desk.origin}/",
        detail=texts.gettext("You can delete this message."),
        at=desk.now,
        company=desk.home.name,
        language=desk.reader.language,
        audience="public",
    )
    return replace(message_of(desk, name, [line]), is_test=True)


def _each_once(news: Sequence[WebhookNews]) -> Iterable[WebhookNews]:
    """Of several news about one session what says it all."""
    new = {one.subject_id for one in news if one.kind == "session"}
    off = {one.subject_id for one in news if one.kind == "cancelled"}
    seen: set[tuple[str, int]] = set()
    for one in news:
        is_covered = one.kind in ("moved", "cancelled") and one.subject_id in new
        is_over = one.kind in ("session", "moved") and one.subject_id in off
        if (one.kind, one.subject_id) not in seen and not is_covered and not is_over:
            seen.add((one.kind, one.subject_id))
            yield one


def _first_moves(news: Iterable[WebhookNews]) -> Mapping[int, datetime]:
    """For each session that was moved, from where it was moved first."""
    found: dict[int, datetime] = {}
    for one in news:
        if one.kind == "moved" and one.previous_starts_at is not None:
            found.setdefault(one.subject_id, one.previous_starts_at)
    return found


def _line(
    desk: Desk, hook: Webhook, one: WebhookNews, told: Told, moved_from: datetime | None
) -> Line | None:
    match one.kind:
        case "story":
            return _story(desk, hook, told.stories.get(one.subject_id))
        case "wish":
            return _wish(desk, hook, told.wishes.get(one.subject_id))
        case _:
            return _session(desk, hook, one.kind, told.sessions.get(one.subject_id), moved_from)


def _session(
    desk: Desk, hook: Webhook, kind: str, session: Session | None, moved_from: datetime | None
) -> Line | None:
    if session is None or not _may_tell(hook, session, session.author_uri is not None):
        return None
    if session.ends_at <= desk.now or (session.status == "cancelled") is not (kind == "cancelled"):
        return None
    if kind == "moved" and moved_from == session.starts_at:
        return None
    reader = desk.reader
    return Line(
        kind=kind,
        label=reader.texts.gettext(LABEL_TEXTS[kind]),
        title=one_line(session.title),
        url=f"{desk.origin}/sessions/{session.id}",
        id=session.uri or f"{desk.origin}/sessions/{session.id}",
        when=_when(reader, session),
        who=_host(hook, session),
        detail=_detail(reader, kind, session, moved_from),
        at=(session.published_at if kind == "session" else None) or session.updated_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        previous_starts_at=moved_from if kind == "moved" else None,
        timezone=session.timezone,
        company=session.company.name,
        language=session.language,
        audience=session.audience,
        topics=tuple(topic.name for topic in session.topics),
    )


def _host(hook: Webhook, session: Session) -> str:
    host = shown_host(viewer_of(hook.reach), session)
    return f"{host.name}, {session.company.name}" if host is not None else session.company.name


def _detail(reader: Reader, kind: str, session: Session, moved_from: datetime | None) -> str:
    """What was before, or what the host says about calling it off."""
    if kind == "moved" and moved_from is not None:
        before = f"{_day(reader, moved_from)}, {reader.clock(moved_from)}"
        return reader.texts.gettext("Before: %(when)s", when=before)
    return one_line(session.status_note, _EXCERPT) if kind == "cancelled" else ""


def _story(desk: Desk, hook: Webhook, story: Story | None) -> Line | None:
    if story is None or not _may_tell(hook, story):
        return None
    words = story.spoiler or plain_text(story.html)
    return _of_person(desk, "story", story, one_line(words, 120), address_of_story(story))


def _wish(desk: Desk, hook: Webhook, wish: Wish | None) -> Line | None:
    if wish is None or not _may_tell(hook, wish):
        return None
    line = _of_person(desk, "wish", wish, one_line(wish.title), address_of_wish(wish))
    detail = desk.reader.texts.gettext(_WISH_TEXTS[wish.kind])
    return replace(line, detail=detail, topics=tuple(topic.name for topic in wish.topics))


def _of_person(desk: Desk, kind: str, thing: Story | Wish, title: str, page: str) -> Line:
    author, url = thing.author, f"{desk.origin}{page}"
    company = author.company.name if author.company is not None else ""
    who = f"{author.name}, {company}" if company else author.name
    return Line(
        kind=kind,
        label=desk.reader.texts.gettext(LABEL_TEXTS[kind]),
        title=title,
        url=url,
        id=thing.uri or url,
        who=who,
        at=thing.created_at,
        company=company,
        language=thing.language,
        audience=thing.audience,
    )


def _may_tell(hook: Webhook, thing: Session | Story | Wish, external: bool = False) -> bool:
    audience = "company" if external else thing.audience
    return may_carry(hook.reach, audience, is_ours=thing.uri is None)


def _when(reader: Reader, session: Session) -> str:
    """The date in full: "tomorrow" may be another day when it is read."""
    span = reader.span(session.starts_at, session.ends_at)
    return f"{_day(reader, session.starts_at)}, {span} ({reader.city(reader.zone.key)})"


def _day(reader: Reader, moment: datetime) -> str:
    day = reader.here(moment).date()
    return f"{reader.weekday(day)}, {reader.date_of(day)}"
