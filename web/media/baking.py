"""Pictures with a badge in them (Open Badges 3.0, 5.3.1): the credential as text of its own in a PNG."""

import io
import zlib
from collections.abc import Iterator

from web.covers import Cover

KEYWORD = "openbadgecredential"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 2000


def baked(cover: Cover, document: bytes) -> bytes:
    """A PNG, 1200 x 630, with the credential in it; takes some hundredths of a second."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    from web.cover_drawing import drawn

    text = PngInfo()
    text.add_itxt(KEYWORD, document.decode())
    out = io.BytesIO()
    with Image.open(io.BytesIO(drawn(cover))) as picture:
        picture.save(out, "PNG", pnginfo=text)
    return out.getvalue()


def is_picture(content: bytes) -> bool:
    """Whether somebody brought a PNG."""
    return content.startswith(_SIGNATURE)


def badge_in(content: bytes) -> bytes | None:
    """The credential in a PNG, without looking at the picture; None where there is none that we read.

    It is never compressed (Open Badges 3.0, 5.3.1.1), so nothing is unpacked.
    """
    for kind, chunk in _chunks(content):
        if kind != b"iTXt":
            continue
        keyword, _, rest = chunk.partition(b"\0")
        # Compression flag and method, then language tag and translated keyword, each ended by a zero.
        if keyword == KEYWORD.encode() and rest[:1] == b"\0":
            return rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    return None


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of the chunks (PNG 1.2, 3.2), as far as they are whole."""
    place = len(_SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        head = content[place : place + 8]
        if len(head) < 8:
            return
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        chunk = content[place + 8 : place + 8 + length]
        check = content[place + 8 + length : place + 12 + length]
        if len(chunk) < length or int.from_bytes(check, "big") != zlib.crc32(kind + chunk):
            return
        yield kind, chunk
        place += 12 + length
