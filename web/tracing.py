"""Traces for OpenTelemetry, told when something is over; loaded only where a collector is configured.

What concerns an activity is in the trace that its id stands for, on our side and on the partner's: the first
16 bytes of the SHA-256 of the id. Neither names nor texts nor query strings are told.
"""

import hashlib
import time
from typing import Any

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags, set_span_in_context
from starlette.types import Scope
from structlog.contextvars import get_contextvars

from alliance.settings import Settings

_SECOND = 1_000_000_000


class Tracing:
    """Makes spans of what this process has done; a watcher of its federation (federation/watching.py)."""

    def __init__(self, settings: Settings) -> None:
        about = Resource.create({"service.name": "alliance", "service.instance.id": settings.host})
        self._provider = TracerProvider(resource=about, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=f"{settings.traces_endpoint}/v1/traces", timeout=10)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("alliance")

    def answered(self, scope: Scope, status: int, seconds: float) -> None:
        """A request was answered: named after who answered it, never after its address."""
        endpoint = scope.get("endpoint")
        name = f"{getattr(endpoint, '__module__', '')}.{getattr(endpoint, '__name__', '')}".strip(".")
        trace = str(get_contextvars().get("trace", ""))
        told = {
            "http.request.method": scope.get("method", "GET"),
            "http.response.status_code": status,
            "alliance.request": scope.get("request_id", ""),
        }
        within = _within(bytes.fromhex(trace) + b"\0" * 7 + b"\1") if trace else None
        self._span(name or "unknown address", SpanKind.SERVER, seconds, told, within)

    def received(self, outcome: str) -> None:
        """Is told with what becomes of it."""

    def processed(self, activity: str, kind: str, host: str, outcome: str, waited: float) -> None:
        told = {"alliance.activity": activity, "alliance.partner": host, "alliance.outcome": outcome}
        self._span(f"process {kind}"[:60], SpanKind.CONSUMER, waited, told, _within(_digest(activity)))

    def tried(self, activity: str, host: str, outcome: str, waited: float, took: float) -> None:
        told = {
            "alliance.activity": activity,
            "alliance.partner": host,
            "alliance.outcome": outcome,
            "alliance.waited": waited,
        }
        self._span("deliver", SpanKind.PRODUCER, took, told, _within(_digest(activity)))

    def worked(self) -> None:
        """Looking for work is none."""

    def stored(self, act: str, outcome: str, took: float) -> None:
        self._span(f"media {act}", SpanKind.CLIENT, took, {"alliance.outcome": outcome}, None)

    def close(self) -> None:
        """Sends what was not sent yet; waits for that for a few seconds at most."""
        self._provider.force_flush(3_000)
        self._provider.shutdown()

    def _span(
        self, name: str, kind: SpanKind, seconds: float, told: dict[str, Any], within: Context | None
    ) -> None:
        ended = time.time_ns()
        began = ended - int(max(seconds, 0) * _SECOND)
        span = self._tracer.start_span(name, within, kind, told, start_time=began)
        span.end(ended)


def _digest(activity: str) -> bytes:
    return hashlib.sha256(activity.encode()).digest()


def _within(numbers: bytes) -> Context:
    """The trace of the first 16 bytes, below the span of the next eight."""
    trace, span = int.from_bytes(numbers[:16]), int.from_bytes(numbers[16:24])
    parent = SpanContext(trace, span, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(parent))
