"""Whoever asks gets everything that is held about them, and nothing about anybody else."""

import json

import pytest

from alliance.errors import NotFound
from alliance.exporting import everything_about
from alliance.profiling import ProfileDraft, edit_profile
from alliance.signing_in import start_sign_in
from tests.alliance.stage import LINK, Stage


async def test_everything_about_a_person_is_there(stage: Stage) -> None:
    lena = await stage.colleague()
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, lena.id, ProfileDraft(name="Lena Vogt", about="Grinds.", topics=("Optik",)))
        await start_sign_in(uow, lena)
    await stage.publish(lena, title="Held by Lena", topics=("Glas",))
    attended = await stage.publish(title="Attended by Lena", meeting_link="https://meet.example/other-room")
    await stage.join(attended, lena)
    await stage.join(attended, await stage.colleague("Somebody Else"))

    async with stage.instance.reading() as db:
        held = await everything_about(db, stage.instance.vault, "https://nordlicht.example", lena.id)

    assert (held["account"]["email"], held["account"]["username"]) == (
        "lena.vogt@nordlicht.example",
        "lena.vogt",
    )
    assert held["profile"]["about"] == "Grinds."
    assert [(session["title"], session["meeting_link"]) for session in held["sessions"]] == [
        ("Held by Lena", LINK)
    ]
    assert [(row["session"], row["state"]) for row in held["attendances"]] == [("Attended by Lena", "going")]
    assert len(held["sign_ins"]) == 1
    text = json.dumps(held)
    assert "Somebody" not in text
    assert "other-room" not in text
    assert held["attendances"][0]["personal_link"].startswith("https://nordlicht.example/meet/")


async def test_nothing_is_held_about_nobody(stage: Stage) -> None:
    with pytest.raises(NotFound):
        async with stage.instance.reading() as db:
            await everything_about(db, stage.instance.vault, "https://nordlicht.example", 4711)
