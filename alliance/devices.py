"""Shows employees where they are signed in, and ends a sign-in that they do not want."""

import re
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import NotFound
from alliance.models import SignIn
from alliance.signing_in import digest_of
from alliance.unit_of_work import UnitOfWork

KEY_LENGTH = 16
MOST_SHOWN = 50

# The first that fits wins: Edge calls itself Chrome as well, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edge", r"\bEdgA?(iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Chrome|CriOS|Chromium|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac(intosh| OS)\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"\b(Linux|X11)\b"),
)


def device_of(user_agent: str) -> str:
    """`Firefox, Windows`: what its owner knows a browser by and nobody else does; empty for others."""
    said = user_agent[:500]
    names = (
        next((name for name, sign in table if re.search(sign, said)), "") for table in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in names if name)


def key_of(sign_in: SignIn) -> str:
    """By what a sign-in is named in a form; tells nothing that opens it."""
    return sign_in.token_hash[:KEY_LENGTH]


def is_with(sign_in: SignIn, token: str) -> bool:
    """Whether this is the sign-in whose cookie holds `token`."""
    return sign_in.token_hash == digest_of(token)


async def sign_ins_of(db: AsyncSession, employee_id: int, now: datetime) -> list[SignIn]:
    """Where an employee is signed in, newest first."""
    found = await db.scalars(
        select(SignIn)
        .where(SignIn.employee_id == employee_id, SignIn.expires_at > now)
        .order_by(SignIn.created_at.desc(), SignIn.token_hash)
        .limit(MOST_SHOWN)
    )
    return list(found.all())


async def end_sign_in_named(uow: UnitOfWork, employee_id: int, key: str) -> None:
    """Ends one sign-in of this employee. Raises NotFound for a key that none of them has."""
    if not re.fullmatch(rf"[0-9a-f]{{{KEY_LENGTH}}}", key):
        raise NotFound
    gone = await uow.db.scalars(
        delete(SignIn)
        .where(SignIn.employee_id == employee_id, SignIn.token_hash.startswith(key))
        .returning(SignIn.token_hash)
    )
    if not gone.all():
        raise NotFound
