"""Lets another process think: a server neither waits for a matching nor grows by the libraries it takes."""

import asyncio
import sys
from pathlib import Path

from alliance.errors import TooMany, Unavailable
from alliance.matching.forms import Matching, Question
from alliance.matching.letters import matching_of, question_json

MOST_SECONDS = 120.0
_ROOM = asyncio.Semaphore(1)
_ROOT = Path(__file__).resolve().parent.parent.parent


async def match_apart(question: Question, *, seconds: float = MOST_SECONDS) -> Matching:
    """The answer to `question`, found in a process of its own.

    One at a time: it takes a whole processor. Raises TooMany while another one is thinking, and Unavailable
    when that takes longer than `seconds`, or dies.
    """
    if _ROOM.locked():
        raise TooMany("Other circles are being formed at the moment. Please try again in a moment.")
    async with _ROOM:
        return await _answer(question, seconds)


async def _answer(question: Question, seconds: float) -> Matching:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "alliance.matching"),
        cwd=_ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds):
            answer, words = await process.communicate(question_json(question))
    except TimeoutError as error:
        raise Unavailable("Forming the circles took too long.", detail=f"more than {seconds} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise Unavailable("The circles could not be formed.", detail=words.decode(errors="replace")[-500:])
    return matching_of(answer)
