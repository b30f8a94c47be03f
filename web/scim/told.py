"""What the library says is wrong with a request, as status, sentence and keyword of SCIM."""

from pydantic import ValidationError
from scim2_models import Error, SCIMException


def told(error: Exception) -> tuple[int, str, str | None] | None:
    """None for an error that is not the directory's."""
    if isinstance(error, ValidationError):
        first = Error.from_validation_errors(error)[0]
        return first.status or 400, first.detail or "", first.scim_type
    if isinstance(error, SCIMException):
        said = error.to_error()
        return said.status or 400, said.detail or "", said.scim_type
    return None
