"""A process gives back what it needed for a moment."""

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
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    assert (int(done.stdout) >= 20_000_000) is grows
