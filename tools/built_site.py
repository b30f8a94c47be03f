"""Says what a built page would fetch from another host, or from a file that is not there.

    python3 tools/built_site.py build/docs

Links to other hosts are for people to follow; pictures, scripts, styles and fonts come from the site itself.
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_FETCHED = {"img": "src", "script": "src", "source": "src", "iframe": "src", "video": "src", "audio": "src"}
_FETCHED_LINKS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "modulepreload", "manifest"}
_IN_STYLES = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


def main(built: Path) -> int:
    pages = sorted(built.rglob("*.html"))
    if len(pages) < 2:
        print(f"There are no pages in {built}.", file=sys.stderr)
        return 1
    wrong = [fault for file in (*pages, *sorted(built.rglob("*.css"))) for fault in faults(file)]
    for fault in wrong:
        print(fault, file=sys.stderr)
    print(f"  - {len(pages)} pages in {built}/; open {built}/index.html")
    return 1 if wrong else 0


def faults(file: Path) -> Iterator[str]:
    """What is wrong with what this page or style fetches."""
    text = file.read_text(encoding="utf-8")
    for address in _in_page(text) if file.suffix == ".html" else _in_style(text):
        parts = urlsplit(address)
        if parts.scheme == "data":
            continue
        if parts.scheme or parts.netloc:
            yield f"{file} fetches {address}"
        elif parts.path and not (file.parent / unquote(parts.path)).is_file():
            yield f"{file} fetches {address}, which is not there"


def _in_page(text: str) -> list[str]:
    reader = _Reader()
    reader.feed(text)
    return reader.fetched


def _in_style(text: str) -> list[str]:
    return [first or second for first, second in _IN_STYLES.findall(text)]


class _Reader(HTMLParser):
    """Collects what a browser fetches by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = _FETCHED.get(tag)
        if tag == "link" and _FETCHED_LINKS & set(found.get("rel", "").split()):
            name = "href"
        if name and found.get(name):
            self.fetched.append(found[name])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
