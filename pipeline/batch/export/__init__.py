"""Export: a data set as Parquet or CSV tables or as FollowTheMoney entities, for other systems.

    tables.py    the tables and the rows of a record
    parquet.py · csv_files.py · ftm.py    one writer each

An export is written beside its place and put there when it is whole; it replaces an earlier export, and nothing
else.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Literal

from pipeline.batch.manifest import Manifest
from pipeline.batch.records import read_records
from pipeline.batch.storage import open_storage
from pipeline.batch.writing import duplicate_rows
from pipeline.errors import LetopisError
from pipeline.record import Record

Format = Literal["parquet", "csv", "ftm"]
MARK = "_letopis_export"
WRITERS = {"parquet": "parquet", "csv": "csv_files", "ftm": "ftm"}


def export(
    results: str | Path, output: Path, *, format: Format, on_record: Callable[[], None] = lambda: None
) -> dict[str, int]:
    """Write a data set in another format into a folder.

    Args:
        on_record: is called for each record, for the progress bar.

    Returns:
        How many rows each table (or entities each schema) has.

    Raises:
        LetopisError: no data set is there, the folder holds something else, or a library is missing.
    """
    open_storage(results).close()
    if output.exists() and any(output.iterdir()) and not (output / MARK).exists():
        raise LetopisError(f"{output}: holds something that is no export; choose another --output")
    writer = import_module(f"{__name__}.{WRITERS[format]}")
    try:
        output.absolute().parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.absolute().parent))
    except OSError as error:
        raise LetopisError(f"{output}: cannot be written ({error.strerror}); choose another --output") from error
    try:
        counts: dict[str, int] = writer.write(_told(results, on_record), _duplicates(results), folder)
        (folder / MARK).write_text(f"{format}\n")
        folder.chmod(0o755)
        shutil.rmtree(output, ignore_errors=True)
        folder.rename(output)
    except OSError as error:
        raise LetopisError(f"{output}: cannot be written ({error.strerror or error}); make room") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return counts


def _told(results: str | Path, on_record: Callable[[], None]) -> Iterator[Record]:
    for record in read_records(results):
        on_record()
        yield record


def _duplicates(results: str | Path) -> Iterator[dict[str, object]]:
    with closing(open_storage(results)) as storage, closing(Manifest(storage.manifest, read_only=True)) as manifest:
        yield from duplicate_rows(manifest)
