"""Every named attack: the exact answer, nothing changed, the reason counted; and that there are enough."""

from collections import Counter

import httpx
import pytest

import tests.hostile.attacks
from tests.federation.test_addresses import TABLE
from tests.hostile.catalogue import ATTACKS, Answer, Kind, Told
from tests.hostile.document import document
from tests.hostile.figures import DOCUMENT
from tests.hostile.siege import Siege
from tests.hostile.snapshot import differences, outcomes, snapshot

assert tests.hostile.attacks.__all__


def statuses(told: Told) -> tuple[int, ...]:
    """What came back, in order."""
    answers = [told] if isinstance(told, int | httpx.Response) else told
    return tuple(answer if isinstance(answer, int) else answer.status_code for answer in answers)


@pytest.mark.parametrize("name", ATTACKS)
async def test_an_attack_is_answered_exactly_counted_and_changes_nothing(under: Siege, name: str) -> None:
    attack = ATTACKS[name]
    blow = await attack.prepare(under)
    await under.work()
    tallies = under.federation.inbox._tallies
    await tallies.flush()
    before = await snapshot(under.federation)

    told = await blow()

    await under.work()
    await tallies.flush()
    after = await snapshot(under.federation)
    counted = after.counted - before.counted
    let_in = outcomes(before, after)
    expected = attack.answer
    assert Answer(statuses(told), tuple(sorted(counted.items())), let_in) == Answer(
        expected.statuses, tuple(sorted(expected.counted)), expected.outcomes
    )
    # C is the victim of most: what is learnt of it must come from C itself, and nothing else has changed.
    hosts = frozenset(server.authority for server in (under.b, under.x)) | own_hosts(
        before.actors, after.actors
    )
    assert differences(before, after, hosts=hosts, let_in=202 in expected.statuses) <= attack.touches


def own_hosts(before: dict[str, Counter[str]], after: dict[str, Counter[str]]) -> frozenset[str]:
    """Servers that an attack has opened for itself, of which nothing was known before."""
    return frozenset(after.keys() - before.keys())


def test_every_class_has_attacks_and_together_they_are_enough() -> None:
    by_kind = Counter(attack.kind for attack in ATTACKS.values())

    assert len(Kind) == 19
    assert {kind: by_kind[kind] for kind in Kind if by_kind[kind] < 3} == {}
    assert by_kind.total() >= 120


def test_the_list_in_the_documentation_is_the_catalogue() -> None:
    """`python -m tests.hostile` writes it anew."""
    assert DOCUMENT.read_text(encoding="utf-8") == document(len(TABLE))


def test_every_attack_is_told_in_a_sentence() -> None:
    assert [attack.name for attack in ATTACKS.values() if not attack.sentence.endswith(".")] == []
    assert len({attack.sentence for attack in ATTACKS.values()}) == len(ATTACKS)
