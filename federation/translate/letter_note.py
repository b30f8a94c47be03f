"""Letter to Note and back: words to one person alone, what Mastodon calls a private mention."""

from alliance.models import Letter, Person
from alliance.text import text_as_html
from federation.uris import PUBLIC_ALIASES, Uris, person_id_of
from federation.vocabulary.note import Note


def letter_uri(letter: Letter, uris: Uris) -> str:
    """The identity of a letter, wherever it was written."""
    return letter.uri or uris.letter(letter.id)


def note_of_letter(letter: Letter, receiver: Person, uris: Uris) -> Note:
    """A letter of one of our people to somebody elsewhere, who alone is addressed.

    Its words travel as plain paragraphs. The Mention is what makes Mastodon show a direct Note to somebody
    (docs.joinmastodon.org/spec/activitypub, "Status").
    """
    to = receiver.uri or ""
    return Note(
        id=letter_uri(letter, uris),
        attributed_to=uris.person(letter.sender_id),
        content=text_as_html(letter.text),
        to=(to,),
        mentions=((to, f"@{receiver.username}@{receiver.host}"),),
        published=letter.created_at,
    )


def addressee_of(note: Note, uris: Uris) -> int | None:
    """The one person of ours to whom a Note speaks alone; None for a Note to anybody else besides."""
    everybody = {*note.to, *note.cc}
    if len(everybody) != 1 or PUBLIC_ALIASES & everybody:
        return None
    key = uris.actor_key(everybody.pop())
    return person_id_of(key) if key is not None else None
