"""Named SQL steps and the engine that runs them.

Who computes writes steps; an engine runs them over files and arrays. The SQL stays portable: cast before
dividing, no ``any_value``, ``group by all``, ``pivot`` or ordered lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from . import duck
from .errors import StepError

Sources = Mapping[str, Sequence[Path] | Mapping[str, duck.Array]]
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``name`` is a table that later steps read, ``purpose`` says in a sentence what it is for.

    ``keep`` computes it once and keeps the rows (CREATE TABLE); without it the step is a view that is
    computed wherever it is read. Keep what several later steps read.
    """

    name: str
    sql: str
    purpose: str
    keep: bool = False


class Engine(Protocol):
    """Runs steps over sources."""

    def run(self, sources: Sources, steps: Sequence[Step], result: str) -> dict[str, duck.Array]:
        """Run ``steps`` in order and return the columns of the table ``result``."""
        ...


@dataclass(frozen=True, slots=True)
class DuckDBEngine:
    """DuckDB in memory over the files; nothing outlives a run.

    ``threads`` and ``memory`` override the environment (see ``duck.connect``). Sums of whole numbers are
    exact in any order; with fractions the last digits depend on the order, which ``threads=1`` fixes. One
    thread and no limit of its own share the process's database, which starts at once.
    """

    threads: int | None = None
    memory: str | None = None

    def run(self, sources: Sources, steps: Sequence[Step], result: str) -> dict[str, duck.Array]:
        """Run ``steps`` in order and return the columns of ``result`` (a step or a source).

        A source is a list of Parquet files, united by column name (a column that a file lacks is NULL
        there), or a mapping of arrays of equal length. Text comes back as ``np.str_``, days as
        ``datetime64[D]``, missing numbers as NaN. StepError carries the step and its SQL.
        """
        alone = self.threads == 1 and self.memory is None
        connection = duck.session() if alone else duck.connect(threads=self.threads, memory=self.memory)
        try:
            for name, source in sources.items():
                self._open(connection, name, source)
            for step in steps:
                kind = "TABLE" if step.keep else "VIEW"
                self._execute(connection, step, f"CREATE TEMP {kind} {duck.quote(step.name)} AS {step.sql}")
            last = next((s for s in steps if s.name == result), Step(result, "", ""))
            return self._execute(connection, last, f"SELECT * FROM {duck.quote(result)}")  # noqa: S608
        finally:
            connection.close()

    @staticmethod
    def _open(
        connection: duckdb.DuckDBPyConnection, name: str, source: Sequence[Path] | Mapping[str, duck.Array]
    ) -> None:
        if isinstance(source, Mapping):
            duck.register(connection, name, source)
            return
        sql = f"SELECT * FROM {duck.parquet(source, by_name=True)}"  # noqa: S608
        step = Step(name, sql, "Quelldateien öffnen")
        DuckDBEngine._execute(connection, step, f"CREATE TEMP VIEW {duck.quote(name)} AS {sql}")

    @staticmethod
    def _execute(connection: duckdb.DuckDBPyConnection, step: Step, statement: str) -> dict[str, duck.Array]:
        if not _NAME.fullmatch(step.name):
            raise StepError(step.name, step.sql, "Der Name eines Schritts besteht aus a–z, 0–9 und _.")
        try:
            connection.execute(statement)
            return duck.fetch(connection)
        except duckdb.Error as error:
            raise StepError(step.name, step.sql, str(error)) from error
