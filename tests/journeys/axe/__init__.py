"""Asks axe-core whether everybody can use a page; `npm ci` in this folder brings it (see make develop)."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

SOURCE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on the page as it is shown now, one line each: rule, where and why."""
    if not SOURCE.exists():
        raise RuntimeError("axe-core is not installed: make develop")
    if not await page.evaluate("'axe' in window"):
        source = SOURCE.read_text(encoding="utf-8")
        # Whatever the page opens next has it from the beginning: it is sent and compiled once.
        await page.add_init_script(source)
        await page.evaluate(source)
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {' '.join(node['failureSummary'].split())}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
