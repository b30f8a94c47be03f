"""Whatever is wrong with a request, a program reads the answer: JSON, never a page, never a fault of ours."""

import pytest
from httpx import AsyncClient

pytestmark = pytest.mark.anyio

MULTIPART = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="status"'
BODIES = [
    ("multipart/form-data", b"x", 400),
    (MULTIPART, b"--x\r\nContent-Disposition: form-data\r\n\r\nhi\r\n--x--", 400),
    (MULTIPART, b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\nhi\r\n--x--", 400),
    (MULTIPART, PART + b'; filename="a"\r\n\r\nhi\r\n--x--', 422),
    (f"{MULTIPART}; charset=utf-16", PART + b"\r\n\r\nhi\r\n--x--", 422),
    ("application/json", b"[" * 100_000, 400),
    ("application/json", b'{"status":' * 1000 + b"1" + b"}" * 1000, 422),
    ("application/json", b'{"status":1e999}', 400),
    ("application/json", b'{"status":NaN}', 400),
    ("application/json", b'{"status":"\\ud800"}', 400),
    ("application/json", b'{"status":["a"]}', 422),
    ("application/json", b'["status"]', 400),
    ("application/json", b"\xff", 400),
    ("application/json", '{"status":"x"}'.encode("utf-16"), 400),
    ("application/x-www-form-urlencoded", b"&".join(b"status[]=1" for _ in range(600)), 400),
    ("application/x-www-form-urlencoded", b"status[a][b]=1", 422),
    ("text/html", b"<b>status</b>", 422),
    ("application/json", b'{"status":"' + b"a" * 1_100_000 + b'"}', 413),
]
NUMBERS = ("-1", "0", "1" + "0" * 30, "9223372036854775808", "1e3", "0x10", "abc", "%EF%BC%91", "1%0A", "1.0")


@pytest.mark.parametrize(("kind", "body", "status"), BODIES, ids=[str(n) for n in range(len(BODIES))])
async def test_a_body_that_makes_no_sense(api: AsyncClient, kind: str, body: bytes, status: int) -> None:
    answer = await api.post("/api/v1/statuses", content=body, headers={"Content-Type": kind})

    assert (answer.status_code, set(answer.json()) & {"error"}) == (status, {"error"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


async def test_numbers_that_are_none(api: AsyncClient) -> None:
    for number in NUMBERS:
        for path in ("statuses/{}", "accounts/{}", "polls/{}/votes", "lists/{}", "scheduled_statuses/{}"):
            method = "POST" if path.endswith("votes") else "GET"
            answer = await api.request(method, f"/api/v1/{path.format(number)}", params={"choices[]": "0"})
            assert answer.status_code in (404, 422), (path, number)
            assert set(answer.json()) == {"error"}
    for limit in ("-5", "0", "9" * 15, "1" + "0" * 30, "a"):
        answer = await api.get("/api/v1/timelines/home", params={"limit": limit})
        assert answer.status_code in (200, 422), limit
