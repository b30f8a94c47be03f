"""The short form of `make fuzz` for the network: 500 mutated signed requests at a process of its own."""

from pathlib import Path

from tests.fuzz.door import fuzz_door


async def test_mutated_requests_are_answered_without_an_error_of_ours(tmp_path: Path) -> None:
    seen = await fuzz_door(tmp_path, 500, chosen=7)

    assert seen.errors == {}
    assert seen.is_alive
    assert sum(seen.statuses.values()) + seen.silent == 500
    assert {202, 400, 401} <= set(seen.statuses)
