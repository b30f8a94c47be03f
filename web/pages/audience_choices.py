"""For whom something may be: the three choices, in the words of forms."""

from web.pages.companies import companies_taking_part
from web.pages.visit import Visit

_WIDTH = {"company": 1, "alliance": 2, "public": 3}


async def audience_choices(visit: Visit, widest: str = "public") -> list[tuple[str, str, str]]:
    """Value, name and what it means, the usual first; none that is wider than `widest`."""
    texts, home = visit.texts, visit.visitor.home.name
    allies = [company.name for company in (await companies_taking_part(visit.db, visit.visitor))[1:]]
    nobody = texts.gettext("Nobody is allied yet; whoever will be, sees it.")
    everybody = texts.gettext("Without signing in, and on the open social web")
    inside = texts.gettext("It never leaves the house.")
    together = texts.gettext("%(company)s and its allied companies", company=home)
    choices = [
        ("alliance", together, ", ".join(allies[:6]) or nobody),
        ("public", texts.gettext("Everyone"), everybody),
        (
            "company",
            texts.gettext("Only %(company)s", company=home),
            inside,
        ),
    ]
    return [one for one in choices if _WIDTH[one[0]] <= _WIDTH[widest]]
