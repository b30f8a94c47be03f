"""Notes by which people in timelines join, leave or ask: a word in a reply, a mention with a link, a vote.

Asked first for every Note that arrives (see create.py); what is none of these is a comment or nothing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alliance.attending import refuse_unless_open
from alliance.identifiers import moment_of
from alliance.joining import NoPlace, Voice
from alliance.languages import known_language
from alliance.models import Comment
from alliance.unit_of_work import UnitOfWork
from federation.actors import find_actor
from federation.announcing.rsvp import addressee, closing_time, offer_poll, tell_refusal, tell_words
from federation.announcing.sessions import loaded_session
from federation.fetch import Budget
from federation.handlers.attending import PlaceAsked, authorise_place, not_heard, receive_place_asked
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored, refused
from federation.handlers.rsvp_about import About, about
from federation.handlers.standing import home_of
from federation.rsvp_messages import RsvpMessage, count_word, may_be_offered
from federation.translate.rsvp_notes import poll_options
from federation.translate.rsvp_words import Heard, heard
from federation.uris import host_of
from federation.vocabulary.actor import Actor
from federation.vocabulary.note import Note, parse_note
from federation.vocabulary.values import Json, Malformed, text

if TYPE_CHECKING:
    from federation.wiring import Federation

_KINDS = ("Note", "Answer")
_LONGEST_OPTION = 200


@dataclass(frozen=True)
class RsvpTold:
    """A Note that wants something of a session; `vote` is the option that a vote names, else None.

    `also_comment`: it says more than the word, to others than us.
    """

    note: Note
    about: About
    heard: Heard
    person: Actor
    language: str
    vote: str | None = None
    also_comment: bool = False


async def rsvp_prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> RsvpTold | None:
    """Reads what a Create of a Note wants; None when that is nothing about coming or not.

    Only somebody who wants something is looked up. Raises Refused for several votes at once, FetchFailed,
    Malformed.
    """
    said = _said(incoming.activity.get("object"))
    note = _note(said)
    if said is None or note is None:
        return None
    async with federation.instance.reading() as db:
        what = await about(db, federation.uris, note)
        standing = await home_of(db, incoming.host)
    # People of companies that we have to do with join by Join: their own instance has to know of it.
    if what is None or (standing is not None and standing.state != "none"):
        return None
    vote = _vote(said, what)
    wish = Heard("join", is_whole=True) if vote is not None else _wish(note, what)
    if wish is None or (wish.wish == "ask" and said.get("attachment")):
        return None  # a picture without words asks for nothing
    return RsvpTold(
        note,
        what,
        wish,
        await find_actor(federation, incoming.actor_uri, budget),
        _language(said),
        vote,
        also_comment=not wish.is_whole and what.message is None,
    )


async def is_edited_word(incoming: Incoming, federation: "Federation") -> bool:
    """Whether somebody edits what was no comment: a word to join or leave by, or an answer to us alone.

    The word that they found better is not acted upon: they were told already where they stand.
    """
    said = _said(incoming.activity.get("object"))
    note = _note(said)
    if note is None:
        return False
    async with federation.instance.reading() as db:
        what = await about(db, federation.uris, note)
        known = await db.scalar(select(Comment.id).where(Comment.uri == note.id))
    if what is None or known is not None:
        return False
    wish = _wish(note, what)
    return what.message is not None or (wish is not None and wish.is_whole)


def rsvp_authorise(incoming: Incoming, told: RsvpTold) -> None:
    """People speak for themselves, answer only what was said to them, and vote to us. Raises Refused."""
    note, message = told.note, told.about.message
    if note.attributed_to != incoming.actor_uri:
        raise Refused("somebody else wrote it")
    if host_of(note.id) != incoming.host:
        raise Refused("the note is on another host than its author")
    if message is not None and message.actor_uri != incoming.actor_uri:
        raise Refused("it was not said to them")
    authorise_place(incoming, PlaceAsked(told.about.session_id, told.person, note.id))
    if told.vote is None or message is None:
        return
    if not told.about.is_named:
        raise Refused("a vote that is not for us")
    if told.vote not in poll_options(message.language):
        raise Refused("no option of this poll")


async def rsvp_receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, told: RsvpTold
) -> Outcome:
    """Takes or gives back the place, or asks; the answer goes out with it."""
    if told.vote is not None and told.about.message is not None:
        return await _receive_vote(uow, incoming, told, told.vote, told.about.message)
    wish = told.heard.wish
    if wish == "ask" or wish == "unclear" or told.about.session_id is None:
        return await _answer(uow, incoming, told)
    voice = Voice("reply", told.language)
    asked = PlaceAsked(told.about.session_id, told.person, told.note.id, wish, voice)
    return await receive_place_asked(uow, incoming, asked)


async def _receive_vote(
    uow: UnitOfWork, incoming: Incoming, told: RsvpTold, vote: str, message: RsvpMessage
) -> Outcome:
    session = await loaded_session(uow.db, message.session_id or 0)
    stored = await uow.db.get(RsvpMessage, message.id, populate_existing=True)
    if session is None or stored is None:
        return refused("the poll is closed")
    closes_at = closing_time(session, moment_of(message.id))
    if stored.closed_at is not None or closes_at <= uow.now or session.status == "cancelled":
        return refused("the poll is closed")
    wish = poll_options(message.language)[vote]
    # The answer is a reply to the poll: a vote is no post, so nobody could show a reply to it.
    question = told.note.in_reply_to or told.note.id
    voice = Voice("poll", message.language)
    return await receive_place_asked(
        uow, incoming, PlaceAsked(message.session_id, told.person, question, wish, voice)
    )


async def _answer(uow: UnitOfWork, incoming: Incoming, told: RsvpTold) -> Outcome:
    """A poll for who asks, the words that we understand for who was not understood; each once a day."""
    session_id, person = told.about.session_id, told.person
    refusal = await not_heard(uow, incoming, session_id)
    if refusal is not None:
        return refusal
    kind = "poll" if told.heard.wish == "ask" and session_id is not None else "help"
    if not await may_be_offered(uow, incoming.actor_uri, session_id, kind):
        return ignored("answered today already")
    session = await loaded_session(uow.db, session_id) if session_id is not None else None
    language = told.language or (session.language if session is not None else "")
    to = addressee(person, incoming.host, language)
    if session is None or kind == "help":
        await tell_words(uow, to, person.inbox, session, told.note.id)
        return PROCESSED
    try:
        refuse_unless_open(session, uow.now)
    except NoPlace as no_place:
        await count_word(uow, incoming.actor_uri, session.id)
        await tell_refusal(uow, to, person.inbox, session, no_place.why, told.note.id)
        return PROCESSED
    await offer_poll(uow, to, person.inbox, session, told.note.id)
    return PROCESSED


def _said(value: object) -> Json | None:
    """The one object of a Create. Raises Refused for several that answer the same thing, which are votes."""
    if isinstance(value, list) and len(value) > 1:
        answered = [part.get("inReplyTo") for part in value[:10] if isinstance(part, dict) and "name" in part]
        if len(answered) > 1:
            raise Refused("several votes at once")
        return None
    one = value[0] if isinstance(value, list) and value else value
    return one if isinstance(one, dict) and one.get("type") in _KINDS else None


def _note(said: Json | None) -> Note | None:
    """None for what can't be read: whoever takes it for a comment says why."""
    try:
        return parse_note(said) if said is not None else None
    except Malformed:
        return None


def _vote(said: Json, what: About) -> str | None:
    """The option that is voted for: a name and nothing else, in answer to a poll of ours.

    The same is a vote to Mastodon 4.4 (app/lib/activitypub/activity/create.rb, `poll_vote?`) and to
    GoToSocial (docs/federation/posts.md).
    """
    is_poll = what.message is not None and what.message.kind == "poll"
    if not is_poll or said.get("content") or "name" not in said:
        return None
    name = said["name"]
    if isinstance(name, list):
        raise Refused("several votes at once")
    return text(name, _LONGEST_OPTION).strip()


def _wish(note: Note, what: About) -> Heard | None:
    """What is wanted; only what we can tell from something said to others is answered."""
    wish = heard(note.content, to_us=what.message is not None)
    if wish is None or what.session_id is not None:
        return wish
    return None if wish.wish == "unclear" or not wish.is_whole else wish


def _language(said: Json) -> str:
    """The language that the one who wrote it gave it, or nothing."""
    tags = said.get("contentMap")
    tag = next(iter(tags)) if isinstance(tags, dict) and len(tags) == 1 else None
    return known_language(tag[:20], "") if isinstance(tag, str) else ""
