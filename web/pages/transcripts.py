"""What was said in a session: put there by its host, read on its page, taken along as a file."""

import asyncio
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.captions import MOST_BYTES, as_text, as_webvtt, clock, decoded
from alliance.errors import Conflict, Invalid, NotFound
from alliance.models import Passage, Session, Transcript
from alliance.queries.transcripts import passages_to_read, transcript_to_read
from alliance.transcribing import Prepared, keep_transcript, prepared, remove_transcript, unpacked
from web.activitypub.answers import has_signature
from web.activitypub.viewing import viewer_of
from web.forms import beside
from web.media.uploading import read_upload
from web.pages.afterwards import afterwards_page, published
from web.pages.recordings import moment_in, recording_of
from web.pages.visit import Visit, path_id, visiting
from web.texts import language_name

FIELD = "transcript"
_FIELDS = {"transcript_language": 10, "pasted": MOST_BYTES}
_FORMATS = {"vtt": "text/vtt; charset=utf-8", "txt": "text/plain; charset=utf-8"}


@dataclass(frozen=True)
class Paragraph:
    """Some sentences; `moment` is when they were said, `url` where the recording plays them."""

    anchor: str
    text: str
    moment: str = ""
    url: str = ""


@dataclass(frozen=True)
class TranscriptShown:
    """What was said, in one language; `is_open` where somebody came for a passage of it."""

    language: str
    language_name: str
    paragraphs: tuple[Paragraph, ...]
    files: tuple[tuple[str, str], ...]
    """Name and address of each format."""
    is_open: bool


def anchor_of(transcript_id: int, number: int) -> str:
    """The mark of a passage on the page of its session."""
    return f"said-{transcript_id}-{number}"


def passage_url(session_id: int, transcript_id: int, number: int) -> str:
    """The address of a passage: the page of its session with what was said unfolded, at that place."""
    return f"/sessions/{session_id}?heard={transcript_id}#{anchor_of(transcript_id, number)}"


async def transcripts_on(visit: Visit, session: Session) -> tuple[TranscriptShown, ...]:
    """What was said in a session that the visitor may see; one query where there is any, else none."""
    there = [one for one in session.transcripts if one.is_there]
    if not there:
        return ()
    passages = await passages_to_read(visit.db, there)
    wanted, recording = visit.request.query_params.get("heard", ""), recording_of(session)
    return tuple(
        TranscriptShown(
            one.language,
            language_name(one.language, visit.reader.language),
            tuple(_paragraph(passage, recording) for passage in passages.get(one.id, ())),
            tuple((kind.upper(), f"/sessions/{session.id}/transcripts/{one.id}.{kind}") for kind in _FORMATS),
            wanted == str(one.id),
        )
        for one in there
    )


def _paragraph(passage: Passage, recording: str | None) -> Paragraph:
    anchor = anchor_of(passage.transcript_id, passage.number)
    if passage.starts_ms is None:
        return Paragraph(anchor, passage.text)
    url = moment_in(recording, passage.starts_ms // 1000) if recording else None
    return Paragraph(anchor, passage.text, clock(passage.starts_ms), url or "")


async def add(request: Request) -> Response:
    """POST /sessions/<id>/transcripts: a file or pasted text, or what is wrong with it."""
    async with visiting(request) as visit:
        session = await published(visit)
        upload = await read_upload(request, _FIELDS, name=FIELD, most=MOST_BYTES)
        try:
            said = await asyncio.to_thread(_prepared, upload.content, upload.values["pasted"])
            async with visit.instance.unit_of_work() as uow:
                language = upload.values["transcript_language"]
                await keep_transcript(uow, session.id, said, language, visit.employee)
        except (Invalid, Conflict) as error:
            return await afterwards_page(visit, session, upload.values, beside(error, FIELD))
        return visit.go(f"/sessions/{session.id}/afterwards", "material-added")


def _prepared(content: bytes | None, pasted: str) -> Prepared:
    if content is None and not pasted:
        raise Invalid("Please choose a file, or paste what was said.", field=FIELD)
    try:
        return prepared(decoded(content if content is not None else pasted.encode()))
    except Invalid as error:
        raise beside(error, FIELD) from error


async def remove(request: Request) -> Response:
    """POST /sessions/<id>/transcripts/<transcript>/remove: takes it away again."""
    async with visiting(request) as visit:
        session = await published(visit)
        async with visit.instance.unit_of_work() as uow:
            await remove_transcript(uow, session.id, path_id(request, "transcript"), visit.employee)
        return visit.go(f"/sessions/{session.id}/afterwards", "material-removed")


async def file(request: Request) -> Response:
    """GET /sessions/<id>/transcripts/<transcript>.vtt and .txt: for whoever may see the session.

    An ally's instance asks with its signature. Raises NotFound.
    """
    kind = request.path_params["format"]
    if kind not in _FORMATS:
        raise NotFound
    async with visiting(request) as visit:
        viewer = await viewer_of(request) if has_signature(request) else visit.viewer
        ids = path_id(request), path_id(request, "transcript")
        transcript, stored = await transcript_to_read(visit.db, viewer, *ids)
    body = await asyncio.to_thread(_written, kind, transcript, stored)
    headers = {
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, Signature, Authorization",
        "Content-Disposition": f'attachment; filename="session-{transcript.session_id}-'
        f'{transcript.language}.{kind}"',
    }
    return Response(body, headers=headers, media_type=_FORMATS[kind])


def _written(kind: str, transcript: Transcript, stored: bytes | None) -> str:
    cues = unpacked(stored)
    return as_webvtt(cues, transcript.language) if kind == "vtt" else as_text(cues)
