"""Small records for tests, written as texts with marks: ``"[Анна Петрова|people] из [Томска|cities:Томск]"``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pipeline.record import Record

MARK = re.compile(r"\[([^|\]]+)\|(people|organisations|cities|events|session_topics)(?::([^\]]+))?\]")
PREFIX = {"people": "per", "organisations": "org", "cities": "city", "events": "event", "session_topics": "topic"}


def record(article_id: str, marked: str, *, published: str | None = None, **more: Any) -> Record:
    """Return a record of a marked text; marks with one name are one row, ``more`` goes into the record as it is.

    ``roles`` is a list of (person, title, organisation) by name; ``speakers`` a list of (topic, person).
    """
    text, rows, at = "", {name: dict[str, dict[str, Any]]() for name in PREFIX}, 0
    for match in MARK.finditer(marked):
        text += marked[at : match.start()]
        words, table, name = match[1], match[2], match[3] or match[1]
        span = {"start": len(text), "end": len(text) + len(words), "text": words}
        key = "title" if table == "session_topics" else "name"
        row = rows[table].setdefault(
            name, {"id": f"{PREFIX[table]}-{len(rows[table]) + 1}", key: name, "mentions": []}
        )
        row["mentions"].append(span)
        text, at = text + words, match.end()
    text += marked[at:]
    for row in rows["people"].values():
        *given, surname = row["name"].split()
        row |= dict(zip(("given", "patronymic"), given, strict=False)) | {"surname": surname}
    for row in rows["session_topics"].values():
        row["titled"] = True
    for person, title, organisation in more.pop("roles", ()):
        employer = rows["organisations"][organisation]["id"] if organisation else None
        span = {"start": 0, "end": 1, "text": text[:1]}
        rows["people"][person].setdefault("roles", []).append({"title": title, "organisation": employer, **span})
    for topic, person in more.pop("speakers", ()):
        rows["session_topics"][topic].setdefault("speakers", []).append(rows["people"][person]["id"])
    for name, facts in more.pop("places", {}).items():
        rows["cities"][name] |= facts
    for number, fact in enumerate(more.get("facts", ()), 1):
        start = text.index(fact["text"])
        fact |= {"id": f"fact-{number}", "start": start, "end": start + len(fact["text"])}
    source = {"path": f"{article_id}.txt", "published": published} | more.pop("source", {})
    lists = {name: list(found.values()) for name, found in rows.items()}
    return Record.model_validate(
        {"id": article_id, "source": source, "produced": {"version": "test"}, "text": text, **lists, **more}
    )


def write_records(folder: Path, *records: Record, name: str = "part-1.jsonl") -> Path:
    """Write records as a shard of a results folder; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(r.to_json() + "\n" for r in records), encoding="utf-8")
    return folder
