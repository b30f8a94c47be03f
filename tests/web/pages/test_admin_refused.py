"""GET /admin/federation/refused: why the inbox said no, step by step."""

from datetime import timedelta

import httpx

from federation.explaining import STEP_OF, STEPS
from federation.refusals import InboxReason
from federation.signatures import Reason
from federation.wiring import Federation
from tests.support.client import main_of
from tests.support.clock import FrozenClock
from web.pages.admin.reasons import ADVICE_TEXTS, REASON_TEXTS, STEP_LABELS

HERE = "/admin/federation/refused"


def test_every_reason_has_a_step_and_words_and_every_step_a_label() -> None:
    reasons = [*Reason, *InboxReason]

    assert [reason for reason in reasons if reason not in STEP_OF] == []
    assert [reason.word for reason in reasons if reason.word not in REASON_TEXTS] == []
    assert set(STEP_OF.values()) == set(STEPS) == set(STEP_LABELS)
    assert set(ADVICE_TEXTS) <= {reason.word for reason in reasons}


async def test_a_failed_signature_is_explained_step_by_step(
    ada: httpx.AsyncClient, federation: Federation, clock: FrozenClock
) -> None:
    answer = await ada.post(
        "/inbox",
        headers={
            "Content-Type": "application/activity+json",
            "Date": f"{clock.now() + timedelta(hours=3):%a, %d %b %Y %H:%M:%S} GMT",
            "Digest": "SHA-256=AAAA",
            "Signature": 'keyId="https://alpenwerk.example/actor#main-key",algorithm="rsa-sha256",'
            'headers="(request-target) host date digest",signature="R2VoZWlt"',
        },
        content=b'{"secret": "geheim42"}',
    )
    assert answer.status_code == 401
    await federation.inbox.close()

    listed = main_of((await ada.get(f"{HERE}")).text)
    assert "alpenwerk.example" in listed
    assert "The signature came from the future" in listed
    address = listed.split(f'href="{HERE}/')[1].split('"')[0]
    page = main_of((await ada.get(f"{HERE}/{address}")).text)

    assert [said in page for said in (
        "Their clock is 3 h ahead of ours.",
        "draft-cavage-http-signatures",
        "https://alpenwerk.example/actor#main-key",
        "(+10800 s)",
        "SHA-256=AAAA",
        'aria-current="step"',
        "not looked at any more",
    )] == [True] * 7  # fmt: skip
    assert "geheim42" not in page
    assert "R2VoZWlt" not in page
    german = await ada.get(f"{HERE}/{address}", headers={"Accept-Language": "de"})
    assert "Ihre Uhr geht gegenüber unserer 3 Std. vor." in german.text


async def test_an_explanation_that_is_not_there_is_404(ada: httpx.AsyncClient) -> None:
    assert (await ada.get(f"{HERE}/1")).status_code == 404
    assert (await ada.get(f"{HERE}/{10**30}")).status_code == 404
