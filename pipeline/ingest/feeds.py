"""RSS and Atom feeds, by feedparser: an article is an entry, with its own title, day and address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.ingest.items import Item
from pipeline.ingest.readers import Found, Opened
from pipeline.ingest.streams import UnreadableSource, read_at_most, require

# Some feeds of Russian sites carry the whole text only for Yandex; a summary is often its first sentence.
FULL_TEXT = ("yandex_full-text", "summary")


def read_feed(opened: Opened) -> Iterator[Found]:
    """Read a feed: the fullest text of each entry."""
    feedparser = require("feedparser", extra="feeds")
    limit = 10 * opened.options.max_bytes
    data = read_at_most(opened.stream, limit)
    if data is None:
        raise UnreadableSource(f"a feed of more than {limit:,} bytes", "split it")
    feed = feedparser.parse(data)
    if not feed.entries:
        why = f" ({feed.bozo_exception})" if feed.get("bozo") else ""
        raise UnreadableSource(f"no entries of RSS or Atom in it{why}", "leave the file out if it is no feed")
    for number, entry in enumerate(feed.entries, 1):
        own = str(entry.get("id") or entry.get("link") or "")
        path = f"{opened.path}/{number}"
        html = _full_text(entry)
        if not html.strip():
            yield opened.error("an entry without text", "leave it out", path=path, where=f"entry {number}")
            continue
        yield Item(
            opened.file,
            path,
            html,
            "fragment",
            id=own or None,
            url=entry.get("link") or None,
            title=entry.get("title") or None,
            published=entry.get("published") or entry.get("updated") or None,
            encoding=feed.get("encoding"),
            where=f"entry {number}",
        )


def _full_text(entry: Any) -> str:
    texts = [part.get("value") or "" for part in entry.get("content", [])]
    texts += [str(entry.get(name) or "") for name in FULL_TEXT]
    return max(texts, key=len)
