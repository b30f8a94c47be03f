"""Waits until something holds, with a deadline: the only sleep that tests may have."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, TypeVar, overload

Answer = TypeVar("Answer")


@overload
async def eventually(
    ask: Callable[[], Awaitable[Answer | None]], *, within: float = 10.0, every: float = 0.05
) -> Answer: ...
@overload
async def eventually(
    ask: Callable[[], Answer | None], *, within: float = 10.0, every: float = 0.05
) -> Answer: ...
async def eventually(ask: Callable[[], Any], *, within: float = 10.0, every: float = 0.05) -> Any:
    """Asks again and again until the answer is true, and returns it.

    Raises AssertionError with the last answer when `within` seconds have passed; what `ask` raises travels.
    """
    deadline = time.monotonic() + within
    while True:
        answer = ask()
        answer = await answer if isawaitable(answer) else answer
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"still {answer!r} after {within} seconds")
        await asyncio.sleep(every)
