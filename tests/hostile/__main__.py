"""`python -m tests.hostile` writes docs/hostile.md anew; the figures of the last `make fuzz` stay."""

from tests.federation.test_addresses import TABLE
from tests.hostile.document import write

if __name__ == "__main__":
    write(len(TABLE))
