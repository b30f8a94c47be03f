"""Quiet geometric patterns in the colours of companies, the same for the same seed."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TILE = 40
_SHAPES = (
    "M0 0H40A40 40 0 0 1 0 40Z",
    "M40 0V40A40 40 0 0 1 0 0Z",
    "M40 40H0A40 40 0 0 1 40 0Z",
    "M0 40V0A40 40 0 0 1 40 40Z",
    "M0 20A20 20 0 0 1 40 20Z",
    "M0 20A20 20 0 0 0 40 20Z",
    "M20 8A12 12 0 1 1 20 32A12 12 0 1 1 20 8Z",
    "M0 40L40 0V40Z",
    "M0 0L40 40H0Z",
    "M20 0A20 20 0 0 1 20 40A20 20 0 0 1 20 0Z",
    "M0 0H20V40H0Z",
    "M0 0A40 40 0 0 1 40 40A40 40 0 0 1 0 0Z",
)
# Tile and shape tone, 1 the company's full colour to 3 its faintest; mostly faint, so that it stays calm.
_TONES = ((3, 2), (3, 2), (3, 1), (2, 3), (2, 1), (3, 2), (1, 3), (2, 3))


@dataclass(frozen=True)
class Tile:
    """One square: where it lies, whose hue it has, its tone, and the shape on it with that one's tone."""

    x: int
    y: int
    hue: int
    tone: int
    shape: str
    shape_tone: int


def quilt(seed: object, hues: Sequence[int], columns: int, rows: int) -> list[Tile]:
    """`columns` x `rows` tiles of TILE units each, drawn from `seed`; each takes one of `hues` (0 to 23)."""
    dice = _dice(str(seed))
    palette = list(hues) or [13]
    tiles = []
    for y in range(rows):
        for x in range(columns):
            tone, shape_tone = _TONES[next(dice) % len(_TONES)]
            shape = _SHAPES[next(dice) % len(_SHAPES)]
            hue = palette[next(dice) % len(palette)]
            tiles.append(Tile(x * TILE, y * TILE, hue, tone, shape, shape_tone))
    return tiles


def _dice(seed: str) -> Iterator[int]:
    """Bytes without end that depend on the seed alone (not for secrets)."""
    block = 0
    while True:
        yield from hashlib.blake2b(f"{seed}/{block}".encode()).digest()
        block += 1
