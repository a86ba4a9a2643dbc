"""Parquet: a folder a table, partitioned by year (``facts/year=2019/part-00000.parquet``).

DuckDB reads it as ``read_parquet('facts/**/*.parquet', hive_partitioning=true)``; Spark, pandas and polars read
the folder of a table. The year of what has no day of publication is 0.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.batch.export.tables import TABLES, columns, duplicate_row, rows_of
from pipeline.errors import LetopisError
from pipeline.ingest.streams import UnreadableSource, require
from pipeline.record import Record

ROWS = 50_000  # rows in memory, over all tables
NO_YEAR = 0  # Hive's name for null makes readers fail that infer the type of a folder in which all is null


def write(records: Iterable[Record], duplicates: Iterable[dict[str, Any]], folder: Path) -> dict[str, int]:
    """Write all tables into a folder; returns the rows of each."""
    writer = _Writer(folder)
    for record in records:
        for table, row in rows_of(record):
            writer.add(table, row)
    for row in duplicates:
        writer.add("duplicates", duplicate_row(row))
    return writer.finish()


class _Writer:
    """Collects rows by table and year and writes the fullest part when there are too many."""

    def __init__(self, folder: Path) -> None:
        try:
            self._arrow: Any = require("pyarrow", extra="parquet")
            self._parquet: Any = require("pyarrow.parquet", extra="parquet")
        except UnreadableSource as error:
            raise LetopisError(f"--format parquet: {error.seen}; {error.advice}") from None
        self._folder = folder
        self._schemas = {table: self._schema(table) for table in TABLES}
        self._rows: defaultdict[tuple[str, int | None], list[dict[str, Any]]] = defaultdict(list)
        self._waiting = 0
        self._parts, self._counts = Counter[tuple[str, int | None]](), Counter[str]()

    def add(self, table: str, row: dict[str, Any]) -> None:
        self._rows[table, row.pop("year")].append(row)
        self._waiting += 1
        if self._waiting >= ROWS:
            self._flush(max(self._rows, key=lambda key: len(self._rows[key])))

    def finish(self) -> dict[str, int]:
        for key in list(self._rows):
            self._flush(key)
        for table in TABLES:
            if not self._counts[table]:  # so that each table can be opened
                self._write(table, None, [])
        return dict(self._counts)

    def _flush(self, key: tuple[str, int | None]) -> None:
        rows = self._rows.pop(key)
        self._waiting -= len(rows)
        self._write(*key, rows)

    def _write(self, table: str, year: int | None, rows: list[dict[str, Any]]) -> None:
        folder = self._folder / table / f"year={NO_YEAR if year is None else year}"
        folder.mkdir(parents=True, exist_ok=True)
        data = self._arrow.Table.from_pylist(rows, schema=self._schemas[table])
        name = f"part-{self._parts[table, year]:05d}.parquet"
        self._parquet.write_table(data, folder / name, compression="zstd")
        self._parts[table, year] += 1
        self._counts[table] += len(rows)

    def _schema(self, table: str) -> Any:
        pa = self._arrow
        types = {
            "string": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(),
            "day": pa.date32(), "list": pa.list_(pa.string()),
        }  # fmt: skip
        return pa.schema([(name, types[kind]) for name, kind in columns(table).items() if name != "year"])
