"""Writes deploy/monitoring/dashboard.json, the dashboard for Grafana: rows of panels with their questions.

python3 tools/dashboard.py
"""

import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "deploy" / "monitoring" / "dashboard.json"


def rate(name: str, by: str) -> tuple[str, str]:
    """How many a second, by a label."""
    return f"sum by ({by}) (rate(alliance_{name}_total[5m]))", f"{{{{{by}}}}}"


def slowest(name: str, by: str = "") -> tuple[str, str]:
    """What 95 of 100 stay below, by a label."""
    labels = f"le, {by}" if by else "le"
    question = f"histogram_quantile(0.95, sum by ({labels}) (rate(alliance_{name}_bucket[5m])))"
    return question, f"{{{{{by}}}}}" if by else "95 %"


def most(name: str, by: str) -> tuple[str, str]:
    """What the processes that know it agree on, by a label."""
    return f"max by ({by}) (alliance_{name})", f"{{{{{by}}}}}"


# Title, unit, question and legend.
PANELS: list[tuple[str, str, tuple[str, str]]] = [
    ("Behind", "s", ("max(alliance_queue_lag_seconds)", "behind")),
    ("Partners out of reach", "short", ("sum(alliance_breaker_open) or vector(0)", "left alone")),
    ("Given up", "short", ('max(alliance_queue{queue="deliveries",state="dead"})', "dead letters")),
    ("Last look for work", "s", ("time() - max(alliance_worker_heartbeat_timestamp_seconds)", "ago")),
    ("Requests", "reqps", rate("requests", "status")),
    ("Time to an answer, 95 %", "s", slowest("request_seconds")),
    ("Inbox by outcome", "reqps", rate("inbox", "outcome")),
    ("Worked off", "reqps", rate("processed", "outcome")),
    ("Arrival to worked off, 95 %", "s", slowest("processing_seconds")),
    ("Change to partner, 95 %", "s", slowest("delivery_seconds", "partner")),
    ("Attempts to deliver", "reqps", rate("delivery_attempts", "outcome")),
    ("Failures in a row", "short", most("breaker_failures", "partner")),
    ("Waiting", "short", most('queue{state="waiting"}', "queue")),
    ("Waited longest", "s", most("queue_oldest_seconds", "queue")),
    ("Connections to the database", "short", most("database_connections", "state")),
    ("Memory", "bytes", ('process_resident_memory_bytes{job="alliance"}', "{{instance}}")),
]
HEADLINES = 4


def main() -> int:
    FILE.write_text(json.dumps(dashboard(), indent=1) + "\n", encoding="utf-8")
    return 0


def dashboard() -> dict[str, Any]:
    """What Grafana imports; it asks for the source of the numbers."""
    return {
        "uid": "alliance",
        "title": "Alliance",
        "tags": ["alliance"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [{"name": "source", "type": "datasource", "query": "prometheus"}]},
        "panels": [panel(number, *given) for number, given in enumerate(PANELS)],
    }


def panel(number: int, title: str, unit: str, asked: tuple[str, str]) -> dict[str, Any]:
    """A number in the first row, a curve below."""
    is_headline = number < HEADLINES
    width, height = (24 // HEADLINES, 4) if is_headline else (12, 8)
    place = number if is_headline else number - HEADLINES
    column, row = (place, 0) if is_headline else (place % 2, place // 2)
    return {
        "id": number + 1,
        "title": title,
        "type": "stat" if is_headline else "timeseries",
        "datasource": {"type": "prometheus", "uid": "${source}"},
        "gridPos": {
            "x": column * width,
            "y": row * height + (0 if is_headline else 4),
            "w": width,
            "h": height,
        },
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "expr": asked[0], "legendFormat": asked[1]}],
    }


if __name__ == "__main__":
    sys.exit(main())
