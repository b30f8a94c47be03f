"""Where in a recording a moment is: addresses of players that can be told when to begin."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from alliance.materials import in_order
from alliance.models import Session

# Media Fragments URI 1.0 (W3C), section 4.2.1: browsers follow it in files that they play themselves.
_FILES = (".mp4", ".webm", ".ogv", ".ogg", ".oga", ".mp3", ".m4a", ".wav")


def moment_in(url: str, seconds: int) -> str | None:
    """The address of a recording from that second on; None where its player can't be told.

    YouTube takes `t`, Vimeo `#t`, PeerTube `start` (its videos lie at /w/ and /videos/watch/), files `#t`.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if host in ("youtube.com", "m.youtube.com", "youtu.be"):
        return _with_query(url, "t", f"{seconds}s")
    if host in ("vimeo.com", "player.vimeo.com"):
        return urlunsplit(parts._replace(fragment=f"t={seconds}s"))
    if parts.path.startswith(("/w/", "/videos/watch/")):
        return _with_query(url, "start", f"{seconds}s")
    if parts.path.lower().endswith(_FILES):
        return urlunsplit(parts._replace(fragment=f"t={seconds}"))
    return None


def recording_of(session: Session) -> str | None:
    """The first recording of a session whose player can be told when to begin; `materials` must be loaded."""
    shown = (
        one.url for one in in_order(session) if one.kind == "recording" and one.url.startswith("https://")
    )
    return next((url for url in shown if moment_in(url, 0) is not None), None)


def _with_query(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    query = [(key, one) for key, one in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, value)]), fragment=""))
