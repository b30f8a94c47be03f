"""Gathers what is wrong with a form, field by field, so that a person hears it all at once."""

from alliance.errors import Invalid


class Problems:
    """One sentence per field; the first one said about a field stays."""

    def __init__(self) -> None:
        self.found: dict[str, Invalid] = {}

    def add(self, field: str, sentence: str, **parameters: object) -> None:
        """Notes that `field` can't be used; `sentence` is a msgid with `{name}` placeholders."""
        problem = Invalid(sentence, field=field)
        problem.parameters = parameters
        self.found.setdefault(field, problem)

    def take(self, field: str, error: Invalid) -> None:
        """Notes an error that was raised elsewhere as one about `field`."""
        self.add(field, error.sentence, **error.parameters)

    def raise_if_any(self) -> None:
        """Raises one Invalid that carries every problem."""
        if self.found:
            raise Invalid(problems=self.found, detail=", ".join(sorted(self.found)))
