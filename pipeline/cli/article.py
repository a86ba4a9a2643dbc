"""The commands that look at one article: ``letopis show | explain | schema``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipeline.errors import LetopisError

if TYPE_CHECKING:
    from pipeline.record import Record

PublishedOption = Annotated[
    str | None, typer.Option(help="Day of publication, YYYY-MM-DD; relative dates are resolved from it.")
]


def show(
    file: Annotated[Path, typer.Argument(help="An article: .txt, .html, .jsonl … (the first article of it).")],
    html: Annotated[Path | None, typer.Option(help="Write a page of HTML here instead.")] = None,
    gold: Annotated[Path | None, typer.Option(help="A NAME.gold.json file: list what differs from it.")] = None,
    published: PublishedOption = None,
) -> None:
    """Show an article with its entities highlighted, and tables of what was found.

    Example: letopis show corpus/news/c02.txt --html c02.html
    """
    from pipeline import show as drawing

    record = _extract_one(file, published)
    console = Console()
    if html is not None:
        _write(html, drawing.render_html(record))
        console.print(f"[green]written:[/] {html}", highlight=False)
    else:
        console.print(drawing.render_terminal(record))
    if gold is not None:
        _print_differences(console, record, gold)


def explain(
    file: Annotated[Path, typer.Argument(help="An article: .txt, .html, .jsonl … (the first article of it).")],
    published: PublishedOption = None,
) -> None:
    """Show each span that was found with the rule or model that made it.

    Example: letopis explain corpus/news/c02.txt
    """
    from pipeline.show import render_explanation

    Console().print(render_explanation(_extract_one(file, published)))


def schema() -> None:
    """Print the JSON Schema of a record.

    Example: letopis schema > record.schema.json
    """
    from pipeline.record import record_schema

    typer.echo(json.dumps(record_schema(), ensure_ascii=False, indent=2))


def _extract_one(file: Path, published: str | None) -> Record:
    from pipeline.article import check_day
    from pipeline.extraction import extract_all
    from pipeline.ingest import read_first

    published = check_day(published) if published else None
    return next(extract_all([read_first(file, published=published)]))


def _print_differences(console: Console, record: Record, gold: Path) -> None:
    from pipeline.show import print_comparison

    try:
        table = json.loads(gold.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LetopisError(f"{gold}: cannot be read as gold ({error}); give a NAME.gold.json file") from error
    print_comparison(console, record, table)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LetopisError(f"{path}: cannot be written ({error.strerror}); choose another place") from error
