"""Documents held against a JSON Schema by the library of others."""

from typing import Any


def assert_follows(document: object, schema: dict[str, Any]) -> None:
    """Raises jsonschema.ValidationError, which says where."""
    # A second to load: only where it is asked, not wherever tests are collected.
    import jsonschema

    jsonschema.validate(document, schema)
