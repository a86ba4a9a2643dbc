"""What every answer of the server is wrapped in: headers, and CSV that no spreadsheet runs.

Pages may load what this server gives and nothing else, run no script of their own, and stand in no frame.
Datasette's own pages (tables, SQL) keep their scripts from files and their inline styles.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable
from typing import Any

from pipeline.archive.output import safe_cell

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Any, Send], Awaitable[None]]

OURS = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'"
DATASETTE = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'"
)
EVERYWHERE = "; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}
OUR_PAGE = b"x-letopis-page"  # set by our handlers, taken off here


def guard(app: App) -> App:
    """Wrap Datasette."""

    async def guarded(scope: Message, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if _is_hidden(scope["path"]):
            scope = {**scope, "path": "/-/hidden", "raw_path": b"/-/hidden"}  # answered with 404
        await app(scope, receive, _Answer(send, asks_csv=_asks_csv(scope)))

    return guarded


def _asks_csv(scope: Message) -> bool:
    """Tell whether an address of Datasette gives CSV, which it sends as plain text."""
    return str(scope["path"]).endswith(".csv") or b"_format=csv" in scope.get("query_string", b"")


def _is_hidden(path: str) -> bool:
    """Tell whether an address is of Datasette's own business (settings, paths, versions), which no reader needs."""
    return path.startswith("/-/") and not path.startswith(("/-/static/", "/-/static-plugins/"))


class _Answer:
    """Passes an answer on, with our headers; lines of CSV are made safe."""

    def __init__(self, send: Send, *, asks_csv: bool) -> None:
        self._send, self._asks_csv = send, asks_csv
        self._csv: _SafeCsv | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": self._headers(message.get("headers", []))}
        elif message["type"] == "http.response.body" and self._csv:
            last = not message.get("more_body")
            message = {**message, "body": self._csv.feed(message.get("body", b""), last=last)}
        await self._send(message)

    def _headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        ours = any(name.lower() == OUR_PAGE for name, _ in headers)
        kind = next((value for name, value in headers if name.lower() == b"content-type"), b"")
        if not ours and self._asks_csv and kind.startswith((b"text/plain", b"text/csv")):
            self._csv = _SafeCsv()
        set_here = {OUR_PAGE, *HEADERS, b"content-security-policy", *([b"content-length"] if self._csv else [])}
        policy = (OURS if ours else DATASETTE) + EVERYWHERE
        kept = [(name, value) for name, value in headers if name.lower() not in set_here]
        return [*kept, *HEADERS.items(), (b"content-security-policy", policy.encode())]


class _SafeCsv:
    """Rewrites CSV as it streams by: a record at a time, each cell made safe."""

    def __init__(self) -> None:
        self._waiting = ""
        self._bytes = b""

    def feed(self, data: bytes, *, last: bool) -> bytes:
        """Take in a piece; return what is whole."""
        self._bytes += data
        text, self._bytes = _decode(self._bytes)
        self._waiting += text
        whole, self._waiting = (self._waiting, "") if last else _whole_records(self._waiting)
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerows([safe_cell(cell) for cell in row] for row in csv.reader(io.StringIO(whole, newline="")))
        return out.getvalue().encode()


def _decode(data: bytes) -> tuple[str, bytes]:
    """Decode what is whole of some bytes."""
    for cut in range(min(4, len(data) + 1)):
        try:
            return data[: len(data) - cut].decode(), data[len(data) - cut :]
        except UnicodeDecodeError:
            continue
    return data.decode(errors="replace"), b""


def _whole_records(text: str) -> tuple[str, str]:
    """Split CSV after its last line end that is outside quotes."""
    place = len(text)
    while (place := text.rfind("\n", 0, place)) >= 0:
        if text.count('"', 0, place + 1) % 2 == 0:
            return text[: place + 1], text[place + 1 :]
    return "", text
