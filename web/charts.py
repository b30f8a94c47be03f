"""Where the bars of a chart stand: plain geometry, drawn by templates, coloured by the style sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

# As wide as a phone: there it is shown as it is, elsewhere larger.
WIDTH, HEIGHT = 380, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 2, 10, 24
_STEPS = (1, 2, 5)
_ROW = 34
_VALUES = 40


@dataclass(frozen=True)
class Bar:
    """A rectangle: `part` is 1 for the first series and 2 for what stands on top of it."""

    x: float
    y: float
    width: float
    height: float
    part: int


@dataclass(frozen=True)
class Label:
    """Words at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Bars with the lines behind them and the words around them."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    lines: tuple[Label, ...]
    """Horizontal lines: where, and for which value."""
    below: tuple[Label, ...]
    """What each column, or row, is called."""
    values: tuple[Label, ...] = ()
    """What stands at the end of each row."""

    @property
    def left(self) -> int:
        """Where the lines begin."""
        return _LEFT


def columns(labels: Sequence[str], first: Sequence[int], second: Sequence[int] = ()) -> Chart:
    """A column for each label; `second` stands on top of `first`."""
    upper = list(second) or [0] * len(first)
    top = scale_of(max((a + b for a, b in zip(first, upper, strict=True)), default=0))
    room, high = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1), HEIGHT - _TOP - _BOTTOM
    broad = min(room * 0.64, 30)
    bars: list[Bar] = []
    below: list[Label] = []
    for place, (label, a, b) in enumerate(zip(labels, first, upper, strict=True)):
        x = _LEFT + room * place + (room - broad) / 2
        low, middle = high * a / top, high * b / top
        floor = HEIGHT - _BOTTOM
        if a:
            bars.append(_bar(x, floor - low, broad, low, 1))
        if b:
            bars.append(_bar(x, floor - low - middle, broad, max(middle - (1.5 if a else 0), 0.5), 2))
        below.append(Label(round(x + broad / 2, 1), HEIGHT - 7, label))
    lines = tuple(
        Label(_LEFT - 8, round(HEIGHT - _BOTTOM - high * value / top, 1), str(value)) for value in ticks(top)
    )
    return Chart(WIDTH, HEIGHT, tuple(bars), lines, tuple(below))


def rows(labels: Sequence[str], values: Sequence[int]) -> Chart:
    """A bar for each label, one below the other, with its value at the end."""
    top = max(values, default=0) or 1
    room = WIDTH - _VALUES
    bars, below, said = [], [], []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        y, long = place * _ROW, max(room * value / top, 2)
        below.append(Label(0, y + 12, label))
        bars.append(_bar(0, y + 17, long, 10, 1))
        said.append(Label(round(long + 7, 1), y + 26, str(value)))
    return Chart(WIDTH, max(len(labels), 1) * _ROW, tuple(bars), (), tuple(below), tuple(said))


def scale_of(most: int) -> int:
    """The first round number that is at least `most`: 1, 2, 5, 10, 20, 50 ..."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= most:
                return step * power
        power *= 10


def ticks(top: int) -> list[int]:
    """Where lines are drawn: at nothing, at the top, and at up to four round numbers between."""
    parts = next((parts for parts in (4, 5, 2, 1) if top % parts == 0 and top >= parts), 1)
    return [top * part // parts for part in range(parts + 1)]


def _bar(x: float, y: float, width: float, height: float, part: int) -> Bar:
    return Bar(round(x, 1), round(y, 1), round(width, 1), round(height, 1), part)
