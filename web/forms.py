"""What people send with forms: read within bounds, kept as typed, with each error beside its field."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from starlette.requests import Request

from alliance.errors import AllianceError, Invalid
from alliance.text import clean_text
from web.texts import Texts

_MOST_FIELDS = 60
_ADDRESS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


class Form(Mapping[str, str]):
    """The values of a form, in the order of its fields on the page, and what is wrong with them."""

    def __init__(self, values: Mapping[str, str], texts: Texts, error: AllianceError | None = None) -> None:
        self._values = dict(values)
        problems = error.problems if isinstance(error, Invalid) else {}
        self.errors = {
            name: texts.sentence(wrong.sentence, wrong.parameters) for name, wrong in problems.items()
        }
        self.summary = texts.sentence(error.sentence, error.parameters) if error else ""
        self.first_error = next((name for name in self._values if name in self.errors), None)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


async def read_form(request: Request, fields: Mapping[str, int]) -> dict[str, str]:
    """The named fields of a posted form, in that order; the numbers are the most characters each may have.

    What is missing is empty, what is not named is ignored, files are refused. Text is cleaned as it will be
    stored. Longer text is kept one character too long, so that whoever checks it can say so.
    """
    form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    values = {}
    for name, most in fields.items():
        value = form.get(name, "")
        values[name] = clean_text(value if isinstance(value, str) else "", most + 1)
    return values


def safe_next(address: str, otherwise: str = "/") -> str:
    """Where to go afterwards: a path on this site as it stands, anything else is `otherwise`."""
    if len(address) <= 500 and _ADDRESS.fullmatch(address):
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc:
            return address
    return otherwise


def beside(error: AllianceError, field: str) -> Invalid:
    """What went wrong with what was typed in `field`, to be said beside it."""
    if isinstance(error, Invalid) and error.problems:
        return error
    said = Invalid(error.sentence)
    said.parameters = dict(error.parameters)
    return Invalid(problems={field: said})


def words(text: str, most: int) -> list[str]:
    """The parts of a list separated by commas, without repetitions; at most `most`."""
    parts = (" ".join(part.strip().lstrip("#").split()) for part in re.split(r"[,;\n]", text))
    return list(dict.fromkeys(part for part in parts if part))[:most]
