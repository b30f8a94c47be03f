"""What was just written, as it is told: to whom, on which streams, in whose shape; read in one thread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection as Db

from alliance.queries.app_filters import who_filters
from alliance.queries.streaming import (
    Hearing,
    Written,
    authors_of,
    conversations_of,
    has_own_part,
    hearings,
    on_lists,
    topics_of,
)
from web.mastodon.answers import as_json
from web.mastodon.door import Call
from web.mastodon.paging import desk_of
from web.mastodon.streaming.streams import Stream

PEOPLE_AT_ONCE = 500


@dataclass
class Tiding:
    """One row that was written: the event, and what of it each person gets.

    `everybody` is the entity as most see it, `own` as those do who have done something to it; `hearings`
    tells who gets any of it. `lists` are the lists that have it.
    """

    row: Written
    event: str
    everybody: str | None = None
    own: dict[int, str | None] = field(default_factory=dict)
    hearings: dict[int, Hearing] = field(default_factory=dict)
    lists: set[int] = field(default_factory=set)
    slugs: set[str] = field(default_factory=set)
    is_local: bool = False

    def payload_for(self, person_id: int) -> str | None:
        """What this person is told; None for nothing."""
        if person_id not in self.hearings:
            return None
        if self.event == "delete":
            return str(self.row.id)
        return self.own.get(person_id, self.everybody)

    def is_on(self, stream: Stream, person_id: int) -> bool:
        """Whether a stream of this person has it, who may see it."""
        hearing = self.hearings[person_id]
        if self.event == "conversation" or stream.name == "direct":
            return self.event == "conversation" and stream.name == "direct"
        if stream.name == "list":
            return stream.list_id in self.lists
        if stream.name == "user":
            return hearing.is_home
        name, _, kind = stream.name.partition(":")
        if not hearing.is_near or self.row.audience == "direct":
            return False
        if "local" in kind and not self.is_local:
            return False
        if name == "hashtag":
            return stream.slug in self.slugs
        if not self.row.is_listed or ("remote" in kind and self.is_local):
            return False
        return self.row.has_picture or "media" not in kind


@dataclass
class Teller:
    """Reads for everybody who listens at this moment: a call of each person, and all lists listened to."""

    home_id: int
    now: datetime
    calls: dict[int, Call]
    lists: frozenset[int]

    def tidings(self, db: Db, events: Sequence[tuple[Written, str]]) -> list[Tiding]:
        """What there is to tell, in the order in which it was written."""
        found = [Tiding(row, event, is_local=row.company_id == self.home_id) for row, event in events]
        by_id = {one.row.id: one for one in found}
        for gone in (False, True):
            ids = [one.row.id for one in found if (one.event == "delete") is gone]
            for some in _in_parts(list(self.calls)):
                for hearing in hearings(db, some, ids, self.now, gone=gone):
                    by_id[hearing.posting_id].hearings[hearing.person_id] = hearing
        for number, slugs in topics_of(db, list(by_id)).items():
            by_id[number].slugs = slugs
        for list_id, number in on_lists(db, list(self.lists), list(by_id), self.now):
            by_id[number].lists.add(list_id)
        self._render(db, [one for one in found if one.event != "delete" and one.hearings])
        return found + self._hidden(db, [one for one in found if one.event == "status.update"])

    def _hidden(self, db: Db, changed: Sequence[Tiding]) -> list[Tiding]:
        """What some could see and cannot any more, because it was hidden: for them it is gone."""
        gone = {
            one.row.id: Tiding(one.row, "delete", slugs=one.slugs, is_local=one.is_local) for one in changed
        }
        still = {one.row.id: one.hearings for one in changed}
        for some in _in_parts(list(self.calls)):
            for hearing in hearings(db, some, list(gone), self.now, gone=True):
                if hearing.person_id not in still[hearing.posting_id]:
                    gone[hearing.posting_id].hearings[hearing.person_id] = hearing
        return [one for one in gone.values() if one.hearings]

    def _render(self, db: Db, tidings: Sequence[Tiding]) -> None:
        """Each once for everybody, and once more for each who has a part of their own in it."""
        heard = list({person for one in tidings for person in one.hearings})
        own: dict[int, set[int]] = {}
        for some in _in_parts(heard):
            for number, people in has_own_part(db, [one.row for one in tidings], some).items():
                own.setdefault(number, set()).update(people)
        filtering = {person for some in _in_parts(heard) for person in who_filters(db, some, self.now)}
        authors = authors_of(db, [one.row.boosted_id for one in tidings if one.row.boosted_id is not None])
        messages = [one.row.message_id for one in tidings if one.event == "conversation"]
        exchanged = conversations_of(db, messages) if messages else {}
        for one in tidings:
            if one.event == "conversation":
                self._render_message(db, one, *exchanged[one.row.message_id])
                continue
            # Whoever it is by sees more of themselves than others do, and filters are nobody else's business.
            by = {one.row.author_id, authors.get(one.row.boosted_id)}
            apart = one.hearings.keys() & (own[one.row.id] | by | filtering)
            others = one.hearings.keys() - apart
            if others:
                one.everybody = self._entity(db, one.row, min(others))
            one.own = {person: self._entity(db, one.row, person) for person in apart}

    def _entity(self, db: Db, row: Written, person_id: int) -> str | None:
        """The status as this person sees it."""
        found = desk_of(self.calls[person_id]).statuses(db, [row])
        return as_json(found[0]) if found else None

    def _render_message(self, db: Db, one: Tiding, other_id: int, is_unread: bool) -> None:
        """Conversation, for whose message it is."""
        for person_id in one.hearings:
            desk = desk_of(self.calls[person_id])
            statuses, accounts = desk.statuses(db, [one.row]), desk.accounts(db, [other_id])
            if statuses:
                conversation = {
                    "id": str(other_id),
                    "unread": bool(is_unread),
                    "accounts": [accounts[other_id]] if other_id in accounts else [],
                    "last_status": statuses[0],
                }
                one.own[person_id] = as_json(conversation)


def _in_parts(people: list[int]) -> Iterator[list[int]]:
    for begin in range(0, len(people), PEOPLE_AT_ONCE):
        yield people[begin : begin + PEOPLE_AT_ONCE]
