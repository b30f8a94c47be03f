"""What people look at: a wide screen or a small phone, with JavaScript or without, in two languages."""

from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Browser, BrowserContext, StorageState, ViewportSize

Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Device:
    """One way to look at the pages."""

    name: str
    language: str = "en"
    width: int = 1280
    height: int = 900
    has_script: bool = True
    scheme: Scheme = "light"

    async def context(self, browser: Browser, state: StorageState | None = None) -> BrowserContext:
        """A browser of one person's own with their cookies; it takes the meeting room's own certificate."""
        return await browser.new_context(
            locale={"de": "de-DE", "en": "en-GB"}[self.language],
            viewport=ViewportSize(width=self.width, height=self.height),
            has_touch=self.width < 600,
            java_script_enabled=self.has_script,
            color_scheme=self.scheme,
            ignore_https_errors=True,
            storage_state=state,
        )


DESK = Device("desk")
DEVICES = [
    DESK,
    Device("desk-without-javascript", language="de", has_script=False),
    Device("phone", language="de", width=360, height=740, scheme="dark"),
    Device("phone-without-javascript", width=360, height=740, has_script=False),
]
