"""Makes a picture of ours out of what somebody uploads: pixels alone survive."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from alliance.errors import Invalid
from web.media.kinds import UPLOAD_BYTES, Kind

MOST_PIXELS = 50_000_000
PORTRAIT = (512, 512)
BANNER = (1600, 900)
_LEAST = 64
_FORMATS = ("JPEG", "PNG", "WEBP")
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_QUALITY = 85


@dataclass(frozen=True)
class Reencoded:
    """A JPEG without anything but pixels, and its width and height."""

    content: bytes
    width: int
    height: int


def reencoded(content: bytes, kind: Kind) -> Reencoded:
    """A portrait (square, 512 pixels) or a banner (at most 1600 x 900) as a JPEG; takes a while.

    JPEG, PNG and WebP are read, of moving ones the first picture. Name, place, camera, colour profile,
    comments and whatever hangs on behind the picture are left behind. The size in the header is looked at
    before a pixel is unpacked. Raises Invalid.
    """
    if len(content) > UPLOAD_BYTES:
        raise Invalid("This picture is larger than {limit} MB.", limit=UPLOAD_BYTES // 1_000_000)
    if not content.startswith(_BEGINNINGS):
        raise _not_a_picture()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                return _made(opened, kind)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:
        # Decoders fail in as many ways as there are broken files; none of them is ours.
        raise _not_a_picture(detail=repr(error)[:300]) from error


def _made(opened: Image.Image, kind: Kind) -> Reencoded:
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < _LEAST:
        raise Invalid("This picture is too small: {limit} pixels each way at least.", limit=_LEAST)
    size = PORTRAIT if kind == "portrait" else BANNER
    opened.draft("RGB", size)  # JPEG: unpacks no more pixels than are needed
    upright = ImageOps.exif_transpose(opened)
    flat = _on_white(upright)
    if kind == "portrait":
        fitted = ImageOps.fit(flat, size, Image.Resampling.LANCZOS, centering=(0.5, 0.4))
    else:
        fitted = flat
        fitted.thumbnail(size, Image.Resampling.LANCZOS)
    return Reencoded(_as_jpeg(fitted), *fitted.size)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGB", "L", "CMYK", "YCbCr"):
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground


def _as_jpeg(picture: Image.Image) -> bytes:
    # A new picture: `info` of the old one holds what cameras write, and would be saved with it.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def _not_a_picture(detail: str = "") -> Invalid:
    return Invalid("This can't be read as a picture. JPEG, PNG and WebP are.", detail=detail)


def _too_many_pixels() -> Invalid:
    return Invalid(
        "This picture has too many pixels: {limit} million at most.", limit=MOST_PIXELS // 1_000_000
    )
