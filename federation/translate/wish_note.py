"""Wish to Proposal and back: what people ask for, and who wants it too."""

from collections.abc import Sequence
from html import escape

from alliance.models import Wish
from alliance.queries.wishes import Voices
from alliance.receiving_wishes import ChorusNews, WishNews
from federation.uris import PUBLIC, Uris, host_of
from federation.vocabulary.note import Note
from federation.vocabulary.proposal import Chorus, Proposal

# Purpose, whether it is about mentoring, and the words with which it begins in timelines.
_KINDS = {
    "learn": ("request", False),
    "help": ("offer", False),
    "mentor_wanted": ("request", True),
    "mentor_offered": ("offer", True),
}
_KIND_OF = {meaning: kind for kind, meaning in _KINDS.items()}
_LEADS = {
    "de": {
        "learn": "Das möchte ich lernen",
        "help": "Dabei kann ich helfen",
        "mentor_wanted": "Ich suche jemanden als Mentor oder Mentorin",
        "mentor_offered": "Ich biete Mentoring an",
    },
    "en": {
        "learn": "I’d like to learn this",
        "help": "I can help with this",
        "mentor_wanted": "I’m looking for a mentor",
        "mentor_offered": "I offer mentoring",
    },
}


def wish_uri(wish: Wish, uris: Uris) -> str:
    """The identity of a request, wherever it was made."""
    return wish.uri or uris.wish(wish.id, wish.token)


def lead_of(wish: Wish) -> str:
    """What a request begins with in timelines, in its own language."""
    return _LEADS["de" if wish.language == "de" else "en"][wish.kind]


def proposal_of(
    wish: Wish, uris: Uris, *, voices: Voices | None = None, answers: Sequence[str] | None = None
) -> Proposal:
    """A request of one of our people; author and topics have to be loaded.

    Who wants it and what answers it is for allies: others get neither.
    """
    purpose, is_mentoring = _KINDS[wish.kind]
    address = wish_uri(wish, uris)
    to, cc = _audience_of(wish, uris)
    note = Note(
        id=address,
        attributed_to=uris.person(wish.author_id),
        content=f"<p>{escape(lead_of(wish))}: <strong>{escape(wish.title)}</strong></p>{wish.html}",
        to=to,
        cc=cc,
        url=address,
        published=wish.created_at,
        updated=wish.updated_at if wish.updated_at > wish.created_at else None,
        language=wish.language,
        hashtags=tuple((topic.name, uris.topic(topic.slug)) for topic in wish.topics),
    )
    return Proposal(
        note=note,
        purpose=purpose,
        is_mentoring=is_mentoring,
        title=wish.title,
        content=wish.html,
        is_finished=wish.state == "closed",
        closes_at=wish.closes_at,
        voices=_choruses(voices, uris) if voices is not None else None,
        answers=tuple(answers) if answers is not None else None,
    )


def wish_news(proposal: Proposal, home: Uris) -> WishNews:
    """A request of somebody of an allied company as the domain takes it in; `home` is their company's.

    Whoever addresses neither everybody nor the allies of their own company does not speak to us.
    """
    note = proposal.note
    is_for_allies = home.partners in (*note.to, *note.cc)
    return WishNews(
        uri=note.id,
        url=note.url if note.url and host_of(note.url) == host_of(note.id) else note.id,
        kind=_KIND_OF[(proposal.purpose, proposal.is_mentoring)],
        title=proposal.title,
        html=proposal.content,
        audience="public" if note.is_public else "alliance" if is_for_allies else "company",
        language=note.language,
        topics=[name for name, _ in note.hashtags],
        is_closed=proposal.is_finished,
        closes_at=proposal.closes_at,
        published_at=note.published,
        updated_at=note.updated or note.published,
        choruses=[chorus_news(one) for one in proposal.voices] if proposal.voices is not None else None,
        answers=proposal.answers,
    )


def chorus_news(chorus: Chorus) -> ChorusNews:
    """How many of one company want something, as the domain takes it in."""
    return ChorusNews(host_of(chorus.id) if chorus.id else "", chorus.name, chorus.count, chorus.names)


def _choruses(voices: Voices, uris: Uris) -> tuple[Chorus, ...]:
    """By company, as its own host names it; whoever belongs to none is a number without a name."""
    scheme = uris.origin.split("://", 1)[0]
    companies = [
        Chorus(f"{scheme}://{host}/company", name, count, _named(voices, host, uris))
        for name, host, count in voices.companies
    ]
    if voices.elsewhere:
        companies.append(Chorus("", "", voices.elsewhere))
    return tuple(companies)


def _named(voices: Voices, host: str, uris: Uris) -> tuple[tuple[str, str], ...]:
    named = voices.named_of(host)
    return tuple((name, uris.person(int(who)) if who.isdigit() else who) for name, who in named)


def _audience_of(wish: Wish, uris: Uris) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if wish.audience == "public":
        return (PUBLIC,), (f"{uris.person(wish.author_id)}/followers", uris.partners)
    return (uris.partners,), ()
