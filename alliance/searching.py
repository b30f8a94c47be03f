"""Keeps what the search finds: the words of things and people, written with the change they follow."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import delete, exists, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from alliance import community_facts, facts, wish_facts
from alliance.database import WritingSession
from alliance.instance import Instance
from alliance.models import (
    Community,
    ExpertProfile,
    Person,
    SearchDocument,
    SearchWord,
    Session,
    SessionTranslation,
    Topic,
    Wish,
    community_topic,
    expert_topic,
    session_topic,
    wish_topic,
)
from alliance.queries.search_marks import first_place, marks_of, marks_of_session
from alliance.text import plain_text
from alliance.unit_of_work import Listener, UnitOfWork
from alliance.upserts import insert as upsert
from alliance.words import indexed, stems, variants

BATCH = 500
VERSION = "3"
"""Of how things are written: whoever finds another one in the index writes it anew."""
VERSION_MARK = "_version"
"""The version stands among the words under this, which is no part of a word that anybody types."""
_BODY = 6000
# Shorter words have too many neighbours, longer ones too many variants.
_LENGTHS = range(4, 25)
_ROW_LIMIT = 5000
_TRIES = 3
Document = dict[str, Any]


async def on_session(uow: UnitOfWork, fact: Any) -> None:
    """A session was published, received, changed or taken back."""
    await index_sessions(uow.db, [fact.session.id])


async def on_person(uow: UnitOfWork, fact: Any) -> None:
    """Somebody changed what they show, their name perhaps, or was forgotten."""
    person: Person = fact.person
    await index_experts(uow.db, [person.id])
    named = " ".join(indexed(person.name)) if person.gone_at is None else ""
    outdated = select(SearchDocument.object_id).where(
        SearchDocument.kind == "session", SearchDocument.object_id == Session.id, SearchDocument.host != named
    )
    hosted = select(Session.id).where(Session.host_id == person.id, Session.host_shown, exists(outdated))
    await index_sessions(uow.db, list((await uow.db.scalars(hosted)).all()))
    made = select(Wish.id).join(
        SearchDocument, (SearchDocument.kind == "wish") & (SearchDocument.object_id == Wish.id)
    )
    made = made.where(Wish.author_id == person.id, SearchDocument.host != named)
    await index_wishes(uow.db, list((await uow.db.scalars(made)).all()))


async def on_community(uow: UnitOfWork, fact: Any) -> None:
    """A community was founded, received, changed or ended."""
    await index_communities(uow.db, [fact.community.id])


async def on_wish(uow: UnitOfWork, fact: Any) -> None:
    """A request was made, received, changed or taken back."""
    await index_wishes(uow.db, [fact.wish.id])


LISTENERS: dict[type[facts.Fact], list[Listener]] = {
    facts.SessionPublished: [on_session],
    facts.SessionChanged: [on_session],
    facts.SessionWithdrawn: [on_session],
    facts.SessionReceived: [on_session],
    facts.PartnerSessionWithdrawn: [on_session],
    facts.ProfileChanged: [on_person],
    facts.PersonErased: [on_person],
    facts.PersonReceived: [on_person],
    community_facts.CommunityFounded: [on_community],
    community_facts.CommunityChanged: [on_community],
    community_facts.CommunityClosed: [on_community],
    community_facts.CommunityReceived: [on_community],
    wish_facts.WishMade: [on_wish],
    wish_facts.WishChanged: [on_wish],
    wish_facts.WishTakenBack: [on_wish],
    wish_facts.WishReceived: [on_wish],
}


async def index_sessions(db: WritingSession, ids: Sequence[int]) -> None:
    """Writes how these sessions are found; drafts and what was withdrawn is not found any more."""
    for batch in _batches(ids):
        await _replace(db, "session", batch, await _session_documents(db, batch))


async def index_experts(db: WritingSession, ids: Sequence[int]) -> None:
    """Writes how these people are found, as far as they have published a profile."""
    for batch in _batches(ids):
        await _replace(db, "expert", batch, await _expert_documents(db, batch))


async def index_communities(db: WritingSession, ids: Sequence[int]) -> None:
    """Writes how these communities are found; what was ended is not found any more."""
    for batch in _batches(ids):
        await _replace(db, "community", batch, await _community_documents(db, batch))


async def index_wishes(db: WritingSession, ids: Sequence[int]) -> None:
    """Writes how these requests are found; what was taken back or hidden is not found any more."""
    for batch in _batches(ids):
        await _replace(db, "wish", batch, await _wish_documents(db, batch))


async def rebuild(
    instance: Instance, on_progress: Callable[[int], None] = lambda _done: None, *, portion: int = BATCH
) -> int:
    """Writes everything anew, a batch in each transaction, while others work; how many things there are.

    What has no session or profile any more is left out at the end.
    """
    done = 0
    for column, index in _KINDS:
        last = 0
        while batch := await _next_ids(instance, column, last, portion):
            async with instance.unit_of_work() as uow:
                await index(uow.db, batch)
            last, done = batch[-1], done + len(batch)
            on_progress(done)
    await _prune(instance)
    return done


async def _next_ids(instance: Instance, column: Any, last: int, portion: int) -> list[int]:
    async with instance.reading() as db:
        return list(
            (await db.scalars(select(column).where(column > last).order_by(column).limit(portion))).all()
        )


async def _prune(instance: Instance) -> None:
    there = or_(
        (SearchDocument.kind == "session") & exists().where(Session.id == SearchDocument.object_id),
        (SearchDocument.kind == "expert")
        & exists().where(ExpertProfile.person_id == SearchDocument.object_id),
        (SearchDocument.kind == "community") & exists().where(Community.id == SearchDocument.object_id),
        (SearchDocument.kind == "wish") & exists().where(Wish.id == SearchDocument.object_id),
    )
    async with instance.unit_of_work() as uow:
        await uow.db.execute(delete(SearchDocument).where(~there), **_SILENT)
        await uow.db.execute(delete(SearchWord).where(SearchWord.variant == VERSION_MARK), **_SILENT)
        uow.db.add(SearchWord(variant=VERSION_MARK, word=VERSION))


_KINDS: tuple[tuple[Any, Callable[..., Awaitable[None]]], ...] = (
    (Session.id, index_sessions),
    (ExpertProfile.person_id, index_experts),
    (Community.id, index_communities),
    (Wish.id, index_wishes),
)
_SILENT: dict[str, Any] = {"execution_options": {"synchronize_session": False}}


async def _session_documents(db: AsyncSession, ids: Sequence[int]) -> list[Document]:
    rows = await db.execute(
        select(
            Session.id,
            Session.title,
            Session.description_html,
            Session.place_name,
            Session.company_id,
            Session.audience,
            Session.language,
            Session.starts_at,
            Session.host_id,
            Person.name,
        )
        .outerjoin(Person, (Person.id == Session.host_id) & Session.host_shown & Person.gone_at.is_(None))
        .where(Session.id.in_(ids), Session.withdrawn_at.is_(None), Session.status != "draft")
    )
    topics = await _topics(db, session_topic, session_topic.c.session_id, ids)
    said = _by_owner(
        await db.execute(
            select(
                SessionTranslation.session_id, SessionTranslation.title, SessionTranslation.description_html
            ).where(SessionTranslation.session_id.in_(ids))
        )
    )
    return [_session_document(row, topics.get(row.id, []), said.get(row.id, [])) for row in rows]


def _session_document(row: Any, topics: list[Any], translations: list[Any]) -> Document:
    bodies = [row.description_html, *(text.description_html for text in translations)]
    return {
        "kind": "session",
        "object_id": row.id,
        "place": first_place(row.id, row.starts_at),
        "title": indexed(" ".join([row.title, *(text.title for text in translations)])),
        "topics": indexed(" ".join(topic.name for topic in topics)),
        # A host who is not shown is not found: whoever typed the name would know.
        "host": indexed(row.name or ""),
        "body": indexed(f"{row.place_name} {' '.join(plain_text(body)[:_BODY] for body in bodies)}"),
        "marks": marks_of_session(row, [topic.topic_id for topic in topics], host_shown=row.name is not None),
    }


async def _expert_documents(db: AsyncSession, ids: Sequence[int]) -> list[Document]:
    rows = await db.execute(
        select(
            Person.id,
            Person.name,
            Person.company_id,
            ExpertProfile.headline,
            ExpertProfile.about_html,
            ExpertProfile.ask_me_about,
            ExpertProfile.audience,
            ExpertProfile.languages,
        )
        .join(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(Person.id.in_(ids), Person.gone_at.is_(None), ExpertProfile.published_at.is_not(None))
    )
    topics = await _topics(db, expert_topic, expert_topic.c.person_id, ids)
    return [
        _timeless("expert", row, topics, row.name, row.headline, row.about_html, row.ask_me_about)
        for row in rows
    ]


async def _community_documents(db: AsyncSession, ids: Sequence[int]) -> list[Document]:
    rows = await db.execute(
        select(
            Community.id,
            Community.name,
            Community.slug,
            Community.company_id,
            Community.description_html,
            Community.audience,
        ).where(Community.id.in_(ids), Community.state == "open")
    )
    topics = await _topics(db, community_topic, community_topic.c.community_id, ids)
    return [_timeless("community", row, topics, row.name, row.slug, row.description_html) for row in rows]


async def _wish_documents(db: AsyncSession, ids: Sequence[int]) -> list[Document]:
    rows = await db.execute(
        select(Wish.id, Wish.title, Wish.html, Wish.audience, Person.name, Person.company_id)
        .join(Person, Person.id == Wish.author_id)
        .where(Wish.id.in_(ids), Wish.state.in_(("open", "answered", "closed")), Person.gone_at.is_(None))
    )
    topics = await _topics(db, wish_topic, wish_topic.c.wish_id, ids)
    return [_timeless("wish", row, topics, row.title, row.name, row.html) for row in rows]


def _timeless(
    kind: str,
    row: Any,
    topics: Mapping[int, Sequence[Any]],
    title: str,
    host: str,
    html: str,
    also: Iterable[str] = (),
) -> Document:
    """What has no start. `host` is what counts next after topics, `also` what counts like them."""
    about = topics.get(row.id, [])
    return {
        "kind": kind,
        "object_id": row.id,
        "place": first_place(row.id, datetime.fromtimestamp(0, UTC)),
        "title": indexed(title),
        "topics": indexed(" ".join([*(topic.name for topic in about), *also])),
        "host": indexed(host),
        "body": indexed(plain_text(html)[:_BODY]),
        "marks": marks_of(row, [topic.topic_id for topic in about]),
    }


async def _topics(db: AsyncSession, carried: Any, owner: Any, ids: Sequence[int]) -> dict[int, list[Any]]:
    rows = await db.execute(
        select(owner, Topic.id.label("topic_id"), Topic.name)
        .join(Topic, Topic.id == carried.c.topic_id)
        .where(owner.in_(ids))
    )
    return _by_owner(rows)


def _by_owner(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


async def _replace(db: WritingSession, kind: str, ids: Sequence[int], documents: list[Document]) -> None:
    if documents:
        await _learn_words(db, documents)
    if db.get_bind().dialect.name == "sqlite":
        await _put(db, kind, ids, documents)
        return
    for left in reversed(range(_TRIES)):
        try:
            async with db.begin_nested():
                await _put(db, kind, ids, documents)
            return
        except IntegrityError:
            # Somebody has just written of the same thing, or taken the same place; now it can be seen.
            if not left:
                raise


async def _put(db: WritingSession, kind: str, ids: Sequence[int], documents: list[Document]) -> None:
    old = delete(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.object_id.in_(ids))
    await db.execute(old, **_SILENT)
    if not documents:
        return
    places = await _free_places(db, [document["place"] for document in documents])
    on_postgres = db.get_bind().dialect.name == "postgresql"
    rows = [_row(document, place, on_postgres) for document, place in zip(documents, places, strict=True)]
    await db.execute(insert(SearchDocument), rows)


def _row(document: Document, place: int, on_postgres: bool) -> dict[str, Any]:
    fields = ("title", "topics", "host", "body", "marks")
    return {
        "id": place,
        "kind": document["kind"],
        "object_id": document["object_id"],
        **{field: " ".join(document[field]) for field in fields},
        "vector": _vector(document) if on_postgres else None,
    }


def _vector(document: Document) -> str:
    """The words as PostgreSQL writes them itself, weighted by their places: no parser changes them."""
    weighed: dict[str, str] = {}
    for field, weight in (("title", "A"), ("topics", "B"), ("host", "C"), ("body", "D"), ("marks", "D")):
        for word in document[field]:
            weighed.setdefault(word, weight)
    return " ".join(f"'{word}':1{weight}" for word, weight in weighed.items())


async def _free_places(db: AsyncSession, wanted: list[int]) -> list[int]:
    """Two things whose ids end alike and that begin at the same minute lie side by side."""
    taken = set((await db.scalars(select(SearchDocument.id).where(SearchDocument.id.in_(wanted)))).all())
    places: list[int] = []
    for first in wanted:
        free = first
        while free in taken or (free != first and await db.get(SearchDocument, free) is not None):
            free += 1
        taken.add(free)
        places.append(free)
    return places


async def _learn_words(db: WritingSession, documents: list[Document]) -> None:
    """Remembers the words of titles, topics and names, so that a slip of the finger finds them."""
    said = {
        stems(word)[0]
        for document in documents
        for field in ("title", "topics", "host")
        for word in document[field]
    }
    words = sorted(word for word in said if len(word) in _LENGTHS and not word.isdigit())
    known: set[str] = set()
    for batch in _batches(words):
        same = (SearchWord.variant == SearchWord.word) & SearchWord.word.in_(batch)
        # By `variant`, which the index begins with.
        same &= SearchWord.variant.in_(batch)
        known |= set((await db.scalars(select(SearchWord.word).where(same))).all())
    rows = [
        {"variant": variant, "word": word}
        for word in words
        if word not in known
        for variant in sorted(variants(word))
    ]
    # In one order, so that two transactions that learn the same words don't wait for each other.
    rows.sort(key=lambda row: (row["variant"], row["word"]))
    for part in _batches(rows, _ROW_LIMIT):
        await db.execute(upsert(db, SearchWord).on_conflict_do_nothing(), list(part))


Item = TypeVar("Item")


def _batches(items: Sequence[Item], size: int = BATCH) -> Iterable[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
