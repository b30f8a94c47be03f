"""The colours of the style sheets as numbers, for pictures that are drawn here."""

from math import cos, radians, sin


def oklch(lightness: float, chroma: float, degrees: float) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255, sRGB) of a colour in OKLCH; out of gamut they are clipped.

    The matrices are those of CSS Color 4, section 17 (by Björn Ottosson).
    """
    a, b = chroma * cos(radians(degrees)), chroma * sin(radians(degrees))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _byte(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _byte(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _byte(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _byte(linear: float) -> int:
    """One channel with sRGB's curve (IEC 61966-2-1)."""
    bounded = min(1.0, max(0.0, linear))
    curved = 12.92 * bounded if bounded <= 0.0031308 else 1.055 * bounded ** (1 / 2.4) - 0.055
    return round(curved * 255)
