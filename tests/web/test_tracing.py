"""Traces reach a collector where one is configured; both sides of an alliance tell of one activity in one."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from alliance.settings import Settings
from federation.wiring import open_instance
from tests.support.founding import Founded
from web.app import create_app
from web.tracing import Tracing

ACTIVITY = "https://nordlicht.example/activities/7"
TRACE = "0af7651916cd43dd8448eb211c80319c"


class Collector(HTTPServer):
    """Takes OTLP over HTTP and keeps it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.exports: list[tuple[str, ExportTraceServiceRequest]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def spans(self) -> dict[str, tuple[str, dict[str, str]]]:
        """The trace and the attributes of every span by its name."""
        return {
            span.name: (
                span.trace_id.hex(),
                {one.key: one.value.string_value or str(one.value.int_value) for one in span.attributes},
            )
            for _, export in self.exports
            for resource in export.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        }


class Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Collector)
        self.server.exports.append((self.path, ExportTraceServiceRequest.FromString(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_an_activity_is_in_the_trace_that_its_id_stands_for_on_both_sides(collector: Collector) -> None:
    ours = Tracing(Settings(origin="https://nordlicht.example", traces_endpoint=collector.address))
    theirs = Tracing(Settings(origin="https://alpenwerk.example", traces_endpoint=collector.address))

    ours.tried(ACTIVITY, "alpenwerk.example", "delivered", 0.5, 0.1)
    theirs.processed(ACTIVITY, "Create", "nordlicht.example", "processed", 0.2)
    ours.close()
    theirs.close()

    told = collector.spans()
    assert {path for path, _ in collector.exports} == {"/v1/traces"}
    assert (
        told["deliver"][0] == told["process Create"][0] == hashlib.sha256(ACTIVITY.encode()).hexdigest()[:32]
    )
    assert told["deliver"][1]["alliance.partner"] == "alpenwerk.example"


async def test_a_request_goes_on_with_the_trace_that_a_proxy_began_and_tells_no_address(
    collector: Collector, settings: Settings, founded: Founded
) -> None:
    instance, federation = await open_instance(replace(settings, traces_endpoint=collector.address))
    app = create_app(federation)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=settings.origin) as client:
        await client.get("/search?q=layoffs", headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
    app.state.tracing.close()
    await federation.close()
    await instance.close()

    (name, (trace, told)) = next(iter(collector.spans().items()))
    assert (trace, told["http.response.status_code"]) == (TRACE, "200")
    assert name.startswith("web.pages.")
    assert "layoffs" not in str(collector.exports)
