"""A session can be described in a second language, here and at partners."""

import pytest
from sqlalchemy import select

from alliance.drafting import Translation
from alliance.errors import Invalid
from alliance.models import Session, SessionTranslation
from alliance.news import TranslationNews
from alliance.publishing import draft_of
from alliance.queries.sessions import find
from alliance.visibility import employee_viewer
from tests.alliance.stage import LINK, Stage

ENGLISH = Translation(language="en", title="Polishing lenses", description="What *hands* feel.")


async def said(stage: Stage, session: Session) -> list[SessionTranslation]:
    async with stage.instance.reading() as db:
        wanted = select(SessionTranslation).where(SessionTranslation.session_id == session.id)
        return list(await db.scalars(wanted.order_by(SessionTranslation.language)))


async def test_a_translation_is_kept_rendered_and_read_back(stage: Stage) -> None:
    session = await stage.publish(language="de", translations=(ENGLISH,))

    (text,) = await said(stage, session)
    assert (text.language, text.title) == ("en", "Polishing lenses")
    assert text.description_html == "<p>What <em>hands</em> feel.</p>"
    async with stage.instance.reading() as db:
        found = await find(db, employee_viewer(stage.host.id), session.id)
    assert draft_of(stage.instance.vault, found).translations == (ENGLISH,)


async def test_an_edit_changes_a_translation_and_takes_it_away(stage: Stage) -> None:
    session = await stage.publish(language="de", translations=(ENGLISH,))

    await stage.edit(session, language="de", translations=(Translation(language="en", title="Lenses"),))
    changed = [(text.title, text.description_html) for text in await said(stage, session)]
    await stage.edit(session, language="de")

    assert changed == [("Lenses", "")]
    assert await said(stage, session) == []


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (Translation(language="en", title="", description="Only this."), "translated_title"),
        (Translation(language="en", title="ab"), "translated_title"),
        (Translation(language="en", title="a" * 201), "translated_title"),
        (Translation(language="en", title="Lenses", description="a" * 10_001), "translated_description"),
        (Translation(language="de", title="Linsen"), "translated_title"),
        (Translation(language="xx", title="Lenses"), "translated_title"),
        (Translation(language="en", title="Lenses", description=f"Come to {LINK}"), "translated_description"),
        (Translation(language="en", title=f"Lenses {LINK}"), "translated_title"),
    ],
)
async def test_a_translation_follows_the_rules_of_what_it_translates(
    stage: Stage, text: Translation, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await stage.publish(language="de", translations=(text,))

    assert list(caught.value.problems) == [field]


async def test_marks_that_turn_the_direction_of_writing_leave_a_translation(stage: Stage) -> None:
    text = Translation(language="en", title="Len\u202eses \u2066now", description="<script>x</script>\u202e")

    (stored,) = await said(stage, await stage.publish(language="de", translations=(text,)))

    assert stored.title == "Lenses now"
    assert "<script>" not in stored.description_html
    assert "\u202e" not in stored.description_html


async def test_a_partners_translation_is_kept_sanitised_and_bounded(stage: Stage) -> None:
    many = [TranslationNews(language=code, title=f"In {code}") for code in ("fr", "it", "es", "nl", "xx")]
    english = TranslationNews(
        language="en-GB", title="Welding", description_html="<p onclick=x>Gloves<script>1</script></p>"
    )
    ally = await stage.ally()

    session = await stage.theirs(ally, translations=(english,))
    kept = [(text.language, text.title, text.description_html) for text in await said(stage, session)]
    await stage.theirs(ally, translations=many)
    some = [text.language for text in await said(stage, session)]
    await stage.theirs(ally)

    assert kept == [("en", "Welding", "<p>Gloves</p>")]
    assert some == ["es", "fr", "it"]
    assert await said(stage, session) == []
