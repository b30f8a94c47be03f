"""FEP-67ff, FEDERATION.md: "Structure"; tests/test_federation_md.py compares the file with the code."""

from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent.parent.parent


def test_the_file_lies_in_the_root_is_markdown_and_lists_protocols_and_feps() -> None:
    text = (ROOT / "FEDERATION.md").read_text(encoding="utf-8")
    tokens = MarkdownIt().enable("table").parse(text)
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]

    assert headings[:3] == ["Federation", "Protocols", "FEPs"]
    assert all(name in text for name in ("ActivityPub", "WebFinger", "NodeInfo", "RFC 9421"))
