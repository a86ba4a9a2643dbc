"""The command line: ``letopis COMMAND …``; every command is registered here.

Exit codes: 0 done, 1 done but some articles failed, 2 nothing could be done (the message says what to do).
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline._version import __version__
from pipeline.cli.article import explain, schema, show
from pipeline.cli.dataset import export, status, verify
from pipeline.cli.index import index, query, serve
from pipeline.cli.quality import evaluate
from pipeline.cli.runs import extract
from pipeline.cli.themes import themes
from pipeline.errors import LetopisError

COMMANDS = (extract, status, verify, export, show, explain, schema, evaluate, index, query, serve, themes)

app = typer.Typer(
    name="letopis",
    help="Structured facts from an archive of Russian NGO news: people, organisations, cities, session topics, "
    "numbers, events and dates, as JSON.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in COMMANDS:
    app.command()(command)


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


def main() -> None:
    """Run the command line; an error the user can mend is one line and exit code 2."""
    try:
        app()
    except LetopisError as error:
        typer.echo(f"letopis: {error}", err=True)
        sys.exit(2)
