"""The instance's key for push services: made when it is first needed."""

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from alliance.instance import Instance
from alliance.models import PushKey
from alliance.pushing import KEY_PURPOSE, keep_push_key, push_key
from web.push.base64url import from_base64url, to_base64url

if TYPE_CHECKING:
    from joserfc.jwk import ECKey


async def public_push_key(instance: Instance) -> str:
    """The point in base64url, as browsers want it."""
    return (await _row(instance)).public


async def signing_push_key(instance: Instance) -> "ECKey":
    """What the instance proves itself with."""
    from joserfc.jwk import ECKey

    row = await _row(instance)
    number = instance.vault.open(row.sealed, KEY_PURPOSE)
    point = from_base64url(row.public)
    halves = {"x": to_base64url(point[1:33]), "y": to_base64url(point[33:])}
    return ECKey.import_key({"kty": "EC", "crv": "P-256", "d": number, **halves})


async def _row(instance: Instance) -> PushKey:
    async with instance.reading() as db:
        found = await push_key(db)
    if found is not None:
        return found
    made = ec.generate_private_key(ec.SECP256R1())
    public = made.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    secret = made.private_numbers().private_value.to_bytes(32, "big")
    async with instance.unit_of_work() as uow:
        return await keep_push_key(uow, to_base64url(public), to_base64url(secret))
