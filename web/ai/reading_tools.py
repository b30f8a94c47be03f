"""Tools that only look: sessions, people, the caller's own calendar."""

from typing import Any

from alliance.languages import known_languages
from alliance.queries.search import question_of, search
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import find, mine, upcoming
from alliance.queries.transcripts import passages_to_read
from alliance.text import slug_of
from web.ai.calling import Arguments, Caller, CannotBeDone, WrongArgument
from web.ai.showing import PASSAGES, expert_told, session_told, transcript_told

MOST = 50
_USUAL = 10
_LAST_PAGE = 1_000


async def search_sessions(caller: Caller, arguments: Arguments) -> dict[str, Any]:
    """By words, best first."""
    language = arguments.text("language", 10)
    if language and language not in known_languages():
        raise WrongArgument("language", "nobody here knows it")
    wanted = SessionFilter(
        since=arguments.moment("from"), until=arguments.moment("until"), language=language or None
    )
    async with caller.instance.reading() as db:
        question = question_of(arguments.text("query", needed=True), await caller.companies(db))
        limit = arguments.number("limit", _USUAL, MOST)
        found = await search(db, caller.viewer, question, wanted, now=caller.now, sessions=limit, experts=0)
        return {
            "sessions": [_listed(caller, session, found.states) for session in found.sessions],
            "nothing_had_exactly_these_words": found.is_guess,
            "more": found.more_sessions,
        }


async def search_experts(caller: Caller, arguments: Arguments) -> dict[str, Any]:
    """By words, best first."""
    async with caller.instance.reading() as db:
        question = question_of(arguments.text("query", needed=True), await caller.companies(db))
        limit = arguments.number("limit", _USUAL, MOST)
        found = await search(
            db, caller.viewer, question, SessionFilter(), now=caller.now, sessions=0, experts=limit
        )
        origin = caller.instance.settings.origin
        return {
            "experts": [expert_told(person, origin) for person in found.experts],
            "more": found.more_experts,
        }


async def get_session(caller: Caller, arguments: Arguments) -> dict[str, Any]:
    """One of them, with everything that may be read."""
    async with caller.instance.reading() as db:
        session = await find(db, caller.viewer, arguments.session_id())
        return session_told(session, caller.instance.settings.origin, caller.viewer, in_full=True)


async def get_transcript(caller: Caller, arguments: Arguments) -> dict[str, Any]:
    """What was said in one of them, a page at a time."""
    language, page = arguments.text("language", 10), arguments.number("page", 1, _LAST_PAGE)
    async with caller.instance.reading() as db:
        session = await find(db, caller.viewer, arguments.session_id())
        there = [one for one in session.transcripts if one.is_there]
        chosen = next((one for one in there if one.language == (language or session.language)), None)
        chosen = chosen or (there[0] if there and not language else None)
        if chosen is None:
            raise CannotBeDone("Nobody has written down what was said there.")
        first = (page - 1) * PASSAGES
        found = await passages_to_read(db, [chosen], since=first, limit=PASSAGES + 1)
        languages = [one.language for one in there]
        return transcript_told(session, chosen, found.get(chosen.id, []), languages, page=page)


async def upcoming_sessions(caller: Caller, arguments: Arguments) -> dict[str, Any]:
    """The next ones, or those between two moments."""
    topic = arguments.text("topic", 100)
    wanted = SessionFilter(
        topic=slug_of(topic) if topic else None,
        since=arguments.moment("from"),
        until=arguments.moment("until"),
    )
    async with caller.instance.reading() as db:
        limit = arguments.number("limit", _USUAL, MOST)
        page = await upcoming(db, caller.viewer, wanted, now=caller.now, limit=limit)
        return {
            "sessions": [_listed(caller, session, page.states) for session in page.sessions],
            "more": page.next is not None,
        }


async def my_calendar(caller: Caller, arguments: Arguments) -> dict[str, Any]:
    """What the employee holds or has to do with."""
    caller.me("read:statuses")
    async with caller.instance.reading() as db:
        page = await mine(db, caller.viewer, now=caller.now)
        shown = [session for session in page.sessions if session.withdrawn_at is None]
        return {"sessions": [_listed(caller, session, page.states) for session in shown]}


def _listed(caller: Caller, session: Any, states: dict[int, str]) -> dict[str, Any]:
    return session_told(session, caller.instance.settings.origin, caller.viewer, states.get(session.id))
