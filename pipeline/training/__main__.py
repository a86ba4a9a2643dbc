"""``python -m pipeline.training themes``: write the shipped models anew, or measure them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
CorpusArgument = Annotated[Path, typer.Option(help="The sample corpus with its gold.")]


@app.callback()
def _root() -> None:
    """Write the shipped models anew from the texts in this repository, or measure them."""


@app.command()
def themes(
    corpus: CorpusArgument = Path("corpus"),
    evaluate: Annotated[bool, typer.Option("--evaluate", help="Cross-validate; write nothing.")] = False,
    unseen: Annotated[bool, typer.Option("--unseen", help="Score the shipped model on unseen hands.")] = False,
) -> None:
    """Train the taxonomy of themes and write resources/themes.npz."""
    from pipeline.training import themes as training

    if unseen:
        texts = training.read_paragraphs(training.TEXTS / "unseen") + training.read_gold(corpus, unseen=True)
        typer.echo(training.score_shipped(texts).totals())
        return
    examples = training.read_paragraphs() + training.read_gold(corpus)
    if evaluate:
        measured = training.cross_validate(examples)
        typer.echo(measured.tempered(training.choose_temperature(measured)).to_text())
        return
    path = training.write_model(examples)
    typer.echo(f"{path}: {len(examples)} texts, {path.stat().st_size // 1024} KB")


@app.command()
def frequencies() -> None:
    """Write resources/frequencies.tsv, how often lemmas are in general news."""
    from pipeline.training.frequencies import write_frequencies

    typer.echo(write_frequencies())


if __name__ == "__main__":
    app()
