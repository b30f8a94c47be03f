"""Words as the search compares them: folded, and reduced to their German and English stems."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import snowballstemmer

LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+(?:\+\+(?!\w)|#(?!\w))?")
# Names that end with signs, as topics spell them: C++, C#.
_SIGNS = {"++": "plusplus", "#": "sharp"}
# What Snowball leaves of `Sicherheit`: a word that stands in every other text and means nothing of the kind.
_NO_STEM = frozenset(["sich"])
_SPELLED = (("ß", "ss"), ("æ", "a"), ("ø", "o"), ("ae", "a"), ("oe", "o"), ("ue", "u"))


@dataclass(frozen=True)
class Word:
    """A word in a text: from `start` to before `end`, and as it is compared."""

    start: int
    end: int
    folded: str


def words_of(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for found in _WORD.finditer(text):
        folded = fold(found[0])
        if folded:
            yield Word(found.start(), found.end(), folded)


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """One word without case and accents, at most 40 letters: `Führung`, `FUEHRUNG` are `fuhrung`."""
    for sign, name in _SIGNS.items():
        word = word.replace(sign, name)
    for _ in range(2):
        word = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if c.isalnum())
    for letters, letter in _SPELLED:
        word = word.replace(letters, letter)
    return word[:LONGEST_WORD]


@lru_cache(maxsize=20_000)
def stems(folded: str) -> tuple[str, ...]:
    """The German and the English stem of a folded word, without repetition."""
    german, english = _stemmers()
    found = (german.stemWord(folded), english.stemWord(folded))
    return tuple(dict.fromkeys(folded if stem in _NO_STEM else stem for stem in found))


@cache
def _stemmers() -> "tuple[snowballstemmer.stemmer, snowballstemmer.stemmer]":
    import snowballstemmer

    return snowballstemmer.stemmer("german"), snowballstemmer.stemmer("english")


def indexed(text: str, most: int = 1500) -> list[str]:
    """What a text is found by: each word folded and its stems, without repetition, in order."""
    found: dict[str, None] = {}
    for word in words_of(text):
        found.setdefault(word.folded)
        found.update(dict.fromkeys(stems(word.folded)))
        if len(found) >= most:
            break
    return list(found)


def variants(stem: str) -> set[str]:
    """A word and what remains of it when one letter is left out.

    Two words that differ by one letter more, less or another, or by two neighbours that changed places, have
    one in common (the symmetric delete method, Garbe 2012).
    """
    return {stem, *(stem[:place] + stem[place + 1 :] for place in range(len(stem)))}


def is_slip_of(typed: str, meant: str) -> bool:
    """Whether one slip leads from one word to the other: a letter more, less or another, or two swapped."""
    if typed == meant:
        return False
    short, long = sorted((typed, meant), key=len)
    if len(long) > len(short):
        return short in variants(long)
    differing = [place for place, letter in enumerate(typed) if letter != meant[place]]
    if len(differing) == 1:
        return True
    swapped = len(differing) == 2 and differing[1] == differing[0] + 1
    return (
        swapped and typed[differing[0]] == meant[differing[1]] and typed[differing[1]] == meant[differing[0]]
    )
