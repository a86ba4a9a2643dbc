"""CSV: a file a table, UTF-8 with a mark, which spreadsheets need to see the encoding.

A cell of text that a spreadsheet would take for a formula gets an apostrophe before it: an article must not be
able to run something on the machine of who opens the file (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pipeline.batch.export.tables import TABLES, columns, duplicate_row, rows_of
from pipeline.record import Record

FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def write(records: Iterable[Record], duplicates: Iterable[dict[str, Any]], folder: Path) -> dict[str, int]:
    """Write all tables into a folder; returns the rows of each."""
    counts: Counter[str] = Counter()
    with ExitStack() as files:
        writers = {}
        for table in TABLES:
            stream = files.enter_context((folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline=""))
            writers[table] = csv.DictWriter(stream, list(columns(table)))
            writers[table].writeheader()

        def add(table: str, row: dict[str, Any]) -> None:
            writers[table].writerow({name: cell(value) for name, value in row.items()})
            counts[table] += 1

        for record in records:
            for table, row in rows_of(record):
                add(table, row)
        for row in duplicates:
            add("duplicates", duplicate_row(row))
    return dict(counts)


def cell(value: Any) -> Any:
    """A value as a cell that no spreadsheet runs.

    >>> cell("=1+1")
    "'=1+1"
    """
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and value.lstrip(" \xa0").startswith(FORMULA):
        return f"'{value}"
    return value
