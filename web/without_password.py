"""Addresses of servers as they may be shown."""

from urllib.parse import urlsplit


def without_password(url: str) -> str:
    """The same address; a password in it becomes three dots."""
    password = urlsplit(url).password
    return url.replace(f":{password}@", ":...@", 1) if password else url
