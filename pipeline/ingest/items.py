"""What the readers pass on: items (articles not parsed yet), problems, and the options of reading."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Literal

Kind = Literal["text", "html", "fragment"]
Level = Literal["error", "warning"]

# A hundred pages are a book, no article; some rules compare all mentions of a text with each other, and a book
# would keep a worker for minutes.
MAX_CHARS = 300_000

# 2019/10/02, 2019-10-02, 2019_10_02, 20191002 anywhere in a path, not inside a longer number.
DAY_IN_PATH = (
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<sep>[-_/.]?)(?P<month>0[1-9]|1[0-2])(?P=sep)"
    r"(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How sources are read.

    Args:
        fields: which column or key holds what: ``{"text": "body"}``; the names are those of ``FIELDS``.
        published: the day of publication (ISO) of articles that do not say it themselves.
        published_from_path: a regular expression with the groups ``year``, ``month`` and ``day``.
        encoding: of all text sources; recognised for each where not given.
        format: of sources whose name does not tell it, and of standard input: text, html, jsonl, csv …
        max_chars: the longest article that is read.
    """

    fields: dict[str, str] = field(default_factory=dict)
    published: str | None = None
    published_from_path: str | None = None
    encoding: str | None = None
    format: str | None = None
    max_chars: int = MAX_CHARS

    @property
    def max_bytes(self) -> int:
        """A page of HTML is mostly mark-up: twenty bytes for each character of its article."""
        return 20 * self.max_chars

    def path_pattern(self) -> re.Pattern[str]:
        """The compiled pattern of days in paths."""
        return re.compile(self.published_from_path or DAY_IN_PATH)

    def digest(self) -> str:
        """A short name for these options: other options may give other articles."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class SourceError:
    """A source, or a part of it, that gave no article, or one with something odd about it.

    ``file`` is the file as listed, ``source`` the article in it (the same for a plain file); ``where`` is a
    line, record or member; ``seen`` what was found there and ``advice`` what to do about it.
    """

    file: str
    source: str
    seen: str
    advice: str
    where: str | None = None
    level: Level = "error"

    @property
    def message(self) -> str:
        """One line for a person."""
        place = f"{self.source}, {self.where}" if self.where else self.source
        return f"{place}: {self.seen}; {self.advice}"

    def to_row(self) -> dict[str, str | None]:
        """A row of ``errors.jsonl``."""
        return {**asdict(self), "message": self.message}


@dataclass(frozen=True, slots=True)
class Item:
    """One article as its reader found it: bytes or text, not decoded, not parsed.

    ``path`` names the article (``news/a.txt``, ``news.jsonl/a02``, ``dump.zip/2019/x.txt``) and ``file`` the
    file that it came in. What the source says of the article itself (``id``, ``url``, ``title``,
    ``published``) stands beside it as found. ``crawled`` is the day it was fetched, which may be later.
    ``position`` counts the bytes that a run has read up to it.
    """

    file: str
    path: str
    data: bytes | str
    kind: Kind = "text"
    id: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None
    crawled: str | None = None
    encoding: str | None = None
    where: str | None = None
    warnings: tuple[str, ...] = ()
    position: int = 0

    @property
    def sha256(self) -> str:
        """Digest of the data as read."""
        return sha256(self._bytes).hexdigest()

    @property
    def size(self) -> int:
        """Length of the data in bytes or characters."""
        return len(self.data)

    def fingerprint(self) -> bytes:
        """Digest of everything that the record depends on."""
        said = (self.kind, self.id, self.url, self.title, self.published, self.crawled, self.encoding)
        return sha256(self._bytes + repr(said).encode("utf-8", "replace")).digest()[:16]

    @property
    def _bytes(self) -> bytes:
        return self.data if isinstance(self.data, bytes) else self.data.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class FileEnd:
    """The end of a file: all of its items went before.

    ``sha256`` is that of the whole file, ``None`` where it could not be read to its end; ``whole``: it need not
    be read again while it is unchanged.
    """

    file: str
    size: int
    stamp: str
    sha256: str | None
    whole: bool

    @property
    def complete(self) -> bool:
        """Everything in the file was met: what was in it earlier and was not met is gone."""
        return self.sha256 is not None
