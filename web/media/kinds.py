"""What pictures people upload, and how large they may be."""

from typing import Literal

Kind = Literal["portrait", "banner"]

UPLOAD_BYTES = 10_000_000
