"""Answers for the eyes and for other programs: table, JSON, JSON Lines, CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

FORMATS = ("table", "json", "jsonl", "csv")
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # what makes a spreadsheet read a cell as a formula, also in full width


def safe_cell(value: Any) -> Any:
    """Return a value that no spreadsheet runs: a text that looks like a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.lstrip(" \u00a0").startswith(FORMULA):
        return f"'{value}"
    return value


def write_csv(stream: IO[str], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV that is safe to open in a spreadsheet."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(value) for value in row] for row in rows)


class _Column(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def brief(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class PlainColumn:
    """A column of somebody's own SQL."""

    name: str
    brief: bool = True


def write_rows(
    stream: IO[str],
    form: str,
    columns: Sequence[_Column],
    rows: Sequence[Sequence[Any]],
    notes: Mapping[int, Sequence[Any]],
) -> None:
    """Write rows in one of ``FORMATS``; ``notes`` holds the evidence of each row, by its place."""
    names = [column.name for column in columns]
    if form == "table":
        (_write_blocks if notes else _write_table)(stream, columns, rows, notes)
    elif form == "csv":
        _write_csv_with_notes(stream, names, rows, notes)
    else:
        found = [_with_notes(dict(zip(names, row, strict=True)), notes.get(i)) for i, row in enumerate(rows)]
        _write_json(stream, found, lines=form == "jsonl")


def _write_json(stream: IO[str], rows: Sequence[dict[str, Any]], *, lines: bool) -> None:
    if lines:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return
    json.dump(rows, stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def _with_notes(row: dict[str, Any], notes: Sequence[Any] | None) -> dict[str, Any]:
    return row if notes is None else row | {"evidence": [_note(note) for note in notes]}


def _note(note: Any) -> dict[str, Any]:
    return {name: getattr(note, name) for name in note.__dataclass_fields__}


def _write_csv_with_notes(
    stream: IO[str], columns: Sequence[str], rows: Sequence[Sequence[Any]], notes: Mapping[int, Sequence[Any]]
) -> None:
    """Write CSV with the first piece of evidence in columns of its own."""
    if not notes:
        write_csv(stream, columns, rows)
        return
    fields = ("article", "day", "sentence", "start", "stop")
    first = [next(iter(notes.get(i, ())), None) for i in range(len(rows))]
    cells = [[*row, *(getattr(note, f, None) for f in fields)] for row, note in zip(rows, first, strict=True)]
    write_csv(stream, [*columns, *(f"evidence_{f}" for f in fields)], cells)


def _write_table(
    stream: IO[str], columns: Sequence[_Column], rows: Sequence[Sequence[Any]], notes: Mapping[int, Sequence[Any]]
) -> None:
    """Draw a table of the brief columns; what articles say is never read as markup."""
    shown = [
        i
        for i, column in enumerate(columns)
        if column.brief and (not rows or any(row[i] not in (None, "") for row in rows))
    ]
    table = Table(header_style="dim")
    for i in shown:
        numeric = rows and all(isinstance(row[i], int | float | None) for row in rows)
        table.add_column(columns[i].name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row[i])) for i in shown))
    Console(file=stream).print(table)


def _write_blocks(
    stream: IO[str], columns: Sequence[_Column], rows: Sequence[Sequence[Any]], notes: Mapping[int, Sequence[Any]]
) -> None:
    """Write each row as a line and its evidence below."""
    console = Console(file=stream, soft_wrap=True)
    shown = [i for i, column in enumerate(columns) if column.brief]
    for number, row in enumerate(rows):
        cells = [_cell(row[i]) for i in shown if row[i] not in (None, "")]
        console.print(Text(" · ".join(cells), style="bold"))
        for note in notes.get(number, ()):
            place = Text(f"  [{note.article}:{note.start}–{note.stop}]", style="dim")
            console.print(Text(f"    {note.day or ''}  {_cell(note.sentence)}").append(place))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return (
            f"{value:,.10g}".replace(",", "\u00a0") if abs(value) < 1e10 else f"{value:,.0f}".replace(",", "\u00a0")
        )
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in str(value))
