"""The demo's invented world: three companies, their people and what they teach each other."""

from web.demo.content.alpenwerk import ALPENWERK
from web.demo.content.hansewerft import HANSEWERFT
from web.demo.content.nordlicht import NORDLICHT
from web.demo.content.shape import (
    Audience,
    DemoCompany,
    DemoPerson,
    DemoSession,
    Fate,
    JoinMode,
    Language,
    Place,
    Slot,
    Words,
)
from web.demo.content.topics import TOPICS

COMPANIES: tuple[DemoCompany, ...] = (NORDLICHT, ALPENWERK, HANSEWERFT)

__all__ = [
    "COMPANIES",
    "TOPICS",
    "Audience",
    "DemoCompany",
    "DemoPerson",
    "DemoSession",
    "Fate",
    "JoinMode",
    "Language",
    "Place",
    "Slot",
    "Words",
]
