"""Signs Jonas in and allows an app, as his browser does: over the page of the instance."""

import re
from urllib.parse import urlsplit

import httpx

from tests.apps.serving import PASSWORD

BROWSER = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", "Accept-Language": "en"}


async def copied_code(origin: str, address: str) -> str:
    """The code that Jonas copies from the page to which an app sends him."""
    async with httpx.AsyncClient(base_url=origin, headers=BROWSER, follow_redirects=True) as browser:
        await browser.post("/sign-in", data={"email": "jonas@localhost", "password": PASSWORD, "next": "/"})
        parts = urlsplit(address)
        page = await browser.get(f"{parts.path}?{parts.query}")
        proof = re.search(r'name="proof" value="([^"]+)"', page.text)
        assert proof, page.text
        page = await browser.post("/oauth/authorize/asked", data={"proof": proof[1], "answer": "allow"})
        code = re.search(r'id="code"[^>]* value="([^"]+)"', page.text)
        assert code, page.text
        return code[1]
