"""Loads what our keys and descriptors are made with, when somebody first asks for one."""

import sys

import anyio.to_thread


async def building_blocks() -> None:
    """bovine with all it brings along takes a quarter of a second: in a thread, once in a process."""
    if "bovine.types.nodeinfo" not in sys.modules:
        await anyio.to_thread.run_sync(_load)


def _load() -> None:
    import bovine.crypto.helper
    import bovine.crypto.multibase
    import bovine.types.jrd
    import bovine.types.nodeinfo  # noqa: F401 - to be there when it is used
