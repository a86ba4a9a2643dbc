"""The command that scores records against gold: ``letopis evaluate``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.errors import LetopisError

if TYPE_CHECKING:
    from pipeline.archive.evaluate_entities import EntityScore
    from pipeline.evaluate import Evaluation, Score, Side

    Scores = Mapping[str, Score | EntityScore]


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
