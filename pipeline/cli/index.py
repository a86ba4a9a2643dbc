"""``letopis index``, ``letopis query``, ``letopis serve``: an archive as a database, answers, pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.errors import LetopisError

if TYPE_CHECKING:
    import sqlite3

    from pipeline.archive.build import BuildReport
    from pipeline.archive.filters import Filters

QUESTIONS = "people | organisations | cities | topics | facts | events | articles | together | sql"
DbOption = Annotated[Path, typer.Option("--db", help="The index that «letopis index» made.")]
DEFAULT_DB = Path("archive.db")


def index(
    results: Annotated[Path, typer.Argument(help="What «letopis extract» wrote: a folder (or a file of records).")],
    db: DbOption = DEFAULT_DB,
    corrections: Annotated[
        Path | None, typer.Option(help="A TOML file of merges, splits and renames of entities; give it every time.")
    ] = None,
    rebuild: Annotated[bool, typer.Option(help="Make the index from nothing, not only what changed.")] = False,
) -> None:
    """Make a database of results, or bring it up to date: one file for questions, Python and the pages.

    Example: letopis index results --db archive.db
    """
    from pipeline.archive.build import build_index

    console = Console(stderr=True)
    columns = (TextColumn("articles"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("articles", total=None)
        report = build_index(
            results, db, corrections=corrections, rebuild=rebuild, progress=lambda n: bar.advance(task, n)
        )
    for warning in report.warnings:
        console.print(f"[yellow]{warning}[/]", markup=False, style="yellow")
    typer.echo(_summary(report, db))


def _summary(report: BuildReport, db: Path) -> str:
    changes, seconds = report.changes, sum(report.seconds.values())
    what = f"{changes.added} articles added, {changes.changed} changed, {changes.removed} removed"
    return f"{db}: {what if changes.any else 'up to date'} ({seconds:.1f} s, {db.stat().st_size / 1e6:.1f} MB)"


def query(
    question: Annotated[str, typer.Argument(help=QUESTIONS)],
    statement: Annotated[str | None, typer.Argument(help="For «sql»: a SELECT.")] = None,
    db: DbOption = DEFAULT_DB,
    person: Annotated[str | None, typer.Option(help="A name in any case, or an id.")] = None,
    organisation: Annotated[str | None, typer.Option(help="A name, an abbreviation, or an id.")] = None,
    city: Annotated[str | None, typer.Option(help="A city.")] = None,
    region: Annotated[
        str | None, typer.Option(help="A region, federal district or macro-region (Сибирь): what is in it.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="From this day, month or year: 2019-05-17, 2019-05, 2019.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="To this day, month or year, inclusive.")] = None,
    text: Annotated[
        str | None,
        typer.Option(
            help="Words in any form, «phrases», beginnings*, either ИЛИ or, -without. Topics: in the topic."
        ),
    ] = None,
    theme: Annotated[str | None, typer.Option(help="A theme, or the beginning of it.")] = None,
    kind: Annotated[
        str | None,
        typer.Option(help="Of facts: count, money …; organisations: ngo …; events, topics: форум, лекция …"),
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Facts: what is counted, in any form: участников.")] = None,
    least: Annotated[float | None, typer.Option("--min", help="Facts: the number is at least this.")] = None,
    most: Annotated[float | None, typer.Option("--max", help="Facts: the number is at most this.")] = None,
    speaking: Annotated[bool, typer.Option(help="People: only who spoke at a session (on --text).")] = False,
    related: Annotated[
        bool, typer.Option(help="Look also for other words of the subject: добровольчество, волонтёр.")
    ] = False,
    reprints: Annotated[bool, typer.Option(help="Count reprints as articles of their own.")] = False,
    sort: Annotated[str | None, typer.Option(help="An order; a wrong one lists those there are.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows.")] = 20,
    form: Annotated[str, typer.Option("--format", help="table | json | jsonl | csv")] = "table",
    evidence: Annotated[bool, typer.Option(help="Show where the articles say it.")] = False,
    columns: Annotated[bool, typer.Option(help="Explain the columns of the answer instead.")] = False,
) -> None:
    """Ask an index. Filters combine: everything that is given must hold.

    Examples: letopis query people --text добровольчество --related --region Сибирь --speaking
    letopis query facts --text добровольчество --related --region Сибирь --kind count --sort turnout --evidence
    letopis query sql "SELECT name, articles FROM people ORDER BY articles DESC LIMIT 5"
    """
    from pipeline.archive.database import open_index
    from pipeline.archive.filters import Filters
    from pipeline.archive.output import FORMATS

    if form not in FORMATS:
        raise LetopisError(f"--format {form}: there are {', '.join(FORMATS)}")
    if columns:
        _explain_columns(question)
        return
    connection = open_index(db)
    if question == "sql":
        _run_sql(connection, statement, limit, form)
        return
    filters = Filters(
        person,
        organisation,
        city,
        region,
        since,
        until,
        text,
        theme,
        kind,
        unit,
        least,
        most,
        speaking,
        reprints,
        related,
    )
    _answer(connection, question, filters, sort, limit, form, evidence)


def _answer(
    db: sqlite3.Connection, question: str, filters: Filters, sort: str | None, limit: int, form: str, evidence: bool
) -> None:
    from pipeline.archive.output import write_rows
    from pipeline.archive.query import ask
    from pipeline.archive.query import evidence as find_evidence

    if evidence and question == "together":
        raise LetopisError("query together --evidence: ask for articles of both instead: query articles --person …")
    answer = ask(db, question, filters, sort=sort, limit=limit)
    notes = {}
    if evidence:
        notes = {i: find_evidence(db, question, filters, key) for i, key in enumerate(answer.keys)}
    write_rows(sys.stdout, form, answer.columns, answer.rows, notes)


def _run_sql(db: sqlite3.Connection, statement: str | None, limit: int, form: str) -> None:
    from pipeline.archive.database import run_sql
    from pipeline.archive.output import PlainColumn, write_rows

    if not statement:
        raise LetopisError('query sql: give a SELECT: letopis query sql "SELECT count(*) FROM articles"')
    names, rows = run_sql(db, statement, limit)
    write_rows(sys.stdout, form, list(map(PlainColumn, names)), [tuple(row) for row in rows], {})


def _explain_columns(question: str) -> None:
    from pipeline.archive.together import TOGETHER_COLUMNS
    from pipeline.archive.views import VIEWS

    if question not in VIEWS and question != "together":
        raise LetopisError(f"query {question} --columns: there are {', '.join([*VIEWS, 'together'])}")
    for column in TOGETHER_COLUMNS if question == "together" else VIEWS[question].columns:
        typer.echo(f"{column.name:14} {column.type:8} {column.meaning}")


def serve(
    db: Annotated[Path, typer.Argument(help="The index that «letopis index» made.")] = DEFAULT_DB,
    host: Annotated[
        str, typer.Option(help="The address to listen at; others than this machine only if you say so.")
    ] = ("127.0.0.1"),
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8001,
) -> None:
    """Show an index as pages in the browser, in Russian; reads only, listens to this machine only unless told.

    Example: letopis serve archive.db
    """
    try:
        from pipeline.archive.web.server import run
    except ImportError as error:
        raise LetopisError(f"serve: {error.name} is not installed; pip install 'letopis[serve]'") from error
    typer.echo(f"http://{host}:{port}/ (Ctrl-C stops)")
    run(db, host, port)
