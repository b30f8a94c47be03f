"""The shapes of the demo's content: what a company, a person and a session of the demo consist of."""

from dataclasses import dataclass
from datetime import time
from textwrap import dedent
from typing import Literal

Language = Literal["de", "en"]
Audience = Literal["public", "alliance", "company"]
JoinMode = Literal["free", "restricted"]
Place = Literal["online", "on_site", "hybrid"]
Fate = Literal["happens", "cancelled", "moved", "full"]


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    de: str
    en: str


@dataclass(frozen=True, slots=True)
class Slot:
    """When a session is held, counted from the day on which the demo starts.

    `day` is 0 for that day, 1 for the next one and then counts working days (0 to 39, eight weeks);
    `start` is the time on the wall in the session's zone, `minutes` its length.
    `web.demo.content.times` makes real times of it.
    """

    day: int
    start: time
    minutes: int


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An employee of a demo company; with `expert=False` somebody who only learns and has no profile.

    `key` is unique in the whole demo. `headline`, `about` and `ask_me` are written in `language`, `languages`
    are the spoken ones (BCP 47), `topics` are slugs of `TOPICS`. `zone` is None where the company's applies.
    """

    key: str
    name: str
    email: str
    headline: str
    language: Language = "de"
    languages: tuple[str, ...] = ("de",)
    about: str = ""
    topics: tuple[str, ...] = ()
    ask_me: tuple[str, ...] = ()
    zone: str | None = None
    expert: bool = True
    leader: bool = False
    admin: bool = False


@dataclass(frozen=True, slots=True)
class DemoSession:
    """One learning session; `host`, `attendees` and `waiting` are keys of people.

    The fields are named as in `alliance.drafting.SessionDraft`. `meeting_link` is None exactly where
    everybody meets on site, `place_name` and `place_address` are empty exactly where everybody meets
    online. `attendees` have a place; `waiting` are on the waiting list of a full session or still waiting
    for the host's answer (`join_mode="restricted"`). `co_hosts` hold it too, experts of other companies
    among them. `fate` is what happens to the session after it was published: a moved one is then held at
    `moved_to`, a cancelled one says why in `note`. `zone` is None where the company's applies.
    """

    title: str
    host: str
    language: Language
    topics: tuple[str, ...]
    when: Slot
    description: str
    meeting_link: str | None = None
    audience: Audience = "public"
    capacity: int | None = None
    join_mode: JoinMode = "free"
    place: Place = "online"
    place_name: str = ""
    place_address: str = ""
    zone: str | None = None
    attendees: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    co_hosts: tuple[str, ...] = ()
    fate: Fate = "happens"
    moved_to: Slot | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """One company of the demo and everything it brings along; `sign_in` is the person to try it as."""

    key: str
    name: str
    host: str
    port: int
    description: Words
    hue: int
    language: Language
    zone: str
    sign_in: str
    people: tuple[DemoPerson, ...]
    sessions: tuple[DemoSession, ...]

    @property
    def origin(self) -> str:
        """The address of the company's instance: `http://nordlicht.localhost:8001`."""
        return f"http://{self.host}:{self.port}"

    @property
    def experts(self) -> tuple[DemoPerson, ...]:
        """Everybody with a profile."""
        return tuple(person for person in self.people if person.expert)


def prose(block: str) -> str:
    """Markdown from an indented block: line breaks inside a paragraph are taken back, lists are kept."""
    return "\n\n".join(
        part if part.startswith("- ") else part.replace("\n", " ")
        for part in dedent(block).strip().split("\n\n")
    )
