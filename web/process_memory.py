"""How a process that runs for months keeps its size."""

import contextlib
import ctypes
import gc

# Of mallopt(3); as large a piece is not asked for but for pictures, uploads and the like.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_LARGE = 1024 * 1024


def give_back_what_is_large() -> None:
    """Memory of 1 MiB and more returns to the system whenever it is no longer used.

    glibc begins so, but after the first such piece it takes further ones of that size (up to 32 MiB) from
    between the small ones that stay, where they leave holes: two pictures decoded at the same time make the
    process 20 MB larger for good. Twice as much stays at hand as glibc would keep by itself then: without it
    every text of some 100 KB would be asked for anew. Other C libraries are left as they are.
    """
    with contextlib.suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_M_TRIM_THRESHOLD, 2 * _LARGE)


def spare_collector() -> None:
    """What is there now stays: looking through it for garbage again and again costs a fifth of an inbox.

    Nor is it looked through once before: that takes a tenth of the start and finds nothing of note.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
