"""The picture beside a link to a session says what a stranger may know, is drawn once, and is never long."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from web.colours import oklch
from web.cover_drawing import HEIGHT, WIDTH, drawn
from web.covers import Cover

COVER = Cover("/sessions/1", "Schwierige Gespräche führen", "Do, 10. September", "Nordlicht Optik", 8)


def pixels(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def test_a_cover_is_a_png_of_the_size_that_timelines_want() -> None:
    content = drawn(COVER)

    assert (content[:8], pixels(content).size) == (b"\x89PNG\r\n\x1a\n", (WIDTH, HEIGHT))
    assert len(content) < 100_000


def test_the_same_is_drawn_for_the_same() -> None:
    assert drawn(COVER) == drawn(replace(COVER))
    assert COVER.digest == replace(COVER).digest


@pytest.mark.parametrize(
    "change",
    [{"title": "Anders"}, {"when": "Fr"}, {"company": "Alpenwerk"}, {"hue": 3}, {"struck": "Abgesagt"}],
    ids=str,
)
def test_everything_that_is_said_is_drawn(change: dict[str, object]) -> None:
    other = replace(COVER, **change)  # type: ignore[arg-type]

    assert drawn(other) != drawn(COVER)
    assert other.digest != COVER.digest


@pytest.mark.parametrize(
    "title",
    [
        "",
        " ",
        "🎉🎉",
        "x" * 200,
        "W " * 100,
        "Łódź",
        "ein " * 50,
        "\u202eabc",
        "日本語",
        "a" * 30 + " " + "W" * 170,
    ],
    ids=ascii,
)
def test_any_title_fits(title: str) -> None:
    picture = pixels(drawn(replace(COVER, title=title)))

    right = picture.crop((WIDTH - 40, 0, WIDTH, 460))
    assert right.getcolors(4) is not None
    assert len(right.getcolors(4) or []) == 1


def test_letters_of_both_files_of_the_font_are_written() -> None:
    plain, polish = drawn(replace(COVER, title="odz")), drawn(replace(COVER, title="Łódź"))

    assert pixels(plain).crop((0, 130, WIDTH, 300)) != pixels(polish).crop((0, 130, WIDTH, 300))


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        # The examples of CSS Color 4, section 17 and appendix: white, black, and sRGB's red.
        ((1.0, 0.0, 0.0), (255, 255, 255)),
        ((0.0, 0.0, 0.0), (0, 0, 0)),
        ((0.62796, 0.25768, 29.23), (255, 0, 0)),
    ],
)
def test_colours_are_those_of_the_style_sheets(
    colour: tuple[float, float, float], expected: tuple[int, int, int]
) -> None:
    assert oklch(*colour) == expected
