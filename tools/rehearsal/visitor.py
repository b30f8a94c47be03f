"""What a person does in a browser, with Python's own library: `python3 - ORIGIN ACT [PASSWORD] < visitor.py`.

Runs inside of the machine, whose Python may have nothing else. What it saw is printed as one line of JSON.
"""

import hashlib
import json
import re
import struct
import sys
import time
import zlib
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

MEMORY = Path("/root/visitor.json")
EMAIL = "mara@nordlicht.example"
LINK = "https://meet.example/rooms/amber-fox"
BOUNDARY = "bare-debian"
# What a proxy answers while the instance behind it starts; a person loads the page again.
STARTING, PATIENCE_SECONDS = (502, 503), 120


class Browser:
    """Keeps cookies, follows redirects, trusts whom the machine trusts."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        kind: str = "application/x-www-form-urlencoded",
        accept: str = "*/*",
    ) -> tuple[str, bytes]:
        """The address it ended at, and what was there."""
        headers = {"Accept": accept, "Sec-Fetch-Site": "same-origin", "Content-Type": kind}
        asked = Request(self.origin + path, body, headers)  # noqa: S310 - the origin is https
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self._opener.open(asked, timeout=PATIENCE_SECONDS) as answer:
                    return answer.url.removeprefix(self.origin), answer.read()
            except HTTPError as error:
                if error.code not in STARTING or time.monotonic() > deadline:
                    raise SystemExit(f"{path}: {error.code} {error.read()[:2000]!r}") from None
            time.sleep(0.5)

    def submit(self, path: str, **fields: str) -> tuple[str, bytes]:
        return self.ask(path, urlencode(fields).encode())

    def sign_in(self, password: str) -> None:
        at, page = self.submit("/sign-in", email=EMAIL, password=password, next="/mine")
        if not at.startswith("/mine"):
            raise SystemExit(f"Signing in led to {at}: {page[:300]!r}")


def first_visit(browser: Browser, password: str) -> dict[str, Any]:
    """Signs in, publishes a session and puts up a picture."""
    browser.sign_in(password)
    at, _ = browser.submit(
        "/sessions/new",
        title="Reading a log without fear",
        description="We read one together.",
        date=f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}",
        time="14:30",
        length="45",
        meeting_link=LINK,
        audience="public",
        timezone="Europe/Berlin",
        language="en",
        join_mode="free",
        host_shown="yes",
    )
    start = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    body = f'{start}"picture"; filename="mara.png"\r\nContent-Type: image/png\r\n\r\n'.encode() + picture()
    body += f'\r\n{start}"shared"\r\n\r\nyes\r\n--{BOUNDARY}--\r\n'.encode()
    browser.ask("/settings/portrait", body, f"multipart/form-data; boundary={BOUNDARY}")
    MEMORY.write_text(json.dumps({"session": at.partition("?")[0], "password": password}))
    return look(browser)


def look(browser: Browser) -> dict[str, Any]:
    """What has to be the same whatever happens to the machine: session, link, picture, keys, account."""
    known = json.loads(MEMORY.read_text())
    stranger = Browser(browser.origin)
    title = re.search(rb"<h1[^>]*>(.*?)</h1>", stranger.ask(known["session"])[1], re.S)
    browser.sign_in(known["password"])
    source = re.search(rb'<img[^>]+src="(/[^"]+)"', browser.ask("/settings/portrait")[1])
    return {
        "session": known["session"],
        "title": re.sub(r"<[^>]+>", "", title[1].decode()).strip() if title else None,
        "meeting link": LINK in browser.ask(known["session"] + "/edit")[1].decode(),
        "picture": digest(browser.ask(source[1].decode())[1]) if source else None,
        "keys": {name: key_of(stranger, name) for name in ("/actor", "/company")},
    }


def key_of(browser: Browser, path: str) -> str:
    """The fingerprint of an actor's key."""
    actor = json.loads(browser.ask(path, accept="application/activity+json")[1])
    return digest(actor["publicKey"]["publicKeyPem"].encode())


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def picture(side: int = 320) -> bytes:
    """A PNG of one colour (RFC 2083)."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    rows = (b"\0" + b"\x2a\x6f\x97" * side) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


if __name__ == "__main__":
    person = Browser(sys.argv[1])
    print(json.dumps(first_visit(person, sys.argv[3]) if sys.argv[2] == "first" else look(person)))
