"""The clock that leases are compared with, as SQL."""

from typing import Any

from sqlalchemy import Float, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from storage.work import Work


class machine_now(FunctionElement[float]):
    """The clock leases are compared with: the database's own on PostgreSQL (processes of several hosts), the machine's on SQLite.

    Parameters: `elapsed` (clock.elapsed()) and `skew` (how far a test turned it).
    """

    inherit_cache = True
    type = Float()
    name = "machine_now"

    def __init__(self) -> None:
        super().__init__(bindparam("elapsed", type_=Float()), bindparam("skew", type_=Float()))


def on_machine(work: Work) -> dict[str, object]:
    """Its parameters, in this unit."""
    return {"elapsed": work.elapsed, "skew": work.skew}


@compiles(machine_now, "sqlite")
def _on_sqlite(element: machine_now, compiler: SQLCompiler, **words: Any) -> str:
    elapsed, skew = element.clauses
    return f"({compiler.process(elapsed, **words)} + 0 * {compiler.process(skew, **words)})"


@compiles(machine_now, "postgresql")
def _on_postgresql(element: machine_now, compiler: SQLCompiler, **words: Any) -> str:
    elapsed, skew = element.clauses
    process = compiler.process
    return f"(EXTRACT(EPOCH FROM clock_timestamp())::float8 + {process(skew, **words)} + 0 * {process(elapsed, **words)})"
