"""Pages stay small and obey the content security policy: nothing inline, every icon there."""

import gzip
import re
from pathlib import Path

import pytest

from web.quilts import quilt
from web.templating import STATIC, environment, static
from web.texts import LANGUAGES

TEMPLATES = sorted((STATIC.parent / "templates").rglob("*.html"))
# Mail programs know no policy and no stylesheets, and the approval pack is a file that is handed on.
PAGES = [
    path
    for path in TEMPLATES
    if path.parent.name not in ("mail", "mails") and path.name != "approval_pack.html"
]
STYLES = sorted((STATIC / "css").glob("*.css"))


def test_stylesheets_and_scripts_stay_within_their_budget() -> None:
    scripts = b"".join(path.read_bytes() for path in STATIC.glob("*.js"))

    assert sum(len(gzip.compress(path.read_bytes())) for path in STYLES) <= 32_000
    assert len(gzip.compress(scripts)) <= 4_000
    assert max(path.stat().st_size for path in (STATIC / "fonts").iterdir()) <= 60_000


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_template_carries_style_or_script_inline(path: Path) -> None:
    text = path.read_text("utf-8")

    # A block of data is never run, so the policy doesn't ask about it (HTML, "prepare the script element").
    scripts = r"<script(?! src=| type=\"application/ld\+json\">)"
    assert re.findall(rf"\sstyle=|<style|\son[a-z]+=\"|{scripts}|javascript:", text) == []


def test_every_icon_in_use_is_in_the_sprite_and_no_other() -> None:
    sprite = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    sources = [*TEMPLATES, *(STATIC.parent / "pages").glob("*.py")]
    said = {
        name for path in sources for name in re.findall(r"[\"']([a-z0-9-]+)[\"']", path.read_text("utf-8"))
    }
    called = {
        name
        for path in TEMPLATES
        for name in re.findall(r"(?<![a-z])icon\('([a-z0-9-]+)'", path.read_text("utf-8"))
    }

    assert called - sprite == set()
    assert sprite - said == set()


def test_everything_that_styles_and_pages_name_exists() -> None:
    named = {
        (path.parent / address).resolve()
        for path in STYLES
        for address in re.findall(r"url\(([^)]+)\)", path.read_text("utf-8"))
    }
    named |= {
        STATIC / address
        for path in TEMPLATES
        for address in re.findall(r"static\('([^' ~]+\.[a-z0-9]+)'\)", path.read_text("utf-8"))
    }

    assert [str(path) for path in named if not path.is_file()] == []


def test_every_font_and_icon_comes_with_its_licence() -> None:
    licences = {path.name: path.read_text("utf-8") for path in (STATIC / "licences").iterdir()}

    assert "SIL Open Font License" in licences["atkinson-hyperlegible-next.txt"]
    assert "ISC License" in licences["lucide.txt"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_can_be_parsed(language: str) -> None:
    known = environment(language)

    assert [name for name in known.list_templates() if known.get_template(name).name != name] == []


def test_the_address_of_a_file_changes_with_its_content() -> None:
    assert re.fullmatch(r"/static/css/base\.css\?v=[0-9a-f]{12}", static("css/base.css"))
    assert static("css/base.css").split("=")[1] != static("css/pages.css").split("=")[1]


def test_a_quilt_is_always_the_same_for_the_same_seed() -> None:
    one, again, other = quilt(7, [3, 9], 12, 3), quilt(7, [3, 9], 12, 3), quilt(8, [3, 9], 12, 3)

    assert one == again != other
    assert len(one) == 36
    assert {tile.hue for tile in one} <= {3, 9}
    assert all(tile.tone != tile.shape_tone for tile in one)
