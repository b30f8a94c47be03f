"""The settings page as it stands, or with what is wrong in one of its forms."""

from starlette.responses import Response

from alliance.queries.people import person_with_id
from web.forms import Form
from web.pages.offering_page import ZONES
from web.pages.settings_forms import PASSWORD_FIELDS, expert_values, you_values
from web.pages.visit import Visit


async def settings_page(
    visit: Visit, *, you: Form | None = None, expert: Form | None = None, password: Form | None = None
) -> Response:
    """The page; a form that is given is shown with its errors (422), the others as stored."""
    employee, reader = visit.employee, visit.reader
    if expert is None:
        person = await person_with_id(visit.db, employee.id)
        expert = visit.form(expert_values(person or employee.person))
    given = you_values(employee, reader.language, reader.zone.key)
    you = you or visit.form(given)
    password = password or visit.form(dict.fromkeys(PASSWORD_FIELDS, ""))
    wrong = any(form.errors for form in (you, expert, password))
    return visit.page(
        "settings.html",
        422 if wrong else 200,
        you=you,
        expert=expert,
        password=password,
        email=employee.email,
        zones=ZONES,
        expert_audiences=_audiences(visit),
    )


def _audiences(visit: Visit) -> list[tuple[str, str, str]]:
    texts, home = visit.texts, visit.visitor.home.name
    return [
        ("", texts.gettext("Nobody"), texts.gettext("You don't appear anywhere.")),
        ("company", texts.gettext("Only %(company)s", company=home), ""),
        ("alliance", texts.gettext("%(company)s and its allied companies", company=home), ""),
        (
            "public",
            texts.gettext("Everyone"),
            texts.gettext("Also without signing in; people can follow you."),
        ),
    ]
