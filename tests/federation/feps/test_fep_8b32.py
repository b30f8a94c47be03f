"""FEP-8b32, object integrity proofs: "Proof generation" and "Proof verification" on the wire.

The vectors of the cryptosuite are in tests/federation/signatures/test_proofs.py.
"""

from federation.actor_keys import listed_keys
from federation.signatures.proofs import verify_document
from tests.federation.feps.followed import delivered, follow
from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON


async def test_what_allies_get_carries_a_proof_of_its_actors_key(under: Siege) -> None:
    await follow(under)
    await under.stage.publish(audience="public")

    create = (await delivered(under, under.b, "Create"))[0].activity

    actor = (await under.client.get("/company", headers={"Accept": ACTIVITY_JSON})).json()
    keys = {one.key.key_id: one.key for one in listed_keys(actor, under.federation.instance.clock.now())}
    proof = create["proof"]
    assert (proof["type"], proof["cryptosuite"]) == ("DataIntegrityProof", "eddsa-jcs-2022")
    assert proof["proofPurpose"] == "assertionMethod"
    assert verify_document(create, keys[proof["verificationMethod"]]) == f"{OURS}/company"
