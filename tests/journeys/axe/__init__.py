"""Asks axe-core whether everybody can use a page; `npm ci` in this folder brings it (see make develop)."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.journeys.devices import Scheme

SOURCE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
OF_COLOURS = ["color-contrast"]


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on the page as it is shown now, one line each: rule, where and why."""
    if not SOURCE.exists():
        raise RuntimeError("axe-core is not installed: make develop")
    if not await page.evaluate("'axe' in window"):
        source = SOURCE.read_text(encoding="utf-8")
        # Whatever the page opens next has it from the beginning: it is sent and compiled once.
        await page.add_init_script(source)
        await page.evaluate(source)
    return await _found(page, "{resultTypes: ['violations']}")


async def colour_violations(page: Page, scheme: Scheme) -> list[str]:
    """The same of the rules about colours, after `violations`, in this scheme; the page stays in it."""
    await page.emulate_media(color_scheme=scheme)
    await page.evaluate("document.getAnimations().forEach(animation => animation.finish())")
    found = await _found(page, f"{{resultTypes: ['violations'], runOnly: {OF_COLOURS}}}")
    return [f"{scheme}: {fault}" for fault in found]


async def _found(page: Page, options: str) -> list[str]:
    found: dict[str, Any] = await page.evaluate(f"axe.run(document, {options})")
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {' '.join(node['failureSummary'].split())}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
