"""A built page that would fetch something from elsewhere, or something that is not there, is named."""

from pathlib import Path

from tools.built_site import faults


def test_a_page_that_fetches_from_another_host_is_named(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(
        '<link rel="stylesheet" href="https://cdn.example/a.css"><script src="//cdn.example/a.js"></script>'
        '<img src="gone.png"><a href="https://elsewhere.example/">a link is for people</a>'
    )

    found = [fault.removeprefix(f"{page} fetches ") for fault in faults(page)]

    assert found == ["https://cdn.example/a.css", "//cdn.example/a.js", "gone.png, which is not there"]


def test_a_style_that_fetches_a_font_from_another_host_is_named(tmp_path: Path) -> None:
    style = tmp_path / "site.css"
    style.write_text("@import 'https://fonts.example/f.css'; a{background:url(data:image/png;base64,AA)}")

    assert list(faults(style)) == [f"{style} fetches https://fonts.example/f.css"]


def test_what_the_site_has_itself_is_fine(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    page = tmp_path / "index.html"
    page.write_text('<img src="a.png?v=1"><img src="data:image/png;base64,AA">')

    assert list(faults(page)) == []
