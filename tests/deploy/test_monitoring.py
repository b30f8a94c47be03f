"""Alerts and the dashboard ask for numbers that there are."""

import json
import re
from collections.abc import Iterator

import pytest
import yaml

from tests.support.source import ROOT
from tools import dashboard
from web.metrics import Metrics

FOLDER = ROOT / "deploy" / "monitoring"
NAME = re.compile(r"\b(?:alliance|process)_[a-z_]+")
LABELS = re.compile(r"\b((?:alliance|process)_[a-z_]+)\{([^}]*)\}|\bby \(([^)]*)\)")
# Prometheus adds these itself.
ADDED = {"le", "job", "instance"}


def told() -> dict[str, set[str]]:
    """Every name that /metrics can tell, with its labels."""
    found: dict[str, set[str]] = {}
    registry = Metrics().registry
    # What the library tells of a process has no labels.
    found |= {family.name: set() for family in registry.collect()}
    for collector, names in registry._collector_to_names.items():
        labels = set(getattr(collector, "_labelnames", ()))
        found |= dict.fromkeys(names, labels)
    return found


def questions() -> Iterator[str]:
    """What alerts and panels ask for."""
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))
    yield from (rule["expr"] for group in rules["groups"] for rule in group["rules"])
    panels = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))["panels"]
    yield from (target["expr"] for panel in panels for target in panel["targets"])


@pytest.mark.parametrize("question", list(questions()))
def test_a_question_names_numbers_and_labels_that_there_are(question: str) -> None:
    there = told()
    named = set(NAME.findall(question))
    grouped = {
        label.strip() for found in LABELS.findall(question) for label in found[2].split(",") if found[2]
    }
    matched = {
        (name, part.partition("=")[0].strip("!~ "))
        for name, labels, _ in LABELS.findall(question)
        for part in labels.split(",")
        if part
    }

    assert named - there.keys() == set()
    assert [(name, label) for name, label in matched if label not in there[name] | ADDED] == []
    assert grouped - ADDED - set().union(*(there[name] for name in named)) == set()


def test_what_the_documentation_lists_is_what_is_told() -> None:
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(alliance_[a-z_]+)`", text))

    # The library tells each of these with endings of its own.
    families = {family.name for family in Metrics().registry.collect() if family.name.startswith("alliance_")}
    assert {name.removesuffix("_total") for name in listed} == families - {"alliance"}


def test_every_alert_says_what_it_means_and_what_to_do() -> None:
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]

    assert [rule["alert"] for rule in rules if rule["annotations"].keys() != {"summary", "action"}] == []


def test_the_dashboard_is_the_one_that_is_written_down() -> None:
    assert json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8")) == dashboard.dashboard()
