"""What a browser sends for a form on a page when nobody types anything."""

from html.parser import HTMLParser


class Fields(HTMLParser):
    """Collects them while reading."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.inside = False
        self.open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inside = self.inside or (tag == "form" and "data-preview" in given)
        name = given.get("name")
        if tag in ("textarea", "select"):
            self.open = name
        if not self.inside or (tag == "input" and name is None):
            return
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.found[str(name)] = given.get("value") or ""
        if tag == "option" and self.open and "selected" in given:
            self.found[self.open] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.inside and self.open and self.lasttag == "textarea":
            self.found[self.open] = data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        if tag in ("textarea", "select"):
            self.open = None


def fields_of(page: str) -> dict[str, str]:
    """The fields of the form with the data-preview mark, as they stand."""
    parser = Fields()
    parser.feed(page)
    return parser.found
