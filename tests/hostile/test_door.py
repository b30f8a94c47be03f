"""Classes key confusion, id and origin spoofing, content-type confusion, tampering, JSON-LD, block bypass."""

from typing import Any

import orjson
import pytest

from federation.signatures import Dialect, SecretKey
from tests.hostile.siege import INBOX, OURS, Siege, Verdict, company_of, stolen
from tests.partner import rsa_of


async def told(under: Siege, status: int, reason: str) -> bool:
    """Whether the only thing that is left is one count of one reason."""
    counts = await under.tallied()
    return counts == {reason: 1} and status >= 400


KEYS: dict[str, tuple[str, str]] = {
    # who is named as the key's owner, by (server, path), and whose secret signs
    "of another ally": ("c", "/company"),
    "of ourselves": ("us", "/company"),
    "of our instance": ("us", "/actor"),
}


@pytest.mark.parametrize("owner", KEYS, ids=str)
@pytest.mark.parametrize("dialect", Dialect)
async def test_a_key_under_the_name_of_somebody_else(under: Siege, owner: str, dialect: Dialect) -> None:
    server, path = KEYS[owner]
    actor = (OURS if server == "us" else under.c.origin) + path
    forged = under.says(under.c, "Create", under.event(under.c), actor)

    async with under.unchanged():
        answer = await under.post(under.b, forged, key=stolen(actor, under.b.host), dialect=dialect)

    assert answer.status_code == 401
    assert sum((await under.tallied()).values()) == 1


@pytest.mark.parametrize("actor", ["/actor", "/people/7"])
async def test_a_true_key_of_one_actor_for_another_of_the_same_server(under: Siege, actor: str) -> None:
    create = under.says(under.b, "Create", under.event(under.b))

    async with under.unchanged():
        answer = await under.post(under.b, create, key=under.b.key(f"{under.b.origin}{actor}"))

    assert answer.status_code == 401
    assert await told(under, 401, "other_actor")


async def test_a_key_that_lists_an_owner_elsewhere(under: Siege) -> None:
    victim = company_of(under.c)
    document = under.b.documents["/company"]
    assert isinstance(document, dict)
    document["publicKey"] = {**document["publicKey"], "owner": victim}
    create = under.says(under.c, "Create", under.event(under.c), victim)

    async with under.unchanged():
        answer = await under.post(under.b, create, key=under.b.key(company_of(under.b)))

    assert answer.status_code == 401
    assert await told(under, 401, "key_owner")


async def test_a_server_that_serves_the_actor_of_another(under: Siege) -> None:
    copied = under.c.documents["/company"]
    assert isinstance(copied, dict)
    under.x.documents["/company"] = dict(copied)
    create = under.says(under.c, "Create", under.event(under.c), company_of(under.c))
    key = SecretKey(f"{company_of(under.x)}#main-key", company_of(under.x), rsa_of(under.x.host))

    async with under.unchanged():
        answer = await under.post(under.x, create, key=key)

    assert answer.status_code == 401


@pytest.mark.parametrize("change", ["status", "redirect"])
async def test_goodbye_in_the_name_of_somebody_whose_key_is_fine(under: Siege, change: str) -> None:
    mira = f"{under.b.origin}/people/7"
    await under.attack(under.b, under.says(under.b, "Follow", f"{OURS}/company", mira))
    under.x.documents["/gone"] = 410
    gone = SecretKey(f"{under.x.origin}/gone#k", f"{under.x.origin}/gone", rsa_of(under.x.host))
    goodbye = under.says(under.x, "Delete", mira, mira)

    async with under.unchanged():
        answer = await under.post(under.x, goodbye, key=gone)

    assert answer.status_code == 202  # as for somebody of whom nobody here has heard


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


IDS: dict[str, tuple[Any, int]] = {
    "on another host": ("{c}/activities/1", 403),
    "ours": (OURS + "/activities/1", 403),
    "ours in capitals": ("HTTP://NORDLICHT.LOCALHOST:8001/activities/1", 400),
    "user info that looks like a host": ("http://{bh}@{ch}/1", 403),
    "a backslash before the at sign": ("http://{ch}\\@{bh}/1", 400),
    "no address": ("javascript:alert(1)", 400),
    "a newline": ("{b}/1\n2", 400),
    "a tab in the host": ("http://127.0.\t0.2/1", 400),
    "a NUL": ("{b}/1\x00", 400),
    "a space": ("{b}/1 2", 400),
    "too long": ("{b}/" + "x" * 500, 400),
    "not ASCII": ("{b}/ü", 400),
    "a number": (7, 400),
    "nothing": (None, 400),
    "two": (["{b}/1", "{b}/2"], 400),
    "in an object that names another": ({"id": "{c}/1"}, 403),
}


@pytest.mark.parametrize("which", IDS, ids=str)
async def test_an_activity_with_an_id_that_is_not_the_senders(under: Siege, which: str) -> None:
    wrong, status = IDS[which]
    text = orjson.dumps(wrong).decode()
    for name, value in (("{b}", under.b.origin), ("{c}", under.c.origin), ("{bh}", under.b.authority)):
        text = text.replace(name, value)
    wrong = orjson.loads(text.replace("{ch}", under.c.authority))

    async with under.unchanged():
        answer = await under.post(
            under.b, under.says(under.b, "Create", under.event(under.b)) | {"id": wrong}
        )

    assert answer.status_code == status
    assert sum((await under.tallied()).values()) == 1


@pytest.mark.parametrize(
    "kind",
    ["", "x" * 41, "Create\x00", "Cre\nate", "Créate", 7, None, [], [7], {"a": 1}, [["Create"]]],
    ids=repr,
)
async def test_an_activity_of_no_type(under: Siege, kind: Any) -> None:
    async with under.unchanged():
        answer = await under.post(
            under.b, under.says(under.b, "Create", under.event(under.b)) | {"type": kind}
        )

    assert answer.status_code == 400
    assert await told(under, 400, "no_envelope")


@pytest.mark.parametrize(
    "actor", [["{b}/company", "{c}/company"], {"href": "{b}/company"}, "{b}/company/", 7]
)
async def test_an_activity_of_several_or_no_actors(under: Siege, actor: Any) -> None:
    named = (
        orjson.dumps(actor).replace(b"{b}", under.b.origin.encode()).replace(b"{c}", under.c.origin.encode())
    )
    create = under.says(under.b, "Create", under.event(under.b)) | {"actor": orjson.loads(named)}

    async with under.unchanged():
        answer = await under.post(under.b, create, key=under.b.key(company_of(under.b)))

    assert answer.status_code in (400, 401)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/plain", "application/ld+json2", "", "multipart/form-data; boundary=x",
     "application/activity+json, text/html", "application/x-www-form-urlencoded", "image/svg+xml"],
)  # fmt: skip
async def test_another_content_type(under: Siege, content_type: str) -> None:
    create = under.says(under.b, "Create", under.event(under.b))
    signed, body = under.b.signed(INBOX, create, key=under.b.key(create["actor"]), content_type=content_type)

    async with under.unchanged():
        answer = await under.client.post(INBOX, headers=signed, content=body)

    assert answer.status_code == 415
    assert await told(under, 415, "content_type")


TAMPERINGS: dict[str, dict[str, str]] = {
    "another path": {"path": "/company/inbox"},
    "another method override": {"X-HTTP-Method-Override": "DELETE"},
    "a host for another server": {"Host": "127.0.0.3"},
    "a second digest that fits nothing": {"Content-Digest": "sha-256=:AAAA:"},
}


@pytest.mark.parametrize(("which", "status"), list(zip(TAMPERINGS, (401, 202, 401, 401), strict=True)))
async def test_a_request_that_was_changed_on_the_way(under: Siege, which: str, status: int) -> None:
    change = dict(TAMPERINGS[which])
    create = under.says(under.b, "Create", under.event(under.b))
    signed, body = under.b.signed(INBOX, create, key=under.b.key(create["actor"]))
    url = OURS + change.pop("path", "/inbox")

    answer = await under.client.post(url, headers={**signed, **change}, content=body)

    assert answer.status_code == status


async def test_a_request_that_was_made_for_another_of_our_allies(under: Siege) -> None:
    create = under.says(under.b, "Create", under.event(under.b))
    signed, body = under.b.signed(f"{under.c.origin}/inbox", create, key=under.b.key(create["actor"]))

    async with under.unchanged():
        answer = await under.client.post(INBOX, headers=signed, content=body)

    assert answer.status_code == 401
    assert await told(under, 401, "wrong_host")


async def test_a_replay_changes_nothing(under: Siege) -> None:
    create = under.says(under.b, "Create", under.event(under.b))
    assert (await under.attack(under.b, create)).state == "processed"
    delete = under.says(under.b, "Delete", create["object"]["id"])
    assert (await under.attack(under.b, delete)).state == "processed"

    async with under.unchanged():
        assert (await under.attack(under.b, create)).state == "processed"
    held = await under.session(create["object"]["id"])
    assert held is not None
    assert held.withdrawn_at is not None


JSON_LD: dict[str, bytes] = {
    "graph": b'"@graph":[]',
    "included": b'"@included":[]',
    "reverse": b'"x":{"@reverse":{}}',
    "escaped graph": b'"\\u0040graph":[]',
    "deep": b'"x":' + b"[" * 40 + b"]" * 40,
    "wide": b'"x":[' + b"{}," * 10_000 + b"{}]",
    "a lone surrogate": b'"x":"\\ud800"',
    "raw bytes": b'"x":"\xff\xfe"',
    "a comment": b'"x":1/**/',
    "NaN": b'"x":NaN',
    "a trailing comma": b'"x":1,',
    "two documents": b'"x":1}{"y":2',
    "a byte order mark inside": b'\xef\xbb\xbf"x":1',
}


@pytest.mark.parametrize("which", JSON_LD, ids=str)
async def test_json_that_smuggles_something(under: Siege, which: str) -> None:
    create = orjson.dumps(under.says(under.b, "Create", under.event(under.b)))
    body = create[:-1] + b"," + JSON_LD[which] + b"}"

    async with under.unchanged():
        answer = await under.post(under.b, body)

    assert answer.status_code == 400
    assert sum((await under.tallied()).values()) == 1


async def test_of_a_repeated_key_everybody_here_reads_the_same(under: Siege) -> None:
    create = orjson.dumps(under.says(under.b, "Create", under.event(under.b)))
    body = create[:-1] + b',"actor":"%s"}' % company_of(under.c).encode()

    async with under.unchanged():
        answer = await under.post(under.b, body)

    assert answer.status_code == 401
    assert await told(under, 401, "other_actor")


@pytest.mark.parametrize("spelling", ["{host}.", "{host}:{port}"])
async def test_a_blocked_company_by_another_name(under: Siege, spelling: str) -> None:
    await under.put(under.b, "blocked")
    named = spelling.format(host=under.b.host, port=under.b.port)
    origin = f"http://{named}" if ":" in named else f"http://{named}:{under.b.port}"
    actor = f"{origin}/company"
    create = under.says(under.b, "Follow", f"{OURS}/company", actor) | {"id": f"{origin}/a/1"}

    async with under.unchanged():
        answer = await under.post(under.b, create, key=stolen(actor, under.b.host))

    assert answer.status_code == 403
    assert await told(under, 403, "blocked")


@pytest.mark.parametrize("state", ["paused", "left", "asking", "invited", "blocked"])
@pytest.mark.parametrize("kind", ["Create", "Update", "Announce"])
async def test_who_is_not_allied_tells_us_nothing(under: Siege, state: str, kind: str) -> None:
    await under.put(under.b, state)
    about: Any = under.event(under.b)
    under.b.documents["/sessions/5"] = about

    async with under.unchanged():
        verdict = await under.attack(
            under.b, under.says(under.b, kind, about["id"] if kind[0] == "A" else about)
        )

    assert verdict == (Verdict(403) if state == "blocked" else Verdict(202, "ignored", verdict.reason))
    assert "/sessions/5" not in under.b.asked


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
