"""The command line: ``letopis extract | show | explain | schema | evaluate …``.

Exit codes: 0 done, 1 done but some articles failed, 2 nothing could be done (the message says what to do).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline import cli_archive, cli_index, cli_themes
from pipeline._version import __version__
from pipeline.errors import LetopisError

if TYPE_CHECKING:
    from pipeline.archive.evaluate_entities import EntityScore
    from pipeline.evaluate import Evaluation, Score, Side
    from pipeline.record import Record

    Scores = Mapping[str, Score | EntityScore]

app = typer.Typer(
    name="letopis",
    help="Structured facts from an archive of Russian NGO news: people, organisations, cities, session topics, "
    "numbers, events and dates, as JSON.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
cli_archive.register(app)
cli_index.register(app)
cli_themes.register(app)

PublishedOption = Annotated[
    str | None, typer.Option(help="Day of publication, YYYY-MM-DD; relative dates are resolved from it.")
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of every command."""


@app.command()
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


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="An article: .txt, .html, .jsonl … (the first article of it).")],
    published: PublishedOption = None,
) -> None:
    """Show each span that was found with the rule or model that made it.

    Example: letopis explain corpus/news/c02.txt
    """
    from pipeline.show import render_explanation

    Console().print(render_explanation(_extract_one(file, published)))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a record.

    Example: letopis schema > record.schema.json
    """
    from pipeline.record import record_schema

    typer.echo(json.dumps(record_schema(), ensure_ascii=False, indent=2))


@app.command()
def evaluate(
    records: Annotated[Path, typer.Argument(help="What «letopis extract» wrote: a folder or a file.")],
    gold: Annotated[Path, typer.Argument(help="A folder of NAME.gold.json files.")],
    errors: Annotated[
        str | None, typer.Option(help="List what is wrong in a figure or table: facts, roles.full, all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            help="Read the same texts again without this rule and show what it is worth; may be repeated."
        ),
    ] = None,
) -> None:
    """Score records against gold annotation: precision, recall, F1 and counts of every figure.

    Where gold gives people and organisations ids across articles («global»), the rows «entities.…» tell how well
    «letopis index» tells them apart: B-cubed precision, recall and F1.

    Example: letopis evaluate results corpus/gold --errors facts.full
    """
    from pipeline.evaluate import evaluate as score
    from pipeline.evaluate import load_found, load_gold

    truth, found = load_gold(gold), load_found(records)
    evaluation = score(truth, found)
    scores: Scores = {**evaluation.scores, **_entity_scores(truth, found)}
    ablated: Scores | None = None
    if without:
        found = _extract_without(found, without)
        ablated = {**score(truth, found).scores, **_entity_scores(truth, found)}
    if as_json:
        typer.echo(json.dumps({k: v.to_dict() for k, v in (ablated or scores).items()}, indent=1))
    else:
        Console().print(_score_table(scores, ablated))
    if errors:
        _print_errors(evaluation, errors)
    if evaluation.unmatched:
        typer.echo(f"no record for: {' '.join(evaluation.unmatched)}", err=True)
        raise typer.Exit(1)


def _extract_one(file: Path, published: str | None) -> Record:
    from pipeline.article import check_day
    from pipeline.extraction import extract_all
    from pipeline.ingest import read_first

    published = check_day(published) if published else None
    return next(extract_all([read_first(file, published=published)]))


def _extract_without(found: dict[str, Side], without: list[str]) -> dict[str, Side]:
    """Read the texts of records again with some rules switched off."""
    from pipeline.article import Article
    from pipeline.extraction import extract_all

    articles = [
        Article.from_text(row["text"], published=row["source"]["published"], title=row["source"]["title"])
        for row in found.values()
    ]
    records = extract_all(articles, without=without)
    return {name: record.to_dict() for name, record in zip(found, records, strict=True)}


def _entity_scores(truth: dict[str, Side], found: dict[str, Side]) -> dict[str, EntityScore]:
    """Score entities across articles, where gold has them; records that other programs wrote have none."""
    from pydantic import ValidationError

    from pipeline.archive.evaluate_entities import entity_scores
    from pipeline.record import Record

    try:
        records = [Record.model_validate(row) for name, row in found.items() if name in truth]
    except ValidationError:
        return {}
    return entity_scores(truth, records)


def _score_table(scores: Scores, ablated: Scores | None) -> Table:
    table = Table(header_style="dim")
    table.add_column("figure")
    columns = ["precision", "recall", "F1", "gold", "found"] + (["F1 without", "worth"] if ablated else [])
    for column in columns:
        table.add_column(column, justify="right")
    for name, score in scores.items():
        cells = [
            f"{score.precision:.3f}",
            f"{score.recall:.3f}",
            f"{score.f1:.3f}",
            str(score.gold),
            str(score.found),
        ]
        if ablated:
            other = ablated[name].f1 if name in ablated else 0.0
            cells += [f"{other:.3f}", f"{score.f1 - other:+.3f}"]
        table.add_row(name, *cells)
    return table


def _print_errors(evaluation: Evaluation, wanted: str) -> None:
    chosen = [n for n in evaluation.errors if wanted in ("all", n) or n.startswith(f"{wanted}.")]
    if not chosen:
        raise LetopisError(f"--errors {wanted}: no such figure; there are {', '.join(evaluation.errors)}, all")
    console = Console(soft_wrap=True)
    for name in chosen:
        for document, sign, value in evaluation.errors[name]:
            console.print(Text(f"{document}  {name}  {sign}  {value}", style="red" if sign == "-" else "yellow"))


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


def main() -> None:
    """Run the command line; an error the user can mend is one line and exit code 2."""
    try:
        app()
    except LetopisError as error:
        typer.echo(f"letopis: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
