"""Image, compose and chart name settings that there are, and start nothing that may do more than it must."""

import json
import re
from dataclasses import fields
from typing import Any

import yaml

from alliance.settings import Settings
from tests.support.source import ROOT
from web.command_line.rooms import COMMANDS

DEPLOY = ROOT / "deploy"
SETTINGS = {field.metadata["name"] for field in fields(Settings)}
NAMES = re.compile(r"\b(?:ALLIANCE_[A-Z0-9_]+|OTEL_[A-Z_]+|SSL_CERT_FILE|HTTPS?_PROXY|NO_PROXY)\b")
# Of the files around the program, not its own.
OTHERS = {"ALLIANCE_CONFIG", "ALLIANCE_HOST", "ALLIANCE_IMAGE", "ALLIANCE_UPSTREAM", "ALLIANCE_INSIDE"}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_every_setting_that_is_named_there_is() -> None:
    named = {
        (str(path.relative_to(ROOT)), name)
        for path in DEPLOY.rglob("*")
        if path.is_file()
        for name in NAMES.findall(path.read_text(encoding="utf-8"))
    }

    assert {(path, name) for path, name in named if name not in SETTINGS | OTHERS} == set()


def test_the_image_holds_every_package_of_the_product() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")

    copied = set(re.findall(r"^COPY (\w+) \./\1$", text, re.MULTILINE))

    assert copied == {"alliance", "federation", "web", "migrations"}
    assert "USER 10001:0" in text


def test_what_compose_starts_may_write_only_where_it_must() -> None:
    ours = {name: made for name, made in compose()["services"].items() if name != "database"}

    for made in ours.values():
        assert made["read_only"] is True
        assert made["cap_drop"] == ["ALL"]
        assert made["security_opt"] == ["no-new-privileges:true"]
    assert ours["caddy"]["cap_add"] == ["NET_BIND_SERVICE"]
    assert [name for name, made in compose()["services"].items() if "ports" in made] == ["caddy"]


def test_commands_that_are_started_there_are() -> None:
    started = {made["command"][0] for name, made in compose()["services"].items() if "command" in made}
    charts = "".join(path.read_text() for path in (DEPLOY / "helm").rglob("templates/*.yaml"))
    started |= set(re.findall(r'args: \["(\w+)"', charts)) | set(
        re.findall(r"^ +- (init)$", charts, re.MULTILINE)
    )

    assert started - {"--help"} == {"serve", "worker", "migrate", "init"}
    assert started - {"--help"} <= COMMANDS.keys()


def test_the_chart_brings_no_database_and_no_setting_that_it_makes_itself() -> None:
    kinds = {
        kind
        for path in (DEPLOY / "helm").rglob("templates/*.yaml")
        for kind in re.findall(r"^kind: (\w+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    schema = json.loads((DEPLOY / "helm" / "alliance" / "values.schema.json").read_text(encoding="utf-8"))
    made = set(schema["properties"]["settings"]["propertyNames"]["not"]["enum"])

    assert "StatefulSet" not in kinds
    assert {"Deployment", "Job", "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler"} <= kinds
    assert made - SETTINGS == set()


def test_every_value_is_in_the_schema() -> None:
    schema = json.loads((DEPLOY / "helm" / "alliance" / "values.schema.json").read_text(encoding="utf-8"))
    values = yaml.safe_load((DEPLOY / "helm" / "alliance" / "values.yaml").read_text(encoding="utf-8"))

    assert values.keys() == schema["properties"].keys() - {"global"}
