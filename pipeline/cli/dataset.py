"""The commands of a data set that is there: ``letopis status | verify | export``."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table


class ExportFormat(StrEnum):
    """What ``export`` writes."""

    parquet = "parquet"
    csv = "csv"
    ftm = "ftm"


def status(
    output: Annotated[str, typer.Argument(help="The folder of a data set.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what is in a data set that «letopis extract» wrote.

    Example: letopis status results
    """
    from pipeline.batch.inspect import status as inspect

    found = inspect(output)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
        return
    table = table_of("", "")
    for name in ("files", "records", "duplicates", "errors", "warnings", "shards", "bytes"):
        table.add_row(name, f"{getattr(found, name):,}")
    table.add_row("published", f"{found.first_day} … {found.last_day}" if found.first_day else "unknown")
    table.add_row("made by", ", ".join(f"letopis {version}: {count:,}" for version, count in found.makers.items()))
    if found.last_run:
        table.add_row(
            "last run", f"{found.last_run['state']}, {found.last_run['ended'] or found.last_run['started']}"
        )
    Console().print(table)


def verify(output: Annotated[str, typer.Argument(help="The folder of a data set.")]) -> None:
    """Check every file of a data set against its manifest, and every record against the schema.

    Exit code 1 if something is wrong. Example: letopis verify results
    """
    from pipeline.batch.inspect import status as inspect
    from pipeline.batch.inspect import verify as check

    wrong = 0
    for problem in check(output):
        wrong += 1
        typer.echo(problem)
    if wrong:
        typer.echo(
            f"{wrong} problems; run «letopis extract» again, or write a new data set from the sources", err=True
        )
        raise typer.Exit(1)
    found = inspect(output)
    typer.echo(f"all well: {found.records:,} records in {found.shards:,} files, {found.duplicates:,} duplicates")


def export(
    results: Annotated[str, typer.Argument(help="The folder of a data set.")],
    format: Annotated[
        ExportFormat,
        typer.Option(help="Parquet tables by year, CSV tables, or FollowTheMoney entities.", show_default=False),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder to write; RESULTS-FORMAT if not given.")
    ] = None,
) -> None:
    """Write a data set as tables or entities for other systems.

    Example: letopis export results --format parquet --output tables
    """
    from rich.progress import Progress

    from pipeline.batch.export import export as write
    from pipeline.batch.inspect import status as inspect

    place = output or Path(f"{Path(results).name}-{format.value}")
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("exporting", total=inspect(results).records)
        counts = write(results, place, format=format.value, on_record=lambda: progress.advance(task))
    table = table_of(str(place), "rows")
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    Console().print(table)


def table_of(first: str, second: str) -> Table:
    """A plain table of names and numbers."""
    table = Table(show_header=bool(first), header_style="dim", box=None)
    table.add_column(first)
    table.add_column(second, justify="right")
    return table
