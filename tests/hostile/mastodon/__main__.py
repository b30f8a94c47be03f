"""`python -m tests.hostile.mastodon` writes docs/hostile-apps.md anew."""

from tests.hostile.mastodon.document import DOCUMENT, text

if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
