"""Our people ask for something or offer it, and add their voice to what others ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload, selectinload

from alliance.composing import composed
from alliance.errors import Conflict, Forbidden, NotFound, TooMany
from alliance.identifiers import new_token
from alliance.languages import known_language
from alliance.models import AUDIENCES, WISH_KINDS, Employee, Person, Wish, WishChorus, WishVoice
from alliance.problems import Problems
from alliance.queries.companies import home_company
from alliance.queries.wishes import is_open, wish_to_read
from alliance.speakers import refuse_more_a_day, speaker
from alliance.text import clean_line, clean_text
from alliance.topics import MOST_TOPICS, topic_names, topics_named
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.visibility import employee_viewer
from alliance.wish_facts import WishChanged, WishMade, WishReceived, WishTakenBack

LONGEST_TITLE = 120
LONGEST_TEXT = 1000
MOST_A_DAY = 10
MOST_OPEN = 30
MOST_VOICES_A_DAY = 100
MONTHS = (1, 3, 6, 12)
NEWS_AFTER = timedelta(seconds=5)
_MONTH = timedelta(days=30)
_TOKEN = 16
_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class WishDraft:
    """What somebody asks for or offers, as typed; `months`: how long it stays open."""

    kind: str
    title: str
    text: str = ""
    topics: Sequence[str] = ()
    audience: str = "alliance"
    language: str = ""
    months: int = 6


async def make_wish(uow: UnitOfWork, by: Employee, draft: WishDraft) -> Wish:
    """Publishes it to its audience. Raises Invalid with a problem per field, Forbidden, TooMany, Conflict."""
    draft = _checked(draft)
    author = await speaker(uow, by)
    await _count(uow, author)
    wish = Wish(
        id=uow.new_id(),
        author=author,
        token=new_token()[:_TOKEN],
        audience=draft.audience,
        state="open",
        created_at=uow.now,
        closes_at=uow.now + _MONTH * draft.months,
        choruses=[],
    )
    await _write(uow, wish, draft, by)
    uow.db.add(wish)
    await uow.db.flush()
    uow.record(WishMade(wish))
    return wish


async def change_wish(uow: UnitOfWork, wish_id: int, by: Employee, draft: WishDraft) -> Wish:
    """Its author finds better words; kind and audience stay. It stays open for as long as is said now.

    Raises Invalid, NotFound, Forbidden, Conflict.
    """
    draft = _checked(draft)
    wish = await own_wish(uow, wish_id, by)
    _refuse_hidden(wish)
    await _write(uow, wish, WishDraft(**{**draft.__dict__, "kind": wish.kind}), by)
    wish.closes_at = uow.now + _MONTH * draft.months
    if wish.state == "closed":
        wish.state = "open"
    await uow.db.flush()
    uow.record(WishChanged(wish))
    return wish


async def close_wish(uow: UnitOfWork, wish_id: int, by: Employee) -> Wish:
    """Its author has what they wanted. Raises NotFound, Forbidden, Conflict."""
    wish = await own_wish(uow, wish_id, by)
    _refuse_hidden(wish)
    if wish.state != "closed":
        wish.state, wish.updated_at = "closed", uow.now
        await uow.db.flush()
        uow.record(WishChanged(wish))
    return wish


async def take_back_wish(uow: UnitOfWork, wish_id: int, by: Employee) -> Wish:
    """Its author takes it back, for good. Raises NotFound, Forbidden."""
    wish = await own_wish(uow, wish_id, by)
    await empty_wish(uow, wish)
    return wish


async def empty_wish(uow: UnitOfWork, wish: Wish) -> None:
    """Nothing remains of a request but that it was there; whoever knew of one of ours is told."""
    if wish.state == "deleted":
        return
    wish.state, wish.title, wish.text, wish.html, wish.reason = "deleted", "", "", "", ""
    wish.updated_at, wish.news_due_at = uow.now, None
    for table in (WishVoice, WishChorus):
        await uow.db.execute(delete(table).where(table.wish_id == wish.id), **_SILENT)
    await uow.db.flush()
    uow.record(WishTakenBack(wish) if wish.uri is None else WishReceived(wish))


async def add_voice(uow: UnitOfWork, wish_id: int, by: Employee, *, named: bool) -> Wish:
    """One of our people wants that too; doing it again changes whether their name is said.

    Raises NotFound, Conflict for one's own and for what is closed, Forbidden, TooMany.
    """
    await wish_to_read(uow.db, employee_viewer(by.id), wish_id)
    wish = await wish_with(uow, wish_id)
    if wish is None or not is_open(wish, uow.now):
        raise Conflict("This request is closed.")
    if wish.author_id == by.id:
        raise Conflict("This is your own request; your voice counts already.")
    own = await speaker(uow, by)
    lately = select(func.count()).where(
        WishVoice.person_id == own.id, WishVoice.since > uow.now - timedelta(days=1)
    )
    if (await uow.db.scalar(lately) or 0) >= MOST_VOICES_A_DAY:
        raise TooMany("That was a lot for one day. Please go on tomorrow.", retry_after=60 * 60)
    row = insert(uow.db, WishVoice).values(wish_id=wish.id, person_id=own.id, is_named=named, since=uow.now)
    same = ["wish_id", "person_id"]
    await uow.db.execute(row.on_conflict_do_update(index_elements=same, set_={"is_named": named}))
    voices_changed(uow, wish)
    await uow.db.flush()
    return wish


async def take_voice_back(uow: UnitOfWork, wish_id: int, by: Employee) -> Wish:
    """One of our people no longer wants that; it is the same if they never did. Raises NotFound."""
    wish = await wish_with(uow, wish_id)
    if wish is None or wish.state == "deleted":
        raise NotFound
    own = delete(WishVoice).where(WishVoice.wish_id == wish_id, WishVoice.person_id == by.id)
    done = await uow.db.execute(own.returning(WishVoice.wish_id))
    if done.scalar() is not None:
        voices_changed(uow, wish)
        await uow.db.flush()
    return wish


def voices_changed(uow: UnitOfWork, wish: Wish) -> None:
    """Others are told in a few seconds; several changes become one message."""
    if wish.audience != "company" and wish.news_due_at is None:
        wish.news_due_at = uow.now + NEWS_AFTER


async def close_old_wishes(uow: UnitOfWork) -> int:
    """Closes what nobody answered in time, and forgets who wanted what was closed a month ago.

    At most 200 of each at once; how many it was.
    """
    late = select(Wish).where(Wish.state.in_(("open", "answered")), Wish.closes_at <= uow.now)
    closed = list(await uow.db.scalars(late.order_by(Wish.id).limit(_AT_ONCE)))
    for wish in closed:
        wish.state, wish.updated_at = "closed", uow.now
    old = (
        select(Wish.id)
        .join(WishVoice, WishVoice.wish_id == Wish.id)
        .where(Wish.state == "closed", Wish.updated_at < uow.now - _MONTH)
        .distinct()
        .limit(_AT_ONCE)
    )
    ids = list(await uow.db.scalars(old))
    await uow.db.execute(delete(WishVoice).where(WishVoice.wish_id.in_(ids)), **_SILENT)
    await uow.db.flush()
    return len(closed) + len(ids)


async def forget_wishes_of(uow: UnitOfWork, person: Person) -> None:
    """Nothing that somebody asked for remains, nor that they wanted what others ask for."""
    asked = await uow.db.scalars(
        select(Wish).where(Wish.author_id == person.id, Wish.state != "deleted").order_by(Wish.id)
    )
    for wish in asked.all():
        await empty_wish(uow, wish)
    voiced = select(WishVoice.wish_id).where(WishVoice.person_id == person.id)
    wishes = await uow.db.scalars(select(Wish).where(Wish.id.in_(voiced), Wish.state != "deleted"))
    for wish in wishes.all():
        voices_changed(uow, wish)
    await uow.db.execute(delete(WishVoice).where(WishVoice.person_id == person.id), **_SILENT)
    await uow.db.flush()


async def own_wish(uow: UnitOfWork, wish_id: int, by: Employee) -> Wish:
    """A request for its author to change. Raises NotFound, Forbidden."""
    await wish_to_read(uow.db, employee_viewer(by.id), wish_id)
    wish = await wish_with(uow, wish_id)
    if wish is None or wish.state == "deleted":
        raise NotFound
    if wish.author_id != by.id:
        raise Forbidden
    return wish


async def wish_with(uow: UnitOfWork, wish_id: int) -> Wish | None:
    """A request for changing, with author and topics, as it is now."""
    return await uow.db.scalar(
        select(Wish)
        .where(Wish.id == wish_id)
        .with_for_update(of=Wish)
        .options(
            joinedload(Wish.author).joinedload(Person.company),
            selectinload(Wish.topics),
            selectinload(Wish.choruses),
        )
        .execution_options(populate_existing=True)
    )


_SILENT = {"execution_options": {"synchronize_session": False}}


def _checked(draft: WishDraft) -> WishDraft:
    problems, title, text = Problems(), clean_line(draft.title), clean_text(draft.text)
    if draft.kind not in WISH_KINDS:
        problems.add("kind", "Please choose what it is.")
    if draft.audience not in AUDIENCES:
        problems.add("audience", "Please choose who may read this.")
    if len(title) < 3:
        problems.add("title", "Please say in a few words what it is about.")
    if len(title) > LONGEST_TITLE:
        problems.add("title", "That is too long: {limit} characters at most.", limit=LONGEST_TITLE)
    if len(text) > LONGEST_TEXT:
        problems.add("text", "That is too long: {limit} characters at most.", limit=LONGEST_TEXT)
    if len(topic_names(draft.topics)) > MOST_TOPICS:
        problems.add("topics", "Please choose {limit} topics at most.", limit=MOST_TOPICS)
    if draft.months not in MONTHS:
        problems.add("months", "Please choose how long it stays open.")
    problems.raise_if_any()
    return WishDraft(**{**draft.__dict__, "title": title, "text": text})


async def _write(uow: UnitOfWork, wish: Wish, draft: WishDraft, by: Employee) -> None:
    origin = uow.settings.origin
    spoken = by.language or (await home_company(uow.db)).language
    wish.kind, wish.title, wish.text = draft.kind, draft.title, draft.text
    wish.html = composed(draft.text, {}, lambda slug: f"{origin}/sessions?topic={slug}")
    wish.language = known_language(draft.language, spoken)
    wish.topics = await topics_named(uow, draft.topics)
    wish.updated_at = uow.now


async def _count(uow: UnitOfWork, author: Person) -> None:
    await refuse_more_a_day(uow, author, Wish, MOST_A_DAY)
    still = select(func.count()).where(Wish.author_id == author.id, Wish.state == "open")
    if (await uow.db.scalar(still) or 0) >= MOST_OPEN:
        raise Conflict("You have many open requests. Please close one of them first.")


def _refuse_hidden(wish: Wish) -> None:
    if wish.state == "hidden":
        raise Conflict("This request has been hidden; it can't be changed.")
