"""An article: what the readers give to the language stages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from pipeline.errors import LetopisError
from pipeline.record import Source


@dataclass(frozen=True, slots=True)
class Article:
    """One news text with what is known of it. ``published`` is an ISO day; ``id`` is stable between runs."""

    text: str
    id: str
    source: Source = field(default_factory=Source)
    warnings: tuple[str, ...] = ()

    @classmethod
    def from_text(cls, text: str, *, published: str | None = None, title: str | None = None) -> Article:
        """Make an article of a bare text; its id is a digest of the text.

        Raises ``LetopisError`` where ``published`` is no ISO day.
        """
        text = clean(text)
        published = check_day(published) if published else None
        digest = sha256(text.encode("utf-8", "replace")).hexdigest()
        return cls(text, digest[:16], Source(published=published, title=title, sha256=digest))


def check_day(day: str) -> str:
    """Return an ISO day as it is; raises ``LetopisError`` on anything else."""
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise LetopisError(f"published {day!r} is no day; write it as YYYY-MM-DD, like 2019-10-02") from None


def clean(text: str) -> str:
    """Unify line ends and drop a byte-order mark; the offsets of a record count in this text.

    A lone surrogate cannot be written as UTF-8, so it becomes U+FFFD: one character for one.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text
