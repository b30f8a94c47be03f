"""Pseudonyms in circles, and codes by which two people stay together, whatever companies they are from."""

import base64
import hashlib
import re
import secrets

_CODE = re.compile(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}")


def new_token() -> str:
    """A pseudonym: 128 random bits."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """A code that one person hands to another: "K7QM-2XPD-9F3A" has 60 random bits."""
    letters = base64.b32encode(secrets.token_bytes(8)).decode()[:12]
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def as_code(typed: str) -> str:
    """The code in what somebody typed; empty when it is none."""
    cleaned = typed.strip().upper()
    return cleaned if _CODE.fullmatch(cleaned) else ""


def digest_of_code(code: str) -> str:
    """What travels of a code."""
    return digest(f"circle code\n{code}") if code else ""


def digest(text: str) -> str:
    """32 characters, the same everywhere for the same text."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:24]).decode()
