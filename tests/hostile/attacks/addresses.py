"""SSRF: whatever a name leads to inside our network is not connected."""

from federation.allowed_urls import Rules
from federation.signatures import SecretKey
from tests.federation.servers import Names, listening
from tests.hostile.catalogue import Blow, Kind, Told, door, enlist
from tests.hostile.siege import OURS, Siege
from tests.partner import rsa_of

# Plain http, any port and numbers are allowed here, so that the address alone has to stop the request.
OPEN = Rules(plain_http=True, any_port=True, literals=True)

FORMS = {
    "loopback": "127.0.0.1",
    "loopback in short": "127.1",
    "loopback in octal": "0177.0.0.1",
    "loopback in hex": "0x7f000001",
    "loopback as one number": "2130706433",
    "any address": "0.0.0.0",  # noqa: S104 - to be refused
    "zero": "0",
    "loopback of version six": "[::1]",
    "a mapped address": "[::ffff:127.0.0.1]",
    "a mapped address in hex": "[::ffff:7f00:1]",
    "a compatible address": "[::127.0.0.1]",
    "a translated address": "[::ffff:0:127.0.0.1]",
    "nat64": "[64:ff9b::7f00:1]",
    "nat64 of a network": "[64:ff9b:1::7f00:1]",
    "six to four": "[2002:7f00:1::1]",
    "teredo": "[2001:0:7f00:1::80ff:fffe]",
    "cloud metadata": "169.254.169.254",
    "cloud metadata as one number": "2852039166",
    "a private network": "10.0.0.1",
    "the network of the provider": "100.64.0.1",
    "a local name": "localhost",
    "a name below it": "a.localhost",
    "a local name with a dot": "localhost.",
    "a name of one word": "printer",
    "user info": "birch.example@127.0.0.1",
    "a unique local address": "[fd00::1]",
    "a link-local address": "[fe80::1]",
}


def inside(name: str) -> None:
    """A true signature whose key is said to lie in our own network; a listener must see nobody."""
    host = FORMS[name]

    async def prepare(under: Siege) -> Blow:
        under.federation.client.rules = OPEN
        listener = await under.stack.enter_async_context(listening())
        actor = f"http://{host}:{listener.port}/actor"
        follow = under.says(under.x, "Follow", f"{OURS}/company", actor) | {"id": f"{actor}/1"}
        key = SecretKey(f"{actor}#main-key", actor, rsa_of("web"))

        async def blow() -> Told:
            answer = await under.post(under.x, follow, key=key)
            assert listener.seen == 0
            return answer

        return blow

    enlist(
        Kind.SSRF,
        f"{name} as key id",
        f"The key is said to lie at `{host}`.",
        door(401, "key_not_found"),
        prepare,
    )


for which in FORMS:
    inside(which)

RESOLVED = [
    "127.0.0.1",
    "169.254.169.254",
    "10.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "fd00::1",
]


def rebound(address: str) -> None:
    """A public name that resolves into our network."""

    async def prepare(under: Siege) -> Blow:
        client = under.federation.client
        client.rules, client._lookup = OPEN, Names([address])
        listener = await under.stack.enter_async_context(listening())
        actor = f"http://birch.example:{listener.port}/actor"
        follow = under.says(under.x, "Follow", f"{OURS}/company", actor) | {"id": f"{actor}/1"}

        async def blow() -> Told:
            answer = await under.post(under.x, follow, key=SecretKey(f"{actor}#k", actor, rsa_of("web")))
            assert listener.seen == 0
            return answer

        return blow

    sentence = f"The key lies on a public name that resolves to `{address}`."
    enlist(Kind.SSRF, f"a name that resolves to {address}", sentence, door(401, "key_not_found"), prepare)


for which in RESOLVED:
    rebound(which)
