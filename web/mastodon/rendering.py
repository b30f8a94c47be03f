"""Rows of timelines become statuses: what stands in them is read for the viewer, and rendered once."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import Any

import orjson
from sqlalchemy import Connection

from alliance.messaging import HELPER_ID
from alliance.queries.accounts import (
    companies_with_ids,
    may_be_told_of,
    newest_in,
    people_at,
    people_with_ids,
    tallies,
)
from alliance.queries.app_filters import NO_FILTERS, Filters, filters_on
from alliance.queries.postings import (
    comments_said,
    messages_said,
    pictures_of_stories,
    sessions_said,
    stories_said,
)
from alliance.queries.timelines import Placed
from alliance.text import plain_text
from alliance.visibility import Viewer
from web.mastodon.direct_reading import Said, Sayer
from web.mastodon.entities.account import (
    Tally,
    company_account,
    helper_account,
    mention,
    person_account,
    person_page,
)
from web.mastodon.entities.keeping import filter_result
from web.mastodon.entities.place import Place
from web.mastodon.entities.poll import answered
from web.mastodon.entities.status import (
    boost_status,
    comment_status,
    message_status,
    session_status,
    story_status,
)
from web.mastodon.kept import Kept

JSON = dict[str, Any]
Found = dict[tuple[str, int], Any]
"""What rows stand for, by kind and number."""
_KINDS = ("session", "comment", "story", "message")
_FIRST_COUNT, _LAST_COUNT = "favourites", "replies"
_MENTION = re.compile(r'<a href="([^"]{1,500})" class="u-url mention">')
_MOST_MENTIONS = 50


@dataclass
class Desk:
    """Who reads, where and when; makes entities out of what `queries` found for exactly this viewer."""

    place: Place
    viewer: Viewer
    now: datetime
    kept: Kept
    language: str = "en"
    moderates: bool = False
    says: Sayer | None = None
    """Reads what messages say; without it they say nothing."""
    _messages: Said = field(default_factory=dict)
    _accounts: dict[int, JSON] = field(default_factory=dict)
    _pictures: dict[int, list[Any]] = field(default_factory=dict)
    _named: dict[str, JSON] = field(default_factory=dict)
    _filters: Filters = NO_FILTERS

    def statuses(self, db: Connection, rows: Sequence[Placed]) -> list[JSON]:
        """Those of the rows that the viewer may see, in their order."""
        rows, found = self._read(db, rows)
        made = (self._status(row, found) for row in rows)
        return [one for one in made if one is not None]

    def written(self, db: Connection, rows: Sequence[Placed]) -> dict[int, bytes]:
        """The same as JSON by the rows' identifiers; what was written before for just this is not again."""
        rows, found = self._read(db, rows)
        made = ((row.id, self._written(row, found)) for row in rows)
        return {number: text for number, text in made if text is not None}

    def _read(self, db: Connection, rows: Sequence[Placed]) -> tuple[Sequence[Placed], Found]:
        """The rows but those of people of whom the viewer may not know, and what they stand for."""
        if boosters := {row.author_id for row in rows if row.kind == "boost"}:
            boosters -= may_be_told_of(db, self.viewer, [*boosters])
            rows = [row for row in rows if row.kind != "boost" or row.author_id not in boosters]
        found = self._found(db, rows)
        self._filters = filters_on(db, self.viewer.person_id, self.now) if found else NO_FILTERS
        self.accounts(db, {row.author_id for row in rows} | {said.author_id for said in found.values()})
        return rows, found

    def accounts(self, db: Connection, ids: Iterable[int]) -> dict[int, JSON]:
        """Accounts of whom the viewer knows already; those not found are not there."""
        wanted = [number for number in set(ids) if number not in self._accounts]
        if HELPER_ID in wanted and self.viewer.person_id is not None:
            self._accounts[HELPER_ID] = helper_account(self.place, self.language, self.now)
        if wanted:
            self._load_accounts(db, wanted)
        return self._accounts

    def _load_accounts(self, db: Connection, ids: list[int]) -> None:
        companies = companies_with_ids(db, ids)
        people = people_with_ids(db, self.viewer, [one for one in ids if one not in companies])
        # How much somebody said is looked at again when they have said something new, and else every minute.
        window, kind, me = self.now.replace(second=0, microsecond=0), self.viewer.kind, self.viewer.person_id
        names = {number: ("account", kind, number == me, number) for number in (*companies, *people)}
        stale: dict[int, Any] = {}
        for number, row in (companies | people).items():
            known = self.kept.find(names[number], (window, row))
            if known is None:
                stale[number] = row
            else:
                self._accounts[number] = known
        said = self._said(db, [*stale])
        for number, row in stale.items():
            make = company_account if number in companies else person_account
            account = make(row, self.place, said.get(number, Tally()))
            self._accounts[number] = self.kept.put(names[number], (window, row), account)

    def _said(self, db: Connection, ids: Sequence[int]) -> dict[int, Tally]:
        """How much these accounts said, of large ones as counted in this hour if the newest is still that."""
        hour, many = self.now.replace(minute=0, second=0, microsecond=0), self.kept.many
        known = many.of(ids, hour) if self.viewer.kind == "employee" else {}
        found = tallies(db, self.viewer, ids, known)
        changed = [
            number for number, row in found.items() if number in known and newest_in(row) != known[number][0]
        ]
        found |= tallies(db, self.viewer, changed)
        said = {}
        for number, row in found.items():
            count = known[number][1] if row.statuses is None else row.statuses
            if row.statuses is not None and self.viewer.kind == "employee":
                many.note(number, hour, newest_in(row), count)
            said[number] = Tally(count, newest_in(row), row.followers)
        return said

    def _found(self, db: Connection, rows: Sequence[Placed]) -> Found:
        """What the rows stand for, as far as the viewer may see it, by kind and number."""
        wanted: dict[str, set[int]] = {kind: set() for kind in _KINDS}
        for row in rows:
            kind, number = _reference(row)
            wanted[kind].add(number)
        asked = {
            "session": sessions_said(db, self.viewer, [*wanted["session"]]),
            "comment": comments_said(db, self.viewer, [*wanted["comment"]], moderates=self.moderates),
            "story": stories_said(db, self.viewer, [*wanted["story"]], moderates=self.moderates),
            "message": messages_said(db, self.viewer, [*wanted["message"]]),
        }
        written = {said.key: said.posting_id for said in asked["message"].values()}
        self._messages = self.says(db, written) if self.says is not None and written else {}
        self._pictures = pictures_of_stories(db, [*asked["story"]])
        self._named = self._people_named(db, asked["story"].values())
        return {(kind, number): said for kind, found in asked.items() for number, said in found.items()}

    def _people_named(self, db: Connection, stories: Iterable[Any]) -> dict[str, JSON]:
        """Mentions by the address of the page that stories link to."""
        pages = {unescape(page) for story in stories for page in _MENTION.findall(story.html)}
        here = f"{self.place.origin}/@"
        names = [page.removeprefix(here) for page in pages if page.startswith(here)]
        found = people_at(db, names, [page for page in pages if not page.startswith(here)])
        named: dict[str, JSON] = {}
        for row in found:
            page = person_page(row.username, row.host, row.url or row.uri, self.place)
            named[page] = mention(row.id, row.username, row.host, page)
        return named

    def _written(self, row: Placed, found: Found) -> bytes | None:
        """A status as JSON, kept beside everything of which `_status` makes it."""
        kind, number = _reference(row)
        said = found.get((kind, number))
        if said is None or not row.is_wanted:
            return None
        author, booster = self._accounts.get(said.author_id), self._accounts.get(row.author_id)
        if author is None or booster is None:
            return None
        own = said[_end_of_counts(said.columns) :]
        is_over = kind == "session" and said.starts_at <= self.now
        source = self._made(kind, said, said)[0]
        return self.kept.get(
            ("json", kind, self.viewer.kind, row.id, own),
            (source, author, booster, row.created_at, is_over, self._filtered(kind, said)),
            lambda: orjson.dumps(self._status(row, found)),
        )

    def _status(self, row: Placed, found: Found) -> JSON | None:
        kind, number = _reference(row)
        said = found.get((kind, number))
        if said is None or not row.is_wanted:
            return None
        author = self._accounts.get(said.author_id)
        if author is None:
            return None
        target = self._for_viewer(kind, said) | {"account": author}
        if row.kind != "boost":
            return target
        booster = self._accounts.get(row.author_id)
        if booster is None:
            return None
        return boost_status(row.id, row.created_at, booster, target, self.place)

    def _for_viewer(self, kind: str, said: Any) -> JSON:
        """What is the same for everybody, and on top how many reacted, and how the viewer did."""
        status, _ = self._for_everybody(kind, said)
        own: JSON = {
            "favourites_count": said.favourites,
            "reblogs_count": said.announces + said.boosts,
            "replies_count": said.replies,
        }
        has_token = self.viewer.person_id is not None
        if has_token:
            own |= {
                "favourited": bool(said.favourited),
                "reblogged": bool(said.boosted),
                "muted": bool(said.muted),
                "bookmarked": bool(said.bookmarked),
                "pinned": bool(said.pinned),
                "filtered": self._filtered(kind, said),
            }
        if kind == "session" and status["poll"] is not None:
            place = said.place_of_mine if has_token else None
            own["poll"] = answered(status["poll"], said.starts_at, self.now, place, has_token=has_token)
        return status | own

    def _filtered(self, kind: str, said: Any) -> list[JSON]:
        """Which of the viewer's filters hold for it; nobody's hold for their own words."""
        if not self._filters or said.author_id == self.viewer.person_id:
            return []
        status, source = self._for_everybody(kind, said)
        words = self.kept.get(("words", kind, self.viewer.kind, said.key), source, lambda: words_in(status))
        return [filter_result(match) for match in self._filters.matches(words, [said.posting_id])]

    def _for_everybody(self, kind: str, said: Any) -> tuple[JSON, tuple[Any, ...]]:
        """The status without what concerns the viewer, and of what it is made."""
        source, make = self._made(kind, said, said[: _length_of_source(said.columns)])
        return self.kept.get((kind, self.viewer.kind, said.key), source, make), source

    def _made(self, kind: str, said: Any, source: tuple[Any, ...]) -> tuple[Any, Any]:
        """Of what a status is made, and how."""
        match kind:
            case "session":
                return source, lambda: session_status(said, self.place)
            case "comment":
                return source, lambda: comment_status(said, self.place)
            case "story":
                pictures = self._pictures.get(said.key, [])
                pages = [unescape(page) for page in _MENTION.findall(said.html)[:_MOST_MENTIONS]]
                named = [self._named[page] for page in dict.fromkeys(pages) if page in self._named]
                of = (*source, *(tuple(one) for one in pictures), *named)
                return of, lambda: story_status(said, self.place, pictures, named)
            case _:
                html, poll = self._messages.get(said.key, ("", None))
                return (*source, html, str(poll)), lambda: message_status(said, self.place, html, [], poll)


def words_in(status: JSON) -> str:
    """Everything that can be read in a status, without markup."""
    described = [one["description"] for one in status["media_attachments"] if one["description"]]
    card = [status["card"]["title"]] if status["card"] else []
    return "\n".join([status["spoiler_text"], plain_text(status["content"]), *described, *card])


@lru_cache
def _length_of_source(names: tuple[str, ...]) -> int:
    return names.index(_FIRST_COUNT)


@lru_cache
def _end_of_counts(names: tuple[str, ...]) -> int:
    return names.index(_LAST_COUNT) + 1


def _reference(row: Placed) -> tuple[str, int]:
    """What stands in a row, or in the one that it passes on."""
    if row.kind == "message":
        return "message", row.message_id
    if row.comment_id is not None:
        return "comment", row.comment_id
    if row.story_id is not None:
        return "story", row.story_id
    return "session", row.session_id
