"""What the operator changes on the server about privacy is written down, and told like any other decision.

The environment needs no second administrator, so whoever can write `alliance.env` could otherwise change in
silence how long things are kept. Workers compare it with what it said when they last looked.
"""

from sqlalchemy import select, update

from alliance.acts import SYSTEM, Subject
from alliance.models import GivenSetting
from alliance.run_time_settings import CHOICES, chosen_values, overlaid, tell_everybody
from alliance.settings import Settings
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert


async def tell_what_was_given(uow: UnitOfWork, given: Settings) -> list[str]:
    """Tells of settings about privacy that are not as they were on the server; the names of what changed.

    `given` is what the environment says, without what was decided in the console: where something else
    counts, the change is written down and nobody is told, because nothing has changed for them. What was
    never looked at is how the instance was set up.
    """
    known = {row.name: row.value for row in (await uow.db.scalars(select(GivenSetting))).all()}
    decided = await chosen_values(uow.db)
    changed = []
    for name, choice in CHOICES.items():
        if not choice.needs_two or choice.kept is not None:
            continue
        value = choice.read(given)
        if name not in known:
            new = insert(uow.db, GivenSetting).values(name=name, value=value, noted_at=uow.now)
            await uow.db.execute(new.on_conflict_do_nothing())
        elif known[name] != value and await _noted(uow, name, known[name], value):
            changed.append(name)
            uow.audit("setting.given", Subject("setting", name), by=SYSTEM, before=known[name], value=value)
            was = choice.read(overlaid(choice.write(given, known[name]), decided))
            if was != choice.read(overlaid(given, decided)):
                tell_everybody(uow, name, known[name], value)
    return changed


async def _noted(uow: UnitOfWork, name: str, before: str, value: str) -> bool:
    """Whether nobody else has noted it meanwhile."""
    change = update(GivenSetting).where(GivenSetting.name == name, GivenSetting.value == before)
    done = await uow.db.execute(
        change.values(value=value, noted_at=uow.now)
        .returning(GivenSetting.name)
        .execution_options(synchronize_session=False)
    )
    return done.scalar() is not None
