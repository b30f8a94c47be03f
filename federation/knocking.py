"""One delivery over HTTP: signed when it leaves, and signed in the other way when that is refused."""

from collections.abc import Mapping

from alliance.identifiers import Clock
from federation.client import Answer, Client
from federation.failures import FetchFailed
from federation.signatures import Dialect, SecretKey, sign
from federation.verdicts import Verdict, of_answer, wants_other_dialect

_OTHER = {Dialect.CAVAGE: Dialect.RFC9421, Dialect.RFC9421: Dialect.CAVAGE}
_BYTES_OF_ANSWER = 4000


async def knock(
    client: Client,
    inbox: str,
    body: bytes,
    key: SecretKey,
    first: Dialect,
    clock: Clock,
    also: Mapping[str, str] | None = None,
) -> tuple[Verdict, Dialect]:
    """POSTs `body` to `inbox`; tells what came of it and the dialect that was taken, or `first`.

    Header fields in `also` are signed like the others.

    Two requests of 10 s each at most. Raises FetchFailed when nobody answers.
    """
    answer = await _post(client, inbox, body, key, first, clock, also)
    if wants_other_dialect(answer):
        try:
            second = await _post(client, inbox, body, key, _OTHER[first], clock, also)
        except FetchFailed:
            return of_answer(answer), first
        if 200 <= second.status < 300:
            return of_answer(second), _OTHER[first]
    return of_answer(answer), first


async def _post(
    client: Client,
    inbox: str,
    body: bytes,
    key: SecretKey,
    dialect: Dialect,
    clock: Clock,
    also: Mapping[str, str] | None,
) -> Answer:
    headers = sign("POST", inbox, body, key, dialect, clock.now(), also=also)
    return await client.send("POST", inbox, headers=headers, body=body, limit=_BYTES_OF_ANSWER, cut=True)
