"""The pack as a PDF: tagged, with bookmarks, typeset by Typst without network or files of others.

Typst comes as one package (no system libraries, no browser) and writes tagged PDF by itself; it is loaded
when somebody asks for a PDF.
"""

from pathlib import Path
from typing import Any

import orjson

from web.approval.blocks import as_json
from web.approval.documents import PackDocument, made_on
from web.texts import Texts

HERE = Path(__file__).parent
LABEL_TEXTS = (
    "Approval pack", "Made on %(date)s from the running configuration", "Contents", "Page",
    "Drafts: have them checked by counsel",
)  # fmt: skip


def pdf(configuration: dict[str, Any], documents: list[PackDocument], language: str) -> bytes:
    """The bytes of the PDF (PDF/UA-1). What stands in it is handed over as data, never read as a program."""
    import typst

    texts = Texts(language)
    said = {
        "lang": texts.language,
        "company": configuration["company"]["name"],
        "host": configuration["company"]["host"],
        "product": configuration["product"],
        "title": texts.gettext("Approval pack"),
        "made": texts.gettext(
            "Made on %(date)s from the running configuration", date=made_on(configuration, language)
        ),
        "contents": texts.gettext("Contents"),
        "drafts": texts.gettext("Drafts: have them checked by counsel"),
        "documents": [
            {"title": one.title, "wide": one.is_wide, "blocks": [as_json(block) for block in one.blocks]}
            for one in documents
        ],
    }
    return bytes(
        typst.compile(
            HERE / "pack.typ",
            root=HERE,
            font_paths=[HERE / "fonts"],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs={"said": orjson.dumps(said).decode()},
        )
    )
