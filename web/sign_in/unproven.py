"""Tokens that do not prove what they say."""

from alliance.errors import Forbidden

MOST_CHARACTERS = 16_000
"""Of a token; what is longer is not looked at."""
_WRONG = "The sign-in could not be completed. Please start again."


class NotProven(Forbidden):
    """A token that does not prove what it says; the reason is for the log."""

    default_sentence = _WRONG


class UnknownKey(NotProven):
    """Signed with a key that we have not seen; the provider may have made a new one."""
