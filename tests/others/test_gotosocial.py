"""What GoToSocial makes of our Event, read by its rules in our words.

Source: superseriousbusiness/gotosocial, internal/typeutils/astointernal.go (ASStatusToStatus: the content
warning is the summary, and the name only where there is no summary; the text is the content).
"""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.federation.documents.written_sessions import KINDS
from tests.others.documents import event_document, visible_text


@dataclass(frozen=True)
class Status:
    """A post: the text is folded away until somebody opens it behind the warning."""

    warning: str
    html: str


def read(event: dict[str, Any]) -> Status:
    """Nothing else of an Event is shown; `startTime`, `location` and `name` are not."""
    return Status(visible_text(event.get("summary") or event.get("name") or ""), event.get("content") or "")


@pytest.mark.parametrize("kind", KINDS)
def test_the_warning_says_when_and_who(kind: str) -> None:
    warning = read(event_document(kind)).warning

    assert "🗓️" in warning
    assert "Nordlicht & Söhne" in warning


@pytest.mark.parametrize("kind", KINDS)
def test_behind_it_stand_title_date_and_description(kind: str) -> None:
    event = event_document(kind)
    status = read(event)

    lines = visible_text(status.html).split("\n")

    assert lines[0] == event["name"]
    assert "\n".join(lines).removeprefix(f"{lines[0]}\n").startswith(status.warning)
    assert lines[-1] in ("Bring a system you know.", "Bring ein System mit, das du kennst.")
