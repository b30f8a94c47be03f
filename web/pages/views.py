"""What templates are given: plain values, already in the reader's language and zone."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Badge:
    """A company as people recognise it: name, one of 24 hues, the letter in its mark, its logo."""

    name: str
    host: str
    hue: int
    home: bool = False
    logo: str | None = None

    @property
    def letter(self) -> str:
        """What stands in the mark where there is no logo."""
        return next((letter for letter in self.name if letter.isalnum()), "•").upper()


@dataclass(frozen=True)
class Face:
    """A person as shown beside what they offer; `url` only where there is a page to go to."""

    name: str
    url: str | None = None
    picture: str | None = None

    @property
    def initials(self) -> str:
        """Up to two letters for people without a picture."""
        words = [word for word in self.name.replace("-", " ").split() if word[0].isalpha()]
        letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
        return "".join(letters).upper() or "•"


@dataclass(frozen=True)
class Act:
    """The one thing that can be done next: a POST to `url`, or a link when `get` is set."""

    label: str
    url: str
    get: bool = False
    main: bool = True


@dataclass(frozen=True)
class Standing:
    """How the reader stands to a session: a kind for the colour, words, and since when or why."""

    kind: str
    words: str
    detail: str = ""
    icon: str = ""


@dataclass(frozen=True)
class SessionRow:
    """A session in a list."""

    url: str
    title: str
    language: str
    starts_at: datetime
    clock: str
    length: str
    company: Badge
    host: Face | None = None
    elsewhere: str | None = None
    foreign_language: str | None = None
    place: str | None = None
    topics: tuple[str, ...] = ()
    external: str = ""
    """Where it comes from in words, when it is no session of the alliance."""
    in_series: bool = False
    leaders: bool = False
    cancelled: bool = False
    live: bool = False
    places: str = ""
    scarce: bool = False
    standing: Standing | None = None
    act: Act | None = None


@dataclass(frozen=True)
class SeriesRow:
    """A series in a list: how often, and when next."""

    url: str
    title: str
    language: str
    company: Badge
    rhythm: str
    next: str


@dataclass(frozen=True)
class SeriesLine:
    """What the page of a session says of the series that it is a date of."""

    url: str
    title: str
    rhythm: str
    before: tuple[str, str] | None = None
    """Address and day of the date before."""
    after: tuple[str, str] | None = None


@dataclass(frozen=True)
class SeriesPreview:
    """What a series is going to be: how often, and its next dates."""

    words: str
    dates: tuple[str, ...]


@dataclass(frozen=True)
class DayGroup:
    """The sessions of one day."""

    name: str
    detail: str
    iso: str
    rows: tuple[SessionRow, ...]


@dataclass(frozen=True)
class PastRow:
    """A session that is over: when it was, and what one may say about it afterwards."""

    row: SessionRow
    date: str
    detail: str = ""


@dataclass(frozen=True)
class FollowedThing:
    """A topic, a person or a company that somebody follows; `unfollow_url` is posted to."""

    name: str
    url: str
    unfollow_url: str
    company: Badge | None = None


@dataclass(frozen=True)
class Chip:
    """A filter in the address: where it leads and whether it is on."""

    label: str
    url: str
    on: bool
    company: Badge | None = None


@dataclass(frozen=True)
class Guest:
    """Somebody on the host's list."""

    name: str
    company: Badge | None
    host: str
    since: str
    accept_url: str | None = None
    decline_url: str | None = None


@dataclass(frozen=True)
class GuestList:
    """Everybody the host needs to know about, by what they wait for."""

    asking: tuple[Guest, ...] = ()
    going: tuple[Guest, ...] = ()
    waiting: tuple[Guest, ...] = ()
    maybe: tuple[Guest, ...] = ()


@dataclass(frozen=True)
class Banner:
    """A picture over a session; `alt` says what it shows."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class SessionPage:
    """A session in full, for one reader."""

    row: SessionRow
    day: str
    span: str
    host_span: str | None
    zone: str
    description: str
    where: str
    where_detail: str
    language_name: str
    audience: str
    panel: Standing
    places_taken: tuple[int, int] | None = None
    meeting_link: str | None = None
    act: Act | None = None
    leave: Act | None = None
    fine_print: str = ""
    host_headline: str = ""
    manages: bool = False
    guests: GuestList | None = None
    original_url: str | None = None
    elsewhere: str | None = None
    """Where strangers go on with an account of another server."""
    topics: tuple[tuple[str, str], ...] = ()
    postponed: bool = False
    title: str = ""
    language: str = ""
    """Of `title` and `description`."""
    other_wordings: tuple[tuple[str, str, str], ...] = ()
    """Where the same can be read in other languages: language, its name, address."""
    banner: Banner | None = None
    maybe: Act | None = None
    co_hosts: tuple["CoHostCard", ...] = ()
    hosting_question: bool = False
    """Whether the reader is asked to hold it too."""
    step_down_url: str | None = None
    hosts_url: str | None = None
    """Where the host asks others to hold it too."""
    calendars: tuple[tuple[str, str], ...] = ()
    """Where the session can be put into a calendar: label, address."""
    share: "Sharing | None" = None
    preview: "Preview | None" = None
    """For those who show a link to this page; only where strangers may see it."""


@dataclass(frozen=True)
class CoHostCard:
    """Somebody who said yes to holding a session with its host; `badge` where they are of another company."""

    face: Face
    company: str
    badge: Badge | None = None
    headline: str = ""


@dataclass(frozen=True)
class Sharing:
    """Ways to tell others of a page: its address, a mail, and somebody's own server."""

    address: str
    mail: str
    hint: str
    elsewhere: str | None = None


@dataclass(frozen=True)
class Preview:
    """What others show beside a link to a page (OpenGraph), and the same for search engines (JSON-LD)."""

    title: str
    description: str
    address: str
    canonical: str
    picture: str
    picture_alt: str
    locale: str
    data: str


@dataclass(frozen=True)
class PersonCard:
    """An expert in the directory."""

    face: Face
    company: Badge
    headline: str = ""
    topics: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ()
    leader: bool = False


@dataclass(frozen=True)
class DirectoryForm:
    """What experts can be filtered by in lists, what is chosen, and what stays in the address besides."""

    topics: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    topic: str
    language: str
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PersonPage:
    """An expert's own page."""

    card: PersonCard
    contact_url: str | None = None
    office_hours: tuple[str, ...] = ()
    office_hours_note: str = ""
    past: tuple[DayGroup, ...] = ()
    about: str = ""
    ask_me: tuple[str, ...] = ()
    address: str = ""
    own: bool = False
    hidden: bool = False
    elsewhere: str | None = None
    """Where strangers go on with an account of another server."""
    report_url: str | None = None
    days: tuple[DayGroup, ...] = ()


@dataclass(frozen=True)
class Follow:
    """The button beside a topic, a person or a company: what it is, and whether it is followed already."""

    url: str
    name: str
    is_on: bool


@dataclass(frozen=True)
class PartnerRow:
    """Another company and how the two stand to each other."""

    badge: Badge
    state: str
    words: str
    detail: str = ""
    tone: str = ""
    acts: tuple[Act, ...] = ()
    follow: Follow | None = None


@dataclass(frozen=True)
class Introduction:
    """Who another host says it is, before anybody says yes."""

    badge: Badge
    origin: str
    software: str
    fingerprint: str
    summary: str = ""


@dataclass(frozen=True)
class NavItem:
    """A place in the navigation."""

    url: str
    label: str
    icon: str
    current: bool = False


@dataclass(frozen=True)
class Frame:
    """What surrounds every page: whose instance, who reads, where one can go."""

    company: Badge
    path: str
    back_to: str
    nav: tuple[NavItem, ...] = ()
    more: tuple[NavItem, ...] = ()
    """What is visited now and then, behind one word."""
    bar: tuple[NavItem, ...] = ()
    """At the bottom on phones, around the "+"."""
    me: Face | None = None
    unread: int = 0
    admin: bool = False
    console: bool = False
    """Whether there is a way into the pages of administration."""
    my_page: str | None = None
    search: bool = False
    query: str = ""
    """What was searched for, on the page of results."""
    notices: tuple[tuple[str, str], ...] = field(default=())
    origin: str = ""
