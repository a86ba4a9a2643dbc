"""Articles that are rows of a table: CSV with a header line, Parquet. Columns are mapped as in ``rows.py``."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from pipeline.ingest.readers import Found, Opened
from pipeline.ingest.rows import FIELDS, item_of_row
from pipeline.ingest.streams import UnreadableSource, open_text, require

DELIMITERS = ",;\t|"
PARQUET_ROWS = 64  # rows in memory at a time


def read_csv(opened: Opened) -> Iterator[Found]:
    """Read a CSV file with a header; the delimiter (comma, semicolon, tab, bar) is seen from the header."""
    text, encoding = open_text(opened.stream, opened.options.encoding)
    header = text.readline(opened.options.max_bytes)
    delimiter = max(DELIMITERS, key=header.count)
    names = next(csv.reader([header], delimiter=delimiter), [])
    _check_columns(opened, names)
    csv.field_size_limit(opened.options.max_bytes)
    rows = csv.reader(text, delimiter=delimiter)
    number = 1
    while True:
        try:
            values = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableSource(f"broken CSV ({error})", "mend the row", where=f"row {number + 1}") from error
        number += 1
        if values:
            row = dict(zip(names, values, strict=False))
            yield item_of_row(opened, row, number, "row", encoding.removesuffix("-sig"))


def read_parquet(opened: Opened) -> Iterator[Found]:
    """Read a Parquet file, only the columns that are asked for, some rows at a time."""
    if opened.seekable is None:
        raise UnreadableSource(
            "Parquet inside another file", "unpack it first: its table of contents is at the end"
        )
    pyarrow, parquet = require("pyarrow", extra="parquet"), require("pyarrow.parquet", extra="parquet")
    try:
        table = parquet.ParquetFile(opened.seekable)
        names = table.schema_arrow.names
        _check_columns(opened, names)
        wanted = [name for name in names if name in _columns(opened) or _is_parent(name, opened)]
        number = 0
        for batch in table.iter_batches(batch_size=PARQUET_ROWS, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                yield item_of_row(opened, row, number, "row", "utf-8")
    except pyarrow.ArrowException as error:
        raise UnreadableSource(f"broken Parquet ({error})", "write the file again") from error


def _columns(opened: Opened) -> list[str]:
    return [opened.options.fields.get(name, name) for name in FIELDS]


def _is_parent(name: str, opened: Opened) -> bool:
    return any(column.startswith(f"{name}.") for column in _columns(opened))


def _check_columns(opened: Opened, names: list[str]) -> None:
    text, html = _columns(opened)[:2]
    if not any(name in (text, html) or _is_parent(name, opened) for name in names):
        seen = f"no column «{text}»; there are {', '.join(names) or 'none'}"
        raise UnreadableSource(seen, "name the column of the text with --field text=NAME", passing=True)
