"""The data catalogue: what is stored, about whom, why, who sees it, whether it leaves, how long it stays.

It lies beside the tables and is tested against them (tests/alliance/test_data_catalogue.py): a new table or
column needs its entry here, in the file of its area.
"""

from collections.abc import Iterable
from functools import cache

from sqlalchemy import MetaData

from alliance.data_catalogue import (
    accountability,
    companies,
    devices,
    exchange,
    learning,
    people,
    sessions,
    talking,
    telling,
    together,
)
from alliance.data_catalogue.entries import ABOUT, BASES, ENDS, KINDS, SEEN_BY, TO, Leaving, Table
from alliance.retention import RULES

__all__ = [
    "ABOUT",
    "AREAS",
    "BASES",
    "ENDS",
    "KINDS",
    "SEEN_BY",
    "TO",
    "Leaving",
    "Table",
    "catalogue",
    "faults",
]


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated when the page is made."""
    return text


AREAS = (
    (_("People and accounts"), people.TABLES),
    (_("Sessions, series and taking part"), sessions.TABLES),
    (_("What people say and write"), talking.TABLES),
    (_("Communities and learning circles"), together.TABLES),
    (_("Mail, calendars, apps and devices"), devices.TABLES),
    (_("Confirmed learning"), learning.TABLES),
    (_("Newsletter and channels elsewhere"), telling.TABLES),
    (_("Companies and decisions about them"), companies.TABLES),
    (_("What passes between companies"), exchange.TABLES),
    (_("Accountability and numbers"), accountability.TABLES),
)  # fmt: skip


@cache
def catalogue() -> dict[str, Table]:
    """Every entry by the name of its table."""
    return {table.name: table for _area, tables in AREAS for table in tables}


def faults(metadata: MetaData) -> list[str]:
    """What the catalogue misses of these tables and what it has too much, each with what to write."""
    entries = catalogue()
    found = [
        f"{name}: there is no such table; take its entry out" for name in entries.keys() - metadata.tables
    ]
    for name, table in metadata.tables.items():
        columns = {column.name for column in table.columns}
        if name not in entries:
            found.append(_missing(name, columns))
            continue
        known = entries[name].columns.keys()
        found += [f"{name}.{one}: add it to its table() entry, under one of KINDS" for one in columns - known]
        found += [f"{name}.{one}: there is no such column; take it out" for one in known - columns]
        left = {column for leaving in entries[name].leaves for column in leaving.columns}
        found += [f"{name}.{one}: said to leave, and is no column" for one in left - columns]
    found += [
        f"{entry.name}: kept={entry.kept!r} is neither in retention.RULES nor in ENDS"
        for entry in entries.values()
        if entry.kept not in RULES and entry.kept not in ENDS
    ]
    return sorted(found)


def _missing(name: str, columns: Iterable[str]) -> str:
    return (
        f"{name}: not in the data catalogue. Write in alliance/data_catalogue/<area>.py (a new file goes "
        f"into AREAS):\n    table(\n"
        f'        "{name}", _("Why it is there, in one sentence for employees."),\n'
        f'        about="employee|person|outsider|admin|nobody", basis="a|b|c|f|none", seen_by="self ...",\n'
        f'        kept="a rule of alliance/retention.py, or account|owner|thing|expires|company|relation",\n'
        f'        number="...", person="...", words="...", moment="...",  # every column: '
        f"{' '.join(sorted(columns))}\n"
        f'        leaves=(to("allies", "column", "Type.field"),),  # what goes into documents\n'
        f"    )"
    )
