"""A process gives back what it needed for a moment."""

import os
import subprocess
import sys

import pytest

# glibc by itself takes the second piece of that size from among the small ones (mallinfo2(3): `arena`).
_TWICE = """
import ctypes
from web.process_memory import give_back_what_is_large

class Told(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in ("arena", *(f"other{number}" for number in range(9)))]

told = ctypes.CDLL(None).mallinfo2
told.restype = Told
if {set_up}:
    give_back_what_is_large()
del (first := bytearray(20_000_000))[:]
del first
before = told().arena
second = bytearray(20_000_000)
print(told().arena - before)
"""


@pytest.mark.parametrize(("set_up", "grows"), [(False, True), (True, False)])
def test_what_is_large_is_taken_from_the_system_and_given_back(set_up: bool, grows: bool) -> None:
    asked = [sys.executable, "-c", _TWICE.replace("{set_up}", str(set_up))]
    own = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run(asked, check=True, capture_output=True, text=True, env=own)
    assert (int(done.stdout) >= 20_000_000) is grows


_AT_HAND = """
import resource
from web.process_memory import give_back_what_is_large

give_back_what_is_large()
for _ in range(3):
    bytearray(600_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(50):
    bytearray(600_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def test_what_is_asked_for_all_the_time_stays_at_hand() -> None:
    """A page of 600 KB would be 146 pages of memory to be asked for anew each time (getrusage(2))."""
    asked = [sys.executable, "-c", _AT_HAND]
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    assert int(done.stdout) < 500


_HOLES = """
from web.process_memory import give_back_what_is_free

def resident():
    with open("/proc/self/statm") as told:
        return int(told.read().split()[1]) * 4096

pieces = [bytearray(20_000) for _ in range(2_000)]
del pieces[::2]
before = resident()
give_back_what_is_free()
print(before - resident())
"""


def test_what_is_free_between_pieces_that_are_used_is_given_back() -> None:
    """Half of 40 MB, every second piece, but for the edges of each."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run([sys.executable, "-c", _HOLES], check=True, capture_output=True, text=True, env=own)
    assert int(done.stdout) > 10_000_000


_SETTLED = """
import gc
from web.process_memory import settle

whole = []
gc.callbacks.append(lambda phase, about: whole.append(phase) if about["generation"] == 2 else None)
kept = [[number] for number in range(1_000_000)]
settle()
print(len(gc.get_objects()) < 5_000, gc.get_freeze_count() > 1_000_000)
whole.clear()
made = 0
while not whole and made < 5_000_000:
    kept.append([made])
    made += 1
print(made < 2_000_000)
"""


def test_what_is_there_when_a_process_has_settled_is_not_gone_through_again() -> None:
    """And the rest soon: CPython waits for a quarter more than it went through last (gcmodule.c)."""
    done = subprocess.run([sys.executable, "-c", _SETTLED], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "True", "True"]


_THREADS = """
import concurrent.futures, threading
from web.process_memory import give_back_what_is_large

def places():
    with open("/proc/self/maps") as told:
        spans = [line.split()[0].split("-") for line in told if " 00:00 0" in line]
    return sum(int(begin, 16) % 2**26 == 0 for begin, _ in spans)

if {set_up}:
    give_back_what_is_large()
together = threading.Barrier(12)

def work(_):
    piece = bytes(5_000)
    together.wait()
    return piece

with concurrent.futures.ThreadPoolExecutor(12) as pool:
    list(pool.map(work, range(12)))
    print(places())
"""


@pytest.mark.parametrize(("set_up", "fewest", "most"), [(False, 3, 100), (True, 1, 2)])
def test_threads_share_where_they_take_memory_from(set_up: bool, fewest: int, most: int) -> None:
    """glibc begins each further place at a multiple of 64 MiB (arena.c, HEAP_MAX_SIZE)."""
    asked = [sys.executable, "-c", _THREADS.replace("{set_up}", str(set_up))]
    own = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run(asked, check=True, capture_output=True, text=True, env=own)
    assert fewest <= int(done.stdout) <= most
