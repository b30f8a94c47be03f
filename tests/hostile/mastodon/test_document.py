"""The list of what was tried names tests that are there."""

import pytest

from tests.hostile.mastodon.attempts import ATTEMPTS, Attempt
from tests.hostile.mastodon.document import DOCUMENT, ROOT, text


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda one: one.test)
def test_an_attempt_has_its_test(attempt: Attempt) -> None:
    assert f"def {attempt.test}(" in (ROOT / attempt.file).read_text(encoding="utf-8")


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == text(), "python -m tests.hostile.mastodon"
