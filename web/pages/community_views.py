"""Communities as templates are given them: plain values in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from alliance.models import Community, CommunityMember, Person, Session
from alliance.text import plain_text
from alliance.visibility import Viewer
from web.pages.frame import address_of, badge_of
from web.pages.rows import face_of, portrait_of
from web.pages.views import Act, Badge, DayGroup, Face
from web.texts import language_name
from web.times import Reader

_SUMMARY = 180


@dataclass(frozen=True)
class CommunityCard:
    """A community in a list."""

    id: int
    url: str
    name: str
    language: str
    company: Badge
    summary: str
    members: str
    topics: tuple[tuple[str, str], ...]
    foreign_language: str | None = None
    next: str = ""
    """When its next session is, and what; empty without one."""
    next_url: str = ""
    is_mine: bool = False
    picture: str | None = None
    picture_alt: str = ""


@dataclass(frozen=True)
class Runner:
    """Somebody who answers for a community; a colleague's role can be changed under `id`."""

    face: Face
    role: str
    id: int = 0
    company: Badge | None = None


@dataclass(frozen=True)
class CommunityPage:
    """One community in full."""

    card: CommunityCard
    description: str
    audience: str
    handle: str
    runners: tuple[Runner, ...]
    members: tuple[Runner, ...] = ()
    more_members: str = ""
    days: tuple[DayGroup, ...] = ()
    past: tuple[DayGroup, ...] = ()
    past_url: str | None = None
    is_member: bool = False
    is_shown: bool = False
    runs: bool = False
    owns: bool = False
    may_join: bool = False
    join_note: str = ""
    """What happens to the name of whoever joins."""
    leave: Act | None = None
    offer_url: str | None = None
    elsewhere_url: str | None = None
    original_url: str | None = None
    feeds: tuple[tuple[str, str], ...] = ()
    followers: str = ""
    report_url: str | None = None


def card_of(
    community: Community,
    reader: Reader,
    upcoming: Mapping[int, Session] | None = None,
    *,
    is_mine: bool = False,
) -> CommunityCard:
    """A community in few words; company and topics are loaded."""
    session = (upcoming or {}).get(community.id)
    foreign = community.language != reader.language
    return CommunityCard(
        id=community.id,
        url=f"/communities/{community.id}",
        name=community.name,
        language=community.language,
        company=badge_of(community.company),
        summary=_first_words(community.description_html),
        members=members_in_words(community.member_count, reader),
        topics=tuple((topic.name, topic.slug) for topic in community.topics),
        foreign_language=language_name(community.language, reader.language) if foreign else None,
        next=_when(session, reader) if session is not None else "",
        next_url=f"/sessions/{session.id}" if session is not None else "",
        is_mine=is_mine,
        picture=f"/media/{community.picture}" if community.picture else None,
        picture_alt=community.picture_alt,
    )


def members_in_words(count: int, reader: Reader) -> str:
    """How many people are in it."""
    return reader.texts.ngettext("%(num)s member", "%(num)s members", count)


def runners_of(
    community: Community, rows: list[CommunityMember], viewer: Viewer, reader: Reader
) -> tuple[Runner, ...]:
    """Who answers for it: of ours with a page where they introduce themselves, of partners as they say."""
    owner = reader.texts.gettext("Owner")
    if community.uri is not None:
        return tuple(Runner(Face(its.get("name", ""), None), owner) for its in community.owners[:20])
    roles = {"owner": owner, "moderator": reader.texts.gettext("Moderates")}
    return tuple(Runner(_face(row.person, viewer), roles.get(row.role, ""), row.person_id) for row in rows)


def member_of(person: Person, viewer: Viewer) -> Runner:
    """Somebody who chose to be seen."""
    company = badge_of(person.company) if person.company is not None else None
    return Runner(_face(person, viewer), "", person.id, company)


def _face(person: Person, viewer: Viewer) -> Face:
    """With portrait and page where they introduce themselves to this viewer; profile is loaded."""
    profile = person.profile
    if profile is None or profile.published_at is None:
        return face_of(person)
    is_for_viewer = viewer.kind == "employee" or profile.audience == "public"
    return portrait_of(person, viewer, address_of(person)) if is_for_viewer else face_of(person)


def _first_words(markup: str) -> str:
    words = " ".join(plain_text(markup[:4000]).split())
    if len(words) <= _SUMMARY:
        return words
    return words[:_SUMMARY].rsplit(" ", 1)[0].rstrip(",;:–- ") + " …"


def _when(session: Session, reader: Reader) -> str:
    return f"{reader.day(session.starts_at)}, {reader.clock(session.starts_at)} · {session.title}"
