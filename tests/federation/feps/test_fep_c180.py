"""FEP-c180, Problem Details for ActivityPub: "Specification" and "Problem types"."""

import pytest

from federation.refusals import InboxReason
from tests.hostile.siege import INBOX, Siege
from tests.partner import ACTIVITY_JSON

PROBLEM = "application/problem+json"
C180 = "https://w3id.org/fep/c180#"


@pytest.mark.parametrize("path", ["/sessions/4711", "/people/4711", "/activities/4711"])
async def test_get_of_what_is_not_there_has_details(under: Siege, path: str) -> None:
    answer = await under.client.get(path, headers={"Accept": ACTIVITY_JSON})

    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
    found = answer.json()
    assert (found["type"], found["status"]) == ("about:blank", 404)
    assert found["title"]


# "Principal-actor mismatch"
async def test_whoever_signs_for_somebody_else_is_told_so(under: Siege) -> None:
    told = under.says(under.b, "Create", under.event(under.b))

    answer = await under.post(under.b, told, key=under.b.key(under.b.actor))

    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["type"] == f"{C180}principal-actor-mismatch"


async def test_an_inbox_says_what_is_wrong_and_never_who_is_known(under: Siege) -> None:
    unsigned = await under.client.post(INBOX, headers={"Content-Type": ACTIVITY_JSON}, content=b"{}")

    assert unsigned.headers["content-type"] == PROBLEM
    assert set(unsigned.json()) == {"type", "status", "title"}


def test_limits_and_admission_have_the_types_of_the_fep() -> None:
    assert {reason.problem_type for reason in InboxReason} == {
        "about:blank",
        f"{C180}principal-actor-mismatch",
        f"{C180}actor-not-authorized",
        f"{C180}rate-limit-exceeded",
    }
