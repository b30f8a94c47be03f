"""Key confusion: keys that prove somebody else, or nothing."""

from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from federation.signatures import Dialect, KeyKind, SecretKey
from tests.hostile.catalogue import Blow, Kind, attack, door, enlist, ignored
from tests.hostile.siege import INBOX, OURS, Siege, company_of, stolen
from tests.partner import Partner, rsa_of

KEYS = Kind.KEYS


def create(under: Siege, by: Partner, actor: str | None = None) -> dict[str, Any]:
    """A session of the company at `by`, told by it or by `actor`."""
    return under.says(by, "Create", under.event(by), actor)


def key_of(document: Any) -> dict[str, Any]:
    """The public key in an actor document."""
    found: dict[str, Any] = document["publicKey"]
    return found


def pem_of(material: Any) -> str:
    """A public key as actors publish it."""
    pem: bytes = material.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def forge(owner: str, path: str, dialect: Dialect) -> None:
    """B's secret under the key id of somebody else."""

    async def prepare(under: Siege) -> Blow:
        actor = (OURS if owner == "us" else under.c.origin) + path
        forged = create(under, under.c, actor)
        return lambda: under.post(under.b, forged, key=stolen(actor, under.b.host), dialect=dialect)

    whose = "an ally's company" if owner == "c" else "ours" + path.replace("/", ", our ")
    reason = "signature_wrong" if owner == "c" else "key_not_found"
    sentence = f"A company signs with its own secret under the key id of {whose} ({dialect})."
    name = f"{'allys' if owner == 'c' else 'our'} key id {path.strip('/')} {dialect}"
    enlist(KEYS, name, sentence, door(401, reason), prepare)


for which_dialect in Dialect:
    forge("c", "/company", which_dialect)
    forge("us", "/company", which_dialect)
    forge("us", "/actor", which_dialect)


def other_actor(path: str) -> None:
    """A true key of one actor for another of the same server."""

    async def prepare(under: Siege) -> Blow:
        key = under.b.key(f"{under.b.origin}{path}")
        return lambda: under.post(under.b, create(under, under.b), key=key)

    sentence = f"`{path}` of a server signs truly for `/company` of the same server: one host, two owners."
    enlist(KEYS, f"key of {path} for the company", sentence, door(401, "other_actor"), prepare)


for which_path in ("/actor", "/people/7"):
    other_actor(which_path)


@attack(KEYS, "A key document says that it is owned by a company on another host.", door(401, "key_owner"))
async def an_owner_elsewhere(under: Siege) -> Blow:
    victim = company_of(under.c)
    key_of(under.b.documents["/company"])["owner"] = victim
    return lambda: under.post(under.b, create(under, under.c, victim), key=under.b.key(company_of(under.b)))


@attack(KEYS, "A key has no owner at all.", door(401, "key_owner"))
async def a_key_without_owner(under: Siege) -> Blow:
    del key_of(under.b.documents["/company"])["owner"]
    return lambda: under.post(under.b, create(under, under.b))


@attack(
    KEYS, "A server serves a copy of another company's actor at its own address.", door(401, "key_not_found")
)
async def a_copied_actor(under: Siege) -> Blow:
    copied: Any = under.c.documents["/company"]
    under.x.documents["/company"] = dict(copied)
    key = SecretKey(f"{company_of(under.x)}#main-key", company_of(under.x), rsa_of(under.x.host))
    return lambda: under.post(under.x, create(under, under.c, company_of(under.c)), key=key)


@attack(KEYS, "An actor lists a key whose id lies on another host.", door(401, "key_not_found"))
async def a_key_id_elsewhere(under: Siege) -> Blow:
    victim = f"{company_of(under.c)}#main-key"
    key_of(under.x.documents["/company"])["id"] = victim
    return lambda: under.post(under.x, create(under, under.x))


@attack(KEYS, "A key in a document of its own names an owner on another host.", door(401, "key_owner"))
async def a_separate_key_with_an_owner_elsewhere(under: Siege) -> Blow:
    key_id, victim = f"{under.x.origin}/keys/1", company_of(under.c)
    pem = key_of(under.x.documents["/company"])["publicKeyPem"]
    under.x.documents["/keys/1"] = {"id": key_id, "owner": victim, "publicKeyPem": pem}
    key = SecretKey(key_id, victim, rsa_of(under.x.host))
    return lambda: under.post(under.x, create(under, under.c, victim), key=key)


@attack(
    KEYS, "A key in a document of its own names an owner that does not list it.", door(401, "key_not_found")
)
async def a_separate_key_that_nobody_lists(under: Siege) -> Blow:
    key_id, owner = f"{under.x.origin}/keys/1", company_of(under.x)
    pem = pem_of(rsa_of("mallory").public_key())
    under.x.documents["/keys/1"] = {"id": key_id, "owner": owner, "publicKeyPem": pem}
    key = SecretKey(key_id, owner, rsa_of("mallory"))
    return lambda: under.post(under.x, create(under, under.x), key=key)


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "a revoked key": ("The key was revoked by its owner.", {"revoked": "2026-01-01T00:00:00Z"}),
    "an expired key": ("The key has expired.", {"expires": "2026-01-01T00:00:00Z"}),
    "a key that expires never really": ("The date on which the key expires is none.", {"expires": "soon"}),
    "a key of 1024 bits": (
        "RSA of 1024 bits can be broken.",
        {"publicKeyPem": pem_of(rsa.generate_private_key(65537, 1024).public_key())},  # noqa: S505 - that is the point
    ),
    "a key of another kind": (
        "An elliptic curve that nobody signs requests with.",
        {"publicKeyPem": pem_of(ec.derive_private_key(7, ec.SECP256R1()).public_key())},
    ),
    "a key that is none": ("Text where a key belongs.", {"publicKeyPem": "-----BEGIN PUBLIC KEY-----"}),
    "a key that is a list": ("A list where a key belongs.", {"publicKeyPem": ["a", "b"]}),
    "a very long key": ("A key of two hundred thousand characters.", {"publicKeyPem": "A" * 200_000}),
}


def unusable(name: str) -> None:
    """A key that must not be used."""

    async def prepare(under: Siege) -> Blow:
        key_of(under.x.documents["/company"]).update(REFUSED[name][1])
        return lambda: under.post(under.x, create(under, under.x))

    enlist(KEYS, name, REFUSED[name][0], door(401, "key_refused"), prepare)


for which in REFUSED:
    unusable(which)


@attack(KEYS, "After a rotation the old key signs once more.", door(401, "signature_wrong"))
async def the_key_before_the_last_rotation(under: Siege) -> Blow:
    key_of(under.b.documents["/company"])["publicKeyPem"] = pem_of(rsa_of("new").public_key())
    return lambda: under.post(under.b, create(under, under.b))


ALGORITHMS = {
    "hmac with the public key as secret": ("hmac-sha256", "algorithm_unknown"),
    "no algorithm called none": ("none", "algorithm_unknown"),
    "an algorithm for another kind of key": ("ed25519", "algorithm_mismatch"),
}


def algorithm(name: str) -> None:
    """Another algorithm than the one that was used."""
    wrong, reason = ALGORITHMS[name]

    async def prepare(under: Siege) -> Blow:
        key = under.b.key(company_of(under.b))
        headers, body = under.b.signed(INBOX, create(under, under.b), key=key)
        headers["Signature"] = headers["Signature"].replace("rsa-sha256", wrong)
        return lambda: under.client.post(INBOX, headers=headers, content=body)

    sentence = f"The signature claims the algorithm `{wrong}` for an RSA key."
    enlist(KEYS, name, sentence, door(401, reason), prepare)


for which in ALGORITHMS:
    algorithm(which)


@attack(
    KEYS,
    "A Multikey is listed under another type, which nothing may read as a key.",
    door(401, "key_refused"),
)
async def a_multikey_of_another_type(under: Siege) -> Blow:
    actor = company_of(under.x)
    key = under.x.key(actor, KeyKind.ED25519)
    document: Any = under.x.documents["/company"]
    document["assertionMethod"] = [
        {"id": key.key_id, "type": "Ed25519Key", "controller": actor, "publicKeyMultibase": "z6Mk"}
    ]
    return lambda: under.post(under.x, create(under, under.x), key=key, dialect=Dialect.RFC9421)


@attack(
    KEYS,
    "Two signatures: a forged one that names the victim and a true one of the attacker.",
    door(401, "other_actor"),
)
async def a_true_signature_beside_the_victims_name(under: Siege) -> Blow:
    victim = company_of(under.c)
    forged = create(under, under.c, victim)
    first, body = under.x.signed(INBOX, forged, key=stolen(victim, under.x.host), dialect=Dialect.RFC9421)
    true = under.x.key(company_of(under.x))
    second, _ = under.x.signed(INBOX, forged, key=true, dialect=Dialect.RFC9421)
    both = {
        **first,
        "Signature-Input": f"{first['Signature-Input']}, {second['Signature-Input'].replace('sig1', 'sig2')}",
        "Signature": f"{first['Signature']}, {second['Signature'].replace('sig1', 'sig2')}",
    }
    return lambda: under.client.post(INBOX, headers=both, content=body)


@attack(
    KEYS,
    "The key id has user info before its host, as if it were on the victim's.",
    door(401, "key_not_found"),
)
async def a_key_id_with_user_info(under: Siege) -> Blow:
    actor = f"http://{under.c.authority}@{under.x.authority}/company"
    key = SecretKey(f"{actor}#main-key", actor, rsa_of(under.x.host))
    return lambda: under.post(under.x, create(under, under.x), key=key)


@attack(KEYS, "A request is dated twenty hours ahead, to be sent until then.", door(401, "from_future"))
async def a_signature_of_tomorrow(under: Siege) -> Blow:
    at = under.stage.instance.clock.now() + timedelta(hours=20)
    headers, body = under.b.signed(INBOX, create(under, under.b), key=under.b.key(company_of(under.b)), at=at)
    return lambda: under.client.post(INBOX, headers=headers, content=body)


@attack(
    KEYS,
    "Beside its true key an actor lists one whose id can't be read: no server may stumble over that.",
    ignored("noted"),
)
async def a_broken_key_beside_a_true_one(under: Siege) -> Blow:
    document: Any = under.x.documents["/company"]
    broken = {"id": "http://[::1", "owner": company_of(under.x), "publicKeyPem": "-"}
    document["publicKey"] = [document["publicKey"], broken]
    return lambda: under.post(under.x, under.says(under.x, "Ignore", f"{OURS}/sessions/1"))


@attack(KEYS, "The only key that an actor lists has an id that can't be read.", door(401, "key_not_found"))
async def a_key_id_that_can_not_be_read(under: Siege) -> Blow:
    key_of(under.x.documents["/company"])["id"] = "http://[::1"
    return lambda: under.post(under.x, create(under, under.x))
