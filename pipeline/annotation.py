"""Annotated texts: from a text with inline tags and a table about the tagged things to text and gold.

A file ``NAME.ann`` holds ``---META``, a JSON object, ``---TEXT`` and the tagged text; the guide is in
``corpus/README.md``. ``python -m pipeline.annotation corpus`` compiles ``corpus/ann`` into ``corpus/news``
(plain texts) and ``corpus/gold`` (tables with offsets into them), checking every file on the way. A dated
article is called by its date, ``2019-10-02_NAME``, so that a run over the folder knows the dates.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pipeline.errors import LetopisError
from pipeline.record import FactKind, Modifier

TABLES = {
    "per": "people", "org": "organisations", "city": "cities", "region": "regions",
    "event": "events", "topic": "session_topics", "num": "facts", "date": "dates",
}  # fmt: skip
PARTS = re.compile(r"\s*---META\s*\n(.*?)\n---TEXT[ \t]*\n(.*)\Z", re.S)
TAG = re.compile(r'<(/?)([a-z]+)((?:\s+[a-z]+="[^"]*")*)\s*>')
ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


class AnnotationError(LetopisError):
    """An annotated file breaks the guide."""


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    tag: str
    attributes: dict[str, str]
    start: int
    end: int


def compile_annotation(raw: str, name: str) -> tuple[str, dict[str, Any]]:
    """Return the plain text and the gold tables of an annotated file; raises ``AnnotationError``."""
    parts = PARTS.match(raw)
    if not parts:
        raise AnnotationError(f"{name}: no ---META and ---TEXT parts")
    meta = json.loads(parts[1])
    text, spans = read_tags(parts[2].strip("\n") + "\n", name)
    gold: dict[str, Any] = {"id": name, "published": meta.get("published")}
    gold |= {key: meta[key] for key in ("title", "theme") if key in meta}
    mentions = _mentions(text, spans, name)
    for tag, table in TABLES.items():
        rows = meta.get(table) or {}
        tagged = {i for t, i in mentions if t == tag}
        if tagged != set(rows):
            raise AnnotationError(f"{name}: {table}: tagged and described differ in {sorted(tagged ^ set(rows))}")
        gold[table] = [{"id": i, **row, "mentions": mentions[tag, i]} for i, row in rows.items()]
    quotes = [{"id": i, "speaker": by, "mentions": mentions["quote", i]} for i, by in _sources(spans, "quote")]
    if quotes:
        gold["quotes"] = quotes
    statements = [{"id": i, **_source(by), "mentions": mentions["said", i]} for i, by in _sources(spans, "said")]
    if statements and not meta.get("statements"):
        raise AnnotationError(f'{name}: <said> without "statements": true in META')
    if meta.get("statements"):  # all indirect speech is tagged, be it none
        gold["statements"] = statements
    _check(gold, name)
    return text, gold


def read_tags(body: str, name: str) -> tuple[str, list[TaggedSpan]]:
    """Take the tags out of a text; returns the plain text and the tagged spans in text order."""
    chunks: list[str] = []
    spans: list[TaggedSpan] = []
    stack: list[TaggedSpan] = []
    position = length = 0
    for match in TAG.finditer(body):
        chunks.append(body[position : match.start()])
        length += len(chunks[-1])
        position = match.end()
        closing, tag, attributes = match[1], match[2], dict(ATTRIBUTE.findall(match[3]))
        if not closing:
            stack.append(TaggedSpan(tag, attributes, length, length))
            continue
        if not stack or stack[-1].tag != tag:
            raise AnnotationError(f"{name}: </{tag}> closes nothing")
        opened = stack.pop()
        spans.append(TaggedSpan(tag, opened.attributes, opened.start, length))
    text = "".join([*chunks, body[position:]])
    if stack or re.search("[<>&]", text):
        raise AnnotationError(f"{name}: an open tag, or a stray <, > or &")
    return text, sorted(spans, key=lambda span: (span.start, -span.end))


def _mentions(text: str, spans: list[TaggedSpan], name: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    mentions: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for span in spans:
        covered = text[span.start : span.end]
        if not covered.strip() or covered != covered.strip():
            raise AnnotationError(f"{name}: <{span.tag}> with a blank edge: {covered!r}")
        if span.tag not in (*TABLES, "quote", "said"):
            raise AnnotationError(f"{name}: unknown tag <{span.tag}>")
        row: dict[str, Any] = {"start": span.start, "end": span.end, "text": covered}
        if span.tag in ("city", "region"):
            row["form"] = "adjective" if span.attributes.get("adj") == "1" else "noun"
        mentions.setdefault((span.tag, span.attributes["id"]), []).append(row)
    return mentions


def _sources(spans: list[TaggedSpan], tag: str) -> list[tuple[str, str | None]]:
    """Return the ids of quotes or statements in text order, each with the id of who speaks."""
    return list({span.attributes["id"]: span.attributes.get("by") for span in spans if span.tag == tag}.items())


def _source(by: str | None) -> dict[str, str | None]:
    organisation = by is not None and by.startswith("o")
    return {"speaker": None if organisation else by, "organisation": by if organisation else None}


def _check(gold: dict[str, Any], name: str) -> None:
    """Check that every reference leads somewhere and every value is one of the allowed."""
    for problem in _problems(gold):
        raise AnnotationError(f"{name}: {problem}")


def _problems(gold: dict[str, Any]) -> Iterator[str]:
    ids = {table: {row["id"] for row in gold[table]} for table in TABLES.values()}
    for person in gold["people"]:
        for role in person.get("roles", []):
            if role.get("organisation") not in {None, *ids["organisations"]}:
                yield f"role of {person['id']}: no organisation {role['organisation']}"
    for event in gold["events"]:
        if event.get("city") not in {None, *ids["cities"]}:
            yield f"event {event['id']}: no city {event['city']}"
    for topic in gold["session_topics"]:
        if not isinstance(topic.get("titled"), bool) or not set(topic.get("speakers", [])) <= ids["people"]:
            yield f"topic {topic['id']}: titled is no truth value, or a speaker is no person"
    for fact in gold["facts"]:
        if fact["kind"] not in get_args(FactKind) or fact.get("modifier") not in {None, *get_args(Modifier)}:
            yield f"fact {fact['id']}: kind {fact['kind']}, modifier {fact.get('modifier')}"
        if len(fact["mentions"]) != 1:
            yield f"fact {fact['id']}: one id for each mention"
    for row in [*gold.get("quotes", []), *gold.get("statements", [])]:
        if row["speaker"] not in {None, *ids["people"]}:
            yield f"{row['id']}: no speaker {row['speaker']}"
        if row.get("organisation") not in {None, *ids["organisations"]}:
            yield f"{row['id']}: no organisation {row['organisation']}"


def compile_corpus(corpus: Path) -> list[str]:
    """Compile ``corpus/ann`` into ``corpus/news`` and ``corpus/gold``; returns the names of the articles."""
    names = []
    for file in sorted((corpus / "ann").glob("*.ann")):
        text, gold = compile_annotation(file.read_text(encoding="utf-8"), file.stem)
        name = f"{gold['published']}_{file.stem}" if gold["published"] else file.stem
        for folder in ("news", "gold"):
            (corpus / folder).mkdir(exist_ok=True)
        (corpus / "news" / f"{name}.txt").write_text(text, encoding="utf-8")
        table = json.dumps(gold, ensure_ascii=False, indent=1) + "\n"
        (corpus / "gold" / f"{name}.gold.json").write_text(table, encoding="utf-8")
        names.append(name)
    return names


if __name__ == "__main__":
    compiled = compile_corpus(Path(sys.argv[1] if len(sys.argv) > 1 else "corpus"))
    sys.stdout.write(f"{len(compiled)} articles\n")
