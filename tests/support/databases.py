"""Fresh databases at the head of the migrations, each a copy of one that was migrated once per run."""

import secrets
import shutil
from pathlib import Path
from typing import Literal

import alliance.models  # noqa: F401 - registers its tables
import federation.models  # noqa: F401 - registers its tables
from alliance.database import Base
from migrations import schema
from tests.support.postgres import PostgresServer, alone
from tests.support.spares import Spares

Kind = Literal["sqlite", "postgresql"]
TEMPLATE = "alliance_template"


class Databases:
    """Makes databases of one kind and removes them all at the end.

    `run` is a folder that all processes of a test run share, `folder` belongs to one test. With `spares` the
    PostgreSQL databases of earlier tests are used again.
    """

    def __init__(self, kind: Kind, *, run: Path, folder: Path, spares: Spares | None = None) -> None:
        self.kind = kind
        self._spares = spares
        self._run = run
        self._folder = folder
        self._server = PostgresServer(run)
        self._made: list[str] = []

    def new(self) -> str:
        """The URL of a database that is empty and at the head of the migrations."""
        self._migrate_template_once()
        if self.kind == "postgresql":
            return self._spare_one() or self._server.create(self._name(), template=TEMPLATE)
        path = self._folder / f"{self._name()}.db"
        shutil.copyfile(self._run / "template.db", path)
        return f"sqlite:///{path}"

    def empty(self) -> str:
        """The URL of a database in which nothing is, not even a schema."""
        name = self._name()
        if self.kind == "postgresql":
            return self._server.create(name)
        return f"sqlite:///{self._folder / name}.db"

    def drop_all(self) -> None:
        """Wipes or removes what was made; files go with the folder they lie in."""
        if self.kind == "sqlite":
            return
        tables = Base.metadata.tables
        for name in self._made:
            if self._spares is None or not self._spares.keep(name, self._server.url(name), tables):
                self._server.drop(name)

    def _spare_one(self) -> str | None:
        name = self._spares.take() if self._spares else None
        if name is None:
            return None
        self._made.append(name)
        return self._server.url(name)

    def _name(self) -> str:
        name = f"test_{secrets.token_hex(6)}"
        self._made.append(name)
        return name

    def _migrate_template_once(self) -> None:
        done = self._run / f"template-{self.kind}.done"
        with alone(self._run, f"template-{self.kind}"):
            if done.exists():
                return
            if self.kind == "postgresql":
                schema.upgrade(self._server.create(TEMPLATE))
            else:
                schema.upgrade(f"sqlite:///{self._run / 'template.db'}")
            done.touch()
