"""`alliance approval-pack`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from alliance.errors import Conflict
from web.approval.changes import changes, read_configuration
from web.approval.configuration import configuration
from web.approval.documents import documents, made_on
from web.approval.pdf import pdf
from web.command_line.rooms import room
from web.command_line.running import opened, run, say
from web.templating import fill
from web.texts import LANGUAGES

app = room(
    "alliance approval-pack approval --lang de --pdf --compare approval-2026/configuration.json",
    "Writes what works council and data protection officer need.",
)


@app.command()
def approval_pack(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or an empty one.")],
    lang: Annotated[str, typer.Option(help="de or en; the company's language when left out.")] = "",
    pdf: Annotated[bool, typer.Option("--pdf", help="Also as PDF.")] = False,
    compare: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A configuration.json that was approved.")
    ] = None,
) -> None:
    """Writes the approval pack from the configuration as it is, and what changed since another one."""
    if folder.exists() and any(folder.iterdir()):
        raise Conflict("{file} exists already.", file=folder)
    old = read_configuration(compare.read_bytes()) if compare else None
    held = run(_configuration())
    language = lang if lang in LANGUAGES else held["company"]["language"]
    language = language if language in LANGUAGES else "en"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _files(held, language, with_pdf=pdf).items():
        (folder / name).write_bytes(content)
        say(str(folder / name))
    if old is not None:
        found = [[one.where, one.before, one.after] for one in changes(old, held)]
        (folder / "changes.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), "utf-8")
        for where, before, after in found:
            say(f"{where}: {before or '-'} -> {after or '-'}")


async def _configuration() -> dict[str, Any]:
    async with opened(who=None) as federation, federation.instance.reading() as db:
        instance = federation.instance
        return await configuration(db, instance.settings, instance.clock.now())


def _files(held: dict[str, Any], language: str, *, with_pdf: bool) -> dict[str, bytes]:
    made = documents(held, language)
    page = fill("approval_pack.html", language, held=held, documents=made, made=made_on(held, language))
    found = {
        "approval-pack.html": page.encode(),
        "configuration.json": json.dumps(held, indent=1, ensure_ascii=False, sort_keys=True).encode(),
    }
    if with_pdf:
        found["approval-pack.pdf"] = pdf(held, made, language)
    return found
