"""docs/hostile-apps.md: everything that was tried against the API for apps, with the test that says so."""

from pathlib import Path

from tests.hostile.mastodon.attempts import ATTEMPTS

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "hostile-apps.md"
HEAD = """\
# What hostile apps try

What somebody with an app, a stolen token or a server whose words reach apps may be after, what they get, and
the test that says so. Bold is what had worked until its test was written. What hostile servers try at the
network door is in [hostile.md](hostile.md). Written by `python -m tests.hostile.mastodon`.

| somebody tries to | and gets | test |
|---|---|---|
"""


def text() -> str:
    """The whole document."""
    rows = []
    for one in ATTEMPTS:
        aim = f"**{one.aim}**" if one.mended else one.aim
        rows.append(f"| {aim} | {one.answer} | `{one.test}` in `{one.file}` |\n")
    return HEAD + "".join(rows)
