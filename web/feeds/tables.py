"""Cells of tables (CSV, RFC 4180) that nothing runs when a spreadsheet opens them."""

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """Text on one line; what a spreadsheet would take for a formula begins with an apostrophe."""
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(_FORMULAS) or text.startswith(_FORMULAS) else line
