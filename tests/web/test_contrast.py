"""Every colour pair that carries text or a control is readable, in light and dark, for all 24 hues."""

import math
import re
from itertools import product

import pytest

from web.templating import STATIC

TOKENS = (STATIC / "css" / "tokens.css").read_text("utf-8")
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
COLOUR = re.compile(r"--([\w-]+): oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\);")
NUMBER = re.compile(r"--([a-z]-[lc]): ([\d.]+)%?;")

# Text needs 4.5 (WCAG 2.2, 1.4.3), edges of controls and marks need 3 (1.4.11).
TEXT = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunken"), ("ink-soft", "paper"), ("ink-soft", "surface"),
    ("ink-soft", "sunken"), ("accent", "paper"), ("accent", "surface"), ("accent", "accent-soft"),
    ("accent-ink", "accent"), ("accent-ink", "accent-strong"), ("ink", "accent-soft"),
    ("ink-soft", "accent-soft"),
    ("good", "paper"), ("good", "surface"), ("ink", "good-soft"), ("good", "good-soft"), ("warn", "paper"),
    ("warn", "surface"), ("ink", "warn-soft"), ("warn", "warn-soft"), ("bad", "paper"), ("bad", "surface"),
    ("bad", "bad-soft"), ("ink", "bad-soft"), ("surface", "bad"), ("paper", "ink"),
]  # fmt: skip
EDGES = [
    ("line-strong", "paper"), ("line-strong", "surface"), ("focus", "paper"), ("focus", "surface"),
    ("accent", "paper"), ("accent", "surface"), ("bad", "surface"),
]  # fmt: skip
COMPANY_TEXT = [("i", "s"), ("i", "m"), ("i", "surface"), ("mark-ink", "c"), ("ink", "s"), ("ink-soft", "s")]
COMPANY_EDGES = [("c", "paper"), ("c", "surface")]

Oklch = tuple[float, float, float]


def tokens(scheme: str) -> dict[str, Oklch]:
    """The colours of a scheme; what dark does not redefine stays as in light."""
    sources = [LIGHT] if scheme == "light" else [LIGHT, DARK]
    found: dict[str, Oklch] = {}
    for source in sources:
        found |= {
            name: (float(light) / 100, float(c), float(h)) for name, light, c, h in COLOUR.findall(source)
        }
    return found


def company(scheme: str, hue: int) -> dict[str, Oklch]:
    """The four tones of a company: full, soft, mid and ink, by their first letter."""
    numbers: dict[str, float] = {}
    for source in [LIGHT] if scheme == "light" else [LIGHT, DARK]:
        numbers |= {name: float(value) for name, value in NUMBER.findall(source)}
    return {tone: (numbers[f"{tone}-l"] / 100, numbers[f"{tone}-c"], hue * 15.0) for tone in "csim"}


def luminance(colour: Oklch) -> float:
    """Relative luminance (WCAG) of an OKLCH colour, clipped to sRGB as browsers do."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(max(part, 0.0), 1.0) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Oklch, other: Oklch) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself_knows_black_and_white() -> None:
    assert round(contrast((1, 0, 0), (0, 0, 0)), 2) == 21.0
    assert contrast((0.5, 0.1, 20), (0.5, 0.1, 20)) == 1.0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable(scheme: str) -> None:
    colours = tokens(scheme)

    weak = {(a, b): round(contrast(colours[a], colours[b]), 2) for a, b in TEXT}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_controls_are_visible(scheme: str) -> None:
    colours = tokens(scheme)

    weak = {(a, b): round(contrast(colours[a], colours[b]), 2) for a, b in EDGES}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(COMPANY_TEXT, 4.5), (COMPANY_EDGES, 3.0)])
def test_every_company_hue_is_readable(scheme: str, pairs: list[tuple[str, str]], least: float) -> None:
    weak = {}
    for hue, (a, b) in product(range(24), pairs):
        colours = tokens(scheme) | company(scheme, hue)
        ratio = contrast(colours[a], colours[b])
        if ratio < least:
            weak[hue, a, b] = round(ratio, 2)

    assert weak == {}


def test_there_is_a_class_for_every_hue() -> None:
    classes = dict(re.findall(r"\.h(\d+) \{ --hue: (\d+) \}", TOKENS))

    assert classes == {str(hue): str(hue * 15) for hue in range(24)}
