"""The lists: articles, people, organisations, cities, events, topics, numbers, pairs; their columns and facets."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.archive import query
from pipeline.archive.web import russian
from pipeline.archive.web.drawing import Dot, dots
from pipeline.archive.web.links import PAGE, Asked, article_url, entity_url

Row = Mapping[str, Any]
FACET_SIZE = 12
DOTS = 400  # numbers in one picture


@dataclass(frozen=True, slots=True)
class Link:
    """A text that may lead somewhere."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list: its heading, what a cell holds, the order that its heading gives."""

    heading: str
    cell: Callable[[Row], list[Link]]
    sort: str | None = None
    numeric: bool = False
    whole: bool = False  # not to be broken into lines


@dataclass(frozen=True, slots=True)
class Facet:
    """Values to narrow a list by: the filter that they set (see ``views.FACETS``), and how each is called."""

    heading: str
    key: str
    label: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list: its address and question, what it is called, what can be asked."""

    name: str
    title: str
    about: str
    noun: str
    columns: tuple[ListColumn, ...]
    fields: tuple[str, ...] = ("q", "region", "since", "until", "theme", "person", "organisation", "city")
    facets: tuple[Facet, ...] = ()


def _text(key: str) -> Callable[[Row], list[Link]]:
    return lambda row: [Link(str(row[key]))] if row[key] not in (None, "") else []


def _number(key: str) -> Callable[[Row], list[Link]]:
    return lambda row: [Link(russian.number(row[key]))] if row[key] else []


def _day(key: str) -> Callable[[Row], list[Link]]:
    return lambda row: [Link(russian.day(row[key]))] if row[key] else []


def _entity(kind: str, key: str = "name", id_key: str = "id") -> Callable[[Row], list[Link]]:
    return lambda row: [Link(row[key], entity_url(kind, row[id_key]))] if row[id_key] else []


def _many(kind: str, key: str, id_key: str) -> Callable[[Row], list[Link]]:
    def links(row: Row) -> list[Link]:
        names, ids = (row[key] or "").split("; "), (row[id_key] or "").split("; ")
        if len(names) != len(ids) or not row[id_key]:
            return [Link(row[key])] if row[key] else []
        return [Link(name, entity_url(kind, id_)) for name, id_ in zip(names, ids, strict=True)]

    return links


def _place(row: Row) -> list[Link]:
    return [Link(row["article_title"], article_url(row["article"], row["start"]))]


def _label(key: str, labels: Mapping[str, str]) -> Callable[[Row], list[Link]]:
    return lambda row: [Link(labels.get(row[key], row[key]))] if row[key] else []


def _titled(row: Row) -> list[Link]:
    return [Link(row["title"], article_url(row["article"], row["start"]))]


def _fact(row: Row) -> list[Link]:
    return [Link(row["text"], article_url(row["article"], row["start"]))]


def _value(row: Row) -> list[Link]:
    return [Link(russian.bounds(row["min"], row["max"], row["modifier"]))]


def _years(row: Row) -> list[Link]:
    return [Link(russian.years(row["first_day"], row["last_day"]))]


def _when(row: Row) -> list[Link]:
    return [Link(russian.days(row["first_day"], row["last_day"]))]


def _side(prefix: str) -> Callable[[Row], list[Link]]:
    return lambda row: [Link(row[f"{prefix}name"], entity_url(row[f"{prefix}kind"], row[f"{prefix}id"]))]


_ARTICLES = ListColumn("Статей", _number("articles"), "articles", numeric=True)
_SPAN = ListColumn("Годы", _years, "last_day", whole=True)
_YEAR = Facet("Год", "since")

LISTS = {
    page.name: page
    for page in (
        ListPage(
            "articles", "Статьи", "Все статьи архива; по запросу — самые близкие к нему первыми.", "article",
            (
                ListColumn("Заголовок", _entity("article", "title"), "title"),
                ListColumn("День", _day("day"), "day", whole=True),
                ListColumn("Направление", _text("theme")),
                ListColumn("Перепечаток", _number("reprints"), "reprints", numeric=True),
            ),
            facets=(_YEAR, Facet("Направление", "theme")),
        ),
        ListPage(
            "people", "Люди", "Кто назван в статьях. Один человек — одна строка, как бы его ни назвали.", "person",
            (
                ListColumn("Имя", _entity("person"), "name"),
                ListColumn("Кто это", _text("post")),
                _ARTICLES,
                ListColumn("Упоминаний", _number("mentions"), "mentions", numeric=True),
                _SPAN,
            ),
            fields=("q", "region", "since", "until", "theme", "person", "organisation", "city", "speaking"),
        ),
        ListPage(
            "organisations", "Организации", "НКО, органы власти, компании, СМИ и другие.", "organisation",
            (
                ListColumn("Название", _entity("organisation"), "name"),
                ListColumn("Кто это", _label("kind", russian.ORGANISATION_KINDS)),
                ListColumn("Город", _entity("city", "city", "city_id")),
                _ARTICLES,
                ListColumn("Упоминаний", _number("mentions"), "mentions", numeric=True),
                _SPAN,
            ),
            fields=(
                "q", "region", "since", "until", "organisation_kind", "theme", "organisation", "person", "city",
            ),
            facets=(Facet("Кто это", "kind", lambda kind: russian.ORGANISATION_KINDS.get(kind, kind)),),
        ),
        ListPage(
            "cities", "Города", "Города, посёлки и сёла, о которых пишут.", "city",
            (
                ListColumn("Город", _entity("city"), "name"),
                ListColumn("Регион", _text("region")),
                ListColumn("Жителей", _number("population"), numeric=True),
                _ARTICLES,
                ListColumn("Упоминаний", _number("mentions"), "mentions", numeric=True),
                _SPAN,
            ),
        ),
        ListPage(
            "events", "События", "Форумы, конкурсы, акции, школы: когда и где прошли.", "event",
            (
                ListColumn("Название", _entity("event"), "name"),
                ListColumn("Вид", _text("kind")),
                ListColumn("Когда", _when, "first_day", whole=True),
                ListColumn("Где", _entity("city", "city", "city_id")),
                ListColumn("Кто провёл", _text("organisers")),
                ListColumn("Тем", _number("sessions"), "sessions", numeric=True),
                _ARTICLES,
            ),
            facets=(Facet("Вид", "kind"),),
        ),
        ListPage(
            "topics", "Темы обсуждений", "О чём говорили на секциях, лекциях и круглых столах, и кто.", "topic",
            (
                ListColumn("Тема", _titled, "title"),
                ListColumn("Вид", _text("kind")),
                ListColumn("Кто говорил", _many("person", "speakers", "speaker_ids")),
                ListColumn("Событие", _entity("event", "event", "event_id")),
                ListColumn("Где", _entity("city", "city", "city_id")),
                ListColumn("День статьи", _day("day"), "day", whole=True),
            ),
            facets=(Facet("Вид", "kind"), _YEAR),
        ),
        ListPage(
            "facts", "Числа", "Сколько: участники, деньги, доли — каждое число с местом в статье.", "fact",
            (
                ListColumn("Как в тексте", _fact),
                ListColumn("Значение", _value, "value", numeric=True),
                ListColumn("Единица", _text("unit"), "unit"),
                ListColumn("О чём", _text("subject")),
                ListColumn("Событие", _entity("event", "event", "event_id")),
                ListColumn("День статьи", _day("day"), "day", whole=True),
                ListColumn("Статья", _place),
            ),
            fields=(
                "q", "region", "since", "until", "theme", "unit", "min", "max", "person", "organisation", "city",
                "fact_kind",
            ),
            facets=(
                Facet("Что за число", "kind", lambda kind: russian.FACT_KINDS.get(kind, kind)),
                Facet("Единица", "unit"),
                _YEAR,
            ),
        ),
        ListPage(
            "together", "Вместе в статьях", "Люди и организации, которые стоят в одних и тех же статьях.", "row",
            (
                ListColumn("Кто", _side("")),
                ListColumn("С кем", _side("other_")),
                _ARTICLES,
                _SPAN,
            ),
        ),
    )
}  # fmt: skip


def list_context(db: sqlite3.Connection, page: ListPage, asked: Asked) -> dict[str, Any]:
    """Return what the template of a list shows."""
    offset = (asked.page - 1) * PAGE
    answer = query.ask(db, page.name, asked.filters, sort=asked.sort, limit=PAGE, offset=offset)
    total, values = query.count_values(db, page.name, asked.filters, FACET_SIZE)
    rows = answer.dicts()
    cells = [[column.cell(row) for column in page.columns] for row in rows]
    filled = [i for i, column in enumerate(page.columns) if i == 0 or any(row[i] for row in cells)]
    usual = "rank" if page.name == "articles" and asked.filters.text else query.sorts(page.name, asked.filters)[0]
    return {
        "page": page,
        "asked": asked,
        "columns": [page.columns[i] for i in filled],  # a column that is empty on the whole page is left out
        "rows": [[row[i] for i in filled] for row in cells],
        "total": total,
        "first": offset + 1,
        "last": offset + len(rows),
        "sort": asked.sort or usual,
        "facets": facets(page, asked, values),
        "picture": fact_picture(db, asked) if page.name == "facts" else "",
        "previous": asked.url(page.name, page=asked.page - 1) if asked.page > 1 else None,
        "next": asked.url(page.name, page=asked.page + 1) if offset + len(rows) < total else None,
    }


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet: how many rows have it, and the address of the list narrowed (or widened again) by it."""

    label: str
    count: int
    href: str
    chosen: bool


def facets(page: ListPage, asked: Asked, counted: query.Values) -> list[tuple[str, list[FacetValue]]]:
    """Return the facets of a list with their commonest values."""
    found = []
    for facet in page.facets:
        values = [
            _facet_value(page, facet, asked, value, count)
            for value, count in counted[facet.key]
            if value is not None
        ]
        if len(values) > 1 or any(value.chosen for value in values):
            found.append((facet.heading, sorted(values, key=_by_year) if facet.key == "since" else values))
    return found


def _by_year(value: FacetValue) -> str:
    return value.label


def _facet_value(page: ListPage, facet: Facet, asked: Asked, value: Any, count: int) -> FacetValue:
    if facet.key == "since":
        chosen = asked.values.get("since") == asked.values.get("until") == value
        change = {"since": None, "until": None} if chosen else {"since": value, "until": value}
    else:
        chosen = asked.values.get(facet.key) == value
        change = {facet.key: None if chosen else value}
    return FacetValue(facet.label(value), count, asked.url(page.name, **change), chosen)


def fact_picture(db: sqlite3.Connection, asked: Asked) -> Any:
    """Draw the numbers of one unit through time; nothing where several units would be mixed."""
    if not (asked.filters.unit or asked.filters.kind in ("money", "percent")):
        return ""
    rows = query.ask(db, "facts", asked.filters, sort="value", limit=DOTS).dicts()
    points = [
        Dot(
            row["day"],
            row["max"] if row["min"] is None else row["min"],
            f"{row['text']} — {row['article_title']}, {russian.day(row['day'])}",
            article_url(row["article"], row["start"]),
        )
        for row in rows
        if row["day"]
    ]
    return dots(points, "Числа по дням статей, шкала логарифмическая; те же числа — в таблице ниже")
