"""Whether the company's record store may know what one learns: nobody's choice but one's own."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.learning_records import agree, choice_of, disagree
from alliance.learning_settings import learning_setting
from web.forms import read_form
from web.pages.visit import visiting

_HERE = "/settings/learning"


async def show(request: Request) -> Response:
    """GET /settings/learning."""
    async with visiting(request) as visit:
        choice = await choice_of(visit.db, visit.employee.id)
        setting = await learning_setting(visit.db)
        reader = visit.reader
        return visit.page(
            "record_choice.html",
            company=visit.visitor.home.name,
            has_store=setting.is_on,
            hosts_confirm=setting.hosts_confirm,
            account=choice.account if choice else "",
            since=reader.date_of(reader.here(choice.since).date()) if choice else "",
        )


async def choose(request: Request) -> Response:
    """POST /settings/learning: yes from now on, or no with everything taken back."""
    async with visiting(request) as visit:
        employee = visit.employee
        wanted = (await read_form(request, {"told": 5}))["told"] == "yes"
        async with visit.instance.unit_of_work() as uow:
            if wanted:
                await agree(uow, employee)
            else:
                await disagree(uow, employee.id)
        return visit.go(_HERE, "records-on" if wanted else "records-off")
