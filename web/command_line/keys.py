"""`alliance keys`."""

from typing import Annotated

import typer
from sqlalchemy import select

from alliance.database import ReadingSession
from federation import uris
from federation.announcing.actors import tell_actor
from federation.keys import fingerprint, new_key_pairs, rotate_keys
from federation.models import SigningKey
from federation.signatures.material import public_key_from_pem
from web.command_line.rooms import room
from web.command_line.running import opened, run, say

app = room("alliance keys rotate", "Replaces the keys with which this instance signs.")


@app.callback()
def keys() -> None:
    """Replaces the keys with which this instance signs."""


@app.command(epilog="Example: alliance keys rotate --all")
def rotate(
    everybody: Annotated[bool, typer.Option("--all", help="The keys of every person, too.")] = False,
) -> None:
    """Makes new keys for the instance and the company; partners and followers are told."""
    say(run(_rotate(everybody)))


async def _rotate(everybody: bool) -> str:
    async with opened() as federation:
        async with federation.instance.reading() as db:
            known = set(await db.scalars(select(SigningKey.actor).where(SigningKey.retired_at.is_(None))))
        actors = sorted(known) if everybody else [uris.INSTANCE, uris.COMPANY]
        for actor in actors:
            # Made before the transaction: on SQLite everybody waits for whoever writes.
            pairs = await new_key_pairs()
            async with federation.instance.unit_of_work() as uow:
                await rotate_keys(uow, actor, federation.keyring, pairs)
                await tell_actor(uow, actor)
        async with federation.instance.reading() as db:
            shown = await fingerprint_of_instance(db, federation.uris)
        return f"New keys for {len(actors)} accounts. Fingerprint of this instance now: {shown}"


async def fingerprint_of_instance(db: ReadingSession, addresses: uris.Uris) -> str:
    """What partners compare: the fingerprint of the instance's RSA key."""
    pem = await db.scalar(
        select(SigningKey.public).where(
            SigningKey.actor == uris.INSTANCE, SigningKey.kind == "rsa", SigningKey.retired_at.is_(None)
        )
    )
    owner = addresses.instance
    return fingerprint(public_key_from_pem(f"{owner}#main-key", owner, pem or ""))
