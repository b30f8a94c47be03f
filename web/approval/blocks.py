"""What documents of the pack are made of: the same blocks become a page and a PDF."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Run = tuple[str, str]
"""Words and how they stand: "", "strong", "emph" or "code"."""


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list, a note or a table; what is not of its kind is empty."""

    kind: str
    level: int = 0
    runs: tuple[Run, ...] = ()
    entries: tuple[tuple[Run, ...], ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    """Of the columns of a table, as shares."""


def heading(level: int, text: str) -> Block:
    """A heading of level 2 to 4; 1 is the document's title."""
    return Block("heading", level=level, runs=((text, ""),))


def paragraph(text: str) -> Block:
    """A paragraph without any marks."""
    return Block("paragraph", runs=((text, ""),))


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]) -> Block:
    """A table whose first column heads its rows."""
    return Block("table", head=head, rows=tuple(rows), widths=widths)


_PLACE = re.compile(r"\{(\w+)\}")
Tables = Mapping[str, Callable[[], list[Block]]]


def read_blocks(markdown: str, words: Mapping[str, str], tables: Tables) -> list[Block]:
    """Blocks of a text of ours; `{name}` becomes a word, a paragraph `[[name]]` what a table makes.

    Words are put in after the text has been read: whatever a company calls itself stays a name.
    """
    tokens = MarkdownIt("commonmark", {"html": False}).parse(markdown)
    found: list[Block] = []
    opened: list[str] = []
    items: list[tuple[Run, ...]] = []
    for token in tokens:
        if token.type == "inline":
            _take(token, opened, items, found, words, tables)
        elif token.nesting == 1:
            opened.append(token.tag if token.type == "heading_open" else token.type.removesuffix("_open"))
        elif token.nesting == -1:
            kind = opened.pop()
            if kind in ("bullet_list", "ordered_list"):
                found.append(Block("bullets" if kind == "bullet_list" else "steps", entries=tuple(items)))
                items = []
    return found


def _take(
    token: Token,
    opened: list[str],
    items: list[tuple[Run, ...]],
    found: list[Block],
    words: Mapping[str, str],
    tables: Tables,
) -> None:
    runs = _runs(token, words)
    name = token.content.strip().removeprefix("[[").removesuffix("]]")
    if f"[[{name}]]" == token.content.strip():
        found.extend(tables[name]())
    elif "list_item" in opened:
        items.append(runs)
    elif opened[-1] in ("h1", "h2", "h3", "h4"):
        found.append(Block("heading", level=int(opened[-1][1]), runs=runs))
    else:
        found.append(Block("note" if "blockquote" in opened else "paragraph", runs=runs))


def _runs(token: Token, words: Mapping[str, str]) -> tuple[Run, ...]:
    style, runs = "", []
    for child in token.children or ():
        if child.type in ("strong_open", "em_open"):
            style = "strong" if child.type == "strong_open" else "emph"
        elif child.type in ("strong_close", "em_close"):
            style = ""
        elif child.type in ("softbreak", "hardbreak"):
            runs.append((" ", style))
        else:
            runs.append((_with(child.content, words), "code" if child.type == "code_inline" else style))
    return tuple(runs)


def _with(text: str, words: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: words.get(found[1], found[0]), text)


def as_json(block: Block) -> dict[str, Any]:
    """The block for the template of the PDF."""
    return {
        "kind": block.kind,
        "level": block.level,
        "runs": [list(run) for run in block.runs],
        "items": [[list(run) for run in item] for item in block.entries],
        "head": list(block.head),
        "rows": [list(row) for row in block.rows],
        "widths": list(block.widths),
    }
