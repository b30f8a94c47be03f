"""No address of a private network is ever connected, however it is written; a real listener sees nobody."""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.addresses import address_of, is_public, looks_like_address
from federation.allowed_urls import Rules
from federation.client import Client
from federation.connecting import ForbiddenAddress, GuardedResolver, guarded_connector
from federation.failures import FetchFailed, PrivateAddress, UrlRefused
from tests.federation.servers import Names, listening

# What a resolver may answer, or a socket be opened to.
CLOSED = """
0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.0.0.2
127.1.2.3 127.255.255.255 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1
192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255 192.175.48.1
198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.254 255.255.255.255 :: ::1 ::2 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:7f00:1
::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1
64:ff9b::808:808 64:ff9b:1::1 64:ff9b:1:ffff::7f00:1 100::1 100:0:0:1::1 200::1 400::1 1fff::1
2001::1 2001:0:53aa:64c:0:7fff:80ff:fffe 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
2001:db8:ffff::1 2002:7f00:1::1 2002:a00:1::1 2002:c0a8:101::1 2002:808:808::1 2620:4f:8000::1
3fff::1 3fff:fff::1 4000::1 5f00::1 8000::1 fc00::1 fd00::1 fd12:3456:789a::1 fdff:ffff::1 fe80::1
fe80::1%lo fe80:0:0:1::1 febf::1 fec0::1 feff::1 ff00::1 ff02::1 ff0e::1 ffff::1
2a00:1450::5efe:127.0.0.1 2a00:1450::200:5efe:10.0.0.1
100.100.100.200 192.0.0.192 168.63.129.16 fd00:ec2::254 ::ffff:169.254.169.254 ::ffff:0:a9fe:a9fe
::a9fe:a9fe 64:ff9b::a9fe:a9fe 64:ff9b:1:a9fe:a9:fe00:: 2002:a9fe:a9fe:: 2001:0:a9fe:a9fe::5601:5601
"""
PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
172.15.255.255 172.32.0.0 192.0.1.1 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0
223.255.255.255 2000::1 2001:200::1 2001:4860:4860::8888 2003::1 2606:4700::1111
2a00:1450:4001:800::2003 3ffe:ffff::1
"""

# How the same addresses, and others, may be written in an address of the web.
WRITTEN = """
127.0.0.1 127.1 127.0.1 0127.0.0.1 0177.0.0.1 0177.0.0.01 0x7f.0.0.1 0x7f.1 0x7f000001 0X7F000001
2130706433 017700000001 127.0.0.1. 127.1. 0 0.0.0.0 00000000 0x0 1.1 10.1 169.254.169.254 0xa9fea9fe
2852039166 [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1]
[64:ff9b::7f00:1] [fe80::1] [2002:7f00:1::] [fd00::1] [2606:4700::1111] 8.8.8.8 localhost LOCALHOST
localhost. a.localhost a.b.localhost. printer intranet server.local db.internal
0300.0250.0.1 0xc0.0xa8.1 3232235521 192.168.257 0x7f.1. 0177.1. 127.0.0.1.. 1.2.3.4.5 256.256.256.256
0xA9.0xFE.0xA9.0xFE 0251.0376.0251.0376 169.254.43518 [::ffff:a9fe:a9fe] [::a9fe:a9fe] [64:ff9b:1::a9fe:a9fe]
[2001:0:a9fe:a9fe::5601:5601] [0:0:0:0:0:ffff:127.0.0.1] [0000::1] [::0.0.0.1] [fec0::1] [ff02::1]
metadata.google.internal LocalHost. x.LOCAL
"""
ODD = """
https://user@birch.example/ https://user:secret@birch.example/ https://birch.example:8443/
https://birch.example:22/ https://birch.example:0/ https://birch.example:99999/
http://birch.example/ ftp://birch.example/ file:///etc/passwd gopher://birch.example/
javascript:alert(1) //birch.example/ birch.example https:birch.example https:/birch.example
https:///birch.example https:// https://birch.example\\@localhost/ https://birch%2eexample/
https://birch。example/ https://bïrch.example/ https://birch..example/ https://.birch.example/
https://①②⑦.⓪.⓪.① https://birch.example:80:443/ https://[birch.example]/ https://[::1]extra/
https://[::1%25lo]/ https://birch_.example@127.0.0.1/ https://127.0.0.1%00.birch.example/
https://birch.example%40127.0.0.1/ https://127。0。0。1/ https://127．0．0．1/ https://１２７.0.0.1/
https://⓪x7f.1/ https://loc\u00adalhost/ https://[::1%25eth0]:80/ https://[fe80::1%eth0]/ https://127.0.0.1:/
https://birch.example:+443/ https://birch.example:0443443/ https://birch.example:４４３/
https://birch.example&@127.0.0.1/ https://birch.example;@127.0.0.1/ https://ⓛocalhost/ https://ℓocalhost/
https://127.0.0.1%2f@birch.example/ https://[::ffff:127.0.0.1/ https://::1]/ https://%5B::1%5D/
"""
CONTROL = [
    "https://birch.example/\r\nHost: localhost",
    "https://birch.example /",
    " https://birch.example/",
    "https://birch.example/a b",
    "https://birch.example/\t",
    "https://bir\u0000ch.example/",
    "https://birch.example/" + "a" * 2000,
    "",
]


TABLE = tuple({*CLOSED.split(), *WRITTEN.split(), *ODD.split(), *CONTROL})


@pytest.mark.parametrize("text", CLOSED.split())
def test_addresses_that_are_not_of_the_open_internet(text: str) -> None:
    address = address_of(text)

    assert address is not None
    assert is_public(address) is False


@pytest.mark.parametrize("text", PUBLIC.split())
def test_addresses_of_the_open_internet(text: str) -> None:
    assert is_public(ip_address(text)) is True


@given(number=st.integers(0, 2**32 - 1))
def test_the_standard_library_knows_no_private_address_that_we_call_public(number: int) -> None:
    address = IPv4Address(number)

    assert not (is_public(address) and not address.is_global)


@given(number=st.integers(0, 2**128 - 1) | st.integers(2**125, 2**126 - 1))
def test_the_same_for_ipv6(number: int) -> None:
    address = IPv6Address(number)

    assert not (is_public(address) and not address.is_global)


@given(inside=st.integers(0, 2**32 - 1))
def test_no_ipv4_address_hides_in_an_ipv6_one(inside: int) -> None:
    forms = [
        inside,  # IPv4-compatible
        0xFFFF << 32 | inside,  # IPv4-mapped
        0xFFFF << 48 | inside,  # IPv4-translated
        0x64FF9B << 96 | inside,
        0x64FF9B0001 << 80 | inside,
        0x2002 << 112 | inside << 80,  # 6to4
        0x20010000 << 96 | inside ^ 0xFFFFFFFF,  # Teredo
        0x2A00 << 112 | 0x5EFE << 32 | inside,  # ISATAP
    ]

    assert [is_public(IPv6Address(form)) for form in forms] == [False] * len(forms)


def test_the_tables_are_large_enough() -> None:
    assert len(TABLE) >= 200


@pytest.mark.parametrize("host", WRITTEN.split())
def test_hosts_that_are_not_public_names_are_refused_by_their_text(host: str) -> None:
    with pytest.raises(UrlRefused):
        Rules().checked(f"https://{host}/")


@pytest.mark.parametrize("url", [*ODD.split(), *CONTROL])
def test_odd_addresses_are_refused_by_their_text(url: str) -> None:
    with pytest.raises(UrlRefused):
        Rules().checked(url)


@pytest.mark.parametrize(
    ("url", "called"),
    [
        ("https://birch.example", "https://birch.example"),
        ("https://birch.example/actor#main-key", "https://birch.example/actor"),
        ("https://birch.example#@localhost:80\\", "https://birch.example"),
        ("https://birch.example:443/a?b=c%20d", "https://birch.example/a?b=c%20d"),
        ("https://xn--brch-gra.example/%2e%2e/", "https://xn--brch-gra.example/%2e%2e/"),
        ("https://3com.example1/", "https://3com.example1/"),
    ],
)
def test_addresses_of_public_servers_are_called_as_they_are_written(url: str, called: str) -> None:
    assert str(Rules().checked(url)) == called


NUMBERS = [*CLOSED.split(), *(word for word in WRITTEN.split() if word[0] in "[0123456789")]


@pytest.mark.parametrize("text", NUMBERS)
def test_everything_that_is_a_number_looks_like_one(text: str) -> None:
    assert looks_like_address(text) is True


@pytest.mark.parametrize("host", ["birch.example", "1.example", "0x7f.example", "x1", "a.0b"])
def test_names_do_not_look_like_numbers(host: str) -> None:
    assert looks_like_address(host) is False


# With everything else allowed, the address alone must stop a request. Nothing may reach the listener.
OPEN = Rules(plain_http=True, any_port=True, literals=True)


@pytest.mark.parametrize("address", CLOSED.split())
async def test_a_name_that_resolves_to_a_closed_address_is_not_connected(address: str) -> None:
    async with listening() as listener, Client(OPEN, lookup=Names([address.partition("%")[0]])) as client:
        with pytest.raises(PrivateAddress) as caught:
            await client.send("GET", f"http://birch.example:{listener.port}/")

        assert listener.seen == 0
    assert "birch.example" in str(caught.value)


@pytest.mark.parametrize("host", WRITTEN.split())
async def test_a_closed_address_in_any_spelling_is_not_connected(host: str) -> None:
    async with listening() as listener, Client(OPEN, lookup=Names(["127.0.0.1"])) as client:
        if host in ("[2606:4700::1111]", "8.8.8.8"):
            return  # public; connecting would leave this machine
        with pytest.raises(FetchFailed) as caught:
            await client.send("GET", f"http://{host}:{listener.port}/")

        assert listener.seen == 0
    assert isinstance(caught.value, UrlRefused | PrivateAddress)


async def test_odd_addresses_are_not_connected_whatever_else_is_allowed() -> None:
    async with listening() as listener, Client(OPEN, lookup=Names(["127.0.0.1"])) as client:
        for url in [*ODD.split(), *CONTROL]:
            for written in (url, re.sub("(?<=[^/])/$", f":{listener.port}/", url)):
                with pytest.raises(FetchFailed):
                    await client.send("GET", written)

        assert listener.seen == 0


async def test_the_listener_would_have_seen_a_connection() -> None:
    """Without this, the tests above could not fail."""
    rules = Rules(plain_http=True, any_port=True, literals=True, private_addresses=True)
    async with listening() as listener, Client(rules, lookup=Names(["127.0.0.1"])) as client:
        answer = await client.send("GET", f"http://birch.example:{listener.port}/")

        assert (answer.status, listener.seen) == (200, 1)


async def test_closed_addresses_among_public_ones_are_left_out() -> None:
    resolver = GuardedResolver(Rules(), Names(["127.0.0.1", "8.8.8.8", "::1", "10.0.0.1"]))

    answers = await resolver.resolve("birch.example", 443)

    assert [answer["host"] for answer in answers] == ["8.8.8.8"]


async def test_a_name_that_turns_private_between_two_requests_is_not_connected() -> None:
    """Rebinding: what was checked is what is connected, and it is checked at each connection."""
    names = Names(["8.8.8.8"], ["127.0.0.1"])
    resolver = GuardedResolver(OPEN, names)
    assert await resolver.resolve("birch.example", 80)

    async with listening() as listener, Client(OPEN, lookup=names) as client:
        with pytest.raises(PrivateAddress):
            await client.send("GET", f"http://birch.example:{listener.port}/")

        assert listener.seen == 0
    assert names.asked == ["birch.example", "birch.example"]


async def test_the_socket_is_checked_again_when_the_resolver_lies() -> None:
    connector = guarded_connector(Rules())
    open_socket = connector._socket_factory
    try:
        assert open_socket is not None
        for address in ("127.0.0.1", "::1", "169.254.169.254"):
            with pytest.raises(ForbiddenAddress):
                open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)))
    finally:
        await connector.close()


async def test_a_marked_partner_may_be_private_and_nobody_else() -> None:
    rules = Rules(plain_http=True, any_port=True, private_hosts=frozenset({"birch.example"}))
    async with listening() as listener, Client(rules, lookup=Names(["127.0.0.1"])) as client:
        assert (await client.send("GET", f"http://birch.example:{listener.port}/")).status == 200
        with pytest.raises(PrivateAddress):
            await client.send("GET", f"http://cedar.example:{listener.port}/")

        assert listener.seen == 1


async def test_names_below_localhost_are_loopback_without_asking_anybody() -> None:
    names = Names(["8.8.8.8"])

    answers = await GuardedResolver(Rules(private_addresses=True), names).resolve("birch.localhost", 80)

    assert ([answer["host"] for answer in answers], names.asked) == (["127.0.0.1"], [])
    with pytest.raises(ForbiddenAddress):
        await GuardedResolver(Rules(), names).resolve("birch.localhost", 443)
