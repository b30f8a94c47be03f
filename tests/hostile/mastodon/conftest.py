"""Apps of one instance, of whom one or the other is after what is not its own."""

from tests.web.mastodon.conftest import allow, api, jonas, stage, stranger, stranger_api

__all__ = ["allow", "api", "jonas", "stage", "stranger", "stranger_api"]
