"""The words in which the data catalogue is written: for each table why it is there, and what its columns are.

An entry names every column of its table, under one of KINDS. All texts are msgids.
"""

from dataclasses import dataclass
from typing import Any


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated when the page is made."""
    return text


KINDS = {
    "number": _("Number of the row"),
    "person": _("Whom it concerns"),
    "link": _("What it belongs to"),
    "moment": _("When something happened, or is due"),
    "state": _("What has become of it"),
    "choice": _("What was chosen"),
    "words": _("What was written"),
    "name": _("What it is called"),
    "mail": _("Mail address"),
    "count": _("How many"),
    "address": _("Where it lies on the network"),
    "picture": _("A picture, and what describes it"),
    "place_time": _("Place, language or time zone"),
    "sealed": _("Encrypted; readable with the key of the instance only"),
    "digest": _("A digest or public key; the original can't be read from it"),
    "work": _("For the program's own work"),
}
"""Kind of a column: what stands in it."""

ABOUT = {
    "nobody": _("Nobody: not personal"),
    "employee": _("Employees"),
    "person": _("Employees, and people of other companies and servers as far as they take part"),
    "outsider": _("People of other companies and servers"),
    "admin": _("Administrators and moderators"),
}
"""Whose data it is."""

BASES = {
    "none": _("None needed: not personal"),
    "b": _("Art. 6 (1) b GDPR, section 26 (1) BDSG: the employment, of which the offer is a part"),
    "a": _("Art. 6 (1) a GDPR, section 26 (2) BDSG: told of one's own free will, and can be taken back"),
    "c": _("Art. 6 (1) c GDPR with Art. 5 (2) and 32 GDPR: accountability and security"),
    "f": _("Art. 6 (1) f GDPR: legitimate interest in a learning offer that works and is safe"),
}
"""Legal basis; a works agreement (section 26 (4) BDSG, Art. 88 GDPR) specifies it, and can't undercut it."""

SEEN_BY = {
    "self": _("The person"),
    "hosts": _("Whoever holds the session"),
    "members": _("Members of the circle or community"),
    "addressee": _("Whom it was written to"),
    "colleagues": _("Signed-in colleagues"),
    "allies": _("Signed-in people of allied companies, where the audience says so"),
    "public": _("Everybody, where the audience says so"),
    "moderators": _("Moderators"),
    "council": _("The works council, without names"),
    "admins": _("Administrators"),
    "nobody": _("Nobody; the program alone works with it"),
}

TO = {
    "allies": _("Allied companies, where the audience says so"),
    "public": _("Anybody, where the audience says so"),
    "host": _("The company that holds the session"),
    "addressee": _("The company of whoever it is addressed to"),
    "caller": _("The company that calls for learning circles; under a pseudonym"),
    "circle": _("The companies of the others in a circle; with names once all have said yes"),
    "mail": _("The mail server of the company"),
    "device": _("The push service of the person's own device, encrypted for the device"),
    "records": _("The company's own record store, for those who want that"),
    "channel": _("Channels that an administrator set up, such as Teams"),
    "provider": _("The company's own provider of sign-ins"),
}
"""To whom something leaves the company."""

ENDS = {
    "account": _("As long as the account exists"),
    "owner": _("Until its writer takes it back or erases the account"),
    "thing": _("With what it belongs to"),
    "expires": _("Until it expires by itself, at most a few weeks"),
    "company": _("As long as the company runs this"),
    "relation": _("As long as the other side exists; goes when it says that it is gone"),
}
"""How long something is kept that no rule of `alliance/retention.py` ends."""


Shared = dict[str, Any]
"""What several entries of an area have in common."""


@dataclass(frozen=True)
class Leaving:
    """Columns that leave the company: to whom, and as which field of the documents (`Person.name`)."""

    columns: tuple[str, ...]
    to: str
    wire: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of the data catalogue. `kept` is a rule of `alliance/retention.py`, or one of ENDS."""

    name: str
    purpose: str
    about: str
    basis: str
    seen_by: tuple[str, ...]
    kept: str
    columns: dict[str, str]
    """Kind by name of the column, in KINDS."""
    leaves: tuple[Leaving, ...]

    @property
    def is_personal(self) -> bool:
        """Whether it tells something about a person."""
        return self.about != "nobody"


def table(
    name: str,
    purpose: str,
    /,
    *,
    about: str = "nobody",
    basis: str = "none",
    seen_by: str = "nobody",
    kept: str = "thing",
    leaves: tuple[Leaving, ...] = (),
    **columns: str,
) -> Table:
    """An entry; `columns` names them by kind: `number="id", moment="since created_at"`.

    Raises ValueError for a word that is none of ours, and for a column that is named twice.
    """
    kinds: dict[str, str] = {}
    for kind, names in columns.items():
        for column in names.split():
            if kind not in KINDS or column in kinds:
                raise ValueError(f"{name}.{column}: {kind}")
            kinds[column] = kind
    if about not in ABOUT or basis not in BASES or not set(seen_by.split()) <= SEEN_BY.keys():
        raise ValueError(name)
    return Table(name, purpose, about, basis, tuple(seen_by.split()), kept, kinds, leaves)


def to(whom: str, columns: str, wire: str = "") -> Leaving:
    """What leaves: `to("allies", "title starts_at", "Event.name Event.startTime")`."""
    if whom not in TO:
        raise ValueError(whom)
    return Leaving(tuple(columns.split()), whom, tuple(wire.split()))
