"""The picture beside a link to a session: title, date and company on the company's pattern, as a PNG."""

import cmath
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from web.colours import oklch
from web.covers import Cover
from web.quilts import TILE, quilt

WIDTH, HEIGHT = 1200, 630
_MARGIN = 72
_COLUMNS, _ROWS, _SQUARE, _SCALE = 30, 4, 3, 2
_FONTS = Path(__file__).parent / "static" / "fonts"
# The characters of the font's first file, as in tokens.css; its second one has those of Latin Extended.
_LATIN = re.compile(
    "[\x20-\xff\u0131\u0152\u0153\u02bb\u02bc\u02c6\u02da\u02dc\u2000-\u206f\u20ac\u2122\u2212]"
)
_LATIN_EXTENDED = re.compile("[\u0100-\u02ff\u1e00-\u1e9f\u1ef2-\u1eff]")
_ARC = re.compile(r"([MHVLAZ])([^MHVLAZ]*)")

Font = ImageFont.FreeTypeFont
Colour = tuple[int, int, int]
Point = tuple[float, float]


def drawn(cover: Cover) -> bytes:
    """The PNG, 1200 x 630; takes some hundredths of a second."""
    degrees = cover.hue % 24 * 15
    paper, ink, soft = oklch(0.983, 0.007, 85), oklch(0.23, 0.02, 260), oklch(0.44, 0.02, 260)
    picture = Image.new("RGB", (WIDTH, HEIGHT), paper)
    pattern = _pattern(cover)
    picture.paste(pattern, (0, HEIGHT - pattern.height))
    draw = ImageDraw.Draw(picture)
    top = 150
    _mark(draw, cover, degrees)
    title = _fitting(cover.title)
    for line in title.lines:
        _write(draw, (_MARGIN, top), line, title.size, 700, ink)
        top += round(title.size * 1.16)
    said = f"{cover.struck} · {cover.when}" if cover.struck else cover.when
    _write(draw, (_MARGIN, top + 18), said, 36, 500, oklch(0.47, 0.17, 25) if cover.struck else soft)
    out = io.BytesIO()
    picture.quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


@dataclass(frozen=True)
class _Lines:
    lines: tuple[str, ...]
    size: int


def _fitting(title: str) -> _Lines:
    """The title in the largest type in which it takes three lines at most, cut if it must be."""
    lines: list[str] = []
    size = 72
    for size in (84, 72, 60, 52):
        lines = list(_wrapped(title, size))
        if len(lines) <= (2 if size > 60 else 3):
            return _Lines(tuple(lines), size)
    return _Lines((*lines[:2], f"{lines[2][:-1].rstrip()}…"), size)


def _wrapped(text: str, size: int) -> Iterator[str]:
    most = WIDTH - 2 * _MARGIN
    line = ""
    for word in _writable(text).split():
        longer = f"{line} {word}" if line else word
        if line and _length(longer, size, 700) > most:
            yield line
            longer = word
        while _length(longer, size, 700) > most:
            head = next(
                n for n in range(len(longer), 0, -1) if n == 1 or _length(longer[:n], size, 700) <= most
            )
            yield longer[:head]
            longer = longer[head:]
        line = longer
    yield line


def _writable(text: str) -> str:
    """What our font can write; an emoji or a script that it lacks is left out."""
    kept = "".join(c if _LATIN.match(c) or _LATIN_EXTENDED.match(c) else " " for c in text)
    return " ".join(kept.split())


def _mark(draw: ImageDraw.ImageDraw, cover: Cover, degrees: int) -> None:
    company = oklch(0.51, 0.125, degrees)
    draw.rounded_rectangle((_MARGIN, 64, _MARGIN + 56, 120), 16, fill=company)
    letter = next((c for c in _writable(cover.company) if c.isalnum()), "•").upper()
    width = _length(letter, 34, 700)
    _write(draw, (_MARGIN + 28 - width / 2, 73), letter, 34, 700, (253, 253, 253))
    _write(draw, (_MARGIN + 76, 73), cover.company[:60], 34, 600, oklch(0.35, 0.09, degrees))


def _write(draw: ImageDraw.ImageDraw, at: Point, text: str, size: int, weight: int, colour: Colour) -> None:
    x, y = at
    for run, font in _runs(text, size, weight):
        draw.text((x, y), run, font=font, fill=colour)
        x += font.getlength(run)


def _length(text: str, size: int, weight: int) -> float:
    return sum(font.getlength(run) for run, font in _runs(text, size, weight))


def _runs(text: str, size: int, weight: int) -> Iterator[tuple[str, Font]]:
    """The text in pieces, each with the file of the font that has its letters."""
    piece, extended = "", False
    for character in _writable(text) if text.strip() else "":
        is_extended = _LATIN_EXTENDED.match(character) is not None
        if piece and is_extended != extended:
            yield piece, _font(extended, size, weight)
            piece = ""
        piece, extended = piece + character, is_extended
    if piece:
        yield piece, _font(extended, size, weight)


@lru_cache(maxsize=32)
def _font(extended: bool, size: int, weight: int) -> Font:
    name = "latin-ext" if extended else "latin"
    # Without shaping by Raqm, which would need more of the system than Pillow brings.
    font = ImageFont.truetype(
        _FONTS / f"atkinson-hyperlegible-next-{name}.woff2", size, layout_engine=ImageFont.Layout.BASIC
    )
    font.set_variation_by_axes([weight])
    return font


def drawn_square(hue: int) -> bytes:
    """A PNG, 400 x 400, of the pattern alone; `hue` is one of 24."""
    out = io.BytesIO()
    picture = _quilted(f"/avatars/{hue}", hue, _SQUARE, _SQUARE, 400)
    picture.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def _pattern(cover: Cover) -> Image.Image:
    """The same quilt as over the page."""
    return _quilted(cover.seed, cover.hue, _COLUMNS, _ROWS, WIDTH)


def _quilted(seed: str, hue: int, columns: int, rows: int, width: int) -> Image.Image:
    """Drawn twice as large and made smaller: soft edges."""
    scale = _SCALE * width // (columns * TILE)
    tones = {
        number: oklch(light, chroma, hue % 24 * 15)
        for number, (light, chroma) in {1: (0.51, 0.125), 2: (0.88, 0.06), 3: (0.95, 0.03)}.items()
    }
    large = Image.new("RGB", (columns * TILE * scale, rows * TILE * scale))
    draw = ImageDraw.Draw(large)
    for tile in quilt(seed, [hue % 24], columns, rows):
        x, y = tile.x * scale, tile.y * scale
        draw.rectangle((x, y, x + TILE * scale, y + TILE * scale), fill=tones[tile.tone])
        outline = [(x + px * scale, y + py * scale) for px, py in _outline(tile.shape)]
        draw.polygon(outline, fill=tones[tile.shape_tone])
    return large.resize((width, rows * width // columns), Image.Resampling.LANCZOS)


@lru_cache(maxsize=64)
def _outline(path: str) -> tuple[Point, ...]:
    """The corners of a path of web/quilts.py: absolute M, H, V, L, circular A, Z."""
    points: list[Point] = []
    for command, written in _ARC.findall(path):
        numbers = [float(number) for number in re.findall(r"-?[0-9.]+", written)]
        x, y = points[-1] if points else (0.0, 0.0)
        if command in "ML":
            points.append((numbers[0], numbers[1]))
        elif command == "H":
            points.append((numbers[0], y))
        elif command == "V":
            points.append((x, numbers[0]))
        elif command == "A":
            points.extend(_arc((x, y), (numbers[5], numbers[6]), numbers[0], clockwise=numbers[4] == 1))
    return tuple(points)


def _arc(start: Point, end: Point, radius: float, *, clockwise: bool) -> Iterator[Point]:
    """Points on the smaller arc of a circle from `start` to `end`, without the first."""
    a, b = complex(*start), complex(*end)
    half = abs(b - a) / 2
    off = max(0.0, radius * radius - half * half) ** 0.5
    side = 1j if clockwise else -1j
    centre = (a + b) / 2 + (b - a) / (2 * half) * side * off
    ratio = (b - centre) / (a - centre)
    whole = cmath.phase(ratio)
    if off == 0.0 and (whole > 0) != clockwise:
        whole = -whole
    for step in range(1, 17):
        turn = whole * step / 16
        point = centre + (a - centre) * cmath.rect(1, turn)
        yield point.real, point.imag
