"""What is wrong is named by its setting; what must be reachable is listed."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from alliance.learning_settings import StoreDraft, change_store
from alliance.models import Source
from alliance.settings import Settings
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.command_line.running import alliance
from tests.support.founding import Founded
from web.command_line.looks import disk, exposure, proxies
from web.egress import Way, ways_out

PRODUCTION = Settings(origin="https://lernen.example")


def test_behind_a_proxy_that_nobody_named_nothing_can_be_said() -> None:
    verdict = proxies(PRODUCTION)

    assert verdict.is_fine is None
    assert "ALLIANCE_TRUSTED_PROXIES" in verdict.says


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"danger_private_networks": True}, "ALLIANCE_DANGER_PRIVATE_NETWORKS"),
        ({"metrics_bind": ("8.8.8.8", 9464)}, "ALLIANCE_METRICS_BIND"),
    ],
)
def test_what_must_not_be_open_is_named(changed: dict[str, object], name: str) -> None:
    verdict = exposure(replace(PRODUCTION, **changed))  # type: ignore[arg-type]

    assert (verdict.is_fine, verdict.says.partition(" ")[0]) == (False, name)


def test_numbers_on_an_address_inside_are_fine() -> None:
    assert exposure(replace(PRODUCTION, metrics_bind=("10.0.0.7", 9464))).is_fine


def test_a_disk_is_looked_at_where_the_instance_will_write(tmp_path: Path) -> None:
    settings = replace(
        PRODUCTION, media=tmp_path / "not" / "yet", database=f"sqlite:///{tmp_path}/alliance.db"
    )

    verdicts = disk(settings)

    free = shutil.disk_usage(tmp_path).free / 1e9
    assert [verdict.says.rpartition(" where ")[2] for verdict in verdicts] == [
        "ALLIANCE_MEDIA is",
        "ALLIANCE_DATABASE is",
    ]
    assert verdicts[0].says.startswith(f"{free:.1f} GB")


def test_check_speaks_to_programs_and_names_what_is_wrong(company: Path) -> None:
    done = alliance(company, "check", "--json", ALLIANCE_SMTP="smtp+plain://127.0.0.1:1")

    told = {verdict["about"]: verdict for verdict in json.loads(done.out)}
    assert done.code == 1
    assert told["mail"]["is_fine"] is False
    assert told["mail"]["says"].startswith("ALLIANCE_SMTP: 127.0.0.1:1")
    assert told["queues"]["is_fine"] is True


def test_a_wildcard_among_the_proxies_stops_everything(company: Path) -> None:
    done = alliance(company, "check", ALLIANCE_TRUSTED_PROXIES="0.0.0.0/0")

    assert (done.code, done.error.partition(" ")[0]) == (2, "ALLIANCE_TRUSTED_PROXIES")


async def test_every_way_out_is_listed_with_what_it_is_for(
    founded: Founded, federation: Federation, settings: Settings
) -> None:
    stage = Stage(founded)
    await stage.ally("alpenwerk.example")
    hanse = await stage.know("kalender.example")
    async with founded.instance.unit_of_work() as uow:
        uow.db.add(
            Source(
                company_id=hanse.id, uri="https://kalender.example/a", host="kalender.example",
                state="following", since=uow.now, created_at=uow.now, topics=[],
            )
        )  # fmt: skip
        store = StoreDraft(
            is_on=True, endpoint="https://lrs.internal:8443/xapi", is_inside=True, key="a", secret="b",
            version="1.0.3",
        )  # fmt: skip
        await change_store(uow, store, founded.admin)
    told = Settings.from_env(
        {
            "ALLIANCE_ORIGIN": settings.origin,
            "ALLIANCE_DATABASE": "postgresql://a:b@db.internal,db2.internal:5433/alliance",
            "ALLIANCE_SMTP": "smtp://mail.internal",
            "HTTPS_PROXY": "http://user:secret@proxy.internal:3128",
            "NO_PROXY": "localhost,.internal",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.internal:4318",
        },
        Path("/"),
    )
    instance = SimpleNamespace(settings=told, reading=founded.instance.reading)

    found = await ways_out(SimpleNamespace(instance=instance))  # type: ignore[arg-type]

    assert found == [
        Way("database", "db.internal", 5432),
        Way("database", "db2.internal", 5433),
        Way("mail", "mail.internal", 587),
        Way("partner", "alpenwerk.example", 443, "proxy.internal"),
        Way("proxy", "proxy.internal", 3128),
        Way("record store", "lrs.internal", 8443),
        Way("source", "kalender.example", 443, "proxy.internal"),
        Way("traces", "collector.internal", 4318),
    ]
    assert "secret" not in str(found)


def test_the_command_lists_them(company: Path) -> None:
    assert json.loads(alliance(company, "egress", "--json").out) == []
