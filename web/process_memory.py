"""How a process that runs for months keeps its size."""

import asyncio
import contextlib
import ctypes
import gc
from collections.abc import AsyncIterator

# Of mallopt(3); as large a piece is not asked for but for pictures, uploads and the like.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_LARGE = 1024 * 1024
_SETTLED_AFTER = _EVERY = 300.0
"""Seconds."""


def give_back_what_is_large() -> None:
    """Memory of 1 MiB and more returns to the system whenever it is no longer used.

    glibc begins so, but after the first such piece it takes further ones of that size (up to 32 MiB) from
    between the small ones that stay, where they leave holes: two pictures decoded at the same time make the
    process 20 MB larger for good. Twice as much stays at hand as glibc would keep by itself then: without it
    every text of some 100 KB would be asked for anew. And threads share two places to take memory from: each
    would have one of its own, in which 2 MB stay. Other C libraries are left as they are.
    """
    with contextlib.suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_M_TRIM_THRESHOLD, 2 * _LARGE)
        libc.mallopt(_M_ARENA_MAX, 2)


def spare_collector() -> None:
    """What is there now stays: looking through it for garbage again and again costs a fifth of an inbox.

    Nor is it looked through once before: that takes a tenth of the start and finds nothing of note.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@contextlib.asynccontextmanager
async def staying_small() -> AsyncIterator[None]:
    """For as long as the server runs."""
    task = asyncio.create_task(_stay_small(), name="memory")
    try:
        yield
    finally:
        task.cancel()


async def _stay_small() -> None:
    await asyncio.sleep(_SETTLED_AFTER)
    settle()
    while True:
        give_back_what_is_free()
        await asyncio.sleep(_EVERY)


def settle() -> None:
    """What has been made since the start and is still used stays as well: statements above all.

    Every quarter of an hour the collector went through a million pieces of it, and nothing was answered for a
    quarter of a second. That happens here once more; then there is little to go through, and it is asked more
    often. It waits until a quarter more is there than it went through last, so it goes through the rest, too.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
    gc.set_threshold(10_000, 20, 5)


def give_back_what_is_free() -> None:
    """Memory between pieces that are used returns to the system (malloc_trim(3)), which takes milliseconds.

    By itself glibc returns only what lies behind all of them: what many answers at the same time needed once
    stayed with the process.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
