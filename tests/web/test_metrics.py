"""The numbers answer: does it come in, does it go out, to whom not, and does anybody work?"""

import asyncio
import contextlib
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from alliance.instance import Instance
from federation.models import Destination, RejectionTally
from tests.support.founding import Founded
from web.inner_listener import listening
from web.metrics import MOST_HOSTS, OTHERS, Metrics
from web.operations import for_inside


async def samples(metrics: Metrics, instance: Instance) -> dict[tuple[str, ...], float]:
    """Every number by its name and the values of its labels, in the order of their names."""
    text = (await metrics.text(instance)).decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_partner_has_numbers_of_its_own_and_strangers_have_one_together(founded: Founded) -> None:
    metrics = Metrics(is_partner=lambda host: host == "alpenwerk.example")

    metrics.tried("https://n.example/activities/1", "alpenwerk.example", "delivered", 0.7, 0.2)
    metrics.tried("https://n.example/activities/2", "one.example", "waiting", 0.7, 0.2)
    metrics.tried("https://n.example/activities/2", "two.example", "dead", 0.7, 0.2)

    told = await samples(metrics, founded.instance)
    assert told["alliance_delivery_attempts_total", "delivered", "alpenwerk.example"] == 1
    assert told["alliance_delivery_seconds_sum", "alpenwerk.example"] == 0.7
    assert {key[2] for key in told if key[0] == "alliance_delivery_attempts_total"} == {
        "alpenwerk.example",
        OTHERS,
    }


async def test_there_is_an_end_to_how_many_partners_have_numbers(founded: Founded) -> None:
    metrics = Metrics(is_partner=lambda host: True)

    for number in range(MOST_HOSTS + 50):
        metrics.tried("", f"{number}.example", "delivered", 1, 1)

    told = await samples(metrics, founded.instance)
    assert len([key for key in told if key[0] == "alliance_delivery_attempts_total"]) == MOST_HOSTS + 1
    assert told["alliance_delivery_attempts_total", "delivered", OTHERS] == 50


async def test_what_the_database_knows_is_told(founded: Founded) -> None:
    async with founded.instance.unit_of_work() as uow:
        uow.db.add(RejectionTally(day=uow.now.date(), reason="too_old", count=3))
        for host, failures in (("alpenwerk.example", 4), ("stranger.example", 9)):
            until = uow.now + timedelta(minutes=5)
            uow.db.add(Destination(host=host, failures=failures, open_until=until))
    metrics = Metrics(is_partner=lambda host: host == "alpenwerk.example")
    metrics.received("accepted")
    metrics.processed("https://a.example/1", "Create", "a.example", "processed", 0.3)

    told = await samples(metrics, founded.instance)

    assert told["alliance_inbox_total", "accepted"] == 1
    assert told["alliance_processed_total", "processed"] == 1
    assert told["alliance_inbox_refused_today", "too_old"] == 3
    assert told["alliance_breaker_open", "alpenwerk.example"] == 1
    assert told["alliance_breaker_failures", "alpenwerk.example"] == 4
    assert ("alliance_breaker_open", "stranger.example") not in told
    assert told["alliance_hosts_given_a_rest",] == 2
    assert told["alliance_queue", "mail", "waiting"] == 0
    assert told["alliance_queue_oldest_seconds", "deliveries"] == 0
    assert told["alliance_database_connections", "writing", "used"] >= 0


async def ask(port: int, head: bytes) -> bytes:
    """What the inner listener answers to a request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_the_inner_listener_tells_numbers_and_probes_and_nothing_else(founded: Founded) -> None:
    metrics = Metrics()
    metrics.worked()
    async with listening(("127.0.0.1", 0), for_inside(founded.instance, metrics)) as port:
        assert port is not None

        told = await ask(port, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        ready = await ask(port, b"GET /readyz?x=1 HTTP/1.1\r\n\r\n")

        assert told.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"alliance_worker_heartbeat_timestamp_seconds 1" in told
        assert b'"ready":true' in ready
        assert (await ask(port, b"GET /sessions HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 404")
        assert (await ask(port, b"POST /metrics HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 405")


@pytest.mark.parametrize("head", [b"\r\n\r\n", b"\xff\xfe\x00\r\n\r\n", b"GET /" + b"a" * 20_000, b"GET"])
async def test_the_inner_listener_survives_whatever_comes(founded: Founded, head: bytes) -> None:
    async with listening(("127.0.0.1", 0), for_inside(founded.instance, Metrics())) as port:
        assert port is not None
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        writer.write_eof()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

        assert (await ask(port, b"GET /healthz HTTP/1.1\r\n\r\n")).endswith(b"ok\n")


async def test_several_processes_take_the_next_ports(founded: Founded) -> None:
    inside = for_inside(founded.instance, Metrics())
    async with listening(("127.0.0.1", 0), inside) as first:
        assert first is not None

        async with listening(("127.0.0.1", first), inside) as second:
            assert second is not None
            assert first < second < first + 64
