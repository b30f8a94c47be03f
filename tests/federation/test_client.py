"""The one client: limits that hold, proxies, certificates, kept connections."""

import asyncio
import gzip
import ipaddress
import ssl
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from alliance.settings import Settings
from federation import failures
from federation.allowed_urls import Rules
from federation.client import Client, Proxies
from tests.federation.servers import Names, serving

OPEN = Rules(plain_http=True, any_port=True, literals=True, private_addresses=True)
BOMB = gzip.compress(b"\0" * 50_000_000)


async def hello(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(text=f"{request.method} {request.path_qs}", headers={"Set-Cookie": "a=b; Path=/"})


async def test_an_answer_has_status_headers_and_body() -> None:
    async with serving(hello) as server, Client(OPEN) as client:
        answer = await client.send("POST", server.url("/inbox?x=1"), body=b"{}", headers={"X-Own": "1"})

        assert (answer.status, answer.body) == (200, b"POST /inbox?x=1")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.url == server.url("/inbox?x=1")
        assert answer.host == f"127.0.0.1:{server.port}"
        assert server.requests[0].headers["X-Own"] == "1"


async def test_paths_are_sent_exactly_as_they_are_written() -> None:
    async with serving(hello) as server, Client(OPEN) as client:
        answer = await client.send("GET", server.url("/a%2Fb/%7Ec/../d?x=%20+&y"))

        assert answer.body == b"GET /a%2Fb/%7Ec/../d?x=%20+&y"


async def test_connections_are_kept_and_cookies_are_not() -> None:
    async with serving(hello) as server, Client(OPEN) as client:
        for _ in range(3):
            await client.send("GET", server.url())

        assert len({request.transport for request in server.requests}) == 1
        assert [request.headers.get("Cookie") for request in server.requests] == [None] * 3


async def test_redirects_are_handed_back() -> None:
    async def away(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with serving(away) as server, Client(OPEN) as client:
        answer = await client.send("GET", server.url())

        assert (answer.status, answer.headers["Location"]) == (302, "/elsewhere")
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"hello")),
        ("x-gzip", gzip.compress(b"hello")),
        ("deflate", zlib.compress(b"hello")),
        ("identity", b"hello"),
    ],
)
async def test_packed_answers_are_unpacked(encoding: str, packed: bytes) -> None:
    async def pack(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=packed, headers={"Content-Encoding": encoding})

    async with serving(pack) as server, Client(OPEN) as client:
        assert (await client.send("GET", server.url())).body == b"hello"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("br", b"hello"), ("gzip", b"hello"), ("gzip", gzip.compress(b"hello")[:-9]), ("gzip, gzip", b"x")],
)
async def test_what_can_not_be_unpacked_is_refused(encoding: str, packed: bytes) -> None:
    async def pack(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=packed, headers={"Content-Encoding": encoding})

    async with serving(pack) as server, Client(OPEN) as client:
        with pytest.raises(failures.BadDocument):
            await client.send("GET", server.url())


async def test_the_limit_holds_after_unpacking() -> None:
    async def bomb(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=BOMB, headers={"Content-Encoding": "gzip"})

    assert len(BOMB) < 100_000
    async with serving(bomb) as server, Client(OPEN) as client:
        await client.send("GET", server.url("/"), cut=True)
        tracemalloc.start()
        try:
            with pytest.raises(failures.TooLarge):
                await client.send("GET", server.url())
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    # 50 MB lie in the 50 kB that arrive at once; no more than the limit may ever be unpacked.
    assert most < 10_000_000


@pytest.mark.parametrize("chunked", [True, False])
async def test_the_limit_holds_to_the_byte(chunked: bool) -> None:
    async def many(request: web.BaseRequest) -> web.StreamResponse:
        answer = web.Response(body=b"x" * int(request.query["n"]))
        if chunked:
            answer.enable_chunked_encoding()
        return answer

    async with serving(many) as server, Client(OPEN) as client:
        assert len((await client.send("GET", server.url("/?n=1000"), limit=1000)).body) == 1000
        with pytest.raises(failures.TooLarge):
            await client.send("GET", server.url("/?n=1001"), limit=1000)
        assert len((await client.send("GET", server.url("/?n=9000"), limit=1000, cut=True)).body) == 1000


async def test_the_time_holds_while_the_body_does_not_end() -> None:
    async def trickle(request: web.BaseRequest) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"x")
        await asyncio.Event().wait()
        return answer

    async with serving(trickle) as server, Client(OPEN) as client:
        with pytest.raises(failures.TimedOut):
            await client.send("GET", server.url(), seconds=0.3)


async def test_the_time_holds_while_nobody_answers() -> None:
    async def silence(request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    async with serving(silence) as server, Client(OPEN) as client:
        with pytest.raises(failures.TimedOut):
            await client.send("GET", server.url(), seconds=0.2)


async def test_a_port_where_nobody_listens_is_named() -> None:
    async with serving(hello) as server:
        url = server.url()
    async with Client(OPEN) as client:
        with pytest.raises(failures.ConnectionRefused):
            await client.send("GET", url)


async def test_a_name_that_does_not_resolve_is_named() -> None:
    async def nothing(*_: object) -> list[object]:
        raise OSError("no such name")

    async with Client(OPEN, lookup=nothing) as client:  # type: ignore[arg-type]
        with pytest.raises(failures.HostUnknown) as caught:
            await client.send("GET", "https://birch.example/")

    assert "birch.example" in str(caught.value)


@pytest.mark.parametrize(
    "reply", [b"", b"\x16\x03\x01", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", b"SSH-2.0-x\r\n"]
)
async def test_answers_that_are_not_http_are_named(reply: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        writer.close()

    listener = await asyncio.start_server(speak, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with Client(OPEN) as client:
        with pytest.raises(failures.Unreachable):
            await client.send("GET", f"http://127.0.0.1:{port}/")
    listener.close()
    await listener.wait_closed()


async def test_a_huge_header_is_refused() -> None:
    async def huge(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(headers={"X": "x" * 20_000})

    async with serving(huge) as server, Client(OPEN) as client:
        with pytest.raises(failures.Unreachable):
            await client.send("GET", server.url())


def certificate(folder: Path, *, days: int = 1, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate of its own making, and the file to trust it by."""
    key = generate_private_key(SECP256R1())
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    start, end = sorted((now - timedelta(days=1), now + timedelta(days=days)))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(
            x509.SubjectAlternativeName(names),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "server.pem", folder / "server.key"
    pem.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, secret)
    return context, pem


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    tls, _ = certificate(tmp_path)

    async with serving(hello, tls) as server, Client(OPEN) as client:
        with pytest.raises(failures.BadCertificate) as caught:
            await client.send("GET", server.url(host="localhost", scheme="https"))

        assert server.requests == []
    assert "certificate of localhost" in str(caught.value)


async def test_an_extra_authority_is_trusted_besides_those_of_the_system(tmp_path: Path) -> None:
    tls, trusted = certificate(tmp_path)

    async with serving(hello, tls) as server, Client(OPEN, extra_ca_file=trusted) as client:
        answer = await client.send("GET", server.url(host="localhost", scheme="https"))
        assert answer.status == 200
        context = client._opened()._tls()

    assert context.cert_store_stats()["x509_ca"] >= 1


@pytest.mark.parametrize(("days", "name"), [(-2, "localhost"), (1, "cedar.localhost")])
async def test_expired_and_foreign_certificates_are_refused(tmp_path: Path, days: int, name: str) -> None:
    tls, trusted = certificate(tmp_path, days=days, name=name)

    async with serving(hello, tls) as server, Client(OPEN, extra_ca_file=trusted) as client:
        with pytest.raises(failures.BadCertificate):
            await client.send("GET", server.url(host="localhost", scheme="https"))


async def test_plain_http_on_a_tls_port_is_named() -> None:
    async with serving(hello) as server, Client(OPEN) as client:
        with pytest.raises((failures.BadCertificate, failures.Unreachable, failures.TimedOut)):
            await client.send("GET", server.url(scheme="https"), seconds=2)


async def proxy(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(text=f"proxied {request.raw_path if hasattr(request, 'raw_path') else request.path}")


async def test_a_proxy_is_used_for_admitted_hosts_and_gets_its_password() -> None:
    rules = Rules(plain_http=True)
    async with serving(proxy) as server:
        proxies = Proxies(http=f"http://user:secret@127.0.0.1:{server.port}")
        async with Client(rules, proxies=proxies, is_admitted={"birch.example"}.__contains__) as client:
            answer = await client.send("GET", "http://birch.example/actor")

            assert answer.status == 200
            assert server.requests[0].headers["Proxy-Authorization"] == "Basic dXNlcjpzZWNyZXQ="
            assert server.requests[0].headers["Host"] == "birch.example"


async def test_behind_a_proxy_other_hosts_and_addresses_are_not_called() -> None:
    rules = Rules(plain_http=True)
    async with serving(proxy) as server:
        proxies = Proxies(http=f"http://127.0.0.1:{server.port}")
        async with Client(rules, proxies=proxies) as client:
            with pytest.raises(failures.NotAdmitted):
                await client.send("GET", "http://birch.example/")
            with pytest.raises(failures.UrlRefused):
                await client.send("GET", "http://10.0.0.1/")

        assert server.requests == []


async def test_a_proxy_that_refuses_is_named() -> None:
    async def refuse(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=407)

    async with serving(refuse) as server:
        proxies = Proxies(https=f"http://127.0.0.1:{server.port}")
        async with Client(Rules(), proxies=proxies, is_admitted=lambda host: True) as client:
            with pytest.raises(failures.ProxyFailed):
                await client.send("GET", "https://birch.example/")


async def test_hosts_that_bypass_the_proxy_are_checked_like_any_other() -> None:
    rules = Rules(plain_http=True, any_port=True)
    proxies = Proxies(http="http://127.0.0.1:9", bypass="birch.example,.inside.example")
    async with Client(rules, proxies=proxies, lookup=Names(["10.0.0.1"])) as client:
        for host in ("birch.example", "a.inside.example"):
            with pytest.raises(failures.PrivateAddress):
                await client.send("GET", f"http://{host}:8080/")


def test_settings_open_and_close_everything_together(tmp_path: Path) -> None:
    closed = Settings(origin="https://birch.example", secret_file=tmp_path / "s")
    opened = Settings(origin="http://birch.localhost:8000", danger_private_networks=True)

    assert Rules.from_settings(closed) == Rules()
    assert Rules.from_settings(opened) == OPEN


def test_every_failure_names_the_host_in_its_sentence() -> None:
    codes = (400, 401, 403, 404, 410, 418, 429, 500, 503)
    made = [failures.status_failure("birch.example", code) for code in codes]
    kinds = [kind for kind in vars(failures).values() if isinstance(kind, type)]
    plain = [
        kind("birch.example")
        for kind in kinds
        if issubclass(kind, failures.FetchFailed) and not issubclass(kind, failures.AnsweredStatus)
    ]

    assert len(plain) >= 16
    assert all("birch.example" in str(failure) and failure.status == 502 for failure in [*made, *plain])
    assert len({type(failure) for failure in made}) == 5
