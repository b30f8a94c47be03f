"""One reader under hypothesis, many times: `python -m tests.fuzz.properties TARGET INPUTS REPORT`."""

import json
import random
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.inputs import inputs
from tests.fuzz.memory import resident_megabytes
from tests.fuzz.targets import TARGETS

_BATCH = 500


def main(name: str, wanted: int, report: Path) -> None:
    """Tries `wanted` inputs, in batches of their own: hypothesis remembers everything within one."""
    target, slowest, count, warm = TARGETS[name], 0.0, 0, 0.0
    choose = random.Random(name)

    while count < wanted:

        @seed(choose.getrandbits(32))
        @settings(
            max_examples=min(_BATCH, wanted - count), deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(st.data())
        def read(data: st.DataObject) -> None:
            nonlocal slowest, count
            raw = data.draw(inputs(name))
            began = time.perf_counter()
            target.run(raw)
            slowest = max(slowest, time.perf_counter() - began)
            count += 1

        before = count
        read()
        if count == before:
            break  # nothing else can be made of so little
        if warm == 0.0 and count >= wanted // 5:
            warm = resident_megabytes()
    figures = {"inputs": count, "slowest": round(slowest, 4), "warm_mb": round(warm, 1)}
    figures["end_mb"] = round(resident_megabytes(), 1)
    report.write_text(json.dumps(figures), encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
