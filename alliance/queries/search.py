"""Finds things and people by words: what was typed, with endings, beginnings and slips forgiven."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import (
    Community,
    Person,
    SearchWord,
    Session,
)
from alliance.queries.communities import communities_with_ids
from alliance.queries.given import given_viewer
from alliance.queries.people import experts_with_ids
from alliance.queries.search_by_place import REACH, Reach
from alliance.queries.search_candidates import CANDIDATES, NOTHING, Kinds, candidates
from alliance.queries.search_index import Alternatives, Spellings, asked_for, spellings
from alliance.queries.search_marks import audience_mark, company_mark, minute_place
from alliance.queries.session_filters import LONGEST, SessionFilter, narrowing
from alliance.queries.sessions import own_states, sessions_with_ids
from alliance.queries.wishes import Wishes, wishes_with_ids
from alliance.visibility import (
    Viewer,
)
from alliance.words import indexed, is_slip_of, stems, variants, words_of

LONGEST_QUESTION = 200
MOST_WORDS = 8
MOST_FOUND = 100
_SHORTEST_BEGINNING = 3
_SHORTEST_SLIP = 4
_MOST_SLIPS = 8
# Said with nearly everything; left out unless nothing else was typed.
_COMMON_WORDS = """
a als am an and auf aus bei das dem den der des die ein eine einem einen einer fur im in is ist mit of on oder
or the to und von was we wie wir with zu zum zur
"""
_COMMON = frozenset(_COMMON_WORDS.split())


class Called(Protocol):
    """A company whose name may be what was typed."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def name(self) -> str:
        """What it is called."""


@dataclass(frozen=True)
class Term:
    """One word as typed: folded, with its stems, what it may be a slip of, and companies of that name."""

    folded: str
    stems: tuple[str, ...]
    slips: tuple[str, ...] = ()
    companies: tuple[int, ...] = ()

    @property
    def beginnings(self) -> tuple[str, ...]:
        """What a word may begin with to be meant: short words have to be there as they are."""
        return (self.folded,) if len(self.folded) >= _SHORTEST_BEGINNING else ()

    def alternatives(self, *, headline: bool) -> Alternatives:
        """The same as the index is asked for it."""
        exact = self.stems if self.beginnings else (self.folded, *self.stems)
        return Alternatives(
            words=tuple(dict.fromkeys(exact)),
            beginnings=(*self.beginnings, *self.slips),
            marks=tuple(company_mark(company) for company in self.companies),
            headline=headline,
        )

    def weight_in(self, words: Iterable[str]) -> int:
        """2 for the word itself or another form of it, 1 for a word that begins so, 0 for nothing."""
        best = 0
        for word in words:
            if word in self._forms:
                return 2
            if word.startswith(self._starts):
                best = 1
        return best

    @cached_property
    def _forms(self) -> frozenset[str]:
        return frozenset((self.folded, *self.stems))

    @cached_property
    def _starts(self) -> tuple[str, ...]:
        return (*self.beginnings, *self.slips)

    def means(self, folded: str) -> bool:
        """Whether a word of a text is what was looked for, to be marked there."""
        return self.weight_in((folded,)) > 0 or self.weight_in(stems(folded)) > 0


@dataclass(frozen=True)
class Question:
    """What somebody typed; without `terms` there is nothing to look for."""

    terms: tuple[Term, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed that could be found."""
        return not self.terms

    def place_in(self, text: str) -> int | None:
        """Where the first word stands that was looked for."""
        words = (word for word in words_of(text) if any(term.means(word.folded) for term in self.terms))
        return next((word.start for word in words), None)

    def marked(self, text: str) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is what was looked for."""
        pieces: list[tuple[str, bool]] = []
        done = 0
        for word in words_of(text):
            if any(term.means(word.folded) for term in self.terms):
                pieces += [(text[done : word.start], False), (text[word.start : word.end], True)]
                done = word.end
        return [piece for piece in [*pieces, (text[done:], False)] if piece[0]]


@dataclass(frozen=True)
class Found:
    """What was found, best first, with everything loaded that a list shows.

    `question` is what it was found with; `is_guess` tells that nothing had exactly these words.
    """

    question: Question
    sessions: list[Session] = field(default_factory=list)
    states: dict[int, str] = field(default_factory=dict)
    experts: list[Person] = field(default_factory=list)
    communities: list[Community] = field(default_factory=list)
    wishes: Wishes = field(default_factory=lambda: Wishes([], {}))
    is_guess: bool = False
    more_sessions: bool = False
    more_experts: bool = False


def question_of(text: str, companies: Sequence[Called] = ()) -> Question:
    """What was typed, of which the first 200 characters and eight words count.

    `companies` are those that the viewer is told of: their names find what is theirs.
    """
    typed = list(dict.fromkeys(word.folded for word in words_of(text[:LONGEST_QUESTION])))
    telling = [word for word in typed if word not in _COMMON] or typed
    return Question(tuple(_term(word, companies) for word in telling[:MOST_WORDS]))


def _term(folded: str, companies: Sequence[Called]) -> Term:
    term = Term(folded, stems(folded))
    named = tuple(company.id for company in companies if term.weight_in(_words_of_name(company.name)))
    return replace(term, companies=named)


@lru_cache(maxsize=2_000)
def _words_of_name(name: str) -> tuple[str, ...]:
    return tuple(indexed(name))


async def search(
    db: AsyncSession,
    viewer: Viewer,
    question: Question,
    wanted: SessionFilter,
    *,
    now: datetime,
    sessions: int = 20,
    experts: int = 6,
    others: int = 0,
    reach: Reach = REACH,
) -> Found:
    """The sessions and experts that `viewer` may see and that have every word of the question.

    To come before past; then title before topic, name and description; then the nearest. Where nothing of
    what is wanted has these words, those are tried that one slip of the finger makes of them. `wanted`
    narrows the sessions; `others` is how many communities, and how many requests, are looked for besides.
    What none is wanted of is not looked for; `reach` says how far is walked on PostgreSQL. One query finds
    them all, on SQLite after one for the beginnings of words; once more each after a slip, with one for the
    slips.
    """
    kinds = Kinds(sessions=sessions > 0, experts=experts > 0, others=others > 0)
    if question.is_empty or kinds == NOTHING:
        return Found(question)
    ranked = await _ranked(db, viewer, question, wanted, now, kinds, reach)
    is_guess = False
    if not ranked:
        guessed = await _with_slips(db, question)
        if guessed != question:
            question, is_guess = guessed, True
            ranked = await _ranked(db, viewer, question, wanted, now, kinds, reach)
    limit = min(sessions, MOST_FOUND)
    found, people = ranked.get("session", []), ranked.get("expert", [])
    shown = await sessions_with_ids(db, viewer, found[:limit])
    return Found(
        question,
        shown,
        await own_states(db, viewer, shown),
        await experts_with_ids(db, viewer, people[:experts]),
        await communities_with_ids(db, viewer, ranked.get("community", [])[:others]),
        await wishes_with_ids(db, viewer, ranked.get("wish", [])[:others]),
        is_guess=is_guess,
        more_sessions=len(found) > limit,
        more_experts=len(people) > experts,
    )


async def _ranked(
    db: AsyncSession,
    viewer: Viewer,
    question: Question,
    wanted: SessionFilter,
    now: datetime,
    kinds: Kinds,
    reach: Reach,
) -> Mapping[str, list[int]]:
    """What was found of each kind, best first; nothing for a kind of which there is nothing."""
    begun = [word for term in question.terms for word in (*term.beginnings, *term.slips)]
    spelled = await spellings(db, begun)
    kind, given = await narrowing(db, wanted, now)
    anybody, who = given_viewer(viewer)
    given |= {
        **who,
        "in_headline": asked_for(kind.dialect, alternatives_of(question, spelled, viewer, headline=True)),
        "anywhere": asked_for(kind.dialect, alternatives_of(question, spelled, viewer)),
        "place": minute_place(now),
        "long_ago_place": minute_place(now - LONGEST),
    }
    by_kind: defaultdict[str, list[Any]] = defaultdict(list)
    for row in (await db.execute(candidates(anybody, kind, kinds, reach), given)).all():
        by_kind[row.kind].append(row)
    return {name: _best(rows, question, now if name == "session" else None) for name, rows in by_kind.items()}


def alternatives_of(
    question: Question, spelled: Spellings, viewer: Viewer, *, headline: bool = False
) -> list[Alternatives]:
    """What the index is asked for: each of the words, and for strangers what is public."""
    words = [term.alternatives(headline=headline).spelled_out(spelled) for term in question.terms]
    if viewer.kind == "stranger":
        # Nothing is left to this mark, `visible_sessions` decides; it spares looking at what nobody may see.
        words.append(Alternatives(marks=(audience_mark("public"),)))
    return words


def _best(rows: Sequence[Any], question: Question, now: datetime | None) -> list[int]:
    """Ids without repetition, best first; with `now`, what is to come first, then by how near it is."""
    unique = {row.object_id: row for row in rows}.values()
    if now is None:
        ordered = heapq.nsmallest(CANDIDATES, unique, key=lambda row: (-_score(row, question), row.object_id))
        return [row.object_id for row in ordered]

    def rank(row: Any) -> tuple[bool, int, float]:
        distance = abs((row.starts_at - now).total_seconds())
        return row.ends_at <= now, -_score(row, question), distance

    return [row.object_id for row in sorted(unique, key=rank)]


def _score(row: Any, question: Question) -> int:
    """For each word the best place that it is found in: title 8, topic 5, name 3, description 1."""
    fields = ((row.title.split(), 4), (row.topics.split(), 2), (row.host.split(), 1))
    marks = frozenset(row.marks.split())
    total = 0
    for term in question.terms:
        best = max(term.weight_in(words) * 2 * weight for words, weight in fields)
        if any(company_mark(company) in marks for company in term.companies):
            best = max(best, 4)
        total += max(best, 1)
    return total


async def _with_slips(db: AsyncSession, question: Question) -> Question:
    """The same with the known words that one slip may have made these of. One query."""
    typed = {term.stems[0] for term in question.terms if len(term.stems[0]) >= _SHORTEST_SLIP}
    near: dict[str, set[str]] = {}
    for word in typed:
        for variant in variants(word):
            near.setdefault(variant, set()).add(word)
    if not near:
        return question
    rows = await db.execute(
        select(SearchWord.variant, SearchWord.word).where(SearchWord.variant.in_(sorted(near))).limit(1000)
    )
    slips: dict[str, set[str]] = {}
    for variant, meant in rows:
        for word in near[variant]:
            if is_slip_of(word, meant):
                slips.setdefault(word, set()).add(meant)
    return Question(
        tuple(
            replace(term, slips=tuple(sorted(slips.get(term.stems[0], ()))[:_MOST_SLIPS]))
            for term in question.terms
        )
    )
