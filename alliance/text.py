"""The only place that trusts markup: HTML in, Markdown rendered, plain text out."""

import html
import re
import unicodedata

import nh3
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "a", "span", "pre", "blockquote", "ul", "ol", "li"}
_TAGS |= {"strong", "em", "b", "i", "u", "del", "code"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start", "reversed"}}
_SCHEMES = {"http", "https", "mailto"}
# The classes by which apps know a name, a hashtag and the parts of a link; no style of ours uses them.
_MARKS = {"a": {"mention", "hashtag", "u-url"}, "span": {"h-card", "invisible", "ellipsis"}}
_REL = "nofollow noopener noreferrer ugc"
# Parsers need quadratic time for misnested markup; whatever is longer is not read.
HTML_LIMIT = 50_000
_MOST_TAGS = 2_000

_ABSOLUTE = re.compile(r"(https?://|mailto:)[^\s]", re.IGNORECASE)
# What hashtags can't carry but names of topics do: Künstliche Intelligenz, C++, C#.
_SPELLED = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "+": "plus", "#": "sharp"}
_HEADING_START = re.compile(r"<h[1-6]>")
_HEADING_END = re.compile(r"</h[1-6]>")
_BLOCK_END = re.compile(r"<br ?/?>|</(?:p|li|pre|blockquote|ul|ol)>", re.IGNORECASE)
_MANY_NEWLINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"\s+")
# Zero-width joiner and non-joiner stay: emoji and Persian need them.
_INVISIBLE = re.compile(
    "[\u200b\u200e\u200f\u061c\u00ad\u180e\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
# Unicode's categories Cc and Cs, but for the ends of lines and tabs.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(text: str, limit: int | None = None) -> str:
    """Text of several lines as it may be stored: no control or direction-changing characters, NFC.

    Lines end with a newline. With `limit`, at most that many characters.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = _CONTROLS.sub("", text)
    text = text.strip()
    return text if limit is None else text[:limit].rstrip()


def clean_line(text: str, limit: int | None = None) -> str:
    """The same on one line: every run of white space becomes one space. For titles and names."""
    line = _SPACES.sub(" ", clean_text(text)).strip()
    return line if limit is None else line[:limit].rstrip()


def one_line(text: str, limit: int = 200) -> str:
    """The beginning of `text` on one line, ended at a word with an ellipsis beyond `limit`."""
    line = clean_line(text[: limit * 20])
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    return f"{head.rsplit(' ', 1)[0].rstrip(' ,;:.-') or head}…"


def sanitise(markup: str, limit: int = HTML_LIMIT) -> str:
    """HTML of strangers reduced to what people need to read it; never more than about `limit` characters.

    Allowed is what Mastodon allows (paragraphs, lists, quotes, code, emphasis, links); headings become bold
    paragraphs. Links carry rel="nofollow noopener noreferrer ugc". Markup with more than 2,000 tags becomes
    plain text.
    """
    markup = clean_text(markup[:limit])
    if markup.count("<") > _MOST_TAGS:
        return text_as_html(nh3.clean(re.sub(r"<[^>]*>?", " ", markup), tags=set()))
    cleaned = _clean(markup, _TAGS | _HEADINGS)
    if "<h" not in cleaned:
        return cleaned
    cleaned = _HEADING_END.sub("</strong></p>", _HEADING_START.sub("<p><strong>", cleaned))
    return _clean(cleaned, _TAGS)


def sanitise_words(markup: str, limit: int = HTML_LIMIT) -> str:
    """The same for posts of timelines: names, hashtags and links keep the classes by which apps know them."""
    once = sanitise(markup, limit) if markup.count("<") > _MOST_TAGS or "<h" in markup.lower() else None
    return once if once is not None else _clean(clean_text(markup[:limit]), _TAGS, _MARKS)


def _clean(markup: str, tags: set[str], marks: dict[str, set[str]] | None = None) -> str:
    return nh3.clean(
        markup,
        tags=tags,
        attributes=_ATTRIBUTES,
        allowed_classes=marks,
        attribute_filter=_only_absolute,
        url_schemes=_SCHEMES,
        link_rel=_REL,
    )


def _only_absolute(_tag: str, attribute: str, value: str) -> str | None:
    # A relative link in a stranger's text would lead to an address of ours.
    return None if attribute == "href" and not _ABSOLUTE.match(value) else value


def render_markdown(text: str) -> str:
    """Markdown as people type it, as sanitised HTML: no raw HTML, no pictures, only explicit links."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 12})
    return sanitise(parser.disable(["image", "html_block", "html_inline"]).render(clean_text(text)))


def plain_text(markup: str) -> str:
    """HTML without its tags; paragraphs and items of lists end lines."""
    spaced = _BLOCK_END.sub(lambda match: f"{match[0]}\n", markup[:HTML_LIMIT])
    bare = html.unescape(nh3.clean(spaced, tags=set()))
    return clean_text(_MANY_NEWLINES.sub("\n\n", bare))


def text_as_html(text: str) -> str:
    """Plain text as HTML: escaped, line breaks kept."""
    return "<p>{}</p>".format(html.escape(html.unescape(text).strip(), quote=False).replace("\n", "<br>"))


def slug_of(name: str) -> str:
    """A topic's name as a hashtag carries it: lower case letters, digits, underscores; ä becomes ae.

    Empty when nothing is left that could stand in a hashtag.
    """
    folded = clean_line(name.lstrip("#"))
    # Twice, because decomposing can bring out capitals and letters that are spelled in two.
    for _ in range(2):
        folded = _folded(folded)
    slug = re.sub(r"_+", "_", "".join(c if c.isalnum() else "_" for c in folded))[:60].strip("_")
    return slug if any(c.isalpha() for c in slug) else ""


def _folded(text: str) -> str:
    text = text.casefold()
    for letter, letters in _SPELLED.items():
        text = text.replace(letter, letters)
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
