"""One record for the eyes: highlighted text and tables, in the terminal or as a page.

Steps
    ``marks`` lists every span of a record with its kind and rule; ``tables`` gives the same findings as rows
    of text. The terminal (rich) and the page (displaCy and a Jinja template) draw these two.
    Text of the article is data: rich markup is never read from it, the page escapes all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.record import Event, Fact, Person, Record, SessionTopic

# Colours after Okabe and Ito (2008), told apart by colour-blind readers; a light tint for the page.
KINDS = {
    "people": ("person", "#1F8FD6", "#cfe6f5"),
    "organisations": ("organisation", "#D55E00", "#fbdcc8"),
    "cities": ("city", "#009E73", "#c8efe3"),
    "regions": ("region", "#66A61E", "#dcefc4"),
    "countries": ("country", "#4d7d12", "#e5ecd6"),
    "events": ("event", "#CC79A7", "#f6dcea"),
    "session_topics": ("topic", "#7A5FC7", "#e3dcf8"),
    "facts": ("fact", "#B8860B", "#f9ebbf"),
    "dates": ("date", "#56B4E9", "#d8effb"),
    "quotes": ("quote", "#777777", "#ececec"),
    "statements": ("statement", "#999999", "#f2f2f2"),
}
LONG = ("quote", "statement", "role")  # spans that hold others: they would hide them


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the article with the kind and id of its row and the rule that made it."""

    start: int
    end: int
    text: str
    kind: str
    row: str
    rule: str | None


def marks(record: Record) -> list[Mark]:
    """Return every span of a record in text order, the longer first where two start together."""
    return sorted(_marks(record), key=lambda mark: (mark.start, -mark.end))


def _marks(record: Record) -> Iterator[Mark]:
    for field, (kind, _, _) in KINDS.items():
        for row in getattr(record, field):
            for span in getattr(row, "mentions", None) or ([row] if hasattr(row, "start") else []):
                if isinstance(span.start, int):
                    yield Mark(span.start, span.end, span.text, kind, row.id, span.rule)
    for person in record.people:
        for role in person.roles:
            yield Mark(role.start, role.end, role.text, "role", person.id, role.rule)


# -- tables -----------------------------------------------------------------------------------------------


def tables(record: Record) -> dict[str, tuple[list[str], list[list[str]]]]:
    """Return the findings as tables of text: title → (column names, rows)."""
    organisations = {row.id: row.name for row in record.organisations}
    people = {row.id: row.name for row in record.people}
    cities = {row.id: row.name for row in record.cities}
    return {
        "People": (["name", "roles", "mentions"], [
            [p.name, _roles(p, organisations), str(len(p.mentions))] for p in record.people
        ]),
        "Organisations": (["name", "kind", "city", "also", "mentions"], [
            [o.name, o.kind, cities.get(o.city or "", ""), ", ".join(o.aliases), str(len(o.mentions))]
            for o in record.organisations
        ]),
        "Cities": (["name", "region", "federal district", "mentions"], [
            [c.name, c.region or "", c.federal_district or "", str(len(c.mentions))] for c in record.cities
        ]),
        "Regions": (["name", "code", "mentions"], [
            [r.name, r.code or "", str(len(r.mentions))] for r in record.regions
        ]),
        "Events": (["name", "kind", "dates", "city", "organisers"], [
            [e.name, e.kind or "", _days(e), cities.get(e.city or "", ""), _names(e.organisers, organisations)]
            for e in record.events
        ]),
        "Session topics": (["topic", "kind", "time", "speakers"], [
            [_title(t), t.kind or "", _hours(t), _names(t.speakers, people)] for t in record.session_topics
        ]),
        "Numeric facts": (["text", "kind", "value", "unit", "modifier"], [
            [f.text, f.kind, _value(f), f.unit or "", (f.modifier or "").replace("_", " ")] for f in record.facts
        ]),
        "Dates": (["text", "from", "to"], [[d.text, d.from_ or "", d.to or ""] for d in record.dates]),
        "Quotes": (["speaker", "words"], [[people.get(q.speaker or "", ""), q.text] for q in record.quotes]),
        "Statements": (["source", "words"], [
            [(people | organisations).get(s.speaker or s.organisation or "", ""), s.text] for s in record.statements
        ]),
    }  # fmt: skip


def _roles(person: Person, organisations: dict[str, str]) -> str:
    named = ((role.title, organisations.get(role.organisation or "")) for role in person.roles)
    return "; ".join(", ".join(filter(None, role)) for role in named)


def _names(ids: Iterable[str], names: dict[str, str]) -> str:
    return "; ".join(names.get(i, i) for i in ids)


def _days(event: Event) -> str:
    return " – ".join(dict.fromkeys(day for day in (event.start, event.end) if day))


def _hours(topic: SessionTopic) -> str:
    day = f"day {topic.day}" if topic.day else ""
    return " ".join(filter(None, [day, "–".join(filter(None, [topic.starts, topic.ends]))]))


def _title(topic: SessionTopic) -> str:
    return f"«{topic.title}»" if topic.titled else topic.title


def format_number(value: float | None) -> str:
    """Write a number as people read it: 5300000.0 → «5 300 000», 2.5 → «2.5», ``None`` → «…»."""
    if value is None:
        return "…"
    return f"{value:,.10g}".replace(",", "\u00a0") if abs(value) < 1e10 else f"{value:,.0f}".replace(",", "\u00a0")


def _value(fact: Fact) -> str:
    if fact.min == fact.max:
        return format_number(fact.min)
    return f"{format_number(fact.min)} – {format_number(fact.max)}"


# -- terminal ---------------------------------------------------------------------------------------------


def highlight(record: Record) -> Text:
    """Return the article with its spans coloured by kind."""
    text = Text(record.text)
    colours = {kind: colour for kind, colour, _ in KINDS.values()}
    for mark in marks(record):
        if mark.kind in colours and mark.kind not in LONG:
            style = "underline" if mark.kind == "topic" else "bold"
            text.stylize(f"{style} {colours[mark.kind]}", mark.start, mark.end)
    return text


def render_terminal(record: Record) -> RenderableType:
    """Return the article and its tables for a rich console."""
    legend = Text("  ").join(Text(kind, style=f"bold {colour}") for kind, colour, _ in KINDS.values())
    parts: list[RenderableType] = [legend, Text(), highlight(record)]
    for title, (columns, rows) in tables(record).items():
        if rows:
            parts.append(_table(f"{title} ({len(rows)})", columns, rows))
    parts += [Text(f"! {warning}", style="yellow") for warning in record.warnings]
    return Group(*parts)


def _table(title: str, columns: list[str], rows: list[list[str]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", expand=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def render_explanation(record: Record) -> Table:
    """Return a table of every span with the rule or model that made it."""
    table = Table(header_style="dim")
    for column in ("offsets", "kind", "id", "text", "rule"):
        table.add_column(column, overflow="fold")
    for mark in marks(record):
        cells = (f"{mark.start}–{mark.end}", mark.kind, mark.row, mark.text, mark.rule or "")
        table.add_row(*(Text(cell) for cell in cells))
    return table


def print_comparison(console: Console, found: Record, gold: dict[str, Any]) -> None:
    """Print what differs from gold, figure by figure: «+» found in excess, «-» missing."""
    from pipeline.evaluate import evaluate

    evaluation = evaluate({"article": gold}, {"article": found.to_dict()})
    for figure, errors in evaluation.errors.items():
        for _, sign, value in errors:
            console.print(Text(f"{sign} {figure:26} {value}", style="red" if sign == "-" else "yellow"))


# -- page -------------------------------------------------------------------------------------------------


def render_html(record: Record) -> str:
    """Return the article and its tables as one page of HTML that needs nothing else."""
    from importlib.resources import files

    from jinja2 import Environment
    from markupsafe import Markup

    template = files("pipeline").joinpath("resources", "show.html.j2").read_text(encoding="utf-8")
    page = Environment(autoescape=True).from_string(template)
    return page.render(
        title=record.source.title or record.source.path or record.id,
        record=record,
        kinds=[(kind, tint) for kind, _, tint in KINDS.values() if kind not in LONG],
        article=Markup(_displacy(record)),  # displaCy escapes the text
        tables={title: table for title, table in tables(record).items() if table[1]},
    )


def _displacy(record: Record) -> str:
    from spacy import displacy

    colours = {kind.upper(): tint for kind, _, tint in KINDS.values()}
    ents = [{"start": m.start, "end": m.end, "label": m.kind.upper()} for m in _outermost(marks(record))]
    document = {"text": record.text, "ents": ents, "title": None}
    return str(
        displacy.render(document, style="ent", manual=True, page=False, jupyter=False, options={"colors": colours})
    )


def _outermost(candidates: list[Mark]) -> Iterator[Mark]:
    """displaCy draws no span inside another: keep the outer one, but for those that would hide the rest."""
    end = 0
    for mark in candidates:
        if mark.start >= end and mark.kind not in LONG:
            yield mark
            end = mark.end
