"""docs/hostile.md: every named attack with its answer, made from the catalogue."""

from collections.abc import Iterator

import tests.hostile.attacks
from tests.hostile.catalogue import ATTACKS, Kind
from tests.hostile.figures import BEGIN, DOCUMENT, END, figures

assert tests.hostile.attacks.__all__
HEAD = """\
# What hostile servers try

Each of these {number} attacks, in {kinds} classes, is a test (`tests/hostile/attacks/`): it comes
through the network door, signed for real wherever a signature can be had, and the test compares three
things - the exact answer, that no row of any table has changed apart from what the sender may change of
its own, and that the reason was counted once. A word in `code` is the reason that the door gives and
counts; "refused" and "ignored" are what an activity that was let in has come to, with the reason that
its row keeps; a number alone is the answer of a document or a page, which counts nothing.

This list is written by `python -m tests.hostile` and compared with the catalogue by a test.
"""
TAIL = """## Addresses

`tests/federation/test_addresses.py` holds the table of addresses that are never connected: {addresses} of
them, each tried against a real listener on this machine that must see nobody.

## Fuzzing

`make fuzz` gives 500,000 inputs to everything that reads what strangers write - hypothesis makes documents
with a structure, atheris (libFuzzer, led by coverage) most of the number - and sends 20,000 mutated signed
requests to a running instance. A short form of both is among the tests. atheris has packages for Linux on
x86-64 alone; elsewhere hypothesis makes all inputs. The last run:

"""


def sections() -> Iterator[str]:
    """A table for each class."""
    for kind in Kind:
        found = [attack for attack in ATTACKS.values() if attack.kind is kind]
        yield f"## {kind.title} ({len(found)})\n\nThe attacker wants {kind.aim}.\n"
        rows = ["| attack | what is tried | answer |", "|---|---|---|"]
        rows += [f"| {attack.name} | {cell(attack.sentence)} | {attack.answer} |" for attack in found]
        yield "\n".join(rows) + "\n"


def cell(text: str) -> str:
    """Text as it may stand in a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def document(addresses: int) -> str:
    """The whole file; `addresses` is how many the table of addresses holds."""
    head = HEAD.format(number=len(ATTACKS), kinds=len(Kind))
    tail = TAIL.format(addresses=addresses)
    return "\n".join([head, *sections(), f"{tail}{BEGIN}\n{figures()}\n{END}\n"])


def write(addresses: int) -> None:
    """Writes it."""
    DOCUMENT.write_text(document(addresses), encoding="utf-8")
