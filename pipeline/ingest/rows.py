"""Articles that are rows: JSON Lines, and what CSV and Parquet share with them.

A row says what it has under names that the user can map (``--field text=body``): ``text`` or ``html``, and
where it has them ``id``, ``url``, ``title``, ``published``. A dot goes into an object: ``published=meta.date``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.ingest.items import Item
from pipeline.ingest.readers import Found, Opened
from pipeline.ingest.streams import Line, open_text, read_lines

FIELDS = ("text", "html", "id", "url", "title", "published")


def read_jsonl(opened: Opened) -> Iterator[Found]:
    """Read JSON Lines: an article is an object on a line of its own."""
    text, encoding = open_text(opened.stream, opened.options.encoding)
    # JSON writes a letter in up to six characters (\u0444).
    for line in read_lines(text, 6 * opened.options.max_bytes):
        if line.text is None or not line.text.isspace():
            yield _item_of_line(opened, line, encoding.removesuffix("-sig"))


def item_of_row(
    opened: Opened, row: Mapping[str, Any], number: int, unit: str, encoding: str | None = None
) -> Found:
    """Make the item of a row, or say what it lacks; ``unit`` and ``number`` name it: line 17."""
    where = f"{unit} {number}"
    values = {name: _value(row, opened.options.fields.get(name, name)) for name in FIELDS}
    own = str(values["id"]).strip() if values["id"] is not None else ""
    path = f"{opened.path}/{(own or str(number)).replace('/', '_')}"
    for name in ("text", "html"):
        data = values[name]
        if data is None or data == "":
            continue
        if not isinstance(data, str):
            seen = f"the field «{opened.options.fields.get(name, name)}» is no text: {str(data)[:40]!r}"
            return opened.error(seen, "name the field of the text with --field text=NAME", path=path, where=where)
        said = {key: str(values[key]).strip() or None for key in ("url", "title", "published") if values[key]}
        kind = "fragment" if name == "html" else "text"
        return Item(
            opened.file, path, data, kind, id=own or None, encoding=encoding, where=where, **said  # type: ignore[arg-type]
        )  # fmt: skip
    return opened.error(_no_text(opened, row), "name it with --field text=NAME or fill it", path=path, where=where)


def _item_of_line(opened: Opened, line: Line, encoding: str) -> Found:
    where, path = f"line {line.number}", f"{opened.path}/{line.number}"
    if line.text is None:
        return opened.error(line.problem, "mend the line or split it", path=path, where=where)
    try:
        row = json.loads(line.text)
    except (ValueError, RecursionError) as error:
        seen = f"broken JSON ({error}): {line.text[:40].strip()!r}"
        return opened.error(seen, "mend the line", path=path, where=where)
    if not isinstance(row, dict):
        return opened.error(f"no JSON object: {line.text[:40].strip()!r}", "write {…}", path=path, where=where)
    return item_of_row(opened, row, line.number, "line", encoding)


def _value(row: Mapping[str, Any], name: str) -> Any:
    if name in row:
        return row[name]
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _no_text(opened: Opened, row: Mapping[str, Any]) -> str:
    names = [opened.options.fields.get(name, name) for name in ("text", "html")]
    if any(name in row for name in names):
        return f"the field «{next(name for name in names if name in row)}» is empty"
    return f"no field «{names[0]}»; there are {', '.join(map(str, row)) or 'none'}"
