"""What workers do: parse items to articles, extract records. Both take a batch and give as many results.

The steps are plain picklable values, so that any engine can carry them; what they need (the models) is loaded
once in each process, at its first batch. Whatever is not theirs (the end of a file, an error met earlier) they
pass on in its place: the order of a run is the order of its sources.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from pipeline.article import Article
from pipeline.batch.duplicates import Signature, sign
from pipeline.ingest import FileEnd, Item, ReadOptions, SourceError
from pipeline.ingest.files import printable
from pipeline.ingest.parse import parse
from pipeline.record import Record

Extract = Callable[..., Iterator[Record]]  # of articles; ``clock`` where a profile is asked for
DEFAULT_EXTRACT = "pipeline.extraction:extract_all"
COUNTED = (
    "people", "organisations", "cities", "regions", "countries", "events", "session_topics", "facts", "dates",
    "quotes", "statements",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """An article with its fingerprint and signature; ``number`` is its row in the manifest once it has one."""

    file: str
    where: str | None
    fingerprint: bytes
    article: Article
    signature: Signature
    number: int = 0
    duplicate_of: int | None = None
    similarity: float | None = None
    position: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Extracted:
    """A record as its line of JSON, with the counts of what is in it and the seconds of parts of the work."""

    parsed: Parsed
    line: str
    counts: tuple[int, ...]
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """An article that was parsed but gave no record."""

    number: int
    error: SourceError


# What comes from the readers, goes to the second step, and comes out of it.
Read = Item | SourceError | FileEnd
Decided = Parsed | SourceError | FileEnd
Outcome = Extracted | Parsed | Failed | SourceError | FileEnd


@dataclass(frozen=True, slots=True)
class ParseStep:
    """Items to articles."""

    options: ReadOptions
    near: bool

    def __call__(self, batch: list[Read]) -> list[Decided]:
        return [self._parse(one) if isinstance(one, Item) else one for one in batch]

    def _parse(self, item: Item) -> Parsed | SourceError:
        started = time.perf_counter()
        try:
            article = parse(item, self.options)
        except Exception as error:  # a page that breaks the HTML library costs no other article
            return failed(item.file, item.path, item.where, "reading", error)
        if isinstance(article, SourceError):
            return article
        signature = sign(article.text, near=self.near)
        seconds = time.perf_counter() - started
        return Parsed(
            item.file, item.where, item.fingerprint(), article, signature, position=item.position, seconds=seconds
        )


@dataclass(frozen=True, slots=True)
class ExtractStep:
    """Articles to lines of JSON. ``extract`` names the function that does it, as ``module:name``."""

    extract: str = DEFAULT_EXTRACT
    profile: bool = False

    def __call__(self, batch: list[Decided]) -> list[Outcome]:
        load_extract(self.extract)  # a broken installation stops the run, and is no error of an article
        wanted = [one for one in batch if isinstance(one, Parsed) and one.duplicate_of is None]
        done = iter(self._extract_all(wanted))
        return [next(done) if isinstance(one, Parsed) and one.duplicate_of is None else one for one in batch]

    def _extract_all(self, batch: list[Parsed]) -> list[Extracted | Failed]:
        """All together; if that fails, one by one, so that only the article that breaks it is lost."""
        try:
            return self._extract(batch)
        except Exception as error:
            if len(batch) == 1:
                article = batch[0].article
                path = article.source.path or ""
                return [Failed(batch[0].number, failed(batch[0].file, path, batch[0].where, "extraction", error))]
            return [found for one in batch for found in self._extract_all([one])]

    def _extract(self, batch: list[Parsed]) -> list[Extracted | Failed]:
        clock = Stopwatch(self.profile)
        records = clock.watch(load_extract(self.extract), [parsed.article for parsed in batch])
        found: list[Extracted | Failed] = []
        for parsed, record in zip(batch, records, strict=True):
            line = record.to_json()
            seconds = clock.take() if len(found) == len(batch) - 1 else {}
            found.append(Extracted(parsed, line, tuple(len(getattr(record, name)) for name in COUNTED), seconds))
        return found


@cache
def load_extract(name: str) -> Extract:
    """Load a function given as ``module:name``, and the models for the usual one, once in each process."""
    module, _, function = name.partition(":")
    extract: Extract = getattr(import_module(module), function)
    if name == DEFAULT_EXTRACT:
        from pipeline.extraction import prepare

        prepare()
    return extract


def failed(file: str, source: str, where: str | None, what: str, error: Exception) -> SourceError:
    """The error of an article that a bug in the project or a library lost."""
    seen = f"{what} failed: {type(error).__name__}: {str(error)[:200]}"
    return SourceError(file, printable(source), seen, "please report it with the article", where)


def lost_item(one: Read) -> Decided:
    """The error of an item that ended each worker that took it."""
    return _lost(one.file, one.path, one.where) if isinstance(one, Item) else one


def lost_article(one: Decided) -> Outcome:
    """The error of an article that ended each worker that took it."""
    if isinstance(one, Parsed):
        return Failed(one.number, _lost(one.file, one.article.source.path or one.file, one.where))
    return one


def _lost(file: str, source: str, where: str | None) -> SourceError:
    advice = "it may have run out of memory: use fewer --workers, or leave the article out"
    return SourceError(file, source, "the worker that read this was ended", advice, where)


class Stopwatch:
    """Seconds by stage of the extraction, where they are asked for."""

    def __init__(self, on: bool) -> None:
        self._on = on
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def watch(self, extract: Extract, articles: list[Article]) -> list[Record]:
        """Run ``extract``, and time its stages where that is asked for."""
        return list(extract(articles, clock=self._time) if self._on else extract(articles))

    def take(self) -> dict[str, float]:
        """The seconds so far."""
        return dict(self._seconds)

    @contextmanager
    def _time(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[stage] += time.perf_counter() - started
