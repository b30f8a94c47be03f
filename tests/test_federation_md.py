"""FEDERATION.md says what the code does."""

import re
from pathlib import Path

from alliance import receiving_external, sources
from federation import client, fetch, follower_drift, inbox, intents, moves, pruning, reading_sources
from federation.handlers import HANDLERS, external
from federation.outbox import GIVE_UP_AFTER
from federation.refusals import InboxReason
from federation.source_lists import Bounds

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "FEDERATION.md").read_text(encoding="utf-8")

# What the federation profile asks for; what it only allows may follow.
MUST = {"67ff", "f1d5", "2677", "d556", "8a8e", "2c59", "fe34", "521a"}
SHOULD = {
    *("8fcf", "8b32", "844e", "3b86", "1b12", "5feb", "fb2a"),
    *("7628", "c180", "4f05", "8967", "7502", "0151"),
}


def section(title: str) -> str:
    """What stands below one heading."""
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(title: str) -> list[str]:
    """The first column of the table below a heading, without its head."""
    return re.findall(r"^\| `?([A-Za-z_]+)`? \|", section(title), re.MULTILINE)[1:]


def test_the_activities_taken_in_are_the_table_of_handlers() -> None:
    assert first_cells("Activities taken in") == list(HANDLERS)


def test_the_activities_sent_are_those_that_the_code_names() -> None:
    sources = [*(ROOT / "federation").rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    sent = first_cells("Activities sent")

    # What others may say to us but we say to nobody.
    assert set(sent) == set(HANDLERS) - {"Ignore", "EmojiReact", "Block"}
    assert [kind for kind in sent if f'"{kind}"' not in code] == []


def test_every_fep_is_told_and_has_a_test_of_its_own_text() -> None:
    told = re.findall(r"^\| \[([0-9a-f]{4})\]\(https://w3id\.org/fep/\1\) \|", section("FEPs"), re.MULTILINE)
    tested = {
        path.stem.removeprefix("test_fep_")
        for path in (ROOT / "tests" / "federation" / "feps").glob("test_fep_*.py")
    }

    assert len(told) == len(set(told))
    assert set(told) == tested >= MUST | SHOULD


def test_each_test_of_a_fep_cites_it() -> None:
    for path in (ROOT / "tests" / "federation" / "feps").glob("test_fep_*.py"):
        assert path.read_text(encoding="utf-8").startswith(f'"""FEP-{path.stem.removeprefix("test_fep_")}, ')


def test_intents_and_pauses_are_those_of_the_code() -> None:
    intents_told = " ".join(section("Intents").split())
    followers_told = " ".join(section("Followers").split())

    assert [verb for verb in intents.VERBS if f"`/intents/{verb.lower()}`" not in intents_told] == []
    assert f"silent for {pruning.SILENT_FOR.days} days" in followers_told
    assert follower_drift.ASK_AGAIN_AFTER.total_seconds() == 1800
    assert moves.COOLDOWN.days == 7


def test_every_reason_of_the_inbox_is_told_with_its_status() -> None:
    told = re.findall(r"^\| ([a-z_]+) \| (\d{3}) \|", section("What the inbox refuses"), re.MULTILINE)

    assert [(word, int(status)) for word, status in told] == [(r.word, r.status) for r in InboxReason]


def test_limits_are_those_of_the_code() -> None:
    told = section("Limits")

    assert inbox.MAX_BODY_BYTES == client.MAX_BYTES == 1_000_000
    assert f"{fetch.MAX_FETCHES} fetches" in told
    assert f"{fetch.MAX_REDIRECTS} redirects, {client.MAX_SECONDS:.0f} s" in told
    assert GIVE_UP_AFTER.days == 3


def test_bounds_of_external_sources_are_those_of_the_code() -> None:
    told, bounds = section("External sources").replace("\n", " "), Bounds()

    read = f"{bounds.pages} pages, {bounds.items} items, {bounds.originals} events one by one"
    assert f"{read}, {bounds.size // 10**6} MB, {reading_sources.MAX_SECONDS} s" in told
    assert f"at most {external.MOST_FETCHES} requests" in told
    assert f"at most {receiving_external.FARTHEST.days} days ahead" in told
    assert f"{receiving_external.MOST_UPCOMING} of one source, {sources.MOST_SOURCES} sources" in told
