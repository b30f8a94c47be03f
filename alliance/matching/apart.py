"""Lets another process think: a server neither waits for a matching nor grows by the libraries it takes."""

import asyncio
import sys
from pathlib import Path

from alliance.errors import Unavailable
from alliance.matching.forms import Matching, Question
from alliance.matching.letters import matching_of, question_json

MOST_SECONDS = 120.0
_ROOT = Path(__file__).resolve().parent.parent.parent


async def match_apart(question: Question, *, seconds: float = MOST_SECONDS) -> Matching:
    """The answer to `question`, found in a process of its own.

    Raises Unavailable when that takes longer than `seconds`, or dies.
    """
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
