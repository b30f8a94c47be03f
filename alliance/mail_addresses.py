"""Addresses that strangers type: one that mail servers on the way take, or none."""

import re

from alliance.errors import Invalid

ADDRESS_LIMIT = 254
"""RFC 5321 section 4.5.3.1.3, less the brackets."""
# RFC 5321 section 4.1.2: a Dot-string. What would have to be quoted nobody has.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label is no number, so an address of the network is no name.
_DOMAIN = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")
_SENTENCE = "Please type an e-mail address such as name@company.example."


def mail_address(typed: str) -> str:
    """The address in lower case, its domain as servers know it (RFC 5890). Raises Invalid.

    Letters beyond ASCII before the @ are refused: many servers on the way still do (RFC 6531).
    """
    local, _, domain = typed.strip().rpartition("@")
    host = _as_servers_know_it(domain.lower()) if len(domain) <= ADDRESS_LIMIT else ""
    address = f"{local.lower()}@{host}"
    if len(address) > ADDRESS_LIMIT or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(host):
        raise Invalid(_SENTENCE, field="email")
    return address


def _as_servers_know_it(domain: str) -> str:
    """In ASCII; empty for what has no such name, and for what would become another one (RFC 3490: ß, ss)."""
    try:
        host = domain.encode("idna").decode("ascii").lower()
        return host if host == domain or host.encode("ascii").decode("idna") == domain else ""
    except UnicodeError:
        return ""
