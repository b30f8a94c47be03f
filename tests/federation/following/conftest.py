"""Following and moving are tried at the real doors, with other servers that sign for real."""

from tests.federation.feps.conftest import under

__all__ = ["under"]
