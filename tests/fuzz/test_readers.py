"""The short form of `make fuzz`: every reader with a few inputs, and the seeds themselves."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.inputs import CORPUS, inputs, seeds
from tests.fuzz.targets import TARGETS

LONGEST_SECONDS = 1.0


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_comes_to_an_end_with_whatever_it_is_given(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def read(data: st.DataObject) -> None:
        raw = data.draw(inputs(name))
        began = time.perf_counter()
        target.run(raw)
        assert time.perf_counter() - began < LONGEST_SECONDS

    read()


def test_every_reader_has_seeds_and_every_seed_a_reader() -> None:
    assert sorted(TARGETS) == sorted(folder.name for folder in CORPUS.iterdir())
    for name, target in TARGETS.items():
        assert seeds(name)
        for raw in seeds(name):
            target.run(raw)
