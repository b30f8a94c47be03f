"""The project's own source as syntax trees, for the laws that are executed as tests."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Import:
    """One imported name: `module` in full (`alliance.models.Session` when a name is taken from a module)."""

    module: str
    line: int
    is_inline: bool
    is_for_types_only: bool

    def is_of(self, *packages: str) -> bool:
        """Whether it comes from one of these packages, or is one."""
        return any(self.module == package or self.module.startswith(f"{package}.") for package in packages)


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """Where it is, from the root of the project: `alliance/settings.py`."""
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        """What stands in it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text, filename=self.name)

    @cached_property
    def imports(self) -> list[Import]:
        """Everything it imports, wherever in the file."""
        return list(_imports(self.tree, is_inline=False, is_for_types_only=False))

    def uses(self, *dotted: str) -> Iterator[tuple[int, str]]:
        """Lines in which one of these dotted names is spelt out, as `os.environ`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in dotted:
                yield node.lineno, ast.unparse(node)


def sources(*folders: str) -> list[Source]:
    """Every Python file below these folders of the project, in order."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    # What was installed for the tests holds Python of others.
    return [Source(path) for path in found if not {"node_modules", ".venv"} & set(path.parts)]


def _imports(node: ast.AST, *, is_inline: bool, is_for_types_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, is_inline, is_for_types_only)
        elif isinstance(child, ast.ImportFrom):
            for alias in child.names:
                yield Import(f"{child.module}.{alias.name}", child.lineno, is_inline, is_for_types_only)
        else:
            yield from _imports(
                child,
                is_inline=is_inline or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda),
                is_for_types_only=is_for_types_only or _is_type_checking(child),
            )


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
