"""FEP-521a, representing actor's public keys: headings name its sections."""

import pytest

from federation.actor_keys import listed_keys
from federation.signatures import KeyKind
from federation.signatures.material import public_key_from_multibase
from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON
from tests.support.clock import MONDAY

# The key of the FEP's example.
MULTIBASE = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
ALICE = "https://server.example/users/alice"


def document(**changes: object) -> dict[str, object]:
    key = {
        "id": f"{ALICE}#ed25519-key",
        "type": "Multikey",
        "controller": ALICE,
        "publicKeyMultibase": MULTIBASE,
    }
    return {"id": ALICE, "type": "Person", "assertionMethod": [key | changes]}


# "Multikey"
async def test_our_keys_are_multikeys_with_all_properties(under: Siege) -> None:
    actor = (await under.client.get("/company", headers={"Accept": ACTIVITY_JSON})).json()

    [key] = actor["assertionMethod"]
    assert set(key) == {"id", "type", "controller", "publicKeyMultibase"}
    assert (key["type"], key["controller"]) == ("Multikey", f"{OURS}/company")
    assert key["publicKeyMultibase"].startswith("z")  # base-58-btc
    # "Key IDs": a fragment of the actor's id, another one for each key
    assert key["id"] == f"{OURS}/company#ed25519-key" != actor["publicKey"]["id"]
    read = public_key_from_multibase(key["id"], key["controller"], key["publicKeyMultibase"])
    assert read.kind is KeyKind.ED25519


def test_the_key_of_the_example_is_read() -> None:
    [listed] = listed_keys(document(), MONDAY)

    assert (listed.key.kind, listed.key.owner) == (KeyKind.ED25519, ALICE)


# "Implementations MUST NOT accept a signature created with a key that has been expired"
@pytest.mark.parametrize(
    "changes",
    [
        {"expires": "2020-01-01T00:00:00Z"},
        {"expires": "nonsense"},
        {"controller": "https://server.example/users/bob"},
        {"type": "Something"},
        {"publicKeyMultibase": MULTIBASE[1:]},
        {"publicKeyMultibase": "u" + MULTIBASE[1:]},
        {"id": "https://elsewhere.example/users/alice#ed25519-key"},
    ],
)
def test_keys_that_are_expired_or_not_theirs_are_left_out(changes: dict[str, object]) -> None:
    assert listed_keys(document(**changes), MONDAY) == ()


def test_a_key_that_expires_later_counts() -> None:
    assert len(listed_keys(document(expires="2099-01-01T00:00:00Z"), MONDAY)) == 1
