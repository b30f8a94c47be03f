"""What the rehearsal types stands in the handbook; its page shows nothing of one network."""

from tools.rehearsal.__main__ import REPLACED
from tools.rehearsal.handbook import blocks_under, commands, commands_under
from tools.rehearsal.tale import FROM_BEFORE, INSTALL, WHOLE, Typed
from tools.rehearsal.transcript import Line, Part, shortened, table

TYPED = {step for step in (*WHOLE, *FROM_BEFORE) if isinstance(step, Typed)}
PAGE = """\
## One
```sh
# why
first
cat > file <<'END'
# not a comment here
END
```
1. In a list:

   ```sh
   long \\
     command
   ```
```ini
not = typed
```
## Two
```sh
elsewhere
```
"""


def test_every_heading_that_is_rehearsed_has_commands() -> None:
    assert TYPED
    assert all(commands_under(step.page, step.heading) for step in TYPED)


def test_what_is_replaced_stands_there() -> None:
    installing = [
        command
        for step in INSTALL
        if isinstance(step, Typed)
        for command in commands_under(step.page, step.heading)
    ]

    assert all(any(here in command for command in installing) for here in REPLACED)


def test_commands_are_taken_from_below_their_heading_alone() -> None:
    found = [command for block in blocks_under(PAGE, "One") for command in commands(block)]

    assert found == ["first", "cat > file <<'END'\n# not a comment here\nEND", "long \\\n  command"]


def test_no_password_and_no_address_of_a_registry_is_shown() -> None:
    said = "\n".join(
        [
            "Looking in indexes: https://index.internal/simple",
            "Looking in links: /srv/wheels",
            "  Stored in directory: /tmp/cache/wheels/28",
            "Sign in as m@n.example with the password x-7Fh",
            "https://n.example/sign-in/link/dsVZ-8",
        ]
    )

    assert shortened(said) == [
        "Sign in as m@n.example with the password …",
        "https://n.example/sign-in/link/…",
    ]


def test_a_step_that_failed_is_told() -> None:
    part = Part("Install", True, [Line("true", "", 0, 0.4), Line("false", "", 1, 0.6)])

    assert "| Install | 2 | 1 s | **failed** |" in table([part])
