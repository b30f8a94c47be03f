"""Keeps the catalogues of `web/locale` at what pages, mails and errors say.

    python tools/translations.py            adds what is new with an empty translation, drops what is gone
    python tools/translations.py --check    fails and names every text that a reader would see untranslated

Texts are found in templates (`_("...")`, `{% trans %}`) and in Python: `gettext("...")`, `ngettext`,
`_("...")`, the sentence of an error or of `problems.add`, and constants whose name says so: `*SENTENCE*`,
`*LABEL*`, `*TEXT*`, `*REFUSAL*`, `*CANNOT*`, `*WRONG*`.
Sentences of WrongConfiguration are for operators, who read English; those about what other servers send
(Malformed, NotAccepted, Refused) are for the log, and those of OAuth for whoever makes an app.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ("alliance", "federation", "web")
TEMPLATES = ROOT / "web" / "templates"
CATALOGUES = ROOT / "web" / "locale"
CALLS = ("gettext", "ngettext", "_", "N_")
CONSTANT = re.compile(r"SENTENCE|LABEL|TEXT|REFUSAL|CANNOT|WRONG")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# Jinja2 is told what web/templating.py tells it.
OPTIONS = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true"}

Text = str | tuple[str, ...]


def main(arguments: list[str]) -> int:
    wanted = texts()
    if "--check" not in arguments:
        for path in catalogue_files():
            update(path, wanted)
        return 0
    wrong = [
        f"{path.relative_to(ROOT)}: {what}" for path in catalogue_files() for what in faults(path, wanted)
    ]
    print("\n".join(wrong[:100]), end="\n" if wrong else "")
    return 1 if wrong else 0


def catalogue_files() -> list[Path]:
    return sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


def texts() -> dict[Text, str]:
    """Every text of the product with the file that says it first; a plural is a pair."""
    found: dict[Text, str] = {}
    for path in sorted(TEMPLATES.rglob("*")):
        if path.is_file():
            found |= {text: str(path.relative_to(ROOT)) for text in in_template(path) if text not in found}
    trees = {path: ast.parse(path.read_text("utf-8")) for folder in PYTHON for path in python_files(folder)}
    errors = error_names(list(trees.values()))
    for path, tree in trees.items():
        found |= {text: str(path.relative_to(ROOT)) for text in in_python(tree, errors) if text not in found}
    return found


def python_files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def in_template(path: Path) -> Iterator[Text]:
    with path.open("rb") as file:
        for _, function, said, _ in babel_extract(file, CALLS, (), OPTIONS):
            parts = (
                [said] if isinstance(said, str) else [part for part in said or () if isinstance(part, str)]
            )
            yield (parts[0], parts[1]) if function == "ngettext" else parts[0]


def error_names(trees: list[ast.Module]) -> set[str]:
    """AllianceError and everything that is derived from it, by name, as far as people read it."""
    known = {"AllianceError"}
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while more := {c.name for c in classes if {ast.unparse(b) for b in c.bases} & known} - known:
        known |= more
    return known - {"WrongConfiguration", "Malformed", "NotAccepted", "Refused", "OAuthError"}


def in_python(tree: ast.Module, errors: set[str]) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from in_call(node, errors)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and is_text(node):
            yield from constants(node.value)


def in_call(call: ast.Call, errors: set[str]) -> Iterator[Text]:
    name = ast.unparse(call.func).rsplit(".", 1)[-1]
    said = [text for argument in call.args[:2] for text in string(argument)]
    if name == "ngettext" and len(said) == 2:
        yield (said[0], said[1])
    elif said and name == "add" and ast.unparse(call.func).endswith("problems.add"):
        yield said[-1]
    elif said and (name in CALLS or name in errors):
        yield said[0]


def is_text(node: ast.Assign | ast.AnnAssign) -> bool:
    """Whether a constant's name says that it holds texts for people."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return any(name == "default_sentence" or (name.isupper() and CONSTANT.search(name)) for name in names)


def constants(value: ast.expr) -> Iterator[str]:
    """The texts in a constant; of a mapping its values."""
    if isinstance(value, ast.Dict):
        for part in value.values:
            yield from constants(part)
    elif isinstance(value, ast.Tuple | ast.List):
        for part in value.elts:
            yield from constants(part)
    else:
        yield from (text for text in string(value) if text[:1].isupper() or text[:1] in "%{“")


def string(node: ast.expr) -> Iterator[str]:
    """What a literal says; nothing when it is not a text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def faults(path: Path, wanted: dict[Text, str]) -> Iterator[str]:
    """What a reader of this language would stumble over."""
    catalogue = read(path)
    for text, where in wanted.items():
        message = catalogue.get(text if isinstance(text, str) else text[0])
        if message is None or not is_translated(message):
            yield f"not translated: {text!r} ({where})"
        elif not has_the_same_placeholders(message):
            yield f"placeholders differ: {text!r}"
        elif any("!" in said for said in strings(message)):
            yield f"raises its voice: {strings(message)!r}"
    said = {text if isinstance(text, str) else text[0] for text in wanted}
    for message in catalogue:
        msgid = message.id if isinstance(message.id, str) else message.id[0]
        if msgid and msgid not in said:
            yield f"said nowhere any more: {msgid!r}"


def is_translated(message: Message) -> bool:
    return not message.fuzzy and all(strings(message))


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def has_the_same_placeholders(message: Message) -> bool:
    """A plural form may leave out the number, as in "one day"."""
    if not isinstance(message.id, str):
        wanted = set(PLACEHOLDER.findall(message.id[1]))
        return all(set(PLACEHOLDER.findall(said)) <= wanted for said in strings(message))
    return set(PLACEHOLDER.findall(message.id)) == set(PLACEHOLDER.findall(strings(message)[0]))


def update(path: Path, wanted: dict[Text, str]) -> None:
    template = Catalog()
    for text in wanted:
        template.add(text)
    catalogue = read(path)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, sort_output=True, omit_header=False)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
