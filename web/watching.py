"""Who watches a process: its numbers, and its traces where a collector is configured."""

from typing import TYPE_CHECKING

from alliance.errors import WrongConfiguration
from federation.watching import Watchers
from federation.wiring import Federation
from web.metrics import Metrics

if TYPE_CHECKING:
    from web.tracing import Tracing


def watch(federation: Federation) -> tuple[Metrics, "Tracing | None"]:
    """Lets both hear what federation does from now on. Raises WrongConfiguration."""
    metrics = Metrics(federation.admission.is_partner)
    tracing = _tracing(federation)
    federation.watcher = Watchers([metrics, tracing] if tracing else [metrics])
    return metrics, tracing


def _tracing(federation: Federation) -> "Tracing | None":
    settings = federation.instance.settings
    if settings.traces_endpoint is None:
        return None
    try:
        from web.tracing import Tracing
    except ModuleNotFoundError as error:
        raise WrongConfiguration(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and {name} is not installed: pip install 'alliance[otel]'.",
            name=error.name,
        ) from error
    return Tracing(settings)
