"""The documents of the pack, in the order in which they are read."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from web.approval.blocks import Block, read_blocks
from web.approval.tables import Tables
from web.texts import Texts

TEXTS = Path(__file__).parent / "texts"
NAMES = (
    "staff",
    "measures",
    "catalogue",
    "roles",
    "interfaces",
    "reports",
    "assessment",
    "record",
    "agreement",
    "contract",
    "questionnaire",
)
WIDE = frozenset({"catalogue"})


@dataclass(frozen=True)
class PackDocument:
    """One document: its title and everything below it."""

    name: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def is_wide(self) -> bool:
        """Whether it needs a page on its side."""
        return self.name in WIDE


def documents(configuration: dict[str, Any], language: str) -> list[PackDocument]:
    """Every document of the pack in one of LANGUAGES."""
    texts = Texts(language)
    tables = Tables(configuration, texts).by_name()
    words = _words(configuration, texts)
    found = []
    for name in NAMES:
        source = (TEXTS / texts.language / f"{name}.md").read_text("utf-8")
        title, *blocks = read_blocks(source, words, tables)
        found.append(PackDocument(name, "".join(text for text, _ in title.runs), tuple(blocks)))
    return found


def made_on(configuration: dict[str, Any], language: str) -> str:
    """The day on which the configuration was read, as people write it."""
    moment = datetime.fromisoformat(configuration["made_at"]).astimezone(ZoneInfo("UTC"))
    return format_date(moment.date(), "long", locale=language)


def _words(configuration: dict[str, Any], texts: Texts) -> dict[str, str]:
    settings = configuration["settings"]
    on_off = {True: texts.gettext("on"), False: texts.gettext("off")}
    return {
        "company": configuration["company"]["name"],
        "host": configuration["company"]["host"],
        "product": configuration["product"],
        "date": made_on(configuration, texts.language),
        "days_names": str(configuration["retention"]["attendance"]),
        "days_own": str(configuration["retention"]["own_attendance"]),
        "days_letters": str(configuration["retention"]["letters"]),
        "partners": str(sum(one["state"] == "allied" for one in configuration["partners"].values())),
        "ai": on_off[bool(settings["ai"])],
        "sign_on": settings["single_sign_on"] or texts.gettext("accounts of this instance"),
        "database": settings["database"],
        "tables": str(len(configuration["catalogue"])),
        "columns": str(sum(len(one["columns"]) for one in configuration["catalogue"].values())),
        "contact": settings["security_contact"] or f"https://{configuration['company']['host']}/about",
    }
