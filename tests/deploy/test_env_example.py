"""The example of all settings says what the settings are."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

from alliance.settings import Settings

EXAMPLE = Path(__file__).parent.parent.parent / "deploy" / "env.example"
LINE = re.compile(r"^#?([A-Z0-9_]+)=(.*)$", re.MULTILINE)
# Settings without a default are shown with an example.
SHOWN_BY_EXAMPLE = {
    "ALLIANCE_ORIGIN",
    "ALLIANCE_TRUSTED_PROXIES",
    "ALLIANCE_RETENTION",
    "ALLIANCE_SECURITY_CONTACT",
    "ALLIANCE_METRICS_BIND",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
}


def test_every_setting_stands_in_the_example_and_nothing_else() -> None:
    shown = {name for name, _ in LINE.findall(EXAMPLE.read_text())}

    assert shown == {field.metadata["name"] for field in fields(Settings)}


def test_every_default_that_is_shown_is_the_real_one() -> None:
    shown = {name: value for name, value in LINE.findall(EXAMPLE.read_text()) if name not in SHOWN_BY_EXAMPLE}
    given = {"ALLIANCE_ORIGIN": "https://lernen.example", **shown}

    settings = Settings.from_env(given, Path("/"))

    defaults = {field.name: field.default for field in fields(Settings) if field.default is not MISSING}
    assert {name: getattr(settings, name) for name in defaults} == defaults


def test_every_example_can_be_used() -> None:
    shown = dict(LINE.findall(EXAMPLE.read_text()))

    assert Settings.from_env(shown, Path("/")).host == "lernen.example"
