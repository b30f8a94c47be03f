"""People decide what others find of them, and change what is theirs."""

import httpx
import pytest

from alliance.instance import Instance
from alliance.signing_in import change_password, hash_password, start_sign_in
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio

PROFILE = {
    "name": "Jonas Brandt",
    "audience": "alliance",
    "headline": "Misst Licht",
    "about": "Seit **elf** Jahren.",
    "ask_me_about": "Linsen\nSpektren",
    "topics": "Optik, Licht",
    "languages": "de, en",
    "is_leader": "yes",
}


async def test_a_profile_appears_in_the_directory_and_has_a_page(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    answer = await jonas.post("/settings/expert", data=PROFILE)

    directory, page = (await ada.get("/experts")).text, (await ada.get("/@jonas")).text
    assert answer.headers["location"] == "/settings#expert"
    assert "Misst Licht" in directory
    assert [
        part in page for part in ("<strong>elf</strong>", "Spektren", "#Optik", "German, English", "Leader")
    ] == [True] * 5


async def test_a_full_handle_leads_to_the_same_page(jonas: httpx.AsyncClient) -> None:
    await jonas.post("/settings/expert", data=PROFILE)

    answer = await jonas.get("/@Jonas@nordlicht.example")

    assert (answer.status_code, answer.headers["location"]) == (301, "/@jonas")


async def test_a_profile_is_shown_to_its_audience_only(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    await jonas.post("/settings/expert", data=PROFILE)

    assert (await stranger.get("/@jonas")).status_code == 404
    assert "Jonas" not in (await stranger.get("/experts")).text


async def test_taking_a_profile_back_leaves_no_trace(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    await jonas.post("/settings/expert", data={**PROFILE, "audience": "public"})

    await jonas.post("/settings/expert", data={**PROFILE, "audience": ""})
    own = (await jonas.get("/@jonas")).text

    assert (await ada.get("/@jonas")).status_code == 404
    assert "Misst Licht" not in (await ada.get("/experts")).text
    assert "Only you see this page." in own


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Please type a name of up to 200 characters."),
        ({"languages": "klingonisch"}, "Please choose languages from the list."),
        ({"headline": "x" * 300}, "This is longer than 200 characters."),
        ({"audience": "galaxy"}, "Please choose one of the options."),
        ({"topics": ",".join(f"t{n}" for n in range(11))}, "Please choose at most 10 topics."),
    ],
)
async def test_a_wrong_profile_is_kept_as_typed_with_its_sentence(
    jonas: httpx.AsyncClient, wrong: dict[str, str], sentence: str
) -> None:
    answer = await jonas.post("/settings/expert", data={**PROFILE, **wrong})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Seit **elf** Jahren." in answer.text


async def test_language_and_zone_are_the_readers_own(jonas: httpx.AsyncClient) -> None:
    wrong = await jonas.post("/settings", data={"language": "de", "timezone": "Mond/Krater"})
    await jonas.post("/settings", data={"language": "de", "timezone": "America/New_York"})
    page = (await jonas.get("/settings")).text

    assert (wrong.status_code, "There is no time zone “Mond/Krater”." in wrong.text) == (422, True)
    assert '<html lang="de">' in page
    assert 'value="America/New_York"' in page


async def test_a_new_password_signs_every_other_browser_out(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    async with instance.unit_of_work() as uow:
        await change_password(uow, founded.employee.id, hash_password("das bisherige"))
        here = await start_sign_in(uow, founded.employee)
        elsewhere = await start_sign_in(uow, founded.employee)
    jonas.cookies.set("__Host-sign-in", here.token, domain="nordlicht.example")

    refused = await jonas.post(
        "/settings/password", data={"current": "geraten", "password": "etwas ganz Neues"}
    )
    short = await jonas.post("/settings/password", data={"current": "das bisherige", "password": "kurz"})
    await jonas.post("/settings/password", data={"current": "das bisherige", "password": "etwas ganz Neues"})
    other = await jonas.get("/settings", headers={"Cookie": f"__Host-sign-in={elsewhere.token}"})

    assert (refused.status_code, "This is not your current password." in refused.text) == (422, True)
    assert (short.status_code, "A password needs at least 10 characters." in short.text) == (422, True)
    assert "etwas ganz Neues" not in refused.text
    assert (await jonas.get("/settings")).status_code == 200
    assert other.status_code == 303


async def test_an_expert_of_a_partner_has_a_page_here(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    assert (await jonas.get("/@niemand@anderswo.example")).status_code == 404
    assert (await jonas.get(f"/@{'x' * 500}")).status_code == 404
