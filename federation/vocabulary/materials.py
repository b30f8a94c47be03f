"""What there is to see or read again after a session, as attachments of its Event."""

from collections.abc import Sequence

from federation.vocabulary.values import Json, line, listed, text, uri_or_none

MATERIAL = "material"
TRANSCRIPT = "transcript"
WEBVTT = "text/vtt"
_MOST = 20
_LONGEST_TITLE = 200


def materials_as_json(
    materials: Sequence[tuple[str, str, str]], transcripts: Sequence[tuple[str, str]]
) -> list[Json]:
    """Links whose relation says what they are; each has a mediaType, Gancio throws otherwise."""
    found: list[Json] = []
    for kind, title, href in materials:
        link = {"type": "Link", "mediaType": "text/html", "name": title, "href": href}
        found.append({**link, "rel": [MATERIAL, kind]})
    for language, href in transcripts:
        link = {"type": "Link", "mediaType": WEBVTT, "name": f"Transcript ({language})", "href": href}
        found.append({**link, "hreflang": language, "rel": [MATERIAL, TRANSCRIPT]})
    return found


def parse_materials(value: Json) -> tuple[tuple[str, str, str], ...]:
    """Links among the attachments whose relation says that they are materials; at most twenty."""
    found = []
    for item in listed(value.get("attachment")):
        if not isinstance(item, dict) or item.get("type") != "Link":
            continue
        relations = [rel for rel in listed(item.get("rel")) if isinstance(rel, str)]
        title, href = line(item.get("name"), _LONGEST_TITLE), uri_or_none(item.get("href"))
        if TRANSCRIPT in relations:
            continue
        if MATERIAL in relations and title and href and href.startswith("https://"):
            kind = next((rel for rel in relations if rel != MATERIAL), "link")
            found.append((kind, title, href))
    return tuple(found[:_MOST])


def parse_transcripts(value: Json) -> tuple[tuple[str, str], ...]:
    """Links among the attachments to what was said: language and address; at most twenty."""
    found = []
    for item in listed(value.get("attachment")):
        if isinstance(item, dict) and TRANSCRIPT in listed(item.get("rel")):
            href = uri_or_none(item.get("href"))
            if href and item.get("mediaType") == WEBVTT:
                found.append((text(item.get("hreflang"), 35), href))
    return tuple(found[:_MOST])
