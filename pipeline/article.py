"""An article: what the readers give to the language stages."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

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
        """Make an article of a bare text; its id is a digest of the text."""
        text = clean(text)
        digest = sha256(text.encode("utf-8", "replace")).hexdigest()
        return cls(text, digest[:16], Source(published=published, title=title, sha256=digest))


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
