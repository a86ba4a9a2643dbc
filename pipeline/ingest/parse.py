"""From an item to an article: decode, take the article out of HTML, clean, and say what was odd.

``parse`` never raises on bad data: what gives no article comes back as a ``SourceError``. It runs in the
workers, for the HTML takes longer than the reading.
"""

from __future__ import annotations

import re
from hashlib import sha256

from pipeline.article import Article, clean
from pipeline.ingest.days import day_in_path, normalize_day
from pipeline.ingest.encoding import Decoded, Undecodable, decode
from pipeline.ingest.files import printable
from pipeline.ingest.html import Page, declared_charset, read_fragment, read_page
from pipeline.ingest.items import Item, ReadOptions, SourceError
from pipeline.record import Source

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
SENTENCE_END = re.compile(r"[.!?…\n]")
LONG_SENTENCE = 20_000  # characters; a page of print has 2,500
MEDIA_TYPES = {"text": "text/plain", "html": "text/html", "fragment": "text/html"}


def parse(item: Item, options: ReadOptions) -> Article | SourceError:
    """Make the article of an item, or say why there is none."""
    if item.size > options.max_bytes:
        return too_long(item.file, item.path, f"{item.size:,} bytes", options, where=item.where)
    try:
        decoded = _decode(item, options)
    except Undecodable as error:
        return _problem(item, str(error), error.advice)
    if not decoded.text or decoded.text.isspace():
        return _problem(item, "empty" if not decoded.text else "nothing but blanks", "leave it out or fill it")
    page = _page(item, decoded.text)
    text = clean(page.text)
    if not text.strip():
        return _problem(item, "HTML with no article in it", "leave it out, or give the article's text itself")
    if len(text) > options.max_chars:
        return too_long(item.file, item.path, f"{len(text):,} characters", options, where=item.where)
    return _article(item, page, text, decoded, options)


def too_long(file: str, path: str, seen: str, options: ReadOptions, *, where: str | None = None) -> SourceError:
    """The error of an article over the limit."""
    advice = f"split it into articles, or raise --max-chars (now {options.max_chars:,})"
    return SourceError(file, path, f"too long for one article: {seen}", advice, where)


def article_id(path: str) -> str:
    """The id of an article that has none of its own: a digest of its path."""
    return sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _problem(item: Item, seen: str, advice: str) -> SourceError:
    return SourceError(item.file, item.path, seen, advice, item.where)


def _decode(item: Item, options: ReadOptions) -> Decoded:
    if isinstance(item.data, str):
        return Decoded(item.data, item.encoding or "utf-8")
    declared = item.encoding or (declared_charset(item.data) if item.kind != "text" else None)
    return decode(item.data, encoding=options.encoding, declared=declared)


def _page(item: Item, text: str) -> Page:
    if item.kind == "html":
        return read_page(text, url=item.url)
    return read_fragment(text) if item.kind == "fragment" else Page(text)


def _article(item: Item, page: Page, text: str, decoded: Decoded, options: ReadOptions) -> Article:
    published, doubts = _published(item, page, options)
    source = Source(
        path=printable(item.path),
        url=item.url or page.url,
        title=clean(item.title or page.title or "").strip() or None,
        published=published,
        sha256=item.sha256,
        encoding=decoded.encoding,
        media_type=MEDIA_TYPES[item.kind],
    )
    warnings = (*item.warnings, *decoded.warnings, *doubts, *_oddities(page.text, text))
    return Article(text, item.id or article_id(item.path), source, warnings)


def _published(item: Item, page: Page, options: ReadOptions) -> tuple[str | None, tuple[str, ...]]:
    """The day of publication by the first that states it: article, option, page, path or address, crawl."""
    doubts: tuple[str, ...] = ()
    if item.published:
        day = normalize_day(item.published)
        if day:
            return day, ()
        doubts = (f"the day of publication cannot be read: «{item.published[:40]}»",)
    pattern = options.path_pattern()
    told = options.published or (options.published_from_path and day_in_path(item.path, pattern))
    day = (
        told
        or normalize_day(page.published or "")
        or day_in_path(item.path, pattern)
        or day_in_path(item.url or "", pattern)
    )
    if not day and item.crawled:
        day = normalize_day(item.crawled)
        doubts = (*doubts, "published: the day on which the page was fetched, for it states none")
    return day or None, doubts


def _oddities(raw: str, text: str) -> list[str]:
    found = []
    if SURROGATE.search(raw):
        found.append("lone surrogates became U+FFFD")
    controls = len(CONTROL.findall(text))
    if controls:
        found.append(f"{controls} control characters")
    letters = sum(char.isalpha() for char in text[:20_000])
    russian = sum("а" <= char <= "я" or char == "ё" for char in text[:20_000].lower())
    if russian < 0.5 * letters or not letters:
        found.append("little Russian: less than half of the letters are Cyrillic")
    longest = max((len(part) for part in SENTENCE_END.split(text)), default=0)
    if longest > LONG_SENTENCE:
        found.append(f"no end of a sentence for {longest:,} characters")
    return found
