"""Reads the body of an answer within a limit that also holds for what comes out of gzip."""

import zlib

from aiohttp import ClientResponse

from federation.failures import BadDocument, TooLarge

_WINDOW = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


async def read_body(response: ClientResponse, host: str, limit: int, *, cut: bool = False) -> bytes:
    """At most `limit` bytes of the unpacked body.

    Raises TooLarge beyond that (or stops reading when `cut`), BadDocument for a packing we did not ask for.
    """
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if not cut and (response.content_length or 0) > limit:
        raise TooLarge(host, detail=f"announces {response.content_length} bytes")
    if encoding == "identity":
        return await _read_plain(response, host, limit, cut)
    if encoding not in _WINDOW:
        raise BadDocument(host, detail=f"content encoding {encoding[:40]}")
    return await _read_packed(response, host, limit, cut, _WINDOW[encoding])


async def _read_plain(response: ClientResponse, host: str, limit: int, cut: bool) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            return bytes(_overflow(body, host, limit, cut))
    return bytes(body)


async def _read_packed(response: ClientResponse, host: str, limit: int, cut: bool, window: int) -> bytes:
    inflate = zlib.decompressobj(window)
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += inflate.decompress(chunk, limit + 1 - len(body))
            if len(body) > limit:
                return bytes(_overflow(body, host, limit, cut))
    except zlib.error as error:
        raise BadDocument(host, detail="broken gzip") from error
    if not inflate.eof:
        raise BadDocument(host, detail="gzip ends early")
    return bytes(body)


def _overflow(body: bytearray, host: str, limit: int, cut: bool) -> bytearray:
    if not cut:
        raise TooLarge(host, detail=f"more than {limit} bytes")
    return body[:limit]
