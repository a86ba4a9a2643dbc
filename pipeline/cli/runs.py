"""The command ``letopis extract``; beside it are those of ``dataset``."""

from __future__ import annotations

import os
import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipeline.cli.dataset import table_of
from pipeline.errors import LetopisError

if TYPE_CHECKING:
    from pipeline.batch.options import RunOptions, Tally
    from pipeline.ingest import ReadOptions

SMALL = 500_000  # bytes of articles for which starting processes takes longer than reading


class OutputFormat(StrEnum):
    """What ``extract`` writes."""

    jsonl = "jsonl"
    json = "json"


class Duplicates(StrEnum):
    """Which copies become a link to the first."""

    near = "near"
    exact = "exact"
    keep = "keep"


class EngineName(StrEnum):
    """Where the work is done."""

    local = "local"
    ray = "ray"


READING, WRITING, RUNNING, WATCHING = "Reading", "Writing", "Running", "Watching"


def extract(
    sources: Annotated[
        list[str],
        typer.Argument(help="Files, folders, addresses (s3://…) or - for standard input.", show_default=False),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", help="The folder (or address) of the data set that is written.")
    ] = "results",
    field: Annotated[
        list[str] | None,
        typer.Option(
            help="Column or key that holds text, html, id, url, title or published: text=body. May be repeated.",
            rich_help_panel=READING,
        ),
    ] = None,
    published: Annotated[
        str | None,
        typer.Option(help="Day of publication (YYYY-MM-DD) of what does not say it.", rich_help_panel=READING),
    ] = None,
    published_from_path: Annotated[
        str | None,
        typer.Option(
            help="Regular expression with the groups year, month, day; 2019/10/02, 2019-10-02 are known.",
            rich_help_panel=READING,
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of all sources; recognised if not given.", rich_help_panel=READING)
    ] = None,
    input_format: Annotated[
        str | None,
        typer.Option(
            help="Format of standard input and of files whose name does not tell it: text, html, jsonl …",
            rich_help_panel=READING,
        ),
    ] = None,
    max_chars: Annotated[
        int, typer.Option(help="The longest article that is read.", min=1, rich_help_panel=READING)
    ] = 300_000,
    since: Annotated[
        str | None,
        typer.Option(help="Only articles published on this day or later (YYYY-MM-DD).", rich_help_panel=READING),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help="Read at most so many new articles.", min=1, rich_help_panel=READING)
    ] = None,
    format: Annotated[
        OutputFormat, typer.Option(help="JSON Lines, or one JSON file an article.", rich_help_panel=WRITING)
    ] = OutputFormat.jsonl,
    compress: Annotated[
        bool, typer.Option("--compress", help="Write .jsonl.zst.", rich_help_panel=WRITING)
    ] = False,
    shard_size: Annotated[int, typer.Option(help="Records in a file.", min=1, rich_help_panel=WRITING)] = 1000,
    duplicates: Annotated[
        Duplicates,
        typer.Option(help="Which copies become a link to the first.", rich_help_panel=WRITING),
    ] = Duplicates.near,
    threshold: Annotated[
        float,
        typer.Option(help="Likeness from which a text is a near copy.", min=0.5, max=1.0, rich_help_panel=WRITING),
    ] = 0.8,
    only_changed: Annotated[
        bool,
        typer.Option(
            "--only-changed",
            help="Leave alone what an older version or other options made.",
            rich_help_panel=WRITING,
        ),
    ] = False,
    keep_gone: Annotated[
        bool,
        typer.Option("--keep-gone", help="Keep records whose source is no more there.", rich_help_panel=WRITING),
    ] = False,
    drop_gone: Annotated[
        bool,
        typer.Option("--drop-gone", help="Drop them even if most of the archive is gone.", rich_help_panel=WRITING),
    ] = False,
    retry_errors: Annotated[
        bool, typer.Option("--retry-errors", help="Read again what failed.", rich_help_panel=WRITING)
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", "-w", help="Processes; 0: as many as cores.", min=0, rich_help_panel=RUNNING)
    ] = 0,
    engine: Annotated[
        EngineName, typer.Option(help="This machine, or a Ray cluster.", rich_help_panel=RUNNING)
    ] = EngineName.local,
    address: Annotated[
        str | None,
        typer.Option(help="Address of the Ray cluster; a local one if not given.", rich_help_panel=RUNNING),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be read, and stop.", rich_help_panel=RUNNING)
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress bar and no summary.", rich_help_panel=WATCHING)
    ] = False,
    log_json: Annotated[
        Path | None, typer.Option(help="Append the log to this file as JSON Lines.", rich_help_panel=WATCHING)
    ] = None,
    status_file: Annotated[
        Path | None,
        typer.Option(
            help="Keep the status here: JSON, or Prometheus text if it ends in .prom.", rich_help_panel=WATCHING
        ),
    ] = None,
    profile: Annotated[
        bool, typer.Option("--profile", help="Show where the time went.", rich_help_panel=WATCHING)
    ] = False,
) -> None:
    """Read news and write their people, organisations, places, events, topics, facts and dates as JSON.

    The same command again reads only what is new or changed, and goes on where a run was stopped.

    Example: letopis extract corpus/news --output results
    """
    from pipeline.batch.options import RunOptions

    read = _read_options(field, published, published_from_path, encoding, input_format, max_chars)
    options = RunOptions(
        read=read,
        workers=workers,
        engine=engine.value,
        address=address,
        format=format.value,
        compress=compress,
        shard_size=shard_size,
        only_changed=only_changed,
        keep_gone=keep_gone,
        drop_gone=drop_gone,
        retry_errors=retry_errors,
        duplicates=duplicates.value,
        threshold=threshold,
        limit=limit,
        since=_day("--since", since),
        profile=profile,
    )
    if dry_run:
        _print_plan(sources, output, options)
        return
    _run(sources, output, options, quiet=quiet, log_json=log_json, status_file=status_file)


def _run(
    sources: list[str],
    output: str,
    options: RunOptions,
    *,
    quiet: bool,
    log_json: Path | None,
    status_file: Path | None,
) -> None:
    from dataclasses import replace

    from pipeline.batch.run import run
    from pipeline.batch.watch import ConsoleWatch, log_to

    if log_json:
        log_to(log_json)
    if options.workers == 0:
        options = replace(options, workers=_workers(sources, options.engine))
    console = Console(stderr=True)
    watch = ConsoleWatch(console, status_file=status_file, quiet=quiet)
    try:
        with watch.until_told():
            tally = run(sources, output, options, watch)
    except KeyboardInterrupt:
        typer.echo("letopis: ended at once; run the same command to go on", err=True)
        raise typer.Exit(130) from None
    if not quiet:
        _print_summary(tally, output, profile=options.profile)
    if tally.stopped:
        typer.echo("letopis: stopped; run the same command to go on", err=True)
        raise typer.Exit(130)
    if tally.errors:
        raise typer.Exit(1)


def _workers(sources: list[str], engine: str) -> int:
    """As many processes as cores; one for a few articles, which are read before others would have started."""
    from pipeline.ingest.files import Listing

    if engine == "ray":
        return 0
    size = 0
    for file in Listing(sources):
        size += file.size
        if size > SMALL:
            return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 1


def _read_options(
    fields: list[str] | None,
    published: str | None,
    published_from_path: str | None,
    encoding: str | None,
    input_format: str | None,
    max_chars: int,
) -> ReadOptions:
    """Check the options of reading; a wrong one stops the command before anything is read."""
    import codecs

    from pipeline.ingest import ReadOptions
    from pipeline.ingest.formats import NAMES

    if encoding:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise LetopisError(f"--encoding {encoding}: not known; try utf-8, windows-1251, koi8-r") from None
    if input_format and input_format not in NAMES:
        raise LetopisError(f"--input-format {input_format}: not known; there are {', '.join(NAMES)}")
    if published_from_path:
        _check_pattern(published_from_path)
    return ReadOptions(
        fields=_fields(fields or []),
        published=_day("--published", published),
        published_from_path=published_from_path,
        encoding=encoding,
        format=input_format,
        max_chars=max_chars,
    )


def _fields(pairs: list[str]) -> dict[str, str]:
    from pipeline.ingest.rows import FIELDS

    fields = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not column or name not in FIELDS:
            raise LetopisError(f"--field {pair}: write NAME=COLUMN, where NAME is one of {', '.join(FIELDS)}")
        fields[name] = column
    return fields


def _check_pattern(pattern: str) -> None:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise LetopisError(f"--published-from-path {pattern}: no regular expression ({error})") from error
    if not {"year", "month", "day"} <= set(groups):
        raise LetopisError(
            f"--published-from-path {pattern}: needs the groups year, month and day, "
            r"like (?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)"
        )


def _day(option: str, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise LetopisError(f"{option} {value}: no day; write it like 2019-10-02") from None


def _print_plan(sources: list[str], output: str, options: RunOptions) -> None:
    import tempfile
    from contextlib import closing

    from pipeline.batch.manifest import Manifest
    from pipeline.batch.run import plan
    from pipeline.batch.storage import MANIFEST

    with tempfile.TemporaryDirectory() as folder:
        there = Path(output, MANIFEST)
        path = there if there.is_file() else Path(folder, MANIFEST)
        with closing(Manifest(path, read_only=there.is_file())) as manifest:
            what, listing = plan(sources, manifest, options)
    table = table_of("files", "")
    for name in ("new", "changed", "unchanged", "gone"):
        table.add_row(name, f"{getattr(what, name):,}")
    table.add_row("bytes to read", f"{what.bytes:,}")
    for suffix, count in sorted(listing.skipped.items()):
        table.add_row(f"passed over: {suffix}", f"{count:,}")
    Console().print(table)


def _print_summary(tally: Tally, output: str, *, profile: bool) -> None:
    from pipeline.batch.watch import duration

    console = Console()
    table = table_of("", "")
    table.add_row("articles", f"{tally.articles:,}")
    for name in ("duplicates", "errors", "warnings", "unchanged", "gone"):
        if getattr(tally, name):
            table.add_row(name, f"{getattr(tally, name):,}")
    if tally.files_unchanged:
        table.add_row("files unchanged", f"{tally.files_unchanged:,}")
    for kind, count in tally.found.items():
        table.add_row(kind.replace("_", " "), f"{count:,}", end_section=kind == list(tally.found)[-1])
    table.add_row("time", f"{duration(tally.elapsed)}, {tally.rate:.1f} articles/s")
    table.add_row("written to", output)
    console.print(table)
    if tally.errors or tally.warnings:
        console.print(f"what failed or was odd: {output}/errors.jsonl", highlight=False)
    if profile:
        times = table_of("component", "seconds")
        for name, seconds in sorted(tally.seconds.items(), key=lambda pair: -pair[1]):
            times.add_row(name, f"{seconds:.2f}")
        console.print(times)
