"""Which roles the groups of the company's provider give."""

from dataclasses import replace
from pathlib import Path

import pytest

from alliance.identities import may_come_in, roles_from
from alliance.settings import Settings

PLAIN = Settings(origin="https://nordlicht.example", secret_file=Path("alliance.secret"))
NAMED = replace(PLAIN, oidc_admin_groups=("it",), oidc_moderator_groups=("learning",))


def test_without_named_groups_roles_are_given_here() -> None:
    assert roles_from(("it",), PLAIN) is None


@pytest.mark.parametrize(
    ("groups", "former", "roles"),
    [
        ((), (), {"employee"}),
        (("it", "learning"), (), {"employee", "moderator", "admin"}),
        ((), ("employee", "admin"), {"employee"}),
        ((), ("employee", "council"), {"employee", "council"}),
    ],
)
def test_groups_give_roles_and_take_them(
    groups: tuple[str, ...], former: tuple[str, ...], roles: set[str]
) -> None:
    assert set(roles_from(groups, NAMED, former) or ()) == roles


def test_the_council_has_a_group_where_one_is_named() -> None:
    settings = replace(NAMED, oidc_council_groups=("council",), oidc_employee_groups=("everybody",))

    assert set(roles_from(("council",), settings) or ()) == {"employee", "council"}
    assert set(roles_from((), settings, ("employee", "council")) or ()) == {"employee"}
    assert may_come_in(("council",), settings)
    assert not may_come_in(("strangers",), settings)
