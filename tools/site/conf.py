"""How Sphinx makes the pages of docs/ into a site; `make docs` runs it.

The source folder is the repository, so that links between docs/ and the files beside it are the same
on a code host, in an editor and on the site. Furo brings no fonts, scripts or pictures of other hosts; the
search runs in the browser.
"""

import shutil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent

project = "Alliance"
author = "The authors of Alliance"
root_doc = "docs/index"
extensions = ["myst_parser"]
include_patterns = ["docs/*.md", "docs/**/*.md", "*.md"]
# README.md is the first page on a code host; docs/index.md is the first one here.
exclude_patterns = [
    *("README.md", "build", "dist", ".*", "**/.venv", "**/node_modules"),
    *("alliance", "benchmarks", "deploy", "federation", "migrations", "tests", "tools", "web"),
]
myst_heading_anchors = 4
myst_enable_extensions = ["html_image"]
# Headings of pages that programs write begin where they like; code that no lexer knows is shown as it is.
suppress_warnings = ["myst.header", "misc.highlighting_failure", "toc.not_included"]

html_theme = "furo"
html_title = "Alliance"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_theme_options: dict[str, list[str]] = {"top_of_page_buttons": []}


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("build-finished", _complete)


def _complete(app: Any, failure: Exception | None) -> None:
    """Brings the pictures that pages show by HTML; the folder's own address leads to the first page."""
    if failure is not None:
        return
    built = Path(app.outdir)
    for folder in ("screenshots", "drawings"):
        shutil.copytree(ROOT / "docs" / folder, built / "docs" / folder, dirs_exist_ok=True)
    (built / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Alliance</title>'
        '<meta http-equiv="refresh" content="0; url=docs/index.html">'
        '<a href="docs/index.html">Alliance</a></html>\n',
        encoding="utf-8",
    )
