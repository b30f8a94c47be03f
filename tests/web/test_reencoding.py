"""Of what people upload the pixels are kept, and nothing else; what is no picture is refused."""

import io
import struct
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from alliance.errors import Invalid
from web.media.kinds import UPLOAD_BYTES, Kind
from web.media.reencoding import reencoded

SECRET = b"52.5163N 13.3777E geheim"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **save: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, kind, **save)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(content))
    found.load()
    return found


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG whose header says what it likes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_portrait_becomes_a_square_jpeg(kind: str) -> None:
    made = reencoded(picture(kind), "portrait")

    assert (made.width, made.height) == (512, 512)
    assert (opened(made.content).format, opened(made.content).size) == ("JPEG", (512, 512))


@pytest.mark.parametrize(
    ("size", "expected"), [((3200, 800), (1600, 400)), ((400, 300), (400, 300)), ((900, 3600), (225, 900))]
)
def test_a_banner_keeps_its_shape_within_1600_by_900(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    made = reencoded(picture(size=size), "banner")

    assert (made.width, made.height) == expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_survives(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x8298] = SECRET.decode(), SECRET.decode()
    content = picture(kind, exif=exif.tobytes(), icc_profile=SECRET) + SECRET

    made = reencoded(content, "banner").content

    assert SECRET in content
    assert SECRET not in made
    assert (dict(opened(made).getexif()), "icc_profile" in opened(made).info) == ({}, False)


def test_a_picture_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    made = reencoded(picture(size=(800, 400), exif=exif.tobytes()), "banner")

    assert (made.width, made.height) == (400, 800)


def test_what_is_transparent_becomes_white() -> None:
    content = picture("PNG", mode="RGBA")
    clear = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(clear, "PNG")

    corners = [
        opened(reencoded(given, "banner").content).getpixel((1, 1)) for given in (content, clear.getvalue())
    ]

    assert corners[1] == (255, 255, 255)
    assert corners[0] != (255, 255, 255)


def test_a_moving_picture_stands_still() -> None:
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])

    made = opened(reencoded(out.getvalue(), "banner").content)

    assert getattr(made, "n_frames", 1) == 1


def test_a_picture_that_is_also_a_page_is_a_picture_alone() -> None:
    page = b"<html><script>alert(1)</script></html>"

    made = reencoded(picture("JPEG", comment=page) + page, "banner").content

    assert (b"script" in made, made[:3]) == (False, b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"<!doctype html><p>",
        b"%PDF-1.7",
        b"GIF89a" + b"\0" * 100,
        b"BM" + b"\0" * 100,
        b"PK\x03\x04",
        b"\xff\xd8\xff<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n<svg/>",
        b"RIFF\x10\0\0\0WAVEfmt ",
        picture()[:200],
        png(100, 100, b"\0" * 10),
    ],
)
@pytest.mark.parametrize("kind", ["portrait", "banner"])
def test_what_is_no_picture_is_refused(content: bytes, kind: Kind) -> None:
    with pytest.raises(Invalid):
        reencoded(content, kind)


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "GIF", "ICO", "PPM", "EPS"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(Invalid, match="can't be read as a picture"):
        reencoded(picture(kind, size=(64, 64)), "portrait")


def test_a_bomb_is_refused_before_a_pixel_is_unpacked() -> None:
    bomb = png(60_000, 60_000, b"\0" * 5_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(Invalid, match="too many pixels"):
            reencoded(bomb, "banner")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(bomb) < 10_000
    assert most < 5_000_000


def test_a_bomb_in_the_words_of_a_picture_is_refused() -> None:
    words = zlib.compress(b"x" * 200_000_000, 9)
    chunk = b"zTXtk\0\0" + words
    written = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    plain = picture("PNG")

    made: list[object] = []
    try:
        made.append(reencoded(plain[:33] + written + plain[33:], "banner").content)
    except Invalid as error:
        made.append(error)

    assert len(made) == 1
    assert len(getattr(made[0], "args", (made[0],))) < 1000


def test_files_that_are_too_large_or_too_small_are_named_so() -> None:
    with pytest.raises(Invalid, match="larger than 10 MB"):
        reencoded(picture() + b"\0" * UPLOAD_BYTES, "banner")
    with pytest.raises(Invalid, match="too small"):
        reencoded(picture(size=(40, 900)), "banner")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_broken_picture_is_refused_or_read_and_never_anything_else(data: st.DataObject) -> None:
    content = bytearray(picture(data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"])), size=(80, 80)))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        made = reencoded(bytes(content), "portrait")
    except Invalid:
        return

    assert opened(made.content).size == (512, 512)
