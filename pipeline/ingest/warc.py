"""Web archives (WARC), by warcio: an article is a response of HTML with status 200."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipeline.ingest.items import Item
from pipeline.ingest.parse import too_long
from pipeline.ingest.readers import Found, Opened
from pipeline.ingest.streams import UnreadableSource, read_at_most, require

HTML = ("text/html", "application/xhtml+xml")
CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)


def read_warc(opened: Opened) -> Iterator[Found]:
    """Read the pages of a WARC file; the day of the crawl is kept apart from the day of publication."""
    require("warcio", extra="warc")
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    number = 0
    try:
        for record in ArchiveIterator(opened.stream):
            number += 1
            if record.format != "warc":
                raise UnreadableSource("no WARC file", "leave it out", where="its start")
            if record.rec_type == "response" and _is_page(record):
                yield _item_of_record(opened, record, number)
    except ArchiveLoadFailed as error:
        raise _cut(str(error), number + 1) from error
    except UnreadableSource as error:  # the decompression under it
        raise UnreadableSource(error.seen, error.advice, where=error.where or f"record {number + 1}") from error
    if not number:
        raise UnreadableSource("no WARC file", "leave it out")


def _is_page(record: Any) -> bool:
    headers = record.http_headers
    if headers is None or headers.get_statuscode() != "200":
        return False
    return (headers.get_header("Content-Type") or "").split(";")[0].strip().lower() in HTML


def _item_of_record(opened: Opened, record: Any, number: int) -> Found:
    path, where = f"{opened.path}/{number}", f"record {number}"
    data = read_at_most(record.content_stream(), opened.options.max_bytes)
    if data is None:
        return too_long(
            opened.file, path, f"more than {opened.options.max_bytes:,} bytes", opened.options, where=where
        )
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise _cut(f"{record.raw_stream.limit:,} bytes of its record are missing", number)
    charset = CHARSET.search(record.http_headers.get_header("Content-Type") or "")
    return Item(
        opened.file,
        path,
        data,
        "html",
        url=record.rec_headers.get_header("WARC-Target-URI"),
        crawled=record.rec_headers.get_header("WARC-Date"),
        encoding=charset[1] if charset else None,
        where=where,
    )


def _cut(why: str, number: int) -> UnreadableSource:
    return UnreadableSource(
        f"cut off or damaged ({why})", "get a whole copy; what came before it is kept", where=f"record {number}"
    )
