"""Proof scope: proofs (FEP-8b32) that cover something else, by somebody else or for something else."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from federation.signatures import SecretKey
from federation.signatures.proofs import sign_document
from tests.federation.test_inbox import multikey
from tests.hostile.catalogue import Answer, Blow, Kind, attack, door, enlist, refused
from tests.hostile.siege import Siege, company_of
from tests.partner import Partner

PROOFS = Kind.PROOFS
Json = dict[str, Any]
SECRETS = {"/company": b"b" * 32, "/people/7": b"m" * 32, "c": b"c" * 32}


def proving_key(server: Partner, path: str = "/company", secret: bytes | None = None) -> SecretKey:
    """An Ed25519 key that the actor lists for assertions."""
    owner = f"{server.origin}{path}"
    material = Ed25519PrivateKey.from_private_bytes(secret or SECRETS[path])
    key = SecretKey(f"{owner}#ed25519-key", owner, material)
    document: Any = server.documents[path]
    document["assertionMethod"] = [multikey(key)]
    return key


def proven(under: Siege, activity: Json, key: SecretKey) -> Json:
    """The activity with a proof."""
    return sign_document(activity, key, under.stage.instance.clock.now())


def create(under: Siege) -> Json:
    """A session of B, told by B."""
    return under.says(under.b, "Create", under.event(under.b))


def scope(name: str, sentence: str, reason: str, change: Callable[[Siege, Json, SecretKey], Json]) -> None:
    """A true activity of an ally, truly signed as a request, with a proof that does not belong to it."""

    async def prepare(under: Siege) -> Blow:
        key = proving_key(under.b)
        activity = create(under)
        return lambda: under.post(under.b, change(under, activity, key))

    enlist(PROOFS, name, sentence, refused(f"proof: {reason}"), prepare)


def with_options(**options: Any) -> Callable[[Siege, Json, SecretKey], Json]:
    """A true proof, with other options afterwards."""

    def change(under: Siege, activity: Json, key: SecretKey) -> Json:
        made = proven(under, activity, key)
        return made | {"proof": made["proof"] | options}

    return change


def of_another(under: Siege, activity: Json, key: SecretKey) -> Json:
    """The proof of another activity of the same actor."""
    return activity | {"proof": proven(under, create(under), key)["proof"]}


def of_the_object(under: Siege, activity: Json, key: SecretKey) -> Json:
    """A proof of the Event alone, moved to the activity."""
    return activity | {"proof": proven(under, activity["object"], key)["proof"]}


def changed_after(under: Siege, activity: Json, key: SecretKey) -> Json:
    """The session is renamed after the proof was made."""
    made = proven(under, activity, key)
    return made | {"object": made["object"] | {"name": "Hijacked"}}


def more_after(under: Siege, activity: Json, key: SecretKey) -> Json:
    """Another property beside those that were covered."""
    return proven(under, activity, key) | {"cc": ["https://www.w3.org/ns/activitystreams#Public"]}


def by_an_employee(under: Siege, activity: Json, key: SecretKey) -> Json:
    """The proof of an employee for what the company says."""
    return proven(under, activity, proving_key(under.b, "/people/7"))


def by_another_ally(under: Siege, activity: Json, key: SecretKey) -> Json:
    """The proof of a company on another host."""
    return proven(under, activity, proving_key(under.c, "/company", SECRETS["c"]))


def by_the_request_key(under: Siege, activity: Json, key: SecretKey) -> Json:
    """The key that signs requests, named as the one of the proof."""
    made = proven(under, activity, key)
    method = f"{company_of(under.b)}#main-key"
    return made | {"proof": made["proof"] | {"verificationMethod": method}}


def two_proofs(under: Siege, activity: Json, key: SecretKey) -> Json:
    """A list, of which one holds."""
    made = proven(under, activity, key)
    return made | {"proof": [made["proof"], made["proof"]]}


def with_another_secret(under: Siege, activity: Json, key: SecretKey) -> Json:
    """A proof made with a secret that the actor does not have."""
    return proven(
        under, activity, SecretKey(key.key_id, key.owner, Ed25519PrivateKey.from_private_bytes(b"x" * 32))
    )


scope(
    "a proof of another activity",
    "The proof was made for another activity of the same actor.",
    "signature_wrong",
    of_another,
)
scope(
    "a proof of the object alone",
    "The proof covers the object and stands at the activity.",
    "signature_wrong",
    of_the_object,
)
scope(
    "a change after the proof",
    "The object is changed after the proof was made.",
    "signature_wrong",
    changed_after,
)
scope(
    "more than was proven",
    "Another addressee is added after the proof was made.",
    "signature_wrong",
    more_after,
)
scope(
    "a proof by an employee", "The proof is by another actor of the same host.", "key_owner", by_an_employee
)
scope("a proof by another ally", "The proof is by an actor of another host.", "key_owner", by_another_ally)
scope(
    "a proof with the key of requests",
    "The proof names an RSA key that signs requests.",
    "key_refused",
    by_the_request_key,
)
scope(
    "a proof with another secret",
    "The proof was made with another secret.",
    "signature_wrong",
    with_another_secret,
)
scope(
    "two proofs",
    "A list of proofs: readers differ in whether one or all must hold.",
    "signature_malformed",
    two_proofs,
)
scope(
    "a proof for another purpose",
    "The proof is for `authentication`.",
    "signature_malformed",
    with_options(proofPurpose="authentication"),
)
scope(
    "a proof without purpose",
    "The proof has no purpose.",
    "signature_malformed",
    with_options(proofPurpose=None),
)
scope(
    "a proof of another suite",
    "The proof claims a suite that canonicalises otherwise.",
    "algorithm_unknown",
    with_options(cryptosuite="eddsa-rdfc-2022"),
)
scope(
    "a proof of another type",
    "The proof is of another type.",
    "signature_malformed",
    with_options(type="RsaSignature2017"),
)
scope(
    "a proof of another time",
    "The time of the proof is changed.",
    "signature_wrong",
    with_options(created="2026-03-17T00:00:00Z"),
)
scope(
    "a proof with a domain",
    "A domain is added to the proof.",
    "signature_wrong",
    with_options(domain="nordlicht.example"),
)
scope(
    "a proof value that is none",
    "The value of the proof is no Multibase.",
    "signature_malformed",
    with_options(proofValue="z0OIl"),
)
scope(
    "a proof value without end",
    "The value of the proof is very long.",
    "signature_malformed",
    with_options(proofValue="z" + "1" * 5000),
)
scope(
    "a proof that is a word",
    "The proof is not an object.",
    "signature_malformed",
    lambda under, activity, key: activity | {"proof": "trust me"},
)


@attack(
    PROOFS,
    "A stranger hands on what an ally has truly proven: a proof is no signature of the request.",
    door(401, "other_actor"),
)
async def a_true_proof_under_a_strangers_signature(under: Siege) -> Blow:
    made = proven(under, create(under), proving_key(under.b))
    return lambda: under.post(under.x, made, key=under.x.key(company_of(under.x)))


@attack(PROOFS, "A proof by a key that its owner has revoked.", refused("proof: key_refused"))
async def a_proof_by_a_revoked_key(under: Siege) -> Blow:
    key = proving_key(under.b)
    document: Any = under.b.documents["/company"]
    document["assertionMethod"][0]["revoked"] = "2026-01-01T00:00:00Z"
    return lambda: under.post(under.b, proven(under, create(under), key))


@attack(
    PROOFS,
    "A proof by a key that the actor does not list stays unanswered until it is given up.",
    Answer((202,), outcomes=(("waiting", ""),)),
)
async def a_proof_by_a_key_that_nobody_lists(under: Siege) -> Blow:
    key = SecretKey(f"{company_of(under.b)}#hidden", company_of(under.b), Ed25519PrivateKey.generate())
    return lambda: under.post(under.b, proven(under, create(under), key))
