"""Classes key confusion, id and origin spoofing, content-type confusion, tampering, JSON-LD, block bypass."""

import pytest

from federation.signatures import Dialect, SecretKey
from tests.hostile.siege import INBOX, OURS, Siege, stolen
from tests.partner import rsa_of


async def test_several_signatures_of_which_the_first_is_the_victims(under: Siege) -> None:
    mira = f"{under.b.origin}/people/7"
    await under.attack(under.b, under.says(under.b, "Follow", f"{OURS}/company", mira))
    under.x.documents["/gone"] = 410
    goodbye = under.says(under.x, "Delete", mira, mira)
    gone = SecretKey(f"{under.x.origin}/gone#k", f"{under.x.origin}/gone", rsa_of(under.x.host))
    first, body = under.x.signed(INBOX, goodbye, key=stolen(mira, under.x.host), dialect=Dialect.RFC9421)
    second, _ = under.x.signed(INBOX, goodbye, key=gone, dialect=Dialect.RFC9421)
    both = {
        **first,
        "Signature-Input": f"{first['Signature-Input']}, {second['Signature-Input'].replace('sig1', 'sig2')}",
        "Signature": f"{first['Signature']}, {second['Signature'].replace('sig1', 'sig2')}",
    }

    async with under.unchanged():
        statuses = [(await under.client.post(INBOX, headers=both, content=body)).status_code]
        swapped = {**both, "Signature-Input": ", ".join(reversed(both["Signature-Input"].split(", ")))}
        statuses.append((await under.client.post(INBOX, headers=swapped, content=body)).status_code)

    assert statuses == [202, 202]


PATHS = {
    "/inbox/": 404, "//inbox": 404, "/Inbox": 404, "/people/x/inbox": 404, "/people/-1/inbox": 404,
    "/people/007/inbox": 404, "/people/9999999999999999999/inbox": 404, "/people/%D9%A3/inbox": 404,
    "/actor/inbox/": 404, "/%2Finbox": 404, "/company%2Finbox": 202,
    "/sessions/1/inbox": 404, "/inbox?x=/../inbox": 202, "/inbox;x": 404, "/inbox%00": 400, "/.inbox": 404,
    "/people/1/inbox": 202, "/nobody@nordlicht.localhost/inbox": 404,
}  # fmt: skip


async def test_paths_that_look_like_an_inbox(under: Siege) -> None:
    got = {}
    for number, path in enumerate(PATHS):
        goodbye = under.says(under.b, "Ignore", f"{OURS}/sessions/{number}")
        got[path] = (await under.post(under.b, goodbye, url=OURS + path)).status_code

    different = {path: status for path, status in got.items() if status != PATHS[path]}
    assert {path: status for path, status in different.items() if (status, PATHS[path]) != (405, 404)} == {}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
async def test_other_methods_at_the_inbox(under: Siege, method: str) -> None:
    async with under.unchanged():
        answer = await under.client.request(method, "/inbox", content=b"{}")

    assert answer.status_code in (404, 405)
