"""What is asked once before an alliance ends."""

from starlette.responses import Response

from alliance.models import Partner
from web.pages.visit import Visit

TITLE_TEXTS = {
    "leave": "End the alliance with %(company)s?",
    "block": "Block %(company)s?",
}
SENTENCE_TEXTS = {
    "leave": "Their sessions disappear here and yours there, and places in them are given up. "
    "You can invite each other again at any time.",
    "block": "Nothing from there reaches you any more, and nothing of yours goes there. "
    "An alliance with them ends, and places in each other's sessions are given up. They are not told why.",
}
SUBMIT_LABELS = {"leave": "Yes, end it", "block": "Yes, block"}
CONFIRMATIONS = frozenset(TITLE_TEXTS)


def confirmation_page(visit: Visit, partner: Partner, verb: str) -> Response:
    """The question, for one of CONFIRMATIONS."""
    texts = visit.texts
    return visit.page(
        "confirm.html",
        title=texts.gettext(TITLE_TEXTS[verb], company=partner.company.name),
        sentence=texts.gettext(SENTENCE_TEXTS[verb]),
        submit=texts.gettext(SUBMIT_LABELS[verb]),
        action=visit.request.url.path,
        back_url="/alliance",
        back_label=texts.gettext("The alliance"),
    )
